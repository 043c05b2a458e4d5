//! Replaces references to aliases, which are components that need no type: a plain string, number, list or map.
//!
//! After this pass, every reference refers to a type.

use super::schemas::{every_schema_of_document, schema_names};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{ALIAS, ORIGIN, SCHEMAS, child, schema_name, string};
use serde_json::Value;
use std::collections::BTreeMap;

/// Maximum length of a chain of aliases. A longer chain is a cycle.
const LONGEST_CHAIN: usize = 32;

pub(super) fn inline(document: &mut Value, diagnostics: &mut Diagnostics) {
    let aliases: BTreeMap<String, Value> = schema_names(document)
        .into_iter()
        .filter_map(|(name, pointer)| {
            Some((
                name,
                document
                    .pointer(&pointer)
                    .filter(|schema| is_alias(schema))?
                    .clone(),
            ))
        })
        .collect();
    for name in aliases.keys() {
        let mut target = Some(name);
        for _ in 0..LONGEST_CHAIN {
            target = target
                .and_then(|name| aliases.get(name))
                .and_then(schema_name)
                .and_then(|name| aliases.get_key_value(name).map(|(name, _)| name));
        }
        if target.is_some() {
            let pointer = child(SCHEMAS, name);
            let message = format!("`{name}` refers to itself");
            let help = "replace the reference by a definition in the corrections overlay";
            diagnostics.push(
                Diagnostic::new("reference-cycle", &pointer, message, help)
                    .remove_at(child(&pointer, "$ref")),
            );
            return;
        }
    }
    every_schema_of_document(document, &mut |schema| {
        let aliases = &aliases;
        for _ in 0..LONGEST_CHAIN {
            let Some(alias) = schema_name(schema).and_then(|name| aliases.get(name)) else {
                break;
            };
            let (origin, place) = (schema.get(ORIGIN).cloned(), alias.get(ORIGIN).cloned());
            *schema = alias.clone();
            if let (Some(origin), Some(place), Some(schema)) =
                (origin, place, schema.as_object_mut())
            {
                schema.insert(ORIGIN.to_owned(), origin);
                schema.insert(ALIAS.to_owned(), place);
            }
        }
    });
    if let Some(schemas) = document.pointer_mut(SCHEMAS).and_then(Value::as_object_mut) {
        schemas.retain(|name, _| !aliases.contains_key(name));
    }
}

/// Returns true if a component only names a schema that needs no type of its own.
pub(super) fn is_alias(schema: &Value) -> bool {
    let plain = ["oneOf", "anyOf", "properties", "discriminator"]
        .iter()
        .all(|key| schema.get(key).is_none());
    // Values of numeric and boolean enums are validated and have no names, so they need no type.
    let is_enum = schema.get("enum").is_some() && string(schema, "type") == Some("string");
    let map = schema
        .get("additionalProperties")
        .is_some_and(|values| *values != Value::Bool(false));
    plain && !is_enum && (string(schema, "type").is_none_or(|kind| kind != "object") || map)
}
