//! The synthetic document is as large and as varied as documented.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup_documents::synthesis::{API_DATE, synthesised};
use atlas_backup_generator::{Source, Target, Text, generate};
use serde_json::Value;
use std::collections::BTreeSet;

fn schemas(document: &Value) -> Vec<&Value> {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    schemas.values().collect()
}

fn operations(document: &Value) -> Vec<&Value> {
    let paths = document["paths"].as_object().unwrap().values();
    paths
        .flat_map(|item| item.as_object().unwrap().values())
        .collect()
}

/// Calls `visit` with every object of a value.
fn each(value: &Value, visit: &mut dyn FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            visit(members);
            members.values().for_each(|inner| each(inner, visit));
        }
        Value::Array(items) => items.iter().for_each(|inner| each(inner, visit)),
        _ => {}
    }
}

#[test]
fn the_same_seed_gives_the_same_document_and_another_seed_another() {
    assert_eq!(synthesised(7, 60), synthesised(7, 60));
    assert_ne!(synthesised(7, 60), synthesised(8, 60));
}

#[test]
fn names_and_shapes_of_540_operations_all_differ() {
    let document = synthesised(1, 540);
    let operations = operations(&document);
    assert_eq!(operations.len(), 540);
    for key in ["operationId", "x-xgen-operation-id-override", "responses"] {
        let different: BTreeSet<String> = operations
            .iter()
            .map(|operation| match key {
                "responses" => format!("{}{}", operation[key], operation["parameters"]),
                _ => operation[key].to_string(),
            })
            .collect();
        assert_eq!(different.len(), 540, "{key}");
    }
    let schemas = schemas(&document);
    assert!(schemas.len() >= 700, "{} schemas", schemas.len());
    let different: BTreeSet<String> = schemas.iter().map(ToString::to_string).collect();
    assert_eq!(different.len(), schemas.len());
}

#[test]
fn constructs_are_about_as_frequent_as_in_the_api_s_own_document() {
    let document = synthesised(1, 540);
    let (mut unions, mut enums, mut sunsets, mut dated, mut deprecated) = (0, 0, 0, 0, 0);
    let (mut largest_union, mut largest_enum) = (0, 0);
    each(&document, &mut |part| {
        let length = |key: &str| part.get(key).and_then(Value::as_array).map(Vec::len);
        unions += usize::from(part.contains_key("discriminator"));
        enums += usize::from(length("enum").is_some());
        sunsets += usize::from(part.contains_key("x-sunset"));
        dated += usize::from(part.contains_key("x-xgen-version"));
        deprecated += usize::from(part.contains_key("deprecated"));
        largest_union = largest_union.max(length("oneOf").unwrap_or(0));
        largest_enum = largest_enum.max(length("enum").unwrap_or(0));
    });
    assert_eq!((largest_union, largest_enum), (60, 300));
    // Ten times the counts of 52 operations of the API, within a factor of two.
    for (what, found, of_52) in [
        ("unions", unions, 4),
        ("enums", enums, 72),
        ("sunsets", sunsets, 13),
        ("versions", dated, 66),
        ("deprecated", deprecated, 10),
    ] {
        let expected = of_52 * 10;
        let range = expected / 2..=expected * 2;
        assert!(range.contains(&found), "{what}: {found}, not in {range:?}");
    }
}

#[test]
fn the_synthetic_document_generates_without_a_finding() {
    let text = serde_saphyr::to_string(&synthesised(1, 100)).unwrap();
    let source = Source {
        api_date: Some(API_DATE),
        curated: "openapi.yaml",
        target: Target {
            crate_name: "whole",
            directory: "api",
            receiver: "Client",
            features: true,
        },
        ..Source::of(Text {
            name: "whole.yaml",
            text: &text,
        })
    };
    let generated = generate(&source, &mut |_, _| {});
    let generated = generated.unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(generated.operations, 100);
}
