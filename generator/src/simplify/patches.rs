//! Marks records whose optional fields are patches: bodies of PATCH requests, and objects directly inside them.
//!
//! Lists are replaced as a whole, so their items are not marked.

use crate::diagnostic::Diagnostics;
use crate::document::{SCHEMAS, child, object, type_key};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn mark(document: &mut Value, _: &mut Diagnostics) {
    let mut open: Vec<String> = Vec::new();
    for item in object(document, "/paths").values() {
        let content = item
            .pointer("/patch/requestBody/content")
            .and_then(Value::as_object);
        for media in content.into_iter().flat_map(|content| content.values()) {
            open.extend(media.get("schema").and_then(type_key).map(str::to_owned));
        }
    }
    let mut marked = BTreeSet::new();
    while let Some(name) = open.pop() {
        let Some(schema) = document.pointer_mut(&child(SCHEMAS, &name)) else {
            continue;
        };
        if !marked.insert(name) {
            continue;
        }
        let variants = schema
            .get("oneOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let inner = object(schema, "/properties")
            .values()
            .chain(variants)
            .filter_map(type_key);
        open.extend(inner.map(str::to_owned));
        if let Some(schema) = schema
            .as_object_mut()
            .filter(|schema| schema.contains_key("properties"))
        {
            schema.insert("x-patch".to_owned(), json!(true));
        }
    }
}
