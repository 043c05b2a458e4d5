//! Prints the model. All decisions are made in the model.
//!
//! Invariant: text of the document appears in the output only inside doc comments and string literals.

mod families;
mod method_docs;
mod operations;
mod records;
mod scope;
mod signature;
mod text;
mod types;

use crate::api::{Api, Module, SHARED};
use crate::source::Target;
use scope::Scope;
use text::{docs, item};

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path below the directory of the generated code, with `/` as separator.
    pub path: String,
    /// Content of the file.
    pub content: String,
}

/// Values of the generated constants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pins<'a> {
    pub(crate) document: &'a str,
    pub(crate) api_date: Option<&'a str>,
    pub(crate) sha256: &'a str,
}

/// Prints one version of the API: `mod.rs` and one file per module, below the target's directory.
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
        let scope = Scope::new(api, Some(module));
        let mut body = Vec::new();
        let operations: Vec<_> = module
            .operations
            .iter()
            .map(|&index| &api.operations[index])
            .collect();
        if !operations.is_empty() {
            body.push(operations::methods(module, &operations, target, &scope));
            body.extend(
                operations
                    .iter()
                    .map(|operation| operations::endpoint(operation, target, &scope)),
            );
        }
        let families = api.families.iter();
        let families =
            families.filter(|family| family.members.iter().any(|id| module.types.contains(id)));
        body.extend(families.map(|family| families::definition(family, &scope)));
        body.extend(
            module
                .types
                .iter()
                .map(|id| types::definition(api.definition(*id), &scope)),
        );
        let imports = scope.imports(target.receiver);
        let head = format!("{notice}{}\n{imports}\n", docs(&module.docs, "//!", ""));
        files.push(File {
            path: format!("{directory}/{}.rs", module.name),
            content: head + &body.join("\n"),
        });
    }
    files
}

/// Returns an index of the operations by resource, as Markdown for the documentation of the target's receiver.
pub(crate) fn operations_index(api: &Api, target: Target<'_>) -> String {
    operations::index(api, target)
}

/// Prints `mod.rs`: modules, constants and the table of operations.
fn index(api: &Api, target: Target<'_>, pins: Pins<'_>) -> String {
    let description = api
        .info
        .description
        .as_deref()
        .or(api.info.title.as_deref());
    let mut text = docs(description.unwrap_or("The API."), "//!", "");
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
        // Each module re-exports the shared types that it uses. With features, the shared module may be unused.
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
        text.push_str(&format!("\n/// API date this code was generated for. Each operation uses its newest version on or before this date.\npub const API_DATE: &str = {date:?};\n"));
    }
    text.push_str(&format!("\n/// SHA-256 of the curated document this code was generated from, in lower-case hexadecimal.\npub const SPEC_SHA256: &str = {:?};\n\n", pins.sha256));
    text.push_str(&item(operations::rows(api, target)));
    text.push_str(&format!("\n{}", operations::round_trips(api)));
    text
}
