//! Splits schemas by direction, so that requests and responses each have the properties they use.
//!
//! A schema used in both directions becomes two types if `readOnly`, `writeOnly`, `required` or its use in a PATCH
//! body makes them differ. Read-only properties are removed from request types and write-only ones from response
//! types. Schemas that no request or successful response uses are removed; the runtime reads error bodies itself.

use super::schemas::schema_names;
use crate::api::{OTHER_DIRECTION, naming};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::{self, Kind};
use crate::document::{
    ORIGIN, SCHEMAS, child, each_operation_mut, flag, object, operation_name, schema_name,
    schema_reference, string, strings_or_one, successes,
};
use crate::releases::carry_over::RENAMED_FROM;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn split(document: &mut Value, diagnostics: &mut Diagnostics) {
    mark_one_way_references(document);
    let (sent, received) = (
        reach(document, BodyKind::Sent),
        reach(document, BodyKind::Received),
    );
    let both: BTreeSet<&String> = sent.intersection(&received).collect();
    let mut differ: BTreeSet<String> = both
        .iter()
        .filter(|name| differs(document, name))
        .map(|name| (*name).clone())
        .collect();
    // A schema that contains a split schema is split as well.
    loop {
        let before = differ.len();
        for name in &both {
            let inner = names_inside(object(document, SCHEMAS).get(*name));
            if inner.iter().any(|inner| differ.contains(inner)) {
                differ.insert((*name).clone());
            }
        }
        if differ.len() == before {
            break;
        }
    }
    let request_names = request_names(document, &differ);
    let mut schemas = Map::new();
    for (name, pointer) in schema_names(document) {
        let Some(schema) = document.pointer(&pointer) else {
            continue;
        };
        if received.contains(&name) {
            let shared = sent.contains(&name) && !differ.contains(&name);
            let direction = if shared { "both" } else { "answer" };
            schemas.insert(
                name.clone(),
                for_direction(schema, "writeOnly", direction, &BTreeMap::new()),
            );
        }
        if let Some(request) = request_names.get(&name) {
            let mut schema = for_direction(schema, "readOnly", "request", &request_names);
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("x-rust-name".to_owned(), json!(request));
            }
            if schemas.contains_key(request) || document.pointer(&child(SCHEMAS, request)).is_some()
            {
                diagnostics.push(
                    Diagnostic::new(
                        "name-collision",
                        &pointer,
                        format!("the request type of `{name}` would be named `{request}`, which is taken"),
                        "name it in the names overlay",
                    )
                    .and(child(SCHEMAS, request))
                    .update(json!({ "x-rust-request-name": format!("{request}2") })),
                );
            }
            schemas.insert(request.clone(), schema);
        } else if sent.contains(&name) && !received.contains(&name) {
            schemas.insert(
                name,
                for_direction(schema, "readOnly", "request", &request_names),
            );
        }
    }
    if let Some(all) = document.pointer_mut(SCHEMAS) {
        *all = Value::Object(schemas);
    }
    each_media(document, BodyKind::Sent, &mut |schema| {
        rename(schema, &request_names)
    });
}

/// Chooses the names of request types.
fn request_names(document: &Value, differ: &BTreeSet<String>) -> BTreeMap<String, String> {
    let schemas = object(document, SCHEMAS);
    let mut taken: BTreeSet<String> = BTreeSet::new();
    if naming::numbers_collisions(document) {
        taken.extend(schemas.keys().cloned());
        let names = schemas.iter();
        taken.extend(names.map(|(key, schema)| naming::type_name(schema, key)));
        taken.extend(naming::runtime_names().map(str::to_owned));
        let markers = crate::document::operations(document);
        taken.extend(markers.flat_map(|(_, _, _, raw)| {
            let earlier = strings_or_one(raw, RENAMED_FROM);
            operation_name(raw)
                .into_iter()
                .chain(earlier)
                .map(naming::pascal)
        }));
    }
    let mut names = BTreeMap::new();
    for key in differ {
        let chosen = schemas
            .get(key)
            .and_then(|schema| string(schema, "x-rust-request-name"));
        let name = chosen.map_or_else(|| naming::pascal(&format!("{key} Request")), str::to_owned);
        let free = naming::unique(&name, &taken);
        if !taken.is_empty() {
            taken.insert(free.clone());
        }
        names.insert(key.clone(), free);
    }
    names
}

/// Copies `readOnly` and `writeOnly` of a schema to the properties that refer to it.
fn mark_one_way_references(document: &mut Value) {
    let one_way: Vec<(String, &str)> = object(document, SCHEMAS)
        .iter()
        .flat_map(|(name, schema)| {
            ["readOnly", "writeOnly"]
                .into_iter()
                .filter(|key| flag(schema, key))
                .map(|key| (name.clone(), key))
        })
        .collect();
    for (_, pointer) in schema_names(document) {
        let properties = document
            .pointer_mut(&pointer)
            .and_then(|schema| schema.get_mut("properties"));
        for property in properties
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(|all| all.values_mut())
        {
            for (name, key) in &one_way {
                if schema_name(property) == Some(name)
                    && let Some(property) = property.as_object_mut()
                {
                    property.insert((*key).to_owned(), json!(true));
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum BodyKind {
    Sent,
    Received,
}

/// Returns the component schemas that bodies of one direction reach, except through properties of the other
/// direction.
fn reach(document: &mut Value, body_kind: BodyKind) -> BTreeSet<String> {
    let mut open = Vec::new();
    each_media(document, body_kind, &mut |schema| {
        open.extend(names_inside(Some(schema)))
    });
    let mut reached = BTreeSet::new();
    let hidden = if body_kind == BodyKind::Sent {
        "readOnly"
    } else {
        "writeOnly"
    };
    while let Some(name) = open.pop() {
        if !reached.contains(&name)
            && let Some(schema) = object(document, SCHEMAS).get(&name)
        {
            open.extend(names_without(schema, hidden));
            reached.insert(name);
        }
    }
    // Enums of parameters are part of requests.
    if body_kind == BodyKind::Sent {
        for (_, _, _, operation) in crate::document::operations(document) {
            for parameter in operation
                .get("parameters")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                reached.extend(names_inside(parameter.get("schema")));
            }
        }
    }
    reached
}

/// Visits the body schemas of one direction: those of requests, or those of successful responses.
fn each_media(document: &mut Value, body_kind: BodyKind, visit: &mut dyn FnMut(&mut Value)) {
    each_operation_mut(document, &mut |_, _, _, operation| {
        let bodies: Vec<&mut Value> = match body_kind {
            BodyKind::Sent => operation.get_mut("requestBody").into_iter().collect(),
            BodyKind::Received => {
                let successes = successes(operation);
                let responses = operation
                    .get_mut("responses")
                    .and_then(Value::as_object_mut);
                let success = responses
                    .into_iter()
                    .flatten()
                    .filter(|(status, _)| successes.contains(*status));
                success.map(|(_, response)| response).collect()
            }
        };
        for body in bodies {
            let content = body.get_mut("content").and_then(Value::as_object_mut);
            for media in content.into_iter().flat_map(|content| content.values_mut()) {
                if let Some(schema) = media.get_mut("schema") {
                    visit(schema);
                }
            }
        }
    });
}

/// Returns the types that a schema refers to, except through properties marked `hidden`.
fn names_without(schema: &Value, hidden: &str) -> Vec<String> {
    let mut names = named(schema);
    for (key, part) in schema.as_object().into_iter().flatten() {
        match part.as_object().filter(|_| key == "properties") {
            Some(properties) => {
                let shown = properties
                    .values()
                    .filter(|property| !flag(property, hidden));
                names.extend(shown.flat_map(|property| names_inside(Some(property))));
            }
            None => walk::each(part, Kind::Schema.member(key), "", &mut |_, kind, part| {
                if kind == Kind::Schema {
                    names.extend(named(part));
                }
            }),
        }
    }
    names
}

/// Returns the type that a schema itself refers to, by `$ref` or by `x-rust-type`.
fn named(schema: &Value) -> Vec<String> {
    let lifted = string(schema, "x-rust-type");
    let names = schema_name(schema).into_iter().chain(lifted);
    names.map(str::to_owned).collect()
}

/// Returns the types that are referred to anywhere inside a schema.
fn names_inside(schema: Option<&Value>) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(schema) = schema {
        walk::each(schema, Kind::Schema, "", &mut |_, kind, part| {
            if kind == Kind::Schema {
                names.extend(named(part));
            }
        });
    }
    names
}

/// Returns true if a record's own properties differ between requests and responses.
fn differs(document: &Value, name: &str) -> bool {
    let Some(schema) = object(document, SCHEMAS).get(name) else {
        return false;
    };
    let required = schema
        .get("required")
        .and_then(Value::as_array)
        .is_some_and(|required| !required.is_empty());
    let one_way = |property: &Value| flag(property, "readOnly") || flag(property, "writeOnly");
    required || flag(schema, "x-patch") || object(schema, "/properties").values().any(one_way)
}

/// Returns a copy of `schema` for one direction, without the properties marked `hidden` and with its types renamed.
fn for_direction(
    schema: &Value,
    hidden: &str,
    direction: &str,
    renamed: &BTreeMap<String, String>,
) -> Value {
    let mut schema = schema.clone();
    let mut other_direction = Vec::new();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|_, property| {
            let is_hidden = flag(property, hidden);
            other_direction.extend(property.get(ORIGIN).filter(|_| is_hidden).cloned());
            !is_hidden
        });
        let remaining: BTreeSet<String> = properties.keys().cloned().collect();
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| name.as_str().is_some_and(|name| remaining.contains(name)));
        }
    }
    rename(&mut schema, renamed);
    if !direction.is_empty()
        && let Some(schema) = schema.as_object_mut()
    {
        schema.insert("x-direction".to_owned(), json!(direction));
        if !other_direction.is_empty() {
            schema.insert(OTHER_DIRECTION.to_owned(), Value::Array(other_direction));
        }
        if direction == "answer" {
            schema.shift_remove("x-patch");
        }
    }
    schema
}

/// Replaces all references inside `schema` by references to the request types.
fn rename(schema: &mut Value, renamed: &BTreeMap<String, String>) {
    walk::each_mut(schema, Kind::Schema, "", &mut |_, kind, part| match kind {
        Kind::Schema => rename_one(part, renamed),
        Kind::SchemaReference => {
            let new = part
                .as_str()
                .and_then(|target| target.strip_prefix(&schema_reference("")))
                .and_then(|name| renamed.get(name));
            if let Some(new) = new {
                *part = json!(schema_reference(new));
            }
        }
        _ => {}
    });
}

fn rename_one(schema: &mut Value, renamed: &BTreeMap<String, String>) {
    if let Some(new) = schema_name(schema)
        .and_then(|name| renamed.get(name))
        .cloned()
    {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("$ref".to_owned(), json!(schema_reference(&new)));
        }
    } else if let Some(new) = string(schema, "x-rust-type")
        .and_then(|name| renamed.get(name))
        .cloned()
        && let Some(schema) = schema.as_object_mut()
    {
        schema.insert("x-rust-type".to_owned(), json!(new));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_properties_of_the_other_direction_are_not_reached() {
        let to = |name: &str| schema_reference(name);
        let schema = json!({
            "properties": {
                "job": {"$ref": to("Job")},
                "done": {"readOnly": true, "allOf": [{"$ref": to("Progress")}]},
            },
            "additionalProperties": {"items": {"$ref": to("Label")}},
        });
        let names: BTreeSet<_> = names_without(&schema, "readOnly").into_iter().collect();
        assert_eq!(names, BTreeSet::from(["Job", "Label"].map(str::to_owned)));
    }

    #[test]
    fn colliding_request_names_get_numbers_only_in_uncurated_documents() {
        let keys = ["Job", "Task"].map(str::to_owned);
        for (numbered, names) in [(true, ["NewJob", "NewJob2"]), (false, ["NewJob", "NewJob"])] {
            let schema = json!({"type": "object", "x-rust-request-name": "NewJob"});
            let document = json!({
                naming::NUMBERED: numbered,
                "components": {"schemas": {"Job": schema, "Task": schema}},
            });
            let named = request_names(&document, &BTreeSet::from(keys.clone()));
            assert_eq!(named.into_values().collect::<Vec<_>>(), names);
        }
    }
}
