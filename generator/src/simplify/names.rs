//! Makes names unique in documents that nobody curated (`x-rust-number-collisions`), by appending numbers. In curated
//! documents, the model reports collisions.
//!
//! Invariant: a name depends only on its own location. Among schemas with the same type name, one whose key equals
//! that name keeps it, and the others are numbered in alphabetical order, independent of their positions.

use super::schemas::{every_schema_of_document, schema_names};
use crate::api::naming;
use crate::diagnostic::Diagnostics;
use crate::document::{each_operation_mut, operation_name, set, string};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Names operations without `operationId` after their method and path: `get /a/{b}/c` becomes `get_a_b_c`.
pub(crate) fn name_operations(document: &mut Value) {
    let named = crate::document::operations(document);
    let named = named.filter_map(|(.., operation)| operation_name(operation));
    let mut taken: BTreeSet<String> = named.map(naming::snake).collect();
    each_operation_mut(document, &mut |_, path, method, operation| {
        let nameless = operation.as_object_mut();
        if let Some(operation) = nameless.filter(|it| !it.contains_key("operationId")) {
            let name = naming::unique(&naming::snake(&format!("{method} {path}")), &taken);
            operation.insert("operationId".to_owned(), json!(name));
            taken.insert(name);
        }
    });
}

pub(super) fn number(document: &mut Value, _: &mut Diagnostics) {
    if !naming::numbers_collisions(document) {
        return;
    }
    // An operation's marker type has the same name as its method.
    let mut methods: BTreeSet<String> = naming::runtime_names().map(naming::snake).collect();
    each_operation_mut(document, &mut |_, _, _, operation| {
        let Some(name) = operation_name(operation).map(naming::method_name) else {
            return;
        };
        // A trailing underscore distinguishes methods, but not the marker types named after them.
        let free = match methods.contains(name.trim_end_matches('_')) {
            true => naming::unique(name.trim_end_matches('_'), &methods),
            false => name.clone(),
        };
        if free != name {
            set(operation, "x-xgen-operation-id-override", json!(free));
        }
        methods.insert(free);
    });
    let mut taken: BTreeSet<String> = naming::runtime_names().map(str::to_owned).collect();
    taken.extend(methods.iter().map(|name| naming::pascal(name)));
    let mut schemas = schema_names(document);
    schemas.sort_by_cached_key(|(key, pointer)| {
        let schema = document.pointer(pointer).unwrap_or(&Value::Null);
        let is_chosen = string(schema, "x-rust-name").is_some();
        let is_own = naming::type_name(schema, key) == *key;
        (!is_chosen, !is_own, key.clone())
    });
    for (key, pointer) in schemas {
        let Some(schema) = document.pointer_mut(&pointer) else {
            continue;
        };
        let name = naming::type_name(schema, &key);
        let free = naming::unique(&name, &taken);
        if let Some(schema) = schema.as_object_mut().filter(|_| free != name) {
            schema.insert("x-rust-name".to_owned(), json!(free));
        }
        taken.insert(free);
    }
    every_schema_of_document(document, &mut number_fields);
}

/// Makes the field names of one record unique.
fn number_fields(schema: &mut Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let mut taken = BTreeSet::new();
    for (wire, property) in properties.into_iter().flatten() {
        let name = naming::field_name(property, wire);
        let free = naming::unique(&name, &taken);
        if let Some(property) = property.as_object_mut().filter(|_| free != name) {
            property.insert("x-rust-field".to_owned(), json!(free));
        }
        taken.insert(free);
    }
}
