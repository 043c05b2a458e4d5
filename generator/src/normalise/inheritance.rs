//! Flattens `allOf`: a schema gets the properties and `required` of its members, its own `required` on top.
//!
//! A member that is a discriminator base lends its properties only, never its `oneOf` or mapping: the child is one of
//! the union's kinds, not the union.

use super::schema_names;
use crate::diagnostic::Diagnostics;
use crate::document::{SCHEMAS, child, object, schema_name, schema_reference};
use serde_json::{Map, Value};

pub(super) fn flatten(document: &mut Value, diagnostics: &mut Diagnostics) {
    let original = document.clone();
    for (_, pointer) in schema_names(&original) {
        let Some(schema) = document.pointer_mut(&pointer) else {
            continue;
        };
        flatten_inside(schema, &original, &pointer, diagnostics);
    }
}

/// Flattens `schema` and what is inside it.
fn flatten_inside(
    schema: &mut Value,
    original: &Value,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) {
    if let Some(target) = wrapped(schema, original) {
        if let Some(map) = schema.as_object_mut() {
            map.shift_remove("allOf");
            map.insert("$ref".to_owned(), Value::String(schema_reference(&target)));
        }
        return;
    }
    if schema.get("allOf").is_some() {
        let mut flat = Map::new();
        let mut path = Vec::new();
        merge_into(&mut flat, schema, original, pointer, &mut path, diagnostics);
        if let Some(map) = schema.as_object_mut() {
            map.shift_remove("allOf");
            map.extend(flat);
        }
    }
    super::each_inner(schema, pointer, &mut |inner, pointer, _| {
        flatten_inside(inner, original, pointer, diagnostics)
    });
}

/// The schema that an `allOf` with a single reference stands for: 3.0's way to put a description beside a `$ref`.
/// A kind of a union that adds nothing to its base looks the same, and is not.
fn wrapped(schema: &Value, original: &Value) -> Option<String> {
    let [member] = schema.get("allOf").and_then(Value::as_array)?.as_slice() else {
        return None;
    };
    let target = schema_name(member)?;
    let base = original.pointer(&child(SCHEMAS, target))?;
    let kinds = object(base, "/discriminator/mapping").values();
    let is_kind = kinds
        .filter_map(Value::as_str)
        .filter_map(|kind| original.pointer(&child(SCHEMAS, kind.rsplit('/').next()?)))
        .any(|kind| kind == schema);
    let adds = ["properties", "required"]
        .iter()
        .any(|key| schema.get(key).is_some());
    (!adds && !is_kind).then(|| target.to_owned())
}

/// Adds the shape of `schema` (and of its `allOf` members first) to `flat`.
fn merge_into(
    flat: &mut Map<String, Value>,
    schema: &Value,
    original: &Value,
    pointer: &str,
    path: &mut Vec<String>,
    diagnostics: &mut Diagnostics,
) {
    for (index, member) in schema
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let pointer = format!("{pointer}/allOf/{index}");
        let Some(name) = schema_name(member) else {
            merge_into(flat, member, original, &pointer, path, diagnostics);
            continue;
        };
        let target = child(SCHEMAS, name);
        if path.contains(&target) {
            diagnostics.report(
                "inheritance-cycle",
                pointer,
                format!("`{name}` inherits from itself"),
                "remove one of the `allOf` members in the corrections overlay",
            );
        } else if let Some(base) = original.pointer(&target) {
            path.push(target.clone());
            merge_into(flat, base, original, &target, path, diagnostics);
            path.pop();
        }
    }
    flat.entry("type")
        .or_insert_with(|| Value::String("object".to_owned()));
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let all = flat
            .entry("properties")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Some(all) = all.as_object_mut() {
            all.extend(properties.clone());
        }
    }
    if let Some(required) = schema.get("required").and_then(Value::as_array) {
        let all = flat
            .entry("required")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Some(all) = all.as_array_mut() {
            let new: Vec<_> = required
                .iter()
                .filter(|name| !all.contains(name))
                .cloned()
                .collect();
            all.extend(new);
        }
    }
}
