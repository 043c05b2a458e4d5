//! Tests of responses that have no body because of their status or method, even if the document describes one.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup_generator::{
    DiffOptions, Generated, Selection, Source, Text, curated, diff, generate,
};
use serde_json::{Value, json};

const MEDIA_TYPE: &str = "application/vnd.atlas.2023-01-01+json";

/// A document with one operation, which has a response with this status and content.
fn document(method: &str, status: &str, content: Value, by_reference: bool) -> Value {
    let response = json!({ "description": "It.", "content": content });
    let mut responses = json!({ "200": { "description": "It.", "content": { MEDIA_TYPE: { "schema": { "type": "object", "properties": { "a": { "type": "string" } } } } } } });
    if status != "304" && !status.starts_with('1') {
        responses = json!({});
    }
    responses[status] = match by_reference {
        true => json!({ "$ref": "#/components/responses/it" }),
        false => response.clone(),
    };
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Jobs", "version": "1" },
        "paths": { "/jobs": {
            method: { "operationId": "dropJobs", "tags": ["jobs"], "responses": responses },
        } },
        "components": {
            "responses": { "it": response },
            "schemas": { "Lost": { "type": "object", "properties": { "b": { "type": "string" } } } },
        },
    })
}

fn with<T>(document: &Value, run: impl FnOnce(&Source<'_>) -> T) -> T {
    let text = document.to_string();
    run(&Source {
        api_date: Some("2025-03-12"),
        ..Source::of(Text {
            name: "case.yaml",
            text: &text,
        })
    })
}

fn generated(document: &Value) -> Generated {
    let made = with(document, |source| generate(source, &mut |_, _| {}));
    made.unwrap_or_else(|found| panic!("{found}"))
}

#[test]
fn schema_of_a_bodiless_response_changes_neither_code_nor_rules_nor_diff() {
    let bare = json!({ MEDIA_TYPE: {} });
    for content in [
        json!({ MEDIA_TYPE: { "schema": { "type": "object" }, "example": {} } }),
        json!({ MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Lost" } } }),
        json!({ MEDIA_TYPE: { "schema": { "type": "object", "properties": { "c": { "type": "string", "enum": ["a", "b"] } } } } }),
    ] {
        for (method, status) in [
            ("delete", "204"),
            ("post", "205"),
            ("get", "304"),
            ("get", "100"),
            ("head", "200"),
        ] {
            for by_reference in [false, true] {
                let case = format!("{method} {status} {by_reference} {content}");
                let before = document(method, status, bare.clone(), by_reference);
                let after = document(method, status, content.clone(), by_reference);
                let (one, other) = (generated(&before), generated(&after));
                let code = |made: &Generated| -> Vec<String> {
                    let files = made.files.iter().filter(|file| file.path != "api/mod.rs");
                    files.map(|file| file.content.clone()).collect()
                };
                assert_eq!(code(&one), code(&other), "{case}");
                if !by_reference {
                    assert_eq!(one.requests, other.requests, "{case}");
                }
                assert!(code(&one)[0].contains(MEDIA_TYPE), "{case}");
                let text = |name, text| Text { name, text };
                let options = DiffOptions {
                    selection: Selection::All,
                    api_date: Some("2025-03-12"),
                };
                let [before, after] = [before, after].map(|document| document.to_string());
                for (old, new) in [(&before, &after), (&after, &before)] {
                    let changes = diff(text("old", old), text("new", new), &options);
                    assert_eq!(changes.expect("they are readable"), [], "{case}");
                }
            }
        }
    }
}

/// Readers of the curated document (contract tests, mock servers, validators) see no body there. Other users of the
/// component still see theirs.
#[test]
fn curated_document_omits_bodies_of_bodiless_responses_and_keeps_those_of_other_users() {
    let content = json!({ MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Lost" } } });
    let mut document = document("delete", "204", content, true);
    document["paths"]["/jobs"]["get"] = json!({
        "operationId": "getJobs", "tags": ["jobs"],
        "responses": { "200": { "$ref": "#/components/responses/it" } },
    });
    let made = with(&document, curated).unwrap_or_else(|found| panic!("{found}"));
    let at = |pointer: &str| made.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(
        at("/paths/~1jobs/delete/responses/204/content"),
        json!({ MEDIA_TYPE: {} })
    );
    let other =
        "/paths/~1jobs/get/responses/200/content/application~1vnd.atlas.2023-01-01+json/schema";
    assert_eq!(at(other), json!({ "$ref": "#/components/schemas/Lost" }));
}
