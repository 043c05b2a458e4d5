//! The document progenitor's type space gets to see: component schemas only, without constraints, every type that is
//! ours a stub to be replaced by name.

use crate::diagnostic::Diagnostics;
use crate::document::{SCHEMAS, child, object, schema_name, schema_reference, string};
use crate::model::naming;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A document of plain records, and the names in it that stand for types of our own.
pub(super) struct Plain {
    pub(super) document: Value,
    pub(super) ours: BTreeSet<String>,
}

pub(super) fn document(document: &Value, diagnostics: &mut Diagnostics) -> Plain {
    let mut plain = Map::new();
    let mut ours = BTreeSet::new();
    for (key, schema) in object(document, SCHEMAS) {
        let name = naming::type_name(schema, key);
        let pointer = child(SCHEMAS, key);
        if schema.get("enum").is_some() || schema.get("oneOf").is_some() {
            ours.insert(name);
            continue;
        }
        let mut properties = Map::new();
        for (wire, property) in object(schema, "/properties") {
            let pointer = child(&child(&pointer, "properties"), wire);
            properties.insert(
                wire.clone(),
                value_schema(property, document, &pointer, &mut ours, diagnostics),
            );
        }
        plain.insert(name, json!({ "type": "object", "properties": properties }));
    }
    for name in &ours {
        plain.insert(name.clone(), json!({ "type": "string" }));
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "types", "version": "0" },
        "paths": {},
        "components": { "schemas": plain },
    });
    Plain { document, ours }
}

/// What a property's value looks like, constraints aside.
fn value_schema(
    schema: &Value,
    document: &Value,
    pointer: &str,
    ours: &mut BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) -> Value {
    if let Some(key) = schema_name(schema) {
        let target = object(document, SCHEMAS).get(key);
        return json!({ "$ref": schema_reference(&target.map_or_else(|| naming::pascal(key), |target| naming::type_name(target, key))) });
    }
    if let Some(name) = string(schema, "x-rust-type") {
        if object(document, SCHEMAS).get(name).is_none() {
            ours.insert(name.to_owned());
        }
        return json!({ "$ref": schema_reference(name) });
    }
    match string(schema, "type") {
        Some("boolean") => json!({ "type": "boolean" }),
        Some("string") => json!({ "type": "string" }),
        // 32-bit fields overflow in reality (sizes, epoch seconds): every integer is 64 bits wide.
        Some("integer") => json!({ "type": "integer", "format": "int64" }),
        Some("number") => json!({ "type": "number", "format": "double" }),
        Some("array") => {
            let items = schema.get("items").cloned().unwrap_or_else(|| json!({}));
            json!({ "type": "array", "items": value_schema(&items, document, &child(pointer, "items"), ours, diagnostics) })
        }
        Some("object") | None => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => {
                let pointer = child(pointer, "additionalProperties");
                json!({ "type": "object", "additionalProperties": value_schema(values, document, &pointer, ours, diagnostics) })
            }
            _ => json!({}),
        },
        Some(other) => {
            diagnostics.report(
                "unknown-type",
                child(pointer, "type"),
                format!("`{other}` is not a type of OpenAPI 3.0"),
                "use string, integer, number, boolean, array or object",
            );
            json!({})
        }
    }
}
