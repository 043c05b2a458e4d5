//! Turns every schema with a discriminator mapping into a union of its variants, with or without a `oneOf`.
//!
//! The tag of a variant with a single tag value becomes constant (`x-constant`), so that a request cannot contain a
//! variant with another variant's tag.

use super::schemas::{every_schema_of_document, schema_names};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{ORIGIN, SCHEMAS, child, object, schema_reference, string};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn resolve(document: &mut Value, diagnostics: &mut Diagnostics) {
    let known: BTreeSet<String> = object(document, SCHEMAS).keys().cloned().collect();
    for (name, pointer) in schema_names(document) {
        if let Some(schema) = document.pointer_mut(&pointer) {
            plain(schema, &name);
        }
    }
    let mut unions = Vec::new();
    every_schema_of_document(document, &mut |schema| {
        unions.extend(union(schema, &known, diagnostics));
    });
    for Union { tag, variants } in unions {
        for (variant, values) in variants {
            let pointer = child(&format!("{}/properties", child(SCHEMAS, &variant)), &tag);
            let property = document.pointer_mut(&pointer);
            if let ([value], Some(property)) =
                (values.as_slice(), property.and_then(Value::as_object_mut))
            {
                property.insert("x-constant".to_owned(), json!(value));
            }
        }
    }
}

/// A tagged union: its variants, and the tag values of each.
struct Union {
    tag: String,
    variants: Vec<(String, Vec<String>)>,
}

/// Turns a base that is one of its own variants into an ordinary record with a tag.
fn plain(schema: &mut Value, name: &str) {
    let own = json!(schema_reference(name));
    let mapping = object(schema, "/discriminator/mapping");
    if (mapping.is_empty() || mapping.values().any(|variant| *variant == own))
        && schema.get("discriminator").is_some()
        && let Some(schema) = schema.as_object_mut()
    {
        schema.shift_remove("discriminator");
        schema.shift_remove("oneOf");
    }
}

/// Turns a schema with a discriminator into a choice of its variants.
fn union(
    schema: &mut Value,
    known: &BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) -> Option<Union> {
    let place = string(schema, ORIGIN).unwrap_or_default().to_owned();
    let tag = string(schema.get("discriminator")?, "propertyName")?.to_owned();
    let mut variants: Vec<(String, Vec<String>)> = Vec::new();
    for (value, target) in object(schema, "/discriminator/mapping") {
        let target = target.as_str().unwrap_or_default();
        let variant = target.strip_prefix(&schema_reference("")).unwrap_or(target);
        if !known.contains(variant) {
            let pointer = child(&format!("{place}/discriminator/mapping"), value);
            let message = format!("the mapping refers to the unknown schema `{variant}`");
            let help = "correct the mapping in an overlay, or remove the value from it";
            let found = Diagnostic::new("unresolved-reference", pointer, message, help);
            diagnostics.push(found.remove());
            continue;
        }
        match variants.iter_mut().find(|(known, _)| known == variant) {
            Some((_, values)) => values.push(value.clone()),
            None => variants.push((variant.to_owned(), vec![value.clone()])),
        }
    }
    let schema = schema.as_object_mut()?;
    // Properties of the base are common to all variants, including future ones.
    let properties = schema.get("properties").and_then(Value::as_object);
    let common: Vec<_> = properties
        .into_iter()
        .flat_map(|fields| fields.keys())
        .collect();
    if !common.is_empty() {
        let common = json!(common);
        schema.insert("x-common".to_owned(), common);
    }
    for key in ["type", "properties", "required", "allOf", "nullable"] {
        schema.shift_remove(key);
    }
    let members = variants
        .iter()
        .map(|(variant, _)| json!({ "$ref": schema_reference(variant) }));
    schema.insert("oneOf".to_owned(), members.collect());
    Some(Union { tag, variants })
}
