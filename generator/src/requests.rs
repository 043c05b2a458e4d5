//! What a request must be, as data: parameters and bodies of every operation, the schemas they reach, and all dated versions
//! with the days they end, without prose.
//!
//! Must never say more than the document does: whoever stands in for the service validates by it.

use crate::document::{
    SCHEMAS, each_object, object, operation_name, operations, schema_name, string,
};
use crate::versions::{is_date, version};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The dated versions of each operation by its pointer, oldest first, each with the day it ends, if that is known.
pub(crate) type Versions = BTreeMap<String, BTreeMap<String, Option<String>>>;

/// The versions in a document that still has all of them.
pub(crate) fn versions(document: &Value) -> Versions {
    let mut versions = Versions::new();
    for (pointer, _, _, operation) in operations(document) {
        let dates = versions.entry(pointer).or_default();
        each_object(operation, &mut |map| {
            for (media_type, media) in map {
                if let Some(date) = version(media_type) {
                    let sunset = dates.entry(date.to_owned()).or_default();
                    *sunset = sunset
                        .take()
                        .or(string(media, "x-sunset").map(str::to_owned));
                }
            }
        });
    }
    versions
}

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
pub(crate) fn requests(document: &Value, versions: &Versions) -> String {
    let mut reached = BTreeSet::new();
    let rows: Map<String, Value> = operations(document)
        .filter_map(|(pointer, _, _, raw)| {
            let mut row = bare(&request(raw, document));
            reach(&row, document, &mut reached);
            let name = operation_name(raw)?;
            row["operationId"] = json!(string(raw, "operationId"));
            let dates = versions.get(&pointer).into_iter().flatten();
            let dates = dates.filter(|(date, _)| is_date(date));
            let dates = dates.map(|(date, sunset)| json!({ "date": date, "sunset": sunset }));
            row["versions"] = dates.collect();
            Some((name.to_owned(), row))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_final_version_of_an_operation_is_named_with_its_end() {
        let media = |date: &str| format!("application/vnd.atlas.{date}+json");
        let document = json!({ "paths": { "/jobs": { "post": {
            "operationId": "createJob",
            "requestBody": { "content": { media("2024-05-30"): {}, media("2023-01-01"): {} } },
            "responses": { "200": { "content": {
                media("2023-01-01"): { "x-sunset": "2027-07-01" },
                media("2024-05-30"): {},
                media("preview"): {},
                "application/json": {},
            } } },
        } } } });
        let versions = versions(&document);
        let all: Value = serde_json::from_str(&requests(&document, &versions)).unwrap();
        assert_eq!(
            all["operations"]["createJob"]["versions"],
            json!([
                { "date": "2023-01-01", "sunset": "2027-07-01" },
                { "date": "2024-05-30", "sunset": null },
            ])
        );
        assert_eq!(all["operations"]["createJob"]["operationId"], "createJob");
    }
}
