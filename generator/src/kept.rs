//! Keeps what the last release had and the document has not: an operation that is called otherwise keeps its old name beside the
//! new one, an operation that is gone is carried over from the document of that release. Both are deprecated in the code.
//!
//! They stay until the overlays say that they go (`x-rust-removed`), which they may only once a release had them deprecated.
//!
//! Invariant: what is carried over changes nothing of what the document has.

use crate::diagnostic::Diagnostics;
use crate::document::{
    self, METHODS, SCHEMAS, Text, child, flag, nameless, object, operation_name, schema_reference,
    string, strings_or_one,
};
use crate::model::naming;
use crate::select::references;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// On the document: what becomes of operations that are gone, by the ids they go by in the SDK. Taken off, since it is no part of the API.
const TABLE: &str = "x-rust-removed";
/// On an operation: it is carried over.
pub(crate) const REMOVED: &str = "x-rust-removed";
/// On an operation that is carried over: the operation to call instead.
pub(crate) const SUCCESSOR: &str = "x-rust-successor";
/// On an operation: what else it can be called.
pub(crate) const RENAMED_FROM: &str = "x-rust-renamed-from";

/// What became of the last release's operations.
#[derive(Default)]
pub(crate) struct Kept {
    /// How many are carried over, or keep an old name.
    pub(crate) kept: usize,
    /// How many go.
    pub(crate) dropped: usize,
    /// Entries of the table that are about nothing.
    pub(crate) idle: Vec<String>,
}

/// An entry of the table.
struct Entry {
    successor: Option<String>,
    drop: bool,
}

/// Adds to `document` what `released` has beyond it.
pub(crate) fn keep(
    document: &mut Value,
    released: Option<Text<'_>>,
    diagnostics: &mut Diagnostics,
) -> Result<Kept, Diagnostics> {
    let table = table(document, diagnostics);
    diagnostics.check()?;
    let released = match released {
        Some(text) => document::load(text)?,
        None => json!({}),
    };
    let mut kept = Kept::default();
    let mut unused: BTreeSet<&String> = table.keys().collect();
    let mut goes = |id: &str, was_kept: bool, diagnostics: &mut Diagnostics| {
        let drop = table.get(id).is_some_and(|entry| entry.drop);
        unused.retain(|unused| *unused != id);
        if drop && !was_kept {
            diagnostics.report(
                "not-deprecated-yet",
                child(&format!("/{TABLE}"), id),
                format!("`{id}` would go without having been deprecated in a release"),
                "leave out `drop`: the next release has it deprecated, and one after that may drop it",
            );
        }
        kept.dropped += usize::from(drop && was_kept);
        drop
    };
    let mut carried = Vec::new();
    for (_, path, method, old) in document::operations(&released) {
        let Some(id) = operation_name(old) else {
            continue;
        };
        let is_same = |(_, _, _, new): &(_, _, _, &Value)| operation_name(new) == Some(id);
        let is_there = |(_, other, verb, _): &(_, &str, &str, _)| {
            *verb == method && nameless(other) == nameless(path)
        };
        let named = document::operations(document).find(is_same);
        let is_renamed = named.is_none();
        let found = named.or_else(|| document::operations(document).find(is_there));
        let pointer = found.map(|(pointer, ..)| pointer);
        let was_kept = flag(old, REMOVED);
        let mut names: Vec<&str> = strings_or_one(old, RENAMED_FROM)
            .filter(|name| !goes(name, true, diagnostics))
            .collect();
        if is_renamed && !goes(id, was_kept, diagnostics) {
            match &pointer {
                Some(_) => names.push(id),
                None => carried.push((path, method, old)),
            }
        }
        if let Some(new) = pointer.and_then(|pointer| document.pointer_mut(&pointer)) {
            also_called(new, &names);
        }
    }
    diagnostics.check()?;
    for (path, method, old) in carried {
        let id = operation_name(old).unwrap_or_default();
        let mut old = old.clone();
        let successor = table.get(id).and_then(|entry| entry.successor.as_deref());
        if let Some(operation) = old.as_object_mut() {
            operation.insert("deprecated".to_owned(), Value::Bool(true));
            operation.insert(REMOVED.to_owned(), Value::Bool(true));
            if let Some(successor) = successor {
                let chosen = document::operations(document)
                    .find(|(.., new)| string(new, "operationId") == Some(successor));
                let name = chosen.and_then(|(.., new)| operation_name(new));
                operation.insert(SUCCESSOR.to_owned(), json!(name.unwrap_or(successor)));
            }
        }
        carry(document, &released, path, method, old);
    }
    check_successors(document, diagnostics);
    diagnostics.check()?;
    kept.kept = document::operations(document)
        .map(|(_, _, _, operation)| {
            usize::from(flag(operation, REMOVED)) + strings_or_one(operation, RENAMED_FROM).count()
        })
        .sum();
    kept.idle = unused.into_iter().cloned().collect();
    Ok(kept)
}

/// Takes the table off the document.
fn table(document: &mut Value, diagnostics: &mut Diagnostics) -> BTreeMap<String, Entry> {
    let table = document
        .as_object_mut()
        .and_then(|document| document.shift_remove(TABLE));
    let mut entries = BTreeMap::new();
    for (id, entry) in table.iter().filter_map(Value::as_object).flatten() {
        let keys = entry.as_object().into_iter().flat_map(Map::keys);
        let is_known = |key: &String| ["successor", "drop"].contains(&key.as_str());
        if !entry.is_object() || !keys.clone().all(is_known) {
            diagnostics.report(
                "bad-removed-entry",
                child(&format!("/{TABLE}"), id),
                format!("what becomes of `{id}` is not readable"),
                "write `{successor: newId}` where another operation replaces it, `{drop: true}` for it to go",
            );
        }
        let successor = string(entry, "successor").map(str::to_owned);
        let drop = flag(entry, "drop");
        entries.insert(id.clone(), Entry { successor, drop });
    }
    entries
}

/// Adds names that an operation can be called by.
fn also_called(operation: &mut Value, names: &[&str]) {
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

/// Puts an operation where it was, with the components that it needs and the document has not.
fn carry(document: &mut Value, released: &Value, path: &str, method: &str, mut operation: Value) {
    let there = object(document, "/paths").contains_key(path);
    let mut item = match there {
        true => Map::new(),
        false => object(released, &child("/paths", path)).clone(),
    };
    item.retain(|key, _| !METHODS.contains(&key.as_str()));
    let mut open = Vec::new();
    references(&operation, &mut open);
    references(&Value::Object(item.clone()), &mut open);
    let mut renamed = BTreeMap::new();
    let mut missing = BTreeMap::new();
    while let Some(pointer) = open.pop() {
        let component = released.pointer(&pointer);
        let Some(component) = component.filter(|_| document.pointer(&pointer).is_none()) else {
            continue;
        };
        if let Some(key) = same_name(document, released, &pointer) {
            renamed.insert(format!("#{pointer}"), schema_reference(&key));
        } else if missing.insert(pointer, component.clone()).is_none() {
            references(component, &mut open);
        }
    }
    redirect(&mut operation, &renamed);
    for (pointer, mut component) in missing {
        redirect(&mut component, &renamed);
        let mut parts = pointer.split('/').skip(1);
        if let (Some("components"), Some(kind), Some(name)) =
            (parts.next(), parts.next(), parts.next())
        {
            let name = name.replace("~1", "/").replace("~0", "~");
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

/// The object under a key, which may have to be made.
fn entry<'v>(value: &'v mut Value, key: &str) -> &'v mut Value {
    let inner = &mut value[key];
    if !inner.is_object() {
        *inner = json!({});
    }
    inner
}

/// What the document says of a module, where only an operation that is carried over is in it.
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

/// A schema of the document that has the Rust name of a schema of the last release, under another key.
fn same_name(document: &Value, released: &Value, pointer: &str) -> Option<String> {
    let key = pointer.strip_prefix(SCHEMAS)?.strip_prefix('/')?;
    let wanted = naming::type_name(released.pointer(pointer)?, key);
    let mut schemas = object(document, SCHEMAS).iter();
    let found = schemas.find(|(key, schema)| naming::type_name(schema, key) == wanted);
    found.map(|(key, _)| key.clone())
}

/// Points references elsewhere.
fn redirect(value: &mut Value, renamed: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(target) = renamed.get(text) {
                text.clone_from(target);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, renamed)),
        Value::Object(map) => map.values_mut().for_each(|inner| redirect(inner, renamed)),
        _ => {}
    }
}

fn check_successors(document: &Value, diagnostics: &mut Diagnostics) {
    for (pointer, _, _, operation) in document::operations(document) {
        let Some(successor) = string(operation, SUCCESSOR) else {
            continue;
        };
        let is_it =
            |other: &Value| operation_name(other) == Some(successor) && !flag(other, REMOVED);
        if !document::operations(document).any(|(_, _, _, other)| is_it(other)) {
            diagnostics.report(
                "unknown-successor",
                child(&pointer, SUCCESSOR),
                format!("`{successor}` is to replace an operation, and is none"),
                "name an operation that is selected, or leave out `successor`",
            );
        }
    }
}
