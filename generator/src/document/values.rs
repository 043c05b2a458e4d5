//! A document as a JSON value: pointers, references, and what members hold.
//!
//! Invariant: nothing here interprets OpenAPI beyond `$ref`.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The member by which a part remembers its pointer in the document as it was given, where somebody will ask.
pub(crate) const ORIGIN: &str = "x-rust-origin";

/// The member by which a part that was put in place of a reference remembers where the reference stood.
pub(crate) const SITE: &str = "x-rust-site";

/// The member by which a schema that was put in place of a reference to an alias remembers where the alias stood.
pub(crate) const ALIAS: &str = "x-rust-alias";

/// Where component schemas live.
pub(crate) const SCHEMAS: &str = "/components/schemas";

/// `pointer` extended by one reference token, escaped as RFC 6901 asks.
pub(crate) fn child(pointer: &str, token: &str) -> String {
    match token.contains(['~', '/']) {
        true => format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1")),
        false => [pointer, "/", token].concat(),
    }
}

/// The object at `pointer`, or an empty one.
pub(crate) fn object<'v>(value: &'v Value, pointer: &str) -> &'v Map<String, Value> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value
        .pointer(pointer)
        .and_then(Value::as_object)
        .unwrap_or(&EMPTY)
}

/// Sets a member of the document.
pub(crate) fn set(document: &mut Value, key: &str, value: Value) {
    if let Some(document) = document.as_object_mut() {
        document.insert(key.to_owned(), value);
    }
}

/// The string under `key`.
pub(crate) fn string<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// Whether the flag under `key` is set.
pub(crate) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// The strings of the list under `key`.
pub(crate) fn strings<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v str> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// The strings under `key`: of a list, or the one.
pub(crate) fn strings_or_one<'v>(
    value: &'v Value,
    key: &str,
) -> impl Iterator<Item = &'v str> + use<'v> {
    let one = string(value, key).into_iter();
    let list = value.get(key).and_then(Value::as_array);
    one.chain(list.into_iter().flatten().filter_map(Value::as_str))
}

/// The segments of a path; what parameters are called tells no paths apart.
pub(crate) fn nameless(path: &str) -> Vec<&str> {
    let segments = path.split('/');
    segments
        .map(|segment| match segment.starts_with('{') {
            true => "{}",
            false => segment,
        })
        .collect()
}

/// The pointer a local `$ref` leads to.
pub(crate) fn reference(value: &Value) -> Option<&str> {
    string(value, "$ref").and_then(|target| target.strip_prefix('#'))
}

/// The component schema a `$ref` names.
pub(crate) fn schema_name(value: &Value) -> Option<&str> {
    reference(value)?.strip_prefix(SCHEMAS)?.strip_prefix('/')
}

/// The component schema that a normalised schema names, by `$ref` or by the type it was lifted to.
pub(crate) fn type_key(value: &Value) -> Option<&str> {
    schema_name(value).or_else(|| string(value, "x-rust-type"))
}

/// The reference to a component schema.
pub(crate) fn schema_reference(name: &str) -> String {
    format!("#{SCHEMAS}/{name}")
}

/// The HTTP methods of a path item, in the order documents list them.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Every operation of the document: its pointer, path template, method and object.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (String, &str, &str, &Value)> {
    object(document, "/paths").iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| {
            let operation = item.get(method)?;
            let pointer = child(&child("/paths", path), method);
            Some((pointer, path.as_str(), *method, operation))
        })
    })
}

/// Visits every operation, to be changed: its pointer, path template, method and object, in the order of [`operations`].
pub(crate) fn each_operation_mut(
    document: &mut Value,
    visit: &mut dyn FnMut(&str, &str, &str, &mut Value),
) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                let pointer = child(&child("/paths", path), method);
                visit(&pointer, path, method, operation);
            }
        }
    }
}

/// The statuses of an operation's successes: `default`, where there is no other.
pub(crate) fn successes(operation: &Value) -> BTreeSet<String> {
    let statuses = object(operation, "/responses").keys();
    let (successes, others): (BTreeSet<String>, BTreeSet<String>) = statuses
        .cloned()
        .partition(|status| status.starts_with('2'));
    match successes.is_empty() {
        true => others
            .into_iter()
            .filter(|status| status == "default")
            .collect(),
        false => successes,
    }
}

/// What an operation is called: the override the document gives, else its `operationId`.
pub(crate) fn operation_name(operation: &Value) -> Option<&str> {
    string(operation, "x-xgen-operation-id-override").or_else(|| string(operation, "operationId"))
}

/// Removes the operations, by pointer and object, that `keep` refuses, and paths without any.
pub(crate) fn retain_operations(
    document: &mut Value,
    mut keep: impl FnMut(&str, &mut Value) -> bool,
) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths.iter_mut() {
        let pointer = child("/paths", path);
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        item.retain(|key, operation| {
            !METHODS.contains(&key.as_str()) || keep(&child(&pointer, key), operation)
        });
    }
    paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
}
