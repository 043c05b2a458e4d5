//! Carries over operations that the last release had and the document lacks.
//!
//! A renamed operation keeps its earlier name as an alias. A removed operation is copied from the document of the
//! last release. The generated code marks both as deprecated.
//!
//! They stay until an overlay drops them (`x-rust-removed`), which is allowed only after a release that had them
//! deprecated.
//!
//! Invariant: a carried-over operation never changes the document's own operations and components.

use crate::api::naming;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::{self, Kind};
use crate::document::{
    self, METHODS, SCHEMAS, Text, child, flag, object, operation_name, string, strings_or_one,
    without_parameter_names,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Extension of the document: the successor or the removal of operations, by their SDK id or `operationId`.
///
/// It is removed from the curated document, because it is not part of the API.
const TABLE: &str = "x-rust-removed";
/// Marks a carried-over operation.
pub(crate) const REMOVED: &str = "x-rust-removed";
/// The operation that replaces a carried-over operation.
pub(crate) const SUCCESSOR: &str = "x-rust-successor";
/// Earlier names of an operation.
pub(crate) const RENAMED_FROM: &str = "x-rust-renamed-from";

/// Result of carrying over.
#[derive(Default)]
pub(crate) struct Report {
    /// Number of operations that are carried over or keep an earlier name.
    pub(crate) carried: usize,
    /// Number of operations or earlier names that are dropped.
    pub(crate) dropped: usize,
    /// Entries of the extension that have no effect.
    pub(crate) idle: Vec<String>,
}

/// An entry of the extension.
struct Entry {
    /// The id as written in the extension.
    key: String,
    successor: Option<String>,
    drop: bool,
}

/// Adds the operations to `document` that only `released` has.
pub(crate) fn carry_over(
    document: &mut Value,
    released: Option<Text<'_>>,
    diagnostics: &mut Diagnostics,
) -> Result<Report, Diagnostics> {
    let released = released.map(document::load).transpose()?;
    let table = table(document, released.as_ref(), diagnostics);
    diagnostics.check()?;
    let released = released.unwrap_or_else(|| json!({}));
    let mut report = Report::default();
    let mut unused: BTreeSet<&String> = table.keys().collect();
    let mut is_dropped = |id: &str, was_carried_over: bool, diagnostics: &mut Diagnostics| {
        let entry = table.get(id).filter(|entry| entry.drop);
        let drop = entry.is_some();
        unused.retain(|unused| *unused != id);
        if let (Some(entry), false) = (entry, was_carried_over) {
            let pointer = child(&format!("/{TABLE}"), &entry.key);
            diagnostics.push(Diagnostic::new(
                    "not-deprecated-yet",
                    &pointer,
                    format!("`{id}` would be removed without having been deprecated in a release"),
                    "remove `drop`: the next release deprecates the operation, and a later one may drop it",
                ).remove_at(pointer + "/drop"));
        }
        report.dropped += usize::from(drop && was_carried_over);
        drop
    };
    let mut missing_operations = Vec::new();
    for (_, path, method, old) in document::operations(&released) {
        let Some(id) = operation_name(old) else {
            continue;
        };
        let is_same = |(_, _, _, new): &(_, _, _, &Value)| operation_name(new) == Some(id);
        let is_there = |(_, other, verb, _): &(_, &str, &str, _)| {
            *verb == method && without_parameter_names(other) == without_parameter_names(path)
        };
        let named = document::operations(document).find(is_same);
        let is_renamed = named.is_none();
        let found = named.or_else(|| document::operations(document).find(is_there));
        let pointer = found.map(|(pointer, ..)| pointer);
        let was_carried_over = flag(old, REMOVED);
        let mut names: Vec<&str> = strings_or_one(old, RENAMED_FROM)
            .filter(|name| !is_dropped(name, true, diagnostics))
            .collect();
        if is_renamed && !is_dropped(id, was_carried_over, diagnostics) {
            match &pointer {
                Some(_) => names.push(id),
                None => missing_operations.push((path, method, old)),
            }
        }
        if let Some(new) = pointer.and_then(|pointer| document.pointer_mut(&pointer)) {
            add_earlier_names(new, &names);
        }
    }
    diagnostics.check()?;
    for (path, method, old) in missing_operations {
        let id = operation_name(old).unwrap_or_default();
        let mut old = old.clone();
        let successor = table.get(id).and_then(|entry| entry.successor.as_deref());
        if let Some(operation) = old.as_object_mut() {
            operation.insert("deprecated".to_owned(), Value::Bool(true));
            operation.insert(REMOVED.to_owned(), Value::Bool(true));
            if let Some(successor) = successor {
                let name = find_operation(document, successor).and_then(operation_name);
                operation.insert(SUCCESSOR.to_owned(), json!(name.unwrap_or(successor)));
            }
        }
        carry_operation(document, &released, path, method, old);
    }
    check_successors(document, diagnostics);
    diagnostics.check()?;
    report.carried = document::operations(document)
        .map(|(_, _, _, operation)| {
            usize::from(flag(operation, REMOVED)) + strings_or_one(operation, RENAMED_FROM).count()
        })
        .sum();
    let idle = unused.into_iter().filter_map(|id| table.get(id));
    report.idle = idle.map(|entry| entry.key.clone()).collect();
    Ok(report)
}

/// Removes the extension from the document and returns its entries by SDK id.
fn table(
    document: &mut Value,
    released: Option<&Value>,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Entry> {
    let table = document
        .as_object_mut()
        .and_then(|document| document.shift_remove(TABLE));
    let mut entries = BTreeMap::new();
    for (key, entry) in table.iter().filter_map(Value::as_object).flatten() {
        let pointer = child(&format!("/{TABLE}"), key);
        let is_readable = |(name, value): (&String, &Value)| match name.as_str() {
            "successor" => value.is_string(),
            "drop" => value.is_boolean(),
            _ => false,
        };
        let is_entry = |entry: &Map<String, Value>| entry.iter().all(is_readable);
        if !entry.as_object().is_some_and(is_entry) {
            diagnostics.push(Diagnostic::new(
                    "bad-removed-entry",
                    &pointer,
                    format!("the entry for `{key}` is invalid"),
                    "write `{successor: newId}` if another operation replaces it, or `{drop: true}` to remove it",
                ).remove());
        }
        let drop = flag(entry, "drop");
        let id = released.map(|released| released_id(released, key));
        // A dropped operation is not in the last release any more, so an entry with `drop` may be outdated.
        if id == Some(None) && !drop {
            diagnostics.push(Diagnostic::new(
                    "unknown-removed-id",
                    &pointer,
                    format!("the last release has no operation `{key}`"),
                    "use the operation's SDK id (`Operation::id`) or its `operationId`, or remove the entry",
                ).remove());
        }
        let successor = string(entry, "successor").map(str::to_owned);
        if let Some(successor) = successor.as_deref()
            && find_operation(document, successor).is_none()
        {
            diagnostics.push(unknown_successor(successor, child(&pointer, "successor")).remove());
        }
        let id = id.flatten().unwrap_or(key).to_owned();
        let key = key.clone();
        let parsed = Entry {
            key,
            successor,
            drop,
        };
        if let Some(other) = entries.insert(id, parsed) {
            diagnostics.push(
                Diagnostic::new(
                    "bad-removed-entry",
                    pointer,
                    format!("`{}` refers to the same operation", other.key),
                    "remove one of the two entries",
                )
                .and(child(&format!("/{TABLE}"), &other.key))
                .remove(),
            );
        }
    }
    entries
}

/// Returns the SDK id of an operation of the last release, given its SDK id or its `operationId`.
fn released_id<'i>(released: &'i Value, id: &'i str) -> Option<&'i str> {
    let is_earlier = |operation: &Value| strings_or_one(operation, RENAMED_FROM).any(|it| it == id);
    match document::operations(released).any(|(.., operation)| is_earlier(operation)) {
        true => Some(id),
        false => find_operation(released, id).and_then(operation_name),
    }
}

/// Returns the operation with this SDK id, or else with this `operationId`.
fn find_operation<'v>(document: &'v Value, id: &str) -> Option<&'v Value> {
    let all = || document::operations(document).map(|(.., operation)| operation);
    let by_name = all().find(|operation| operation_name(operation) == Some(id));
    by_name.or_else(|| all().find(|operation| string(operation, "operationId") == Some(id)))
}

/// Adds earlier names to an operation.
fn add_earlier_names(operation: &mut Value, names: &[&str]) {
    let mut all: Vec<&str> = strings_or_one(operation, RENAMED_FROM).collect();
    for name in names {
        if !all.contains(name) && operation_name(operation) != Some(name) {
            all.push(name);
        }
    }
    let value = match all.as_slice() {
        [] => return,
        [one] => json!(one),
        all => json!(all),
    };
    document::set(operation, RENAMED_FROM, value);
}

/// Adds an operation at its former path, with the components that it needs and the document lacks.
fn carry_operation(
    document: &mut Value,
    released: &Value,
    path: &str,
    method: &str,
    mut operation: Value,
) {
    let path_exists = object(document, "/paths").contains_key(path);
    let mut item = match path_exists {
        true => Map::new(),
        false => object(released, &child("/paths", path)).clone(),
    };
    item.retain(|key, _| !METHODS.contains(&key.as_str()));
    let mut open = walk::references(&operation, Kind::Operation);
    open.extend(walk::references(
        &Value::Object(item.clone()),
        Kind::PathItem,
    ));
    let mut renamed = BTreeMap::new();
    let mut missing = BTreeMap::new();
    while let Some(pointer) = open.pop() {
        let pointer = walk::component(&pointer).unwrap_or(&pointer);
        let component = released.pointer(pointer);
        let Some(component) = component.filter(|_| document.pointer(pointer).is_none()) else {
            continue;
        };
        if let Some(key) = same_name(document, released, pointer) {
            renamed.insert(pointer.to_owned(), child(SCHEMAS, &key));
        } else if missing
            .insert(pointer.to_owned(), component.clone())
            .is_none()
        {
            open.extend(walk::references(component, Kind::at(pointer)));
        }
    }
    redirect(&mut operation, Kind::Operation, &renamed);
    for (pointer, mut component) in missing {
        redirect(&mut component, Kind::at(&pointer), &renamed);
        let mut parts = pointer.split('/').skip(1);
        if let (Some("components"), Some(kind), Some(name)) =
            (parts.next(), parts.next(), parts.next())
        {
            let name = walk::unescaped(name);
            entry(entry(document, "components"), kind)[name.as_str()] = component;
        }
    }
    let tags = operation.get("tags").and_then(Value::as_array);
    carry_tags(document, released, tags.map_or(&[], Vec::as_slice));
    let place = entry(entry(document, "paths"), path);
    for (key, value) in item {
        document::set(place, &key, value);
    }
    document::set(place, method, operation);
}

/// Returns the object under a key, and creates it if it is missing.
fn entry<'v>(value: &'v mut Value, key: &str) -> &'v mut Value {
    let inner = &mut value[key];
    if !inner.is_object() {
        *inner = json!({});
    }
    inner
}

/// Adds the tags that only carried-over operations use.
fn carry_tags(document: &mut Value, released: &Value, used: &[Value]) {
    let listed = |document: &Value| {
        let tags = document.get("tags").and_then(Value::as_array);
        tags.cloned().unwrap_or_default()
    };
    let mut tags = listed(document);
    for tag in listed(released) {
        let is_used = tag.get("name").is_some_and(|name| used.contains(name));
        if is_used && tags.iter().all(|known| known["name"] != tag["name"]) {
            tags.push(tag);
        }
    }
    if !tags.is_empty() {
        document::set(document, "tags", Value::Array(tags));
    }
}

/// Returns the key of the document's schema with the same Rust name as a schema of the last release.
fn same_name(document: &Value, released: &Value, pointer: &str) -> Option<String> {
    let key = pointer.strip_prefix(SCHEMAS)?.strip_prefix('/')?;
    let wanted = naming::type_name(released.pointer(pointer)?, key);
    let mut schemas = object(document, SCHEMAS).iter();
    let found = schemas.find(|(key, schema)| naming::type_name(schema, key) == wanted);
    found.map(|(key, _)| key.clone())
}

/// Redirects references to renamed components, or into them.
fn redirect(value: &mut Value, kind: Kind, renamed: &BTreeMap<String, String>) {
    walk::each_mut(value, kind, "", &mut |_, kind, part| {
        let Some(pointer) = walk::target(kind, part) else {
            return;
        };
        let component = walk::component(&pointer).unwrap_or(&pointer);
        if let Some(target) = renamed.get(component) {
            let rest = pointer.strip_prefix(component).unwrap_or_default();
            *part = Value::String(format!("#{target}{rest}"));
        }
    });
}

fn check_successors(document: &Value, diagnostics: &mut Diagnostics) {
    for (pointer, _, _, operation) in document::operations(document) {
        let Some(successor) = string(operation, SUCCESSOR) else {
            continue;
        };
        let is_it =
            |other: &Value| operation_name(other) == Some(successor) && !flag(other, REMOVED);
        if document::operations(document).any(|(_, _, _, other)| is_it(other)) {
            continue;
        }
        let found = unknown_successor(successor, child(&pointer, SUCCESSOR));
        diagnostics.push(match operation_name(operation) {
            // The operation is not in the document to which overlays apply, but the extension is.
            Some(id) if flag(operation, REMOVED) => {
                found.update_at("", json!({ TABLE: { id: { "successor": "…" } } }))
            }
            _ => found.remove(),
        });
    }
}

fn unknown_successor(successor: &str, pointer: String) -> Diagnostic {
    Diagnostic::new(
        "unknown-successor",
        pointer,
        format!("the successor `{successor}` is not an operation"),
        "name a selected operation, or remove `successor`",
    )
}
