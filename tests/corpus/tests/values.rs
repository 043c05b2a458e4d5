//! Arbitrary values of a document's schemas survive a round trip by the generated types.

#![allow(clippy::expect_used, reason = "tests may fail loudly")]

use atlas_backup_corpus::{DOCUMENTS, Document};
use atlas_backup_support::arbitrary::{Arbitrary, Direction, invalidated_lists};
use serde_json::{Value, json};

/// Number of arbitrary values for each operation.
const VALUES: u64 = 25;

/// The nesting depth beyond which lists and optional parts stay empty.
const DEPTH: u32 = 4;

/// In a response, absent, `null` and an empty list mean the same.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .map(|(name, value)| (name, plain(value)))
            .filter(|(_, value)| *value != json!([]) && !value.is_null())
            .collect(),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Number(number) => number.as_f64().map_or(Value::Null, |number| json!(number)),
        other => other,
    }
}

#[test]
fn arbitrary_values_survive_decoding_and_encoding() {
    let mut generated = 0;
    for (name, text, round_trip, _) in DOCUMENTS {
        let document: Value = serde_saphyr::from_str(text).expect("the documents are readable");
        let paths = document["paths"].as_object().expect("documents have paths");
        for operation in paths
            .values()
            .filter_map(Value::as_object)
            .flat_map(|item| item.values())
            .filter(|operation| operation.is_object())
        {
            // The generator names operations without an id, so the test cannot find them by name.
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            let content = operation["responses"]
                .as_object()
                .into_iter()
                .flatten()
                .find_map(|(status, answer)| {
                    answer["content"]
                        .as_object()
                        .filter(|_| status.starts_with('2'))
                });
            let media = content
                .into_iter()
                .flatten()
                .find(|(media_type, _)| media_type.ends_with("json"));
            let Some(schema) = media.and_then(|(_, media)| media.get("schema")) else {
                continue;
            };
            for seed in 0..VALUES {
                let mut arbitrary = Arbitrary::new(&document, Direction::Response, seed);
                let value = arbitrary.value(schema, DEPTH);
                let body = serde_json::to_vec(&value).expect("values are JSON");
                // An operation of a version that is not generated has no types.
                let Some(result) = round_trip(id, &body) else {
                    continue;
                };
                let back = result.unwrap_or_else(|error| panic!("{name} {id} {value}: {error}"));
                assert_eq!(back.unread, Vec::<&str>::new(), "{name} {id} {value}");
                assert_eq!(plain(back.body), plain(value), "{name} {id}");
                generated += 1;
            }
        }
    }
    assert!(generated > 2_000, "only {generated} values were generated");
}

/// Equal numbers get the same text, and `null` counts as absent.
fn alike(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, alike(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(alike).collect(),
        Value::Number(number) => number.as_f64().map_or(Value::Null, |number| json!(number)),
        other => other,
    }
}

#[test]
fn a_malformed_list_in_a_request_is_preserved_or_an_error_and_never_empty() {
    let (mut spoiled, mut refused) = (0, 0);
    // Some random documents have requests without a finite value: types that require each other.
    let finite = |(name, ..): &&Document| name.starts_with("corpus_");
    for (name, text, _, round_trip) in DOCUMENTS.iter().filter(finite) {
        let document: Value = serde_saphyr::from_str(text).expect("the documents are readable");
        let paths = document["paths"].as_object().expect("documents have paths");
        let operations = paths.values().filter_map(Value::as_object);
        for operation in operations.flat_map(|item| item.values()) {
            let id = operation["operationId"].as_str().unwrap_or_default();
            let content = operation["requestBody"]["content"].as_object();
            let mut media = content.into_iter().flatten();
            let json = media.find(|(media_type, _)| media_type.ends_with("json"));
            let Some(schema) = json.and_then(|(_, media)| media.get("schema")) else {
                continue;
            };
            for seed in 0..VALUES {
                let mut arbitrary = Arbitrary::new(&document, Direction::Request, seed);
                let value = arbitrary.value(schema, DEPTH);
                let through = |value: &Value| round_trip(id, value.to_string().as_bytes());
                let Some(back) = through(&value) else {
                    continue;
                };
                let back = back.unwrap_or_else(|error| panic!("{name} {id} {value}: {error}"));
                assert_eq!(alike(back), alike(value.clone()), "{name} {id}");
                for (at, value) in invalidated_lists(&value) {
                    spoiled += 1;
                    match through(&value) {
                        Some(Ok(back)) => {
                            assert_eq!(alike(back), alike(value), "{name} {id} {at}");
                        }
                        _ => refused += 1,
                    }
                }
            }
        }
    }
    assert!(spoiled > 1_000 && refused > 100, "{spoiled} {refused}");
}
