//! Checks that each part of a document has the JSON type that OpenAPI 3.0 requires.
//!
//! Invariant: after this check, a keyword that decides a type, a name or a request has an allowed JSON type, so that
//! no later stage mistakes a malformed part for an absent one.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::{self, Kind};
use serde_json::Value;

/// Reports parts with a wrong JSON type.
///
/// `null` counts as an absent keyword, but not as a schema.
pub(crate) fn check(document: &Value, diagnostics: &mut Diagnostics) {
    walk::each(document, Kind::Document, "", &mut |location, kind, part| {
        let Some(expected) = kind.json_type() else {
            return;
        };
        let found = json_type(part);
        // `additionalProperties` may be a boolean. `required` was one in early drafts of JSON Schema, and OpenAPI
        // ignores it.
        let may_be_flag = !location.is_named()
            && match location.key() {
                "additionalProperties" => kind == Kind::Schema,
                "required" => matches!(kind, Kind::List(_)),
                _ => false,
            };
        let is_absent = part.is_null() && kind != Kind::Schema;
        if found == expected || (may_be_flag && part.is_boolean()) || is_absent {
            return;
        }
        let message = format!("OpenAPI 3.0 requires {expected} here, found {found}");
        let help = "correct it in the corrections overlay, or remove it";
        let wrong = Diagnostic::new("wrong-json-type", location.pointer(), message, help);
        diagnostics.push(wrong.remove());
    });
}

/// Returns the name of a value's JSON type, with its article.
fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

impl Kind {
    /// Returns the required JSON type of such parts, with its article; `None` if several are allowed, or if programs
    /// ignore the part.
    fn json_type(self) -> Option<&'static str> {
        match self {
            Self::Document
            | Self::Info
            | Self::Components
            | Self::Paths
            | Self::PathItem
            | Self::Operation
            | Self::Parameter
            | Self::Header
            | Self::RequestBody
            | Self::MediaType
            | Self::Encoding
            | Self::Responses
            | Self::Response
            | Self::Callback
            | Self::Link
            | Self::Schema
            | Self::Discriminator
            | Self::SecurityScheme
            | Self::Flows
            | Self::Flow
            | Self::Server
            | Self::ServerVariable
            | Self::Tag => Some("an object"),
            Self::Names(_) if !self.is_for_people() => Some("an object"),
            Self::List(_) | Self::Values => Some("an array"),
            Self::Text | Self::SchemaReference => Some("a string"),
            Self::Flag => Some("a boolean"),
            Self::Number => Some("a number"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::diagnostic::Diagnostics;
    use crate::document::walk::{self, Kind};
    use serde_json::{Value, json};

    /// A document with a keyword of each JSON type in each kind of location.
    fn document() -> Value {
        json!({
            "openapi": "3.0.3",
            "info": { "title": "Types", "version": "1" },
            "paths": { "/a": { "post": {
                "operationId": "postA", "tags": ["a"], "deprecated": false,
                "parameters": [{ "name": "p", "in": "query", "required": true, "schema": { "type": "string" } }],
                "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "object" } } } },
                "responses": { "200": { "description": "ok", "headers": { "h": { "schema": { "type": "integer" } } } } },
            } } },
            "components": { "schemas": { "A": {
                "type": "object", "required": ["b"], "nullable": true, "additionalProperties": { "type": "string" },
                "discriminator": { "propertyName": "b", "mapping": { "a": "A" } },
                "properties": {
                    "b": { "type": "string", "enum": ["c"], "pattern": "c", "maxLength": 1 },
                    "d": { "type": "array", "items": { "allOf": [{ "type": "number", "minimum": 1.5 }] } },
                },
            } } },
        })
    }

    fn found(document: &Value) -> Vec<String> {
        let mut diagnostics = Diagnostics::about("a.yaml");
        check(document, &mut diagnostics);
        let found = diagnostics.found().iter();
        found.map(|one| one.pointer.clone()).collect()
    }

    #[test]
    fn part_with_wrong_json_type_is_reported_with_its_pointer() {
        let document = document();
        assert_eq!(found(&document), [""; 0]);
        let mut pointers = Vec::new();
        walk::each(&document, Kind::Document, "", &mut |location, kind, _| {
            let is_checked = !matches!(kind, Kind::Prose | Kind::Other);
            if is_checked && !location.pointer().is_empty() {
                pointers.push(location.pointer());
            }
        });
        assert!(pointers.len() > 50, "{pointers:?}");
        for pointer in pointers {
            for wrong in [json!(1.5), json!("a"), json!(["a"]), json!({}), json!(true)] {
                let mut changed = document.clone();
                let Some(part) = changed.pointer_mut(&pointer) else {
                    continue;
                };
                let is_same = std::mem::discriminant(part) == std::mem::discriminant(&wrong);
                let may_be_flag =
                    pointer.ends_with("/additionalProperties") || pointer.ends_with("/A/required");
                *part = wrong.clone();
                let is_right = is_same || (may_be_flag && wrong.is_boolean());
                let is_reported = found(&changed).contains(&pointer);
                assert_eq!(is_reported, !is_right, "{wrong} at {pointer}");
            }
        }
    }

    #[test]
    fn null_is_accepted_for_a_keyword_and_reported_for_a_schema() {
        for (pointer, expected) in [
            ("/components/schemas/A/properties", 0),
            ("/components/schemas/A/type", 0),
            ("/paths/~1a/post/parameters", 0),
            ("/components/schemas/A", 1),
            ("/components/schemas/A/properties/d/items", 1),
        ] {
            let mut document = document();
            if let Some(part) = document.pointer_mut(pointer) {
                *part = Value::Null;
            }
            assert_eq!(found(&document).len(), expected, "{pointer}");
        }
    }
}
