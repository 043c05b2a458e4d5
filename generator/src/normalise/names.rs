//! Numbers what would be called the same, in documents that ask for it (`x-rust-number-collisions`: those that nobody
//! curated, where a name to everybody's liking is nobody's business). In all others such names are left for the model to
//! refuse.

use super::{every_schema_of_document, schema_names};
use crate::diagnostic::Diagnostics;
use crate::document::{METHODS, operation_name};
use crate::model::naming;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn number(document: &mut Value, _: &mut Diagnostics) {
    if !naming::numbers(document) {
        return;
    }
    let mut methods = BTreeSet::new();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let whole = Value::Object(operation.clone());
            let Some(name) = operation_name(&whole).map(naming::snake) else {
                continue;
            };
            let free = naming::free(&name, &methods);
            if free != name {
                operation.insert("x-xgen-operation-id-override".to_owned(), json!(free));
            }
            methods.insert(free);
        }
    }
    let mut taken: BTreeSet<String> = naming::runtime_names().map(str::to_owned).collect();
    taken.extend(methods.iter().map(|name| naming::pascal(name)));
    for (key, pointer) in schema_names(document) {
        let Some(schema) = document.pointer_mut(&pointer) else {
            continue;
        };
        let name = naming::type_name(schema, &key);
        let free = naming::free(&name, &taken);
        if let Some(schema) = schema.as_object_mut().filter(|_| free != name) {
            schema.insert("x-rust-name".to_owned(), json!(free));
        }
        taken.insert(free);
    }
    every_schema_of_document(document, &mut number_fields);
}

/// The fields of one record.
fn number_fields(schema: &mut Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let mut taken = BTreeSet::from(["extra".to_owned()]);
    for (wire, property) in properties.into_iter().flatten() {
        let name = naming::field_name(property, wire);
        let free = naming::free(&name, &taken);
        if let Some(property) = property.as_object_mut().filter(|_| free != name) {
            property.insert("x-rust-field".to_owned(), json!(free));
        }
        taken.insert(free);
    }
}
