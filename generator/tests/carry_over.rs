//! Tests of carry-over: operations that only the last release has stay as deprecated until they are dropped
//! explicitly.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup_generator::{
    Diagnostics, DiffOptions, Generated, Selection, Source, Text, diff, generate,
};
use serde_json::{Value, json};

/// A document with these operations (`METHOD PATH`, id, response type) and schemas.
fn document(operations: &[(&str, &str, &str)], schemas: Value) -> Value {
    let mut paths = json!({});
    for (place, id, schema) in operations {
        let (method, path) = place.split_once(' ').unwrap();
        let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
        let answer =
            json!({"description": "It.", "content": {"application/json": {"schema": schema}}});
        paths[path][method] =
            json!({"operationId": id, "tags": ["jobs"], "responses": {"200": answer}});
        if path.contains('{') {
            paths[path]["parameters"] = json!([
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}
            ]);
        }
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Jobs", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn record(fields: &[&str]) -> Value {
    let fields = fields
        .iter()
        .map(|field| ((*field).to_owned(), json!({"type": "string"})));
    json!({"type": "object", "properties": fields.collect::<serde_json::Map<_, _>>()})
}

/// Generates code from a document with a previous release; `removed` is the content of `x-rust-removed`.
fn after(released: &str, document: &Value, removed: &Value) -> Result<Generated, Diagnostics> {
    let text = document.to_string();
    let overlay = json!({
        "overlay": "1.0.0",
        "actions": [{"target": "$", "update": {"x-rust-removed": removed}}],
    });
    let overlay = overlay.to_string();
    let source = Source {
        overlays: vec![Text {
            name: "names.yaml",
            text: &overlay,
        }],
        released: Some(Text {
            name: "released.yaml",
            text: released,
        }),
        curated: "curated.yaml",
        ..Source::of(Text {
            name: "new.yaml",
            text: &text,
        })
    };
    generate(&source, &mut |_, _| {})
}

fn code(generated: &Generated) -> String {
    let files = generated.files.iter().map(|file| file.content.as_str());
    files.collect()
}

/// Returns the rules that report changes between two curated documents.
fn rules(old: &str, new: &str) -> Vec<&'static str> {
    let text = |text| Text { name: "it", text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: None,
    };
    let changes = diff(text(old), text(new), &options).unwrap_or_else(|found| panic!("{found}"));
    changes.iter().map(|change| change.rule().id).collect()
}

/// Returns the code of an item with its attributes.
fn item<'c>(code: &'c str, line: &str) -> &'c str {
    let at = code.find(line).unwrap_or_else(|| panic!("{line}\n{code}"));
    let start = code[..at].rfind("\n\n").unwrap_or_default();
    let end = code[at..].find("\n    }").unwrap();
    &code[start..at + end]
}

#[test]
fn renamed_operation_keeps_earlier_names_until_they_are_dropped() {
    let schemas = json!({"Job": record(&["name"])});
    let named = |id| document(&[("get /jobs/{id}", id, "Job")], schemas.clone());
    let first = named("getJob").to_string();
    let second = after(&first, &named("readJob"), &json!({})).unwrap();
    assert!(
        item(&code(&second), "pub fn get_job(&self, id: &str)")
            .contains("#[deprecated(note = \"renamed to `read_job`\")]")
    );
    assert_eq!(rules(&first, &second.curated), ["operation-renamed-kept"]);

    // Generating again changes nothing, and a second rename keeps both earlier names.
    let same = after(&second.curated, &named("readJob"), &json!({})).unwrap();
    assert_eq!(same, second);
    let third = after(&second.curated, &named("findJob"), &json!({})).unwrap();
    for name in ["get_job", "read_job"] {
        assert!(item(&code(&third), &format!("pub fn {name}(")).contains("renamed to `find_job`"));
    }
    let drop = json!({"getJob": {"drop": true}});
    let fourth = after(&third.curated, &named("findJob"), &drop).unwrap();
    assert!(!code(&fourth).contains("get_job"));
    assert!(code(&fourth).contains("read_job"));
    assert_eq!(
        rules(&third.curated, &fourth.curated),
        ["operation-earlier-name-removed"]
    );
    // A dropped name does not return, with or without the entry in `x-rust-removed`.
    assert_eq!(
        after(&fourth.curated, &named("findJob"), &drop).unwrap(),
        fourth
    );
}

#[test]
fn removed_operation_is_carried_over_with_its_successor() {
    let all = [
        ("get /jobs/{id}", "getJob", "Job"),
        ("get /queues/{id}", "getQueue", "Queue"),
    ];
    let released = document(
        &all,
        json!({
            "Job": record(&["name"]),
            "Queue": {"type": "object", "properties": {"of": {"$ref": "#/components/schemas/Job"}, "entry": {"$ref": "#/components/schemas/Entry"}}},
            "Entry": record(&["at"]),
        }),
    )
    .to_string();
    let rest = document(&all[..1], json!({"Job": record(&["name", "more"])}));
    for (removed, note) in [
        (
            json!({}),
            "removed from the API without a replacement, and from this crate in a later breaking release",
        ),
        (
            json!({"getQueue": {"successor": "getJob"}}),
            "removed from the API, and from this crate in a later breaking release; call `get_job` instead",
        ),
    ] {
        let next = after(&released, &rest, &removed).unwrap();
        let code = code(&next);
        let method = item(&code, "pub fn get_queue(&self, id: &str)");
        assert!(method.contains(note), "{method}");
        assert!(code.contains("path: \"/queues/{id}\""));
        // Types that only the operation uses are carried over. Types that the document has are not replaced.
        assert!(code.contains("pub struct Queue") && code.contains("pub struct Entry"));
        assert!(code.contains("pub more: Option<String>"));
        assert_eq!(
            rules(&released, &next.curated),
            ["field-added", "operation-removed-kept"]
        );
        // The operation stays until it is dropped explicitly.
        let same = after(&next.curated, &rest, &removed).unwrap();
        assert_eq!(same, next);
        let last = after(&next.curated, &rest, &json!({"getQueue": {"drop": true}})).unwrap();
        assert_eq!(
            rules(&next.curated, &last.curated),
            ["operation-kept-removed"]
        );
        assert!(!last.curated.contains("Queue") && !last.curated.contains("Entry"));
    }
}

#[test]
fn schema_with_new_key_and_same_rust_name_is_one_type() {
    let released = document(
        &[
            ("get /jobs", "getJob", "ApiJob"),
            ("get /queues", "getQueue", "Queue"),
        ],
        json!({
            "ApiJob": {"type": "object", "x-rust-name": "Job", "properties": {"name": {"type": "string"}}},
            "Queue": {"type": "object", "properties": {"first": {"$ref": "#/components/schemas/ApiJob"}}},
        }),
    );
    let rest = document(
        &[("get /jobs", "getJob", "Job")],
        json!({"Job": record(&["name"])}),
    );
    let next = after(&released.to_string(), &rest, &json!({})).unwrap();
    assert_eq!(code(&next).matches("pub struct Job ").count(), 1);
    assert_eq!(
        rules(&released.to_string(), &next.curated),
        ["operation-removed-kept"]
    );
}

#[test]
fn operation_replaced_at_the_same_path_becomes_an_earlier_name() {
    let schemas = json!({"Job": record(&["name"])});
    let released = document(
        &[
            ("get /jobs", "listJobs", "Job"),
            ("get /work", "listWork", "Job"),
        ],
        schemas.clone(),
    );
    let moved = document(&[("get /jobs", "listWork", "Job")], schemas);
    let next = after(&released.to_string(), &moved, &json!({})).unwrap();
    assert!(item(&code(&next), "pub fn list_jobs(&self)").contains("renamed to `list_work`"));
}

#[test]
fn operation_with_another_verb_after_its_parameter_is_another_operation() {
    let schemas = json!({"Job": record(&["name"])});
    let pin = ("post /jobs/{id}:pin", "pinJob", "Job");
    let unpin = ("post /jobs/{id}:unpin", "unpinJob", "Job");
    let released = document(&[pin, unpin], schemas.clone()).to_string();
    let rest = document(&[unpin], schemas);
    let next = after(&released, &rest, &json!({})).unwrap();
    let code = code(&next);
    let method = item(&code, "pub fn pin_job(");
    assert!(method.contains("note = \"removed from the API"), "{method}");
    assert!(code.contains("path: \"/jobs/{id}:pin\""), "{code}");
    assert_eq!(rules(&released, &next.curated), ["operation-removed-kept"]);
}

#[test]
fn invalid_removed_entries_are_reported() {
    let schemas = json!({"Job": record(&["name"])});
    let all = [
        ("get /jobs", "listJobs", "Job"),
        ("get /work", "listWork", "Job"),
    ];
    let released = document(&all, schemas.clone()).to_string();
    let rest = document(&all[..1], schemas);
    for (removed, expected) in [
        (json!({"listWork": {"drop": true}}), "not-deprecated-yet"),
        (
            json!({"listWork": {"successor": "nowhere"}}),
            "unknown-successor",
        ),
        (
            json!({"listWork": {"successor": "listWork"}}),
            "unknown-successor",
        ),
        (
            json!({"listWork": {"replaced": "listJobs"}}),
            "bad-removed-entry",
        ),
        (json!({"listWork": true}), "bad-removed-entry"),
        (json!({"listWork": {"drop": "yes"}}), "bad-removed-entry"),
        (json!({"listWork": {"successor": 1}}), "bad-removed-entry"),
        (
            json!({"list_work": {"successor": "listJobs"}}),
            "unknown-removed-id",
        ),
        // The successor of an existing operation must exist as well.
        (
            json!({"listJobs": {"successor": "nowhere"}}),
            "unknown-successor",
        ),
    ] {
        let found = after(&released, &rest, &removed).unwrap_err();
        assert_eq!(found.found()[0].code, expected, "{removed}");
    }
}

#[test]
fn removed_entry_accepts_sdk_id_and_operation_id() {
    let schemas = json!({"Job": record(&["name"])});
    let all = [
        ("get /jobs", "listJobs", "Job"),
        ("get /work", "listGroupWork", "Job"),
    ];
    let mut released = document(&all, schemas.clone());
    released["paths"]["/work"]["get"]["x-xgen-operation-id-override"] = json!("listWork");
    let mut rest = document(&all[..1], schemas);
    rest["paths"]["/jobs"]["get"]["x-xgen-operation-id-override"] = json!("findJobs");
    released["paths"]["/jobs"] = rest["paths"]["/jobs"].clone();
    let released = released.to_string();
    for (id, successor) in [("listWork", "findJobs"), ("listGroupWork", "listJobs")] {
        let next = after(&released, &rest, &json!({id: {"successor": successor}})).unwrap();
        let code = code(&next);
        assert!(item(&code, "pub fn list_work(&self)").contains("call `find_jobs` instead"));
        let last = after(&next.curated, &rest, &json!({id: {"drop": true}})).unwrap();
        assert_eq!(
            rules(&next.curated, &last.curated),
            ["operation-kept-removed"]
        );
    }
    let twice =
        json!({"listWork": {"successor": "listJobs"}, "listGroupWork": {"successor": "listJobs"}});
    let found = after(&released, &rest, &twice).unwrap_err();
    assert_eq!(found.found()[0].code, "bad-removed-entry");
}
