//! Random documents that the generator supports, for property tests: the same seed gives the same document.
//!
//! Must never create a document that the generator refuses.

use atlas_backup_support::arbitrary::Dice;
use serde_json::{Map, Value, json};

/// Names of properties and values: ordinary ones, keywords, names of the runtime, and names that differ only
/// in case.
const NAMES: [&str; 24] = [
    "id",
    "ID",
    "name",
    "type",
    "self",
    "Self",
    "crate",
    "async",
    "match",
    "extra",
    "value",
    "Value",
    "createdAt",
    "created_at",
    "2fa",
    "$ne",
    "@",
    "Unknown",
    "totalCount",
    "deliveryUrl",
    "é",
    "x-y",
    "x_y",
    "try",
];

/// Names of schemas, some of them used by the runtime.
const SCHEMAS: [&str; 10] = [
    "Thing",
    "thing",
    "Client",
    "Self",
    "Patch",
    "Vec",
    "Option",
    "Extra",
    "ThingRequest",
    "Job.v1",
];

/// Returns the document of a seed.
pub(crate) fn document(seed: u64) -> Value {
    let mut dice = Dice::new(seed);
    let names: Vec<&str> = SCHEMAS
        .iter()
        .copied()
        .filter(|_| dice.odds(2))
        .chain(["Root"])
        .collect();
    let mut schemas = Map::new();
    for name in &names {
        let schema = match dice.roll(6) {
            0 => union(&mut dice, name, &mut schemas),
            1 => {
                json!({ "allOf": [record(&mut dice, &[], 1), record(&mut dice, &names, 2)], "required": required(&mut dice) })
            }
            2 => json!({ "type": "array", "items": value(&mut dice, &[], 2) }),
            _ => record(&mut dice, &names, 3),
        };
        schemas.insert((*name).to_owned(), schema);
    }
    let mut paths = Map::new();
    for index in 0..=dice.roll(3) {
        let name = dice.pick(&names);
        let component = json!({ "$ref": format!("#/components/schemas/{name}") });
        let schema = match dice.roll(4) {
            0 => json!({ "allOf": [component] }),
            1 if schemas[name]["type"] != "array" => {
                json!({ "allOf": [component, record(&mut dice, &[], 1)] })
            }
            _ => component,
        };
        let body = json!({ "required": !dice.odds(3), "content": { "application/json": { "schema": schema } } });
        let answer = json!({ "description": "ok", "content": { "application/json": { "schema": if dice.odds(5) { value(&mut dice, &names, 1) } else { schema } } } });
        let name = dice.pick(&["get", "list", "Get", "run now", "update"]);
        let mut operation = json!({
            "operationId": format!("{name}{index}"),
            "tags": [dice.pick(&["one", "two", "type"])],
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                { "name": dice.pick(&NAMES), "in": "query", "required": dice.odds(2), "schema": scalar(&mut dice) },
            ],
            "responses": { "200": answer },
        });
        let method = dice.pick(&["get", "post", "put", "patch"]);
        if let (Some(operation), false) = (operation.as_object_mut(), method == "get") {
            operation.insert("requestBody".to_owned(), body);
        }
        paths.insert(format!("/p{index}/{{id}}"), json!({ method: operation }));
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": format!("Random {seed}"), "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn required(dice: &mut Dice) -> Vec<&'static str> {
    NAMES.iter().copied().filter(|_| dice.odds(3)).collect()
}

fn record(dice: &mut Dice, names: &[&str], depth: u64) -> Value {
    let mut properties = Map::new();
    for _ in 0..dice.roll(7) {
        let mut property = value(dice, names, depth);
        if let Some(property) = property
            .as_object_mut()
            .filter(|property| !property.contains_key("$ref"))
        {
            match dice.roll(8) {
                0 => property.insert("readOnly".to_owned(), json!(true)),
                1 => property.insert("writeOnly".to_owned(), json!(true)),
                2 => property.insert("nullable".to_owned(), json!(true)),
                3 => property.insert("deprecated".to_owned(), json!(true)),
                _ => None,
            };
        }
        properties.insert(dice.pick(&NAMES).to_owned(), property);
    }
    let known: Vec<&str> = required(dice)
        .into_iter()
        .filter(|name| properties.contains_key(*name))
        .collect();
    json!({ "type": "object", "required": known, "properties": properties })
}

/// Returns a discriminated union named `name`, and adds its variants to `schemas`.
fn union(dice: &mut Dice, name: &str, schemas: &mut Map<String, Value>) -> Value {
    let mut mapping = Map::new();
    for kind in ["small", "large"] {
        let key = format!("{name}.{kind}");
        let own = record(dice, &[], 1);
        let base = json!({ "$ref": format!("#/components/schemas/{name}") });
        schemas.insert(key.clone(), json!({ "allOf": [base, own] }));
        mapping.insert(
            kind.to_owned(),
            json!(format!("#/components/schemas/{key}")),
        );
    }
    json!({
        "type": "object",
        "required": ["kind"],
        "properties": { "kind": { "type": "string", "enum": ["small", "large"] } },
        "discriminator": { "propertyName": "kind", "mapping": mapping },
    })
}

/// Returns a schema of any kind, with references to `names`.
fn value(dice: &mut Dice, names: &[&str], depth: u64) -> Value {
    if depth == 0 {
        return scalar(dice);
    }
    match dice.roll(9) {
        0 if !names.is_empty() => {
            json!({ "$ref": format!("#/components/schemas/{}", dice.pick(names)) })
        }
        1 => json!({ "type": "array", "items": value(dice, names, depth - 1) }),
        2 => json!({ "type": "object", "additionalProperties": value(dice, &[], depth - 1) }),
        3 => record(dice, &[], depth - 1),
        4 => {
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }, { "type": "boolean" }] })
        }
        5 => json!({ "type": "object" }),
        _ => scalar(dice),
    }
}

fn scalar(dice: &mut Dice) -> Value {
    match dice.roll(9) {
        0 => json!({ "type": "integer", "format": "int32", "minimum": 0 }),
        1 => json!({ "type": "number" }),
        2 => json!({ "type": "boolean" }),
        3 => json!({ "type": "string", "pattern": "^([a-f0-9]{24})$" }),
        4 => json!({ "type": "string", "format": "date-time" }),
        5 => {
            let (one, other) = (dice.pick(&NAMES), dice.pick(&NAMES));
            let values = if one == other {
                vec![one]
            } else {
                vec![one, other]
            };
            json!({ "type": "string", "enum": values })
        }
        6 => json!({ "type": "integer", "enum": [1, 2, 3, 40] }),
        7 => json!({ "type": "string", "maxLength": 20 }),
        _ => json!({ "type": "string" }),
    }
}
