//! Restores text that YAML reads as another type, such as `1.0`, `012` or `true` without quotes.
//!
//! If OpenAPI requires text at its location, such a scalar means its characters as written. A parsed number no longer
//! has them, so they are looked up in the source text, and only if there are such scalars.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::position::Positions;
use crate::document::walk::{self, Kind};
use crate::document::{reference, string};
use serde_json::{Value, json};

/// Replaces numbers and booleans by their spelling in `text` wherever OpenAPI requires text.
pub(crate) fn restore(document: &mut Value, text: &str) {
    let mut found = Vec::new();
    walk::each_mut(
        document,
        Kind::Document,
        "",
        &mut |location, kind, part| match kind {
            Kind::Text | Kind::Prose if is_misread(part) => found.push(location.pointer()),
            Kind::Schema if string(part, "type") == Some("string") => {
                let pointer = || location.pointer();
                if part.get("default").is_some_and(is_misread) {
                    found.push(pointer() + "/default");
                }
                let values = part.get("enum").and_then(Value::as_array);
                let values = values.map_or(&[][..], Vec::as_slice);
                let misread = values
                    .iter()
                    .enumerate()
                    .filter(|(_, value)| is_misread(value));
                found.extend(misread.map(|(index, _)| format!("{}/enum/{index}", pointer())));
                // `null` among the values is another way to write `nullable`.
                if values.contains(&Value::Null) {
                    part["nullable"] = json!(true);
                }
            }
            _ => {}
        },
    );
    if found.is_empty() {
        return;
    }
    let positions = Positions::of(text);
    for pointer in found {
        let written = positions.span(&pointer).and_then(|span| text.get(span));
        if let (Some(part), Some(written)) = (document.pointer_mut(&pointer), written) {
            *part = json!(written.trim());
        }
    }
}

/// Reports parameters without a textual name, and enum values of strings that are not text.
pub(crate) fn check(document: &Value, diagnostics: &mut Diagnostics) {
    walk::each(document, Kind::Document, "", &mut |location, kind, part| {
        if kind == Kind::Parameter && reference(part).is_none() && string(part, "name").is_none() {
            let message = "the parameter has no name, or its name is not a string";
            let help = "add the name that the service uses";
            let found = Diagnostic::new("unnamed-parameter", location.pointer(), message, help);
            diagnostics.push(found.update(json!({ "name": "anotherName" })));
        }
        if kind == Kind::Schema && string(part, "type") == Some("string") {
            let values = part.get("enum").and_then(Value::as_array);
            for (index, value) in values.into_iter().flatten().enumerate() {
                if !(value.is_string() || value.is_null()) {
                    let pointer = format!("{}/enum/{index}", location.pointer());
                    let message =
                        format!("`{value}` is a value of an enum of strings, but not a string");
                    let help = "write it in quotes, or remove it from the enum";
                    diagnostics.push(Diagnostic::new("not-text", pointer, message, help).remove());
                }
            }
        }
    });
}

/// Returns true if YAML reads a scalar as a type other than text.
fn is_misread(value: &Value) -> bool {
    value.is_number() || value.is_boolean()
}
