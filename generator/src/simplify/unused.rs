//! Removes schemas that decide no type, and component schemas that only they used.
//!
//! These are the schemas of media types that are not used, of bodies that are neither JSON nor forms (such bodies are bytes
//! or text), and of keywords that do not apply to the type of their schema. Types for them would have no use, and a
//! comparison of operations would not see their changes.

use crate::diagnostic::Diagnostics;
use crate::document::media_types::{FORM, essence, is_json, media_of};
use crate::document::walk::{self, Kind};
use crate::document::{each_operation_mut, ensure_schemas, select, string};
use serde_json::Value;

pub(super) fn strip(document: &mut Value, _: &mut Diagnostics) {
    let mut is_stripped = false;
    each_operation_mut(document, &mut |_, _, _, operation| {
        let Some(operation) = operation.as_object_mut() else {
            return;
        };
        let mut bodies = Vec::new();
        for (key, part) in operation {
            match key.as_str() {
                "requestBody" => bodies.push(part),
                "responses" => {
                    let responses = part.as_object_mut().into_iter();
                    bodies.extend(responses.flat_map(|responses| responses.values_mut()));
                }
                _ => {}
            }
        }
        for body in bodies {
            is_stripped |= strip_body(body);
        }
    });
    walk::each_mut(document, Kind::Document, "", &mut |_, kind, part| {
        if kind == Kind::Schema {
            is_stripped |= strip_schema(part);
        }
    });
    if is_stripped {
        select::prune(document);
        ensure_schemas(document);
    }
}

/// Returns true if a schema was removed.
fn strip_body(body: &mut Value) -> bool {
    let used = media_of(body).map(|(name, _)| name.clone());
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    let mut is_stripped = false;
    for (name, media) in content.into_iter().flatten() {
        let is_used = used.as_ref() == Some(name);
        let essence = essence(name);
        // Multipart bodies are reported later, with their schemas.
        let decides = is_json(name) || essence == FORM || essence.starts_with("multipart/");
        let Some(media) = media.as_object_mut() else {
            continue;
        };
        // The bounds of a string are checked and documented.
        let is_string = media.get("schema").is_some_and(|schema| {
            string(schema, "type") == Some("string") && schema.get("enum").is_none()
        });
        if !(is_used && (decides || is_string)) {
            is_stripped |= media.remove("schema").is_some();
        }
    }
    is_stripped
}

/// Removes the schemas of keywords that do not apply to the schema's type. Returns true if there were any.
fn strip_schema(schema: &mut Value) -> bool {
    // A schema without a type is read as any value or as an object, but never as a list.
    let keywords: &[&str] = match string(schema, "type") {
        Some("array") => &["properties", "additionalProperties"],
        Some("object") | None => &["items"],
        Some(_) => &["items", "properties", "additionalProperties"],
    };
    let Some(schema) = schema.as_object_mut() else {
        return false;
    };
    let mut is_stripped = false;
    for keyword in keywords {
        is_stripped |= schema.shift_remove(*keyword).is_some();
    }
    is_stripped
}
