//! Makes a curated document plain, one pass per file, document → document.
//!
//! After the last pass every component schema is one of four things: a *record* (an object whose properties are scalars,
//! lists, maps or names of types), an *open enum*, a *tagged union* or an *untagged union*; every property that
//! needs a type of its own says so in `x-rust-type`; and records know whether they are sent, received, or both.
//! What no pass understands is a diagnostic.

mod aliases;
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

pub(crate) use names::name_operations;

use crate::api::naming;
use crate::diagnostic::Diagnostics;
use crate::document::{json_types, spelling};
use serde_json::Value;

/// A pass: its name, as diagnostics and snapshots call it, and what it does.
pub(crate) type Pass = (&'static str, fn(&mut Value, &mut Diagnostics));

/// The passes, in the order they run. Each relies on those before it.
pub(crate) const PASSES: [Pass; 10] = [
    ("references", references::resolve),
    ("discriminators", discriminators::complete),
    ("choices", choices::settle),
    ("inheritance", inheritance::flatten),
    ("names", names::number),
    ("unions", unions::resolve),
    ("aliases", aliases::inline),
    ("hoist", hoist::hoist),
    ("patches", patches::mark),
    ("directions", directions::split),
];

/// Runs every pass (what nobody documented, nobody named either: there, names that are taken get a number); the first that finds something it cannot carry ends the run, with all it found.
pub(crate) fn simplify(
    document: &mut Value,
    documented: bool,
    diagnostics: &mut Diagnostics,
) -> Result<(), Diagnostics> {
    if !documented {
        crate::document::set(document, naming::NUMBERED, Value::Bool(true));
    }
    // The passes may add components to a document that has none.
    for key in ["components", "schemas"] {
        let parent = match key {
            "schemas" => document.get_mut("components"),
            _ => Some(&mut *document),
        };
        if let Some(parent) = parent.and_then(Value::as_object_mut) {
            parent
                .entry(key)
                .or_insert_with(|| Value::Object(serde_json::Map::new()));
        }
    }
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
    /// Each pass on a small document that holds what the pass is for, before and after.
    #[test]
    fn every_pass_changes_exactly_what_it_is_for() {
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
