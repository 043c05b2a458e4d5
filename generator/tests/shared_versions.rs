//! Tests of dated versions in request bodies and responses that are components.

#![allow(clippy::panic, reason = "tests may fail loudly")]

use atlas_backup_generator::{Generated, Source, Text, generate};
use serde_json::{Value, json};

/// A document with one operation whose body and response have two versions, by reference to components or in place.
fn document(references: usize) -> Value {
    let media = |date: &str, field: &str| {
        let schema = json!({ "type": "object", "properties": { field: { "type": "string" } } });
        (
            format!("application/vnd.atlas.{date}+json"),
            json!({ "schema": schema }),
        )
    };
    let content = |prefix: &str| -> Value {
        let all = [("2023-01-01", "old"), ("2024-05-30", "new")];
        let all = all.map(|(date, field)| media(date, &format!("{prefix}{field}")));
        Value::Object(all.into_iter().collect())
    };
    let body = json!({ "required": true, "content": content("sent") });
    let response = json!({ "description": "It.", "content": content("received") });
    let (used_body, used_response) = match references {
        0 => (body.clone(), response.clone()),
        _ => (
            json!({ "$ref": "#/components/requestBodies/it" }),
            json!({ "$ref": format!("#/components/responses/{references}") }),
        ),
    };
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Jobs", "version": "1" },
        "paths": { "/jobs": { "post": {
            "operationId": "createJob",
            "tags": ["jobs"],
            "requestBody": used_body,
            "responses": { "200": used_response },
        } } },
        "components": {
            "requestBodies": { "it": body },
            "responses": { "1": response, "2": { "$ref": "#/components/responses/1" } },
        },
    })
}

fn generated(references: usize, api_date: &str) -> Generated {
    let text = document(references).to_string();
    let source = Source {
        api_date: Some(api_date),
        ..Source::of(Text {
            name: "case.yaml",
            text: &text,
        })
    };
    generate(&source, &mut |_, _| {}).unwrap_or_else(|found| panic!("{found}"))
}

#[test]
fn shared_bodies_and_responses_have_the_versions_they_have_in_place() {
    for (api_date, date) in [("2023-06-01", "2023-01-01"), ("2025-03-12", "2024-05-30")] {
        let in_place = generated(0, api_date);
        let accept = format!("accept: \"application/vnd.atlas.{date}+json\"");
        assert!(
            in_place
                .files
                .iter()
                .any(|file| file.content.contains(&accept))
        );
        let rules: Value = serde_json::from_str(&in_place.requests).unwrap_or_default();
        let dates = rules.pointer("/operations/createJob/versions");
        let dates = dates.and_then(Value::as_array).map(Vec::len);
        assert_eq!(dates, Some(2), "{}", in_place.requests);
        for references in 1..=2 {
            let shared = generated(references, api_date);
            assert_eq!(shared.requests, in_place.requests);
            let code = |made: &Generated| -> Vec<String> {
                let files = made
                    .files
                    .iter()
                    .filter(|file| !file.path.ends_with("mod.rs"));
                files.map(|file| file.content.clone()).collect()
            };
            assert_eq!(code(&shared), code(&in_place), "{references}, {api_date}");
        }
    }
}
