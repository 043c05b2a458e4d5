//! Prints the model. Dull by design: nothing here decides anything.
//!
//! Invariant: text of the document reaches the output only as the content of a doc comment or of a string literal.

mod method_docs;
mod operations;
mod text;
mod types;

use crate::Target;
use crate::model::naming::VOCABULARY;
use crate::model::{Api, Module, SHARED};
use std::collections::BTreeSet;
use text::{docs, item};

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path below the directory of the generated code, with `/`.
    pub path: String,
    /// What is in it.
    pub content: String,
}

/// What the constants of a version say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pins<'a> {
    pub(crate) document: &'a str,
    pub(crate) api_date: Option<&'a str>,
    pub(crate) sha256: &'a str,
}

/// Prints one version of the API: `mod.rs` and a file per module, below the target's directory.
pub(crate) fn render(api: &Api, target: Target<'_>, pins: Pins<'_>) -> Vec<File> {
    let notice = format!(
        "// @generated from {} by `cargo xtask generate`. Do not edit.\n\n",
        pins.document
    );
    let directory = target.directory;
    let mut files = vec![File {
        path: format!("{directory}/mod.rs"),
        content: format!("{notice}{}", index(api, target, pins)),
    }];
    for module in &api.modules {
        let mut body = Vec::new();
        if !module.operations.is_empty() {
            body.push(operations::methods(&module.operations, target));
            body.extend(
                module
                    .operations
                    .iter()
                    .map(|operation| operations::endpoint(operation, target)),
            );
        }
        body.extend(module.types.iter().map(types::definition));
        let body = body.join("\n");
        let imports = imports(&body, target.receiver, module, &api.modules);
        let head = format!("{notice}{}\n{imports}\n", docs(&module.docs, "//!", ""));
        files.push(File {
            path: format!("{directory}/{}.rs", module.name),
            content: head + &body,
        });
    }
    files
}

/// `mod.rs`: the modules, the constants, the table of operations.
fn index(api: &Api, target: Target<'_>, pins: Pins<'_>) -> String {
    let mut text = docs(&api.docs, "//!", "");
    let gate = |module: &Module| match target.features && module.name != SHARED {
        true => format!("#[cfg(feature = {:?})]\n", module.name),
        false => String::new(),
    };
    text.push('\n');
    for module in &api.modules {
        text.push_str(&format!("{}pub mod {};\n", gate(module), module.name));
    }
    text.push('\n');
    for module in &api.modules {
        // Modules have what they share, too; only where all of them may be off is there more to name.
        let allow = match (module.name == SHARED, target.features) {
            (true, false) => continue,
            (true, true) => "#[allow(unused_imports, unreachable_pub)]\n",
            (false, _) => "",
        };
        text.push_str(&format!(
            "{}{allow}pub use {}::*;\n",
            gate(module),
            module.name
        ));
    }
    if let Some(date) = pins.api_date {
        text.push_str(&format!("\n/// The API date this code was generated for: each operation speaks its newest version up to then.\npub const API_DATE: &str = {date:?};\n"));
    }
    text.push_str(&format!("\n/// SHA-256 of the curated document this code was generated from, in lower-case hex.\npub const SPEC_SHA256: &str = {:?};\n\n", pins.sha256));
    text.push_str(&item(operations::rows(api, target)));
    text.push_str(&format!("\n{}", operations::round_trips(api)));
    text
}

/// The `use` lines for what `body` mentions.
fn imports(body: &str, receiver: &str, module: &Module, modules: &[Module]) -> String {
    let code = body
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut words = BTreeSet::new();
    for line in code {
        text::type_names(line, &mut |word| {
            words.insert(word.to_owned());
        });
    }
    let mut lines = String::new();
    let mut import = |from: &str, names: &mut dyn Iterator<Item = &str>| {
        lines.push_str(&uses(
            "use",
            from,
            names.filter(|name| words.contains(*name)),
        ));
    };
    for (from, names) in VOCABULARY {
        let own = (from == "crate" && !names.contains(&receiver)).then_some(receiver);
        import(from, &mut names.iter().copied().chain(own));
    }
    let others = modules.iter();
    for other in others.filter(|other| other.name != module.name && other.name != SHARED) {
        import(
            &format!("super::{}", other.name),
            &mut other
                .types
                .iter()
                .map(|definition| definition.name.as_str()),
        );
    }
    // What is shared stays in each module that leads to it, wherever it is defined.
    let shared = module.shared.iter().map(String::as_str);
    lines + &uses("pub use", &format!("super::{SHARED}"), shared)
}

/// One `use` of all names, if there are any.
fn uses<'n>(keyword: &str, from: &str, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!("{keyword} {from}::{name};\n"),
        names => item(
            format!("{keyword} {from}::{{{}}};", names.join(", "))
                .parse()
                .unwrap_or_default(),
        ),
    }
}
