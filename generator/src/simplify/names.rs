//! Names for documents that nobody curated (`x-rust-number-collisions`): what would be called the same gets a number, and
//! enums that recur under one name are one type. In all other documents such names are left for the model to refuse.

use super::schemas::{every_schema_of_document, schema_names};
use crate::api::naming;
use crate::diagnostic::Diagnostics;
use crate::document::{METHODS, operation_name, string};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Names operations without an `operationId` by method and path: `get /a/{b}/c` is `get_a_b_c`.
pub(crate) fn name_operations(document: &mut Value) {
    let named = crate::document::operations(document);
    let named = named.filter_map(|(.., operation)| operation_name(operation));
    let mut taken: BTreeSet<String> = named.map(naming::snake).collect();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            let operation = item.get_mut(method).and_then(Value::as_object_mut);
            let Some(operation) = operation.filter(|it| !it.contains_key("operationId")) else {
                continue;
            };
            let name = naming::free(&naming::snake(&format!("{method} {path}")), &taken);
            operation.insert("operationId".to_owned(), json!(name));
            taken.insert(name);
        }
    }
}

pub(super) fn number(document: &mut Value, _: &mut Diagnostics) {
    if !naming::numbers(document) {
        return;
    }
    // An operation's type is called like its method.
    let mut methods: BTreeSet<String> = naming::runtime_names().map(naming::snake).collect();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let whole = Value::Object(operation.clone());
            let Some(name) = operation_name(&whole).map(naming::method_name) else {
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
    share_enums(document, &mut taken);
}

/// An enum that several records have under one name and with the same values is one type, of that name. Where a name has
/// several such enums, that is the one met most often.
fn share_enums(document: &mut Value, taken: &mut BTreeSet<String>) {
    let values_of = |property: &Value| property.get("enum").map(Value::to_string);
    let mut seen: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    each_enum(document, &mut |name, property| {
        if let Some(values) = values_of(property) {
            *seen
                .entry(name.to_owned())
                .or_default()
                .entry(values)
                .or_default() += 1;
        }
    });
    let mut types = BTreeMap::new();
    for (name, enums) in seen {
        let most = enums.into_iter().max_by_key(|(_, count)| *count);
        if let Some((values, 2..)) = most {
            let free = naming::free(&naming::pascal(&name), taken);
            taken.insert(free.clone());
            types.insert((name, values), free);
        }
    }
    each_enum(document, &mut |name, property| {
        let key = values_of(property).map(|values| (name.to_owned(), values));
        let type_name = key.and_then(|key| types.get(&key));
        if let (Some(type_name), Some(property)) = (type_name, property.as_object_mut()) {
            property
                .entry("x-rust-type")
                .or_insert_with(|| json!(type_name));
        }
    });
}

/// Visits the string enums among all properties, alone or in lists, with the property's name.
fn each_enum(document: &mut Value, visit: &mut dyn FnMut(&str, &mut Value)) {
    every_schema_of_document(document, &mut |schema| {
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            let listed = string(property, "type") == Some("array");
            let property = match listed {
                true => property.get_mut("items"),
                false => Some(property),
            };
            let text = |property: &&mut Value| string(property, "type") == Some("string");
            if let Some(property) = property.filter(text)
                && property.get("enum").is_some()
            {
                visit(name, property);
            }
        }
    });
}

/// The fields of one record.
fn number_fields(schema: &mut Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let mut taken = BTreeSet::new();
    for (wire, property) in properties.into_iter().flatten() {
        let name = naming::field_name(property, wire);
        let free = naming::free(&name, &taken);
        if let Some(property) = property.as_object_mut().filter(|_| free != name) {
            property.insert("x-rust-field".to_owned(), json!(free));
        }
        taken.insert(free);
    }
}
