//! What a request must be, as data: parameters and bodies of every operation and the schemas they reach, without prose.
//!
//! Must never say more than the document does: whoever stands in for the service validates by it.

use crate::document::{
    SCHEMAS, each_object, object, operation_name, operations, schema_name, string,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What a schema says to people only.
const PROSE: [&str; 6] = [
    "description",
    "example",
    "examples",
    "externalDocs",
    "summary",
    "title",
];

/// The requests of a curated document, as JSON.
pub(crate) fn requests(document: &Value) -> String {
    let mut reached = BTreeSet::new();
    let rows: Map<String, Value> = operations(document)
        .filter_map(|(_, _, _, raw)| {
            let row = bare(&request(raw, document));
            reach(&row, document, &mut reached);
            Some((operation_name(raw)?.to_owned(), row))
        })
        .collect();
    let schemas: Map<String, Value> = reached
        .iter()
        .filter_map(|name| Some((name.clone(), bare(object(document, SCHEMAS).get(name)?))))
        .collect();
    let all = json!({ "operations": rows, "components": { "schemas": schemas } });
    // A value has no key that is not text.
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}

fn request(operation: &Value, document: &Value) -> Value {
    let declared = operation.get("parameters").and_then(Value::as_array);
    let parameters = declared.into_iter().flatten().map(|parameter| {
        let parameter = resolved(parameter, document);
        let fact = |key: &str| parameter.get(key).cloned().unwrap_or_default();
        json!({
            "in": fact("in"),
            "name": fact("name"),
            "required": parameter.get("required") == Some(&json!(true)),
            "schema": fact("schema"),
        })
    });
    let mut row = json!({ "parameters": parameters.collect::<Vec<_>>() });
    if let Some(body) = operation
        .get("requestBody")
        .map(|body| resolved(body, document))
    {
        let media = object(body, "/content").values().next();
        row["body"] = json!({
            "required": body.get("required") == Some(&json!(true)),
            "schema": media.and_then(|media| media.get("schema")),
        });
    }
    row
}

fn resolved<'d>(value: &'d Value, document: &'d Value) -> &'d Value {
    let target = string(value, "$ref").and_then(|reference| reference.strip_prefix('#'));
    target
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

/// Adds the names of all schemas that `value` reaches.
fn reach(value: &Value, document: &Value, reached: &mut BTreeSet<String>) {
    let mut open = named(value);
    while let Some(name) = open.pop() {
        if let Some(schema) = object(document, SCHEMAS).get(&name)
            && reached.insert(name)
        {
            open.extend(named(schema));
        }
    }
}

/// The names of the schemas that a value refers to itself.
fn named(value: &Value) -> Vec<String> {
    let mut references = Vec::new();
    each_object(value, &mut |map| {
        let mapping = map.get("mapping").and_then(Value::as_object);
        let mapped = mapping.into_iter().flat_map(Map::values);
        references.extend(map.get("$ref").into_iter().chain(mapped).cloned());
    });
    let schema = |reference| schema_name(&json!({ "$ref": reference })).map(str::to_owned);
    references.into_iter().filter_map(schema).collect()
}

/// A schema or a row without prose and extensions. Properties may be called what prose is called.
fn bare(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map
                .iter()
                .filter(|(key, _)| !(PROSE.contains(&key.as_str()) || key.starts_with("x-")));
            let kept = kept.map(|(key, value)| match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    let properties = properties.iter();
                    let properties = properties.map(|(name, schema)| (name.clone(), bare(schema)));
                    (key.clone(), Value::Object(properties.collect()))
                }
                _ => (key.clone(), bare(value)),
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(bare).collect()),
        other => other.clone(),
    }
}
