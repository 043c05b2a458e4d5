//! The document progenitor's type space gets to see: component schemas only, without constraints, every type that is
//! ours a stub to be replaced by name.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{SCHEMAS, child, object, schema_reference, string, type_key};
use crate::model::naming;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A document of plain records.
pub(super) struct Plain {
    pub(super) document: Value,
    /// The names in it that stand for types of our own.
    pub(super) ours: BTreeSet<String>,
    /// What its names stand for: the type space has ideas of its own about spelling, so it gets to see numbers only.
    pub(super) names: BTreeMap<String, String>,
}

/// Numbers the Rust types, in the order they are met.
#[derive(Default)]
struct Numbers {
    given: BTreeMap<String, String>,
    ours: BTreeSet<String>,
}

impl Numbers {
    fn of(&mut self, name: &str) -> String {
        let next = format!("T{}", self.given.len());
        self.given.entry(name.to_owned()).or_insert(next).clone()
    }

    fn reference(&mut self, name: &str) -> Value {
        json!({ "$ref": schema_reference(&self.of(name)) })
    }
}

pub(super) fn document(document: &Value, diagnostics: &mut Diagnostics) -> Plain {
    let mut plain = Map::new();
    let mut numbers = Numbers::default();
    for (key, schema) in object(document, SCHEMAS) {
        let number = numbers.of(&naming::type_name(schema, key));
        let pointer = child(SCHEMAS, key);
        if schema.get("enum").is_some() || schema.get("oneOf").is_some() {
            numbers.ours.insert(number);
            continue;
        }
        let mut properties = Map::new();
        for (wire, property) in object(schema, "/properties") {
            let pointer = child(&child(&pointer, "properties"), wire);
            let value = value_schema(property, document, &pointer, &mut numbers, diagnostics);
            properties.insert(wire.clone(), value);
        }
        plain.insert(
            number,
            json!({ "type": "object", "properties": properties }),
        );
    }
    let Numbers { given, ours } = numbers;
    for name in &ours {
        plain.insert(name.clone(), json!({ "type": "string" }));
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "types", "version": "0" },
        "paths": {},
        "components": { "schemas": plain },
    });
    let names = given
        .into_iter()
        .map(|(name, number)| (number, name))
        .collect();
    Plain {
        document,
        ours,
        names,
    }
}

/// What a property's value looks like, constraints aside.
fn value_schema(
    schema: &Value,
    document: &Value,
    pointer: &str,
    numbers: &mut Numbers,
    diagnostics: &mut Diagnostics,
) -> Value {
    if let Some(key) = type_key(schema) {
        return match object(document, SCHEMAS).get(key) {
            Some(target) => numbers.reference(&naming::type_name(target, key)),
            // A type of the runtime.
            None => {
                let number = numbers.of(key);
                numbers.ours.insert(number);
                numbers.reference(key)
            }
        };
    }
    match string(schema, "type") {
        Some("boolean") => json!({ "type": "boolean" }),
        Some("string") => json!({ "type": "string" }),
        // 32-bit fields overflow in reality (sizes, epoch seconds): every integer is 64 bits wide.
        Some("integer") => json!({ "type": "integer", "format": "int64" }),
        Some("number") => json!({ "type": "number", "format": "double" }),
        Some("array") => {
            let items = schema.get("items").cloned().unwrap_or_else(|| json!({}));
            json!({ "type": "array", "items": value_schema(&items, document, &child(pointer, "items"), numbers, diagnostics) })
        }
        Some("object") | None => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => {
                let pointer = child(pointer, "additionalProperties");
                json!({ "type": "object", "additionalProperties": value_schema(values, document, &pointer, numbers, diagnostics) })
            }
            _ => json!({}),
        },
        Some(other) => {
            diagnostics.push(
                Diagnostic::new(
                    "unknown-type",
                    child(pointer, "type"),
                    format!("`{other}` is not a type of OpenAPI 3.0"),
                    "use string, integer, number, boolean, array or object",
                )
                .update_at(pointer, json!({ "type": "string" })),
            );
            json!({})
        }
    }
}
