//! Simplifies a curated document, one pass per file.
//!
//! After the last pass, every component schema is one of four: a *record* (an object whose properties are scalars,
//! lists, maps or types), an *open enum*, a *tagged union* or an *untagged union*. Every property that needs a type
//! refers to it in `x-rust-type`, and records are marked as used in requests, in responses, or in both. A construct
//! that no pass supports is a diagnostic.

mod aliases;
mod all_of;
mod choices;
mod directions;
mod discriminators;
mod hoist;
mod hoisted_names;
mod inheritance;
mod names;
mod patches;
mod references;
mod runtime;
mod schemas;
mod unions;
mod unused;

pub(crate) use names::name_operations;

use crate::api::naming;
use crate::diagnostic::Diagnostics;
use crate::document::{ensure_schemas, json_types, spelling};
use serde_json::Value;

/// A pass: its name in diagnostics and snapshots, and its function.
pub(crate) type Pass = (&'static str, fn(&mut Value, &mut Diagnostics));

/// The passes in the order in which they run. Each relies on those before it.
pub(crate) const PASSES: [Pass; 12] = [
    ("references", references::resolve),
    ("unused", unused::strip),
    ("discriminators", discriminators::complete),
    ("all_of", all_of::prepare),
    ("choices", choices::settle),
    ("inheritance", inheritance::flatten),
    ("names", names::number),
    ("unions", unions::resolve),
    ("aliases", aliases::inline),
    ("hoist", hoist::hoist),
    ("patches", patches::mark),
    ("directions", directions::split),
];

/// Runs all passes; stops after the first pass that reports diagnostics.
///
/// If `documented` is false, name collisions are resolved by numbers instead of being reported.
pub(crate) fn simplify(
    document: &mut Value,
    documented: bool,
    diagnostics: &mut Diagnostics,
) -> Result<(), Diagnostics> {
    if !documented {
        crate::document::set(document, naming::NUMBERED, Value::Bool(true));
    }
    ensure_schemas(document);
    json_types::check(document, diagnostics);
    spelling::check(document, diagnostics);
    runtime::check(document, diagnostics);
    diagnostics.check()?;
    for (_, pass) in PASSES {
        pass(document, diagnostics);
        diagnostics.check()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::PASSES;
    use crate::diagnostic::Diagnostics;

    #[allow(clippy::disallowed_methods, reason = "the examples are files")]
    /// Runs each pass on a small document with the constructs that the pass handles.
    #[test]
    fn each_pass_changes_its_example_as_in_the_snapshot() {
        for (name, pass) in PASSES {
            let path = format!(
                "{}/src/simplify/tests/{name}.yaml",
                env!("CARGO_MANIFEST_DIR")
            );
            let before =
                std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            let mut document: serde_json::Value =
                serde_saphyr::from_str(&before).expect("the example is YAML");
            let mut diagnostics = Diagnostics::about(name);
            pass(&mut document, &mut diagnostics);
            assert_eq!(
                diagnostics.found(),
                [],
                "{name} finds fault with its own example"
            );
            let after = serde_saphyr::to_string(&document).expect("documents are writable");
            insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(name, format!("{before}\n# ── after ──\n{after}"));
            });
        }
    }
}
