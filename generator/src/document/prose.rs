//! Checks that the curated document describes everything that a user of the SDK sees.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::{self, Kind, Location};
use crate::document::{SCHEMAS, reference, string};
use serde_json::{Value, json};

/// Reports operations, parameters, schemas and properties without a description.
pub(crate) fn check(document: &Value, diagnostics: &mut Diagnostics) {
    for pointer in ["/paths", "/components/parameters", SCHEMAS] {
        if let Some(part) = document.pointer(pointer) {
            walk::each(
                part,
                Kind::at(pointer),
                pointer,
                &mut |location, kind, part| {
                    if reference(part).is_none() {
                        part_of_api(location, kind, part, diagnostics);
                    }
                },
            );
        }
    }
}

/// Reports the missing descriptions of one part.
fn part_of_api(location: &Location<'_>, kind: Kind, part: &Value, diagnostics: &mut Diagnostics) {
    let (what, keys) = match kind {
        Kind::Operation => ("the operation".to_owned(), &["summary", "description"][..]),
        Kind::Parameter => {
            let name = string(part, "name").unwrap_or_default();
            (format!("the parameter `{name}`"), &["description"][..])
        }
        Kind::Schema if location.is_named() => match location.parent() == SCHEMAS {
            true => (
                format!("the schema `{}`", location.key()),
                &["description"][..],
            ),
            false => (
                format!("the property `{}`", location.key()),
                &["description"][..],
            ),
        },
        _ => return,
    };
    for key in keys {
        if string(part, key).is_none_or(|text| text.trim().is_empty()) {
            let help = "add it to the prose overlay";
            let message = format!("{what} has no {key}");
            let found = Diagnostic::new("undocumented", location.pointer(), message, help);
            diagnostics.push(found.update(json!({ *key: "…" })));
        }
    }
}
