//! Tests that a name depends only on its own location: changes elsewhere and changed patterns never rename or retype
//! anything.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests read files and may fail loudly"
)]

use atlas_backup_generator::{
    Class, Diagnostics, DiffOptions, Generated, Selection, Source, Target, Text, diff, generate,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn generated(text: &str, documented: bool) -> Result<Generated, Diagnostics> {
    let name = "case.yaml";
    let source = Source {
        api_date: Some("2025-03-12"),
        documented,
        ..Source::of(Text { name, text })
    };
    generate(&source, &mut |_, _| {})
}

/// Returns the code of types and operations, without `mod.rs`, which contains the document's hash.
fn code(document: &Value) -> String {
    let generated =
        generated(&document.to_string(), false).unwrap_or_else(|found| panic!("{found}"));
    let files = generated.files.into_iter();
    let files = files.filter(|file| file.path != "api/mod.rs");
    files.map(|file| file.content).collect()
}

/// Returns the names of the generated public types.
fn types(document: &Value) -> BTreeSet<String> {
    let code = code(document);
    let declared = code.lines().filter_map(|line| {
        let rest = line
            .strip_prefix("pub struct ")
            .or(line.strip_prefix("pub enum "))?;
        rest.split([' ', '(', ';']).next()
    });
    declared.map(str::to_owned).collect()
}

/// Returns the rules and classes of the changes between two documents.
fn rules(old: &Value, new: &Value) -> BTreeSet<(&'static str, Class)> {
    let (old, new) = (old.to_string(), new.to_string());
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some("2025-03-12"),
    };
    let changes = diff(text("old.yaml", &old), text("new.yaml", &new), &options);
    let changes = changes.unwrap_or_else(|found| panic!("{found}"));
    changes
        .iter()
        .map(|change| (change.rule().id, change.class()))
        .collect()
}

fn here(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A document with these schemas and an operation that sends and receives `Job`.
fn jobs(schemas: Value) -> Value {
    let content =
        json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Job" } } });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Jobs", "version": "1" },
        "paths": { "/jobs/{name}": { "put": {
            "operationId": "putJob",
            "tags": ["jobs"],
            "parameters": [{
                "name": "name", "in": "path", "required": true,
                "schema": { "type": "string", "pattern": "^[a-z]+$", "x-rust-runtime": "ClusterName" },
            }],
            "requestBody": { "required": true, "content": content },
            "responses": { "200": { "description": "It.", "content": content } },
        } } },
        "components": { "schemas": schemas },
    })
}

fn object(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties })
}

fn state(values: &[&str]) -> Value {
    json!({ "type": "string", "enum": values })
}

#[test]
fn changed_pattern_of_pinned_text_keeps_the_code() {
    let pinned = |pattern: &str| {
        let id = |pin: &str| json!({ "type": "string", "pattern": pattern, "x-rust-runtime": pin });
        let mut document = jobs(json!({
            "Id": id("ObjectId"),
            "Job": object(json!({
                "id": { "$ref": "#/components/schemas/Id" },
                "cluster": id("ClusterName"),
                "ids": { "type": "array", "items": id("ObjectId") },
                "byName": { "type": "object", "additionalProperties": id("ObjectId") },
                "text": id("String"),
            })),
        }));
        document["paths"]["/jobs/{name}"]["put"]["parameters"][0]["schema"]["pattern"] =
            json!(pattern);
        document
    };
    let before = pinned("^([a-f0-9]{24})$");
    let declared = code(&before);
    for field in [
        "id: Option<ObjectId>",
        "cluster: Option<ClusterName>",
        "ids: Option<Vec<ObjectId>>",
        "text: Option<String>",
    ] {
        assert!(declared.contains(&format!("pub {field},")), "{field}");
    }
    assert!(declared.contains("name: &ClusterName"));
    for pattern in ["^[A-Z]{2}$", "^([a-f0-9]{24}|any)$", "^[0-9a-f]{24}$"] {
        let after = pinned(pattern);
        assert_eq!(code(&after), declared, "{pattern}");
        let expected = BTreeSet::from([("pattern-changed", Class::Docs)]);
        assert_eq!(rules(&before, &after), expected, "{pattern}");
        assert_eq!(rules(&after, &before), expected, "{pattern}, back");
    }
}

#[test]
fn pinned_enum_has_the_pinned_type_and_pinned_plain_text_is_text() {
    let pinned = |pin: &str| {
        let mut schema = state(&["a", "b"]);
        schema["x-rust-runtime"] = json!(pin);
        schema
    };
    let text = json!({ "type": "string" });
    let label = json!({ "oneOf": [{ "type": "string", "x-rust-runtime": "String" }, text] });
    let job =
        json!({ "cluster": pinned("ClusterName"), "state": pinned("String"), "label": label });
    let declared = code(&jobs(json!({ "Job": object(job) })));
    for field in [
        "cluster: Option<ClusterName>",
        "state: Option<String>",
        "label: Option<String>",
    ] {
        assert!(declared.contains(&format!("pub {field},")), "{field}");
    }
}

#[test]
fn respelled_pattern_of_an_unpinned_identifier_keeps_the_type() {
    let job = |pattern: &str| {
        jobs(json!({ "Job": object(json!({ "id": { "type": "string", "pattern": pattern } })) }))
    };
    let before = job("^([a-f0-9]{24})$");
    assert!(code(&before).contains("pub id: Option<ObjectId>,"));
    for pattern in ["^[a-f0-9]{24}$", "^(?:[0-9a-f]{24})$", "^[\\da-f]{24}$"] {
        let after = job(pattern);
        assert_eq!(code(&after), code(&before), "{pattern}");
        let expected = BTreeSet::from([("pattern-changed", Class::Docs)]);
        assert_eq!(rules(&before, &after), expected, "{pattern}");
    }
}

/// `diff` reads documents as not curated, so a curated document must not depend on the setting.
#[test]
fn curated_document_generates_the_same_code_without_the_documented_setting() {
    for path in ["../spec/v1/curated.yaml", "../spec/v2/curated.yaml"] {
        let text = here(path);
        let [curated, other] = [true, false].map(|documented| {
            generated(&text, documented).unwrap_or_else(|found| panic!("{path}: {found}"))
        });
        assert_eq!(curated.files, other.files, "{path}");
        assert_eq!(curated.requests, other.requests, "{path}");
    }
}

#[test]
fn value_added_to_one_enum_renames_no_type() {
    let with = |values: &[&str]| {
        jobs(json!({
            "Job": object(json!({ "state": state(&["a", "b"]), "task": { "$ref": "#/components/schemas/Task" }, "note": { "$ref": "#/components/schemas/Note" } })),
            "Task": object(json!({ "state": state(&["a", "b"]) })),
            "Note": object(json!({ "state": state(values) })),
        }))
    };
    let (before, after) = (with(&["a", "b"]), with(&["a", "b", "c"]));
    assert_eq!(types(&before), types(&after));
    let expected = BTreeSet::from([("enum-value-added", Class::Feature)]);
    assert_eq!(rules(&before, &after), expected);
}

/// Two locations propose the name `JobTaskState`. Their values are equal at first and then differ.
#[test]
fn colliding_names_of_different_schemas_never_share_a_type() {
    let with = |values: &[&str]| {
        jobs(json!({
            "Job": object(json!({ "taskState": state(&["a", "b"]), "task": { "$ref": "#/components/schemas/JobTask" } })),
            "JobTask": object(json!({ "state": state(values) })),
        }))
    };
    let (before, after) = (with(&["a", "b"]), with(&["a", "b", "c"]));
    for name in ["JobTaskState", "JobTaskState2"] {
        assert!(types(&before).contains(name), "{:?}", types(&before));
    }
    assert_eq!(types(&before), types(&after));
    let expected = BTreeSet::from([("enum-value-added", Class::Feature)]);
    assert_eq!(rules(&before, &after), expected);
}

#[test]
fn inherited_enum_is_named_after_the_declaring_schema() {
    let heir = || json!({ "allOf": [{ "$ref": "#/components/schemas/Base" }] });
    let document = jobs(json!({
        "Job": { "allOf": [{ "$ref": "#/components/schemas/Base" }, object(json!({ "task": { "$ref": "#/components/schemas/Task" }, "own": state(&["x", "y"]) }))] },
        "Task": heir(),
        "Base": object(json!({ "state": state(&["a", "b"]) })),
    }));
    let types = types(&document);
    for name in ["BaseState", "JobOwn"] {
        assert!(types.contains(name), "{types:?}");
    }
    assert!(!types.contains("TaskState"), "{types:?}");
}

#[test]
fn member_inserted_first_renames_no_other_member() {
    let members = [
        object(json!({ "kind": state(&["plain"]), "size": { "type": "integer" } })),
        json!({ "type": "object", "required": ["path"], "properties": { "path": { "type": "string" }, "mode": { "type": "string" } } }),
        object(json!({ "host": { "type": "string" }, "port": { "type": "integer" } })),
        json!({ "type": "object", "title": "Named one", "properties": { "a": {} } }),
        json!({ "type": "array", "items": { "type": "string" } }),
        json!({ "type": "array", "items": object(json!({ "row": { "type": "integer" } })) }),
        json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
        json!({ "type": "boolean" }),
    ];
    let with = |members: &[Value]| {
        jobs(json!({ "Job": object(json!({ "source": { "oneOf": members } })) }))
    };
    let variants = |document: &Value| -> BTreeSet<String> {
        let code = code(document);
        let (_, table) = code
            .split_once("untagged_union!(JobSource {")
            .expect("there is a union");
        let (table, _) = table.split_once("});").expect("it ends");
        let variants = table
            .split(',')
            .filter_map(|one| Some(one.split_once('(')?.0.trim().to_owned()));
        variants.filter(|variant| !variant.is_empty()).collect()
    };
    let before = with(&members);
    assert_eq!(
        variants(&before).len(),
        members.len(),
        "{:?}",
        variants(&before)
    );
    for first in [
        json!({ "type": "object", "required": ["url"], "properties": { "url": { "type": "string" } } }),
        json!({ "type": "array", "items": { "type": "boolean" } }),
        json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        json!({ "type": "number" }),
    ] {
        let after = with(&[std::slice::from_ref(&first), members.as_slice()].concat());
        assert!(
            variants(&before).is_subset(&variants(&after)),
            "{first}: {:?}",
            variants(&after)
        );
        assert!(
            types(&before).is_subset(&types(&after)),
            "{first}: {:?}",
            types(&after)
        );
        let classes: BTreeSet<Class> = rules(&before, &after)
            .into_iter()
            .map(|(_, class)| class)
            .collect();
        assert_eq!(
            classes,
            BTreeSet::from([Class::Feature]),
            "{first}: {:?}",
            rules(&before, &after)
        );
    }
}

#[test]
fn colliding_schema_names_get_the_same_numbers_in_any_order() {
    let named = |name: &str| {
        (
            name.to_owned(),
            object(json!({ name: { "type": "string" } })),
        )
    };
    let with = |names: &[&str]| {
        let mut schemas: serde_json::Map<String, Value> =
            names.iter().map(|name| named(name)).collect();
        let links: serde_json::Map<String, Value> = names
            .iter()
            .map(|name| {
                (
                    (*name).to_owned(),
                    json!({ "$ref": format!("#/components/schemas/{name}") }),
                )
            })
            .collect();
        schemas.insert("Job".to_owned(), object(Value::Object(links)));
        jobs(Value::Object(schemas))
    };
    let before = with(&["Task", "task", "Task_"]);
    let after = with(&["Task_", "task", "Task"]);
    let field = |document: &Value, of: &str| {
        let code = code(document);
        let (_, rest) = code
            .split_once(&format!("/// `{of}`: the document does not describe it."))
            .expect("it is there");
        let line = rest.lines().find(|line| line.starts_with("pub struct "));
        line.expect("it is a struct").to_owned()
    };
    for name in ["Task", "task", "Task_"] {
        assert_eq!(field(&before, name), field(&after, name), "{name}");
    }
    assert_eq!(field(&before, "Task"), "pub struct Task {");
}

fn pinned(values: &[&str], merge: bool) -> Value {
    let mut schema = state(values);
    schema["x-rust-type"] = json!("State");
    schema["description"] = json!("Its state.");
    if merge {
        schema["x-rust-merge"] = json!(true);
    }
    schema
}

fn two_states(first: Value, second: Value) -> Value {
    let mut document = jobs(json!({ "Job": object(json!({ "old": first, "new": second })) }));
    document["components"]["schemas"]["Job"]["description"] = json!("A job.");
    document["info"]["description"] = json!("Jobs.");
    let operation = &mut document["paths"]["/jobs/{name}"]["put"];
    for key in ["summary", "description"] {
        operation[key] = json!("Put it.");
    }
    operation["parameters"][0]["description"] = json!("Which.");
    document
}

#[test]
fn different_enums_with_one_pinned_name_are_reported_or_merged_on_request() {
    let differing = two_states(pinned(&["a", "b"], false), pinned(&["b", "c", "d"], false));
    let found = generated(&differing.to_string(), true).expect_err("their values differ");
    let [finding] = found.found() else {
        panic!("{found}");
    };
    assert_eq!(finding.code, "enums-differ");
    for said in [
        "`State`",
        "only the first of the two locations has `a`,",
        "only the second has `c`, `d`",
    ] {
        assert!(finding.message.contains(said), "{}", finding.message);
    }
    let places = [&finding.pointer, &finding.others[0].pointer];
    assert_eq!(
        places,
        [
            "/components/schemas/Job/properties/new",
            "/components/schemas/Job/properties/old"
        ]
    );
    for (first, second) in [(true, false), (false, true), (true, true)] {
        let merged = two_states(pinned(&["a", "b"], first), pinned(&["b", "c", "d"], second));
        generated(&merged.to_string(), true).unwrap_or_else(|found| panic!("{found}"));
        let code = code(&merged);
        let table = "open_enum!(State { A = \"a\", B = \"b\", C = \"c\", D = \"d\" });";
        assert!(code.contains(table), "{code}");
    }
    let reordered = two_states(pinned(&["a", "b"], false), pinned(&["b", "a"], false));
    generated(&reordered.to_string(), true).unwrap_or_else(|found| panic!("{found}"));
}

/// Returns the names that the runtime exports, and the names of the standard library in generated code.
fn runtime_names() -> Vec<String> {
    let library = here("../sdk/src/lib.rs");
    let (runtime, _) = library
        .split_once("\n// End of the runtime")
        .expect("the runtime ends");
    let exported = runtime.split("pub use ").skip(1);
    let exported = exported.filter_map(|rest| rest.split(';').next());
    let mut names: BTreeSet<String> = exported
        .flat_map(|path| path.split(|sign: char| !sign.is_alphanumeric() && sign != '_'))
        // A constant and a type may have the same name.
        .filter(|name| name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase))
        .map(str::to_owned)
        .collect();
    assert!(names.len() > 60, "{names:?}");
    for name in [
        "Box", "BTreeMap", "Bytes", "Method", "Option", "Result", "String", "Value", "Vec",
    ] {
        names.insert(name.to_owned());
    }
    names.into_iter().collect()
}

#[test]
fn schema_named_like_a_runtime_type_gets_a_number() {
    let fields = || {
        json!({
            "id": { "type": "string", "x-rust-runtime": "ObjectId" },
            "cluster": { "type": "string", "x-rust-runtime": "ClusterName" },
            "at": { "type": "string", "format": "date-time" },
            "link": { "type": "string", "x-sensitive": true },
            "any": {},
        })
    };
    let without = jobs(json!({ "Job": object(fields()) }));
    for name in runtime_names() {
        let mut own = fields();
        own["other"] = json!({ "$ref": format!("#/components/schemas/{name}") });
        let with = jobs(json!({ "Job": object(own), &name: object(fields()) }));
        let code = code(&with);
        for field in [
            "id: Option<ObjectId>",
            "cluster: Option<ClusterName>",
            "at: Option<Timestamp>",
            "link: Option<SecretUrl>",
            "any: Option<Value>",
        ] {
            assert_eq!(
                code.matches(&format!("pub {field},")).count(),
                2,
                "{name}: {field}"
            );
        }
        assert!(
            code.contains(&format!("pub other: Option<{name}2>,")),
            "{name}: {code}"
        );
        let declared = types(&with);
        assert_eq!(
            declared.contains(&name),
            types(&without).contains(&name),
            "{name}"
        );
        let expected = BTreeSet::from([("field-added", Class::Feature)]);
        assert_eq!(rules(&without, &with), expected, "{name}");
    }
}

#[test]
fn trait_of_optional_parameters_has_a_name_of_its_own() {
    let parameters = json!([{"name": "limit", "in": "query", "schema": {"type": "integer"}}]);
    let operation = |id: &str, schema: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
        let content = json!({"application/json": {"schema": schema}});
        json!({"operationId": id, "tags": ["jobs"], "parameters": parameters, "responses": {"200": {"description": "ok", "content": content}}})
    };
    let record = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "Jobs", "version": "1"},
        "paths": {
            "/jobs": {"get": operation("listJobs", "ListJobsParameters")},
            "/job": {"get": operation("getJob", "ListJobsParameters")},
            "/parameters": {"get": operation("getJobParameters", "ListJobsParameters")},
        },
        "components": {"schemas": {"ListJobsParameters": record}},
    });
    let text = document.to_string();
    let name = "case.yaml";
    let source = Source {
        target: Target {
            receiver: Target::HANDLE,
            ..Source::of(Text { name, text: &text }).target
        },
        ..Source::of(Text { name, text: &text })
    };
    let generated = generate(&source, &mut |_, _| {}).unwrap_or_else(|found| panic!("{found}"));
    let code = generated.files.iter().flat_map(|file| file.content.lines());
    let mut names: Vec<&str> = code
        .filter_map(|line| {
            let mut words = line.strip_prefix("pub ")?.split([' ', ';', '{']);
            let is_item = ["struct", "enum", "trait", "type"].contains(&words.next()?);
            words.next().filter(|_| is_item)
        })
        .collect();
    names.sort_unstable();
    let expected = [
        "GetJob",
        "GetJobParameters",
        "GetJobParameters2",
        "GetJobParametersParameters",
        "ListJobs",
        "ListJobsParameters",
        "ListJobsParameters2",
    ];
    names.retain(|name| *name != "Api");
    assert_eq!(names, expected);
}
