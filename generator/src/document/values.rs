//! Access to a document as a JSON value: pointers, references and members.
//!
//! Invariant: this module interprets nothing of OpenAPI except `$ref` and where operations are.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Marks a part with its pointer in the document as it was given.
pub(crate) const ORIGIN: &str = "x-rust-origin";

/// Marks a part that replaced a reference with the reference's pointer.
pub(crate) const SITE: &str = "x-rust-site";

/// Marks a schema that replaced a reference to an alias with the alias' pointer.
pub(crate) const ALIAS: &str = "x-rust-alias";

/// Pointer to the component schemas.
pub(crate) const SCHEMAS: &str = "/components/schemas";

/// Appends a token to a pointer, escaped according to RFC 6901.
pub(crate) fn child(pointer: &str, token: &str) -> String {
    match token.contains(['~', '/']) {
        true => format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1")),
        false => [pointer, "/", token].concat(),
    }
}

/// Returns the object at `pointer`, or an empty one.
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

/// Returns the string under `key`.
pub(crate) fn string<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// Returns true if the boolean under `key` is `true`.
pub(crate) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// Returns the strings of the list under `key`.
pub(crate) fn strings<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v str> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Returns the strings under `key`, which may be a list or a single string.
pub(crate) fn strings_or_one<'v>(
    value: &'v Value,
    key: &str,
) -> impl Iterator<Item = &'v str> + use<'v> {
    let one = string(value, key).into_iter();
    let list = value.get(key).and_then(Value::as_array);
    one.chain(list.into_iter().flatten().filter_map(Value::as_str))
}

/// Returns the segments of a path with the names of its parameters removed.
///
/// Text around a parameter stays, because `/jobs/{id}:start` and `/jobs/{id}:stop` are different paths.
pub(crate) fn without_parameter_names(path: &str) -> Vec<String> {
    let nameless = |segment: &str| {
        let mut parts = segment.split('{');
        let mut shape = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let after_name = part.find('}').and_then(|end| part.get(end..));
            shape.push('{');
            shape.push_str(after_name.unwrap_or(part));
        }
        shape
    };
    path.split('/').map(nameless).collect()
}

/// Returns the pointer of a local `$ref`.
pub(crate) fn reference(value: &Value) -> Option<&str> {
    string(value, "$ref").and_then(|target| target.strip_prefix('#'))
}

/// Follows references to a part that is not a reference; `None` if a target is missing or part of a cycle.
pub(crate) fn resolved<'d>(document: &'d Value, mut part: &'d Value) -> Option<&'d Value> {
    /// Maximum length of a chain of references. A longer chain is a cycle, which another check reports.
    const LONGEST_CHAIN: usize = 32;
    for _ in 0..LONGEST_CHAIN {
        match reference(part) {
            Some(target) => part = document.pointer(target)?,
            None => return Some(part),
        }
    }
    None
}

/// Returns the name of the component schema that a `$ref` refers to.
pub(crate) fn schema_name(value: &Value) -> Option<&str> {
    reference(value)?.strip_prefix(SCHEMAS)?.strip_prefix('/')
}

/// Returns the name of the component schema of a simplified schema, from its `$ref` or its `x-rust-type`.
pub(crate) fn type_key(value: &Value) -> Option<&str> {
    schema_name(value).or_else(|| string(value, "x-rust-type"))
}

/// Returns the `$ref` value for a component schema.
pub(crate) fn schema_reference(name: &str) -> String {
    format!("#{SCHEMAS}/{name}")
}

/// The HTTP methods of a path item, in the order of the specification.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Iterates over all operations: pointer, path template, method and object.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (String, &str, &str, &Value)> {
    object(document, "/paths").iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| {
            let operation = item.get(method)?;
            let pointer = child(&child("/paths", path), method);
            Some((pointer, path.as_str(), *method, operation))
        })
    })
}

/// Adds empty component schemas to a document without any, because some passes add schemas.
pub(crate) fn ensure_schemas(document: &mut Value) {
    let mut parent = Some(document);
    for key in ["components", "schemas"] {
        let members = parent.and_then(Value::as_object_mut);
        parent = members.map(|members| {
            let member = members.entry(key);
            member.or_insert_with(|| Value::Object(Map::new()))
        });
    }
}

/// Visits all operations mutably, in the order of [`operations`]: pointer, path template, method and object.
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

/// Returns the success statuses of an operation, or `default` if it has none.
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

/// Returns the name of an operation: `x-xgen-operation-id-override`, or else `operationId`.
pub(crate) fn operation_name(operation: &Value) -> Option<&str> {
    string(operation, "x-xgen-operation-id-override").or_else(|| string(operation, "operationId"))
}

/// Removes operations for which `keep` returns false, and then paths without operations.
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
