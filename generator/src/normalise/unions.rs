//! Turns every base with a discriminator mapping into a pure union of its kinds, whether or not it had a `oneOf`.
//!
//! Each kind whose tag has a single value gets that value pinned (`x-constant`), so that a request of that kind
//! cannot carry another kind's tag.

use super::{every_schema_of_document, schema_names};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{SCHEMAS, child, schema_reference, string};
use serde_json::{Value, json};

pub(super) fn resolve(document: &mut Value, diagnostics: &mut Diagnostics) {
    every_schema_of_document(document, &mut unwrap);
    for (name, pointer) in schema_names(document) {
        let Some(schema) = document.pointer(&pointer) else {
            continue;
        };
        let Some(discriminator) = schema.get("discriminator").cloned() else {
            continue;
        };
        let Some(tag) = string(&discriminator, "propertyName").map(str::to_owned) else {
            continue;
        };
        let mapping = discriminator
            .get("mapping")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
        for (value, target) in &mapping {
            let target = target.as_str().unwrap_or_default();
            let kind = target.strip_prefix(&schema_reference("")).unwrap_or(target);
            if document.pointer(&child(SCHEMAS, kind)).is_none() {
                diagnostics.push(
                    Diagnostic::new(
                        "unresolved-reference",
                        child(&format!("{pointer}/discriminator/mapping"), value),
                        format!("there is no schema `{kind}`"),
                        "correct the mapping in an overlay, or take the value out of it",
                    )
                    .remove(),
                );
                continue;
            }
            match kinds.iter_mut().find(|(known, _)| known == kind) {
                Some((_, values)) => values.push(value.clone()),
                None => kinds.push((kind.to_owned(), vec![value.clone()])),
            }
        }
        // A base that stands for one of its own kinds is an ordinary record with a tag.
        if kinds.is_empty() || kinds.iter().any(|(kind, _)| *kind == name) {
            if let Some(schema) = document
                .pointer_mut(&pointer)
                .and_then(Value::as_object_mut)
            {
                schema.shift_remove("discriminator");
                schema.shift_remove("oneOf");
            }
            continue;
        }
        for (kind, values) in &kinds {
            let property = format!(
                "{}/properties/{}",
                child(SCHEMAS, kind),
                tag.replace('~', "~0").replace('/', "~1")
            );
            if let ([value], Some(property)) = (
                values.as_slice(),
                document
                    .pointer_mut(&property)
                    .and_then(Value::as_object_mut),
            ) {
                property.insert("x-constant".to_owned(), json!(value));
            }
        }
        if let Some(schema) = document
            .pointer_mut(&pointer)
            .and_then(Value::as_object_mut)
        {
            // What the base has, every kind to come will have too.
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
            let members: Vec<_> = kinds
                .iter()
                .map(|(kind, _)| json!({ "$ref": schema_reference(kind) }))
                .collect();
            schema.insert("oneOf".to_owned(), Value::Array(members));
        }
    }
}

/// A choice of one is no union: what is said beside it stays, and its one kind takes its place.
fn unwrap(schema: &mut Value) {
    let Some([only]) = schema
        .get("oneOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    else {
        return;
    };
    let (only, union) = (only.clone(), schema.get("discriminator").is_some());
    if let (false, Some(schema), Value::Object(only)) = (union, schema.as_object_mut(), only) {
        schema.shift_remove("oneOf");
        // Some documents call a union of strings an object.
        schema.shift_remove("type");
        for (key, value) in only {
            schema.entry(key).or_insert(value);
        }
    }
}
