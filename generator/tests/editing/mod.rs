//! Edits of a document by JSON pointers, and a pseudorandom number generator.

#![allow(dead_code, unused_imports, reason = "each test uses a part of it")]

pub(crate) use atlas_backup_support::editing::{key, parent, pointers, remove, rename};

use serde_json::{Value, json};

const SCHEMAS: &str = "/components/schemas/";

pub(crate) fn is_schema(pointer: &str) -> bool {
    pointer.starts_with(SCHEMAS) && pointer.matches('/').count() == 3
}

pub(crate) fn is_property(pointer: &str) -> bool {
    pointer.starts_with(SCHEMAS) && parent(pointer).ends_with("/properties")
}

pub(crate) fn is_operation(pointer: &str) -> bool {
    let methods = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    ];
    pointer.starts_with("/paths/")
        && pointer.matches('/').count() == 3
        && methods.contains(&key(pointer).as_str())
}

pub(crate) fn is_in(pointer: &str, key: &str) -> bool {
    parent(pointer).rsplit('/').next() == Some(key)
}

pub(crate) fn is_parameter(pointer: &str, value: &Value) -> bool {
    value.get("in").is_some() && (is_in(pointer, "parameters") || pointer.contains("/parameters/"))
}

/// Sets a member of the object at `pointer`.
pub(crate) fn set(root: &mut Value, pointer: &str, key: &str, value: Value) -> Option<()> {
    let map = root.pointer_mut(pointer)?.as_object_mut()?;
    map.insert(key.to_owned(), value);
    Some(())
}

/// Inverts a boolean member.
pub(crate) fn toggle(root: &mut Value, pointer: &str, key: &str) -> Option<()> {
    let is = root.pointer(pointer)?.get(key) == Some(&json!(true));
    set(root, pointer, key, json!(!is))
}

/// Returns the list of required properties of the schema that contains a property.
pub(crate) fn required<'r>(root: &'r mut Value, property: &str) -> Option<&'r mut Vec<Value>> {
    let schema = root
        .pointer_mut(parent(parent(property)))?
        .as_object_mut()?;
    let list = schema.entry("required").or_insert_with(|| json!([]));
    list.as_array_mut()
}

/// Returns the next pseudorandom number (splitmix64).
pub(crate) fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut number = *state;
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
