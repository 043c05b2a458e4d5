//! Requests decoded from JSON encode to the same JSON, or are an error.
//!
//! A missing or malformed list never becomes an empty one.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_support::arbitrary::{Arbitrary, Direction, invalidated_lists};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Number of arbitrary bodies for each operation.
const VALUES: u64 = 50;

/// The nesting depth beyond which lists and optional parts stay empty.
const DEPTH: u32 = 5;

type RoundTrip = fn(&str, &[u8]) -> Option<serde_json::Result<Value>>;

fn document(version: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = root.join(format!("spec/{version}/curated.yaml"));
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// `null` and absent are the same, except where `null` clears a field.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// Returns the lists that the requests of a version require.
fn required_lists(version: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = root.join(format!("sdk/src/generated/{version}/requests.json"));
    let requests: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut lists = BTreeSet::new();
    let schemas = requests["components"]["schemas"].as_object().unwrap();
    for schema in schemas.values() {
        let parts = schema["allOf"].as_array().into_iter().flatten();
        let parts: Vec<&Value> = parts.chain([schema]).collect();
        let required = parts.iter().filter_map(|part| part["required"].as_array());
        for name in required.flatten().filter_map(Value::as_str) {
            let property = parts.iter().map(|part| &part["properties"][name]);
            let mut sent = property.filter(|property| property["readOnly"] != true);
            if sent.any(|property| property["type"] == "array") {
                lists.insert(name.to_owned());
            }
        }
    }
    lists
}

#[test]
fn a_malformed_list_in_a_request_is_preserved_or_an_error_and_never_empty() {
    let versions: [(&str, RoundTrip); 2] = [
        ("v2", atlas_backup::v2::round_trip_request),
        ("v1", atlas_backup::v1::round_trip_request),
    ];
    let mut spoiled = 0;
    for (version, round_trip) in versions {
        let document = document(version);
        let mut refused = BTreeSet::new();
        let paths = document["paths"].as_object().unwrap().values();
        for operation in paths.flat_map(|path| path.as_object().unwrap().values()) {
            let content = operation["requestBody"]["content"].as_object();
            let Some(media) = content.and_then(|content| content.values().next()) else {
                continue;
            };
            let overridden = operation["x-xgen-operation-id-override"].as_str();
            let id = overridden.or(operation["operationId"].as_str()).unwrap();
            let through = |body: &Value| {
                let read = round_trip(id, body.to_string().as_bytes());
                read.unwrap_or_else(|| panic!("{id} has no type"))
            };
            for seed in 0..VALUES {
                let mut arbitrary = Arbitrary::new(&document, Direction::Request, seed);
                let body = arbitrary.value(&media["schema"], DEPTH);
                let out = through(&body).unwrap_or_else(|error| panic!("{id} {body}: {error}"));
                assert_eq!(out, body, "{id}");
                for (at, body) in invalidated_lists(&body) {
                    spoiled += 1;
                    match through(&body) {
                        Ok(out) => assert_eq!(without_nulls(out), without_nulls(body), "{id} {at}"),
                        Err(error) => {
                            let what = error.to_string();
                            assert!(what.contains(&format!("`{at}`")), "{id} {body}: {what}");
                            refused.insert(at);
                        }
                    }
                }
            }
        }
        let required = required_lists(version);
        let silent: Vec<_> = required.difference(&refused).collect();
        assert!(silent.is_empty(), "{version}: no error about {silent:?}");
    }
    assert!(spoiled > 1_000, "{spoiled}");
}

#[test]
fn the_error_of_a_malformed_schedule_update_names_the_field() {
    let told = |body: Value| {
        let read = serde_json::from_value::<atlas_backup::v2::DiskBackupSnapshotScheduleRequest>;
        match read(body) {
            Ok(read) => serde_json::to_string(&read).unwrap(),
            Err(error) => error.to_string(),
        }
    };
    let unfit = "the value of `policies` does not match its documented type";
    for (body, expected) in [
        (
            json!({ "referenceHourOfDay": 5 }),
            r#"{"referenceHourOfDay":5}"#,
        ),
        (json!({ "policies": null }), r#"{"policies":null}"#),
        (json!({ "policies": [{}] }), "missing field `policyItems`"),
        (
            json!({ "policies": [{ "policyItems": null }] }),
            "missing field `policyItems`",
        ),
        (json!({ "policies": "all" }), unfit),
        (json!({ "policies": [null] }), unfit),
        (json!({ "unknown": [null] }), r#"{"unknown":[null]}"#),
    ] {
        assert_eq!(told(body.clone()), expected, "{body}");
    }
}
