//! Tests of the diff's rules: one pair of documents per rule, compared in both directions, and properties of all
//! rules.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests read files and may fail loudly"
)]

use atlas_backup_generator::{
    Bump, Change, ChangeKind, Class, Diagnostics, DiffOptions, Direction, Item, RULES, Selection,
    Source, Target, Text, bump, diff, generate,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn compared(old: &str, new: &str, selection: Selection) -> Result<Vec<Change>, Diagnostics> {
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection,
        api_date: Some("2025-03-12"),
    };
    diff(text("old.yaml", old), text("new.yaml", new), &options)
}

fn all(old: &Value, new: &Value) -> Vec<Change> {
    compared(&old.to_string(), &new.to_string(), Selection::All)
        .unwrap_or_else(|found| panic!("{found}"))
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn value(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("it is YAML")
}

/// Returns the YAML files of a directory by their stems.
fn documents(directory: &str) -> Vec<(String, String)> {
    let mut found: Vec<_> = std::fs::read_dir(here(directory))
        .expect("it is there")
        .map(|entry| entry.expect("it is readable").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|path| {
            let stem = path.file_stem().expect("files have names");
            (stem.to_string_lossy().into_owned(), read(&path))
        })
        .collect();
    found.sort();
    found
}

fn rules(changes: &[Change]) -> BTreeSet<&str> {
    changes.iter().map(|change| change.rule().id).collect()
}

#[test]
fn each_rule_reports_its_pair_with_exactly_the_listed_companions() {
    let pairs = documents("tests/diff");
    let named: BTreeSet<&str> = pairs.iter().map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(named, RULES.iter().map(|rule| rule.id).collect());
    for (rule, text) in &pairs {
        let pair = value(text);
        let listed = |key: &str| -> BTreeSet<&str> {
            let listed = pair[key].as_array().expect("it lists companions");
            listed.iter().filter_map(Value::as_str).collect()
        };
        let mut expected = listed("also");
        expected.insert(rule);
        let forward = all(&pair["old"], &pair["new"]);
        assert_eq!(rules(&forward), expected, "{rule}\n{forward:#?}");
        let back = all(&pair["new"], &pair["old"]);
        assert_eq!(rules(&back), listed("back"), "{rule}, back\n{back:#?}");
    }
}

#[test]
fn union_accessor_is_retyped_when_the_last_variant_always_sends_the_field() {
    let before = value(&read(&here("tests/diff/union-accessor-removed.yaml")))["old"].take();
    let flagged = |variants: &[&str]| {
        let mut document = before.clone();
        for variant in variants {
            document["components"]["schemas"][variant]["properties"]["name"]["x-rust-always-sent"] =
                Value::Bool(true);
        }
        document
    };
    let compared = |old, new, expected: &[&str]| {
        let changes = all(old, new);
        assert_eq!(
            rules(&changes),
            expected.iter().copied().collect(),
            "{changes:#?}"
        );
        changes.iter().map(Change::class).min()
    };
    let (cat, both) = (flagged(&["Cat"]), flagged(&["Cat", "Dog"]));
    let (added, removed) = ("checked-accessor-added", "checked-accessor-removed");
    assert_eq!(compared(&before, &cat, &[added]), Some(Class::Feature));
    let retyped = "union-accessor-removed";
    assert_eq!(
        compared(&cat, &both, &[added, retyped]),
        Some(Class::Breaking)
    );
    assert_eq!(
        compared(&both, &cat, &[removed, retyped]),
        Some(Class::Breaking)
    );
}

#[test]
fn change_pointers_exist_in_the_given_documents() {
    for (rule, text) in documents("tests/diff") {
        let pair = value(&text);
        for change in all(&pair["old"], &pair["new"]) {
            for (pointer, document) in [(&change.old, &pair["old"]), (&change.new, &pair["new"])] {
                if let Some(pointer) = pointer {
                    assert!(document.pointer(pointer).is_some(), "{rule}: {pointer}");
                }
            }
            assert!(change.old.is_some() || change.new.is_some(), "{rule}");
        }
    }
}

#[test]
fn rules_md_equals_the_table_in_the_code() {
    let text = read(&here("../spec/RULES.md"));
    // `public_api.rs` compares the third column with the generated code.
    let rows: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let mut cells: Vec<&str> = line.split(" | ").collect();
            cells.remove(2);
            cells.join(" | ")
        })
        .collect();
    let expected: Vec<String> = RULES
        .iter()
        .map(|rule| {
            let class = serde_json::to_string(&rule.class).expect("classes are names");
            let class = class.trim_matches('"');
            format!("| `{}` | {class} | {} | {} |", rule.id, rule.what, rule.why)
        })
        .collect();
    assert_eq!(rows, expected);
}

#[test]
fn document_compared_with_itself_has_no_changes() {
    let mut texts = documents("tests/corpus");
    for path in ["v1/curated", "v2/curated", "v2/upstream"] {
        texts.push((
            path.to_owned(),
            read(&here(&format!("../spec/{path}.yaml"))),
        ));
    }
    assert!(texts.len() > 20, "the corpus is gone");
    for (name, text) in texts {
        let changes = compared(&text, &text, Selection::All);
        let changes = changes.unwrap_or_else(|found| panic!("{name}:\n{found}"));
        assert_eq!(changes, [], "{name}");
        assert_eq!(bump(&changes), Bump::None);
    }
}

#[test]
fn unreadable_documents_are_reported_without_a_panic() {
    let good = documents("tests/corpus")
        .pop()
        .expect("there is a corpus")
        .1;
    for (name, text) in documents("tests/corpus/refused") {
        for found in [
            compared(&text, &good, Selection::All),
            compared(&good, &text, Selection::All),
        ] {
            if let Err(found) = found {
                assert!(!found.found().is_empty(), "{name}");
            }
        }
    }
    for hostile in [
        "[".repeat(100_000),
        format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000)),
        "&a [*a]".to_owned(),
        "openapi: 3.0.3\npaths: 7\ncomponents: [x]\ninfo: {title: {}}".to_owned(),
        "openapi: 3.0.3\npaths: {/a: {get: {operationId: a, parameters: 5, responses: [], requestBody: {content: {x: 3}}}}}".to_owned(),
        "openapi: 3.0.3\npaths: {/a: {get: {operationId: a, responses: {'200': {content: {application/json: {schema: 5}}}}}}}".to_owned(),
    ] {
        for (old, new) in [(&hostile, &good), (&good, &hostile), (&hostile, &hostile)] {
            if let Err(found) = compared(old, new, Selection::All) {
                assert!(!found.found().is_empty());
            }
        }
    }
    let found = compared(&good, &good, Selection::Operations(vec!["nowhere".into()]));
    assert_eq!(
        found.expect_err("nobody has it").found()[0].code,
        "unknown-operation"
    );
}

#[test]
fn operations_without_id_are_paired_by_method_and_path() {
    let with = |parameters: Value| {
        json!({"openapi": "3.0.3", "info": {"title": "Jobs", "version": "1"}, "paths": {"/jobs": {"get": {
            "parameters": parameters, "responses": {"204": {"description": "It."}},
        }}}})
    };
    let label = json!([{"name": "label", "in": "query", "schema": {"type": "string"}}]);
    let changes = all(&with(json!([])), &with(label));
    assert_eq!(rules(&changes), BTreeSet::from(["parameter-added"]));
    assert_eq!(changes[0].operations, ["get_jobs"]);
}

#[test]
fn operation_moves_if_the_text_around_a_path_parameter_changes() {
    let moved: &[&str] = &["operation-moved"];
    for (old, new, expected) in [
        ("/jobs/{id}:start", "/jobs/{id}:stop", moved),
        ("/jobs/{id}", "/jobs/{id}:stop", moved),
        ("/jobs/job-{id}", "/jobs/{id}", moved),
        ("/jobs/{id}.{format}", "/jobs/{id}-{format}", moved),
        (
            "/jobs/{id}.{format}",
            "/jobs/{id}.{kind}",
            &["argument-renamed"],
        ),
        ("/jobs/{id}:stop", "/jobs/{job}:stop", &["argument-renamed"]),
    ] {
        let [before, after] = [old, new].map(|path| {
            let names = path.split('{').skip(1).filter_map(|part| part.split('}').next());
            let parameters: Vec<Value> = names
                .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
                .collect();
            let responses = json!({"204": {"description": "ok"}});
            let job = json!({"operationId": "job", "tags": ["jobs"], "parameters": parameters, "responses": responses});
            json!({"openapi": "3.0.3", "info": {"title": "Jobs", "version": "1"}, "paths": {path: {"post": job}}})
        });
        let changes = all(&before, &after);
        let expected = expected.iter().copied().collect();
        assert_eq!(rules(&changes), expected, "{old} → {new}: {changes:#?}");
    }
}

/// A document with two operations that return the same recursive type.
fn tree(fields: &Value) -> Value {
    let list = |id: &str| {
        let schema = json!({"$ref": "#/components/schemas/Node"});
        let answer =
            json!({"description": "It.", "content": {"application/json": {"schema": schema}}});
        json!({"get": {"operationId": id, "responses": {"200": answer}}})
    };
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Trees", "version": "1"},
        "paths": {"/one": list("getOne"), "/other": list("getOther")},
        "components": {"schemas": {"Node": {"type": "object", "properties": fields}}},
    })
}

#[test]
fn change_of_a_shared_recursive_type_is_reported_once_with_all_operations() {
    let node = json!({"$ref": "#/components/schemas/Node"});
    let old = tree(&json!({"next": node, "name": {"type": "string"}}));
    let new = tree(&json!({"next": node}));
    let expected = Change {
        what: ChangeKind::FieldRemoved { deprecated: false },
        item: Item {
            name: "Node".to_owned(),
            member: Some("name".to_owned()),
        },
        old: Some("/components/schemas/Node/properties/name".to_owned()),
        new: None,
        elsewhere: Vec::new(),
        operations: vec!["getOne".to_owned(), "getOther".to_owned()],
        direction: Some(Direction::Response),
    };
    assert_eq!(all(&old, &new), [expected]);
}

#[test]
fn change_of_an_inherited_field_is_reported_once_at_its_base() {
    let heirs = |name: &Value| {
        let heir = json!({"allOf": [{"$ref": "#/components/schemas/Base"}]});
        let inner = json!({"one": {"$ref": "#/components/schemas/One"}, "other": {"$ref": "#/components/schemas/Other"}});
        let mut document = tree(&inner);
        let heir = |own: &str| {
            let mut heir = heir.clone();
            heir["properties"] = json!({own: {"type": "string"}});
            heir
        };
        document["components"]["schemas"]["Base"] =
            json!({"type": "object", "properties": {"name": name}});
        document["components"]["schemas"]["One"] = heir("a");
        document["components"]["schemas"]["Other"] = heir("b");
        document
    };
    let changes = all(
        &heirs(&json!({"type": "string"})),
        &heirs(&json!({"type": "integer"})),
    );
    let pointers: Vec<_> = changes
        .iter()
        .map(|change| (change.rule().id, change.new.as_deref()))
        .collect();
    let base = Some("/components/schemas/Base/properties/name");
    assert_eq!(pointers, [("field-type-changed", base)]);
}

#[test]
fn selection_accepts_the_old_and_the_new_name_of_an_operation() {
    let old = tree(&json!({"name": {"type": "string"}}));
    let mut new = old.clone();
    new["paths"]["/one"]["get"]["operationId"] = json!("readOne");
    new["paths"]["/other"]["get"]["operationId"] = json!("readOther");
    for id in ["getOne", "readOne"] {
        let selection = Selection::Operations(vec![id.to_owned()]);
        let changes = compared(&old.to_string(), &new.to_string(), selection);
        let changes = changes.unwrap_or_else(|found| panic!("{found}"));
        assert_eq!(rules(&changes), BTreeSet::from(["operation-renamed"]));
        assert_eq!(changes.len(), 1);
        assert_eq!(bump(&changes), Bump::Major);
    }
}

/// A part of a document before and after a change, and the expected rules and sentences.
type Expected = (Value, Value, &'static [(&'static str, &'static str)]);

fn check_expected(expected: &[Expected], document: impl Fn(&Value) -> Value) {
    for (was, is, expected) in expected {
        let changes = all(&document(was), &document(is));
        let found: Vec<_> = changes
            .iter()
            .map(|change| (change.rule().id, change.what.sentence()))
            .collect();
        let expected = expected
            .iter()
            .map(|(rule, expected)| (*rule, (*expected).to_owned()));
        assert_eq!(found, expected.collect::<Vec<_>>(), "{was} {is}");
    }
}

#[test]
fn renamed_field_is_reported_with_both_names() {
    let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
    let expected: [Expected; 6] = [
        (
            json!({"a": text, "region": text}),
            json!({"a": text, "regionName": text}),
            &[("field-renamed", "`region` was renamed to `region_name`")],
        ),
        (
            json!({"a": number, "zone": text}),
            json!({"a": number, "place": text}),
            &[("field-renamed", "`zone` was renamed to `place`")],
        ),
        (
            json!({"region": text}),
            json!({"regionName": number}),
            &[
                ("field-removed", "the field was removed"),
                ("field-added", "the field was added"),
            ],
        ),
        (
            json!({"zone": text, "area": text}),
            json!({"place": text, "spot": text}),
            &[
                ("field-removed", "the field was removed"),
                ("field-removed", "the field was removed"),
                ("field-added", "the field was added"),
                ("field-added", "the field was added"),
            ],
        ),
        (
            json!({"zoneId": text}),
            json!({"zoneID": number}),
            &[
                (
                    "field-type-changed",
                    "the type changed from `String` to `i64`",
                ),
                (
                    "field-respelled",
                    "its name in JSON changed from `zoneId` to `zoneID`",
                ),
            ],
        ),
        (
            json!({"state": {"type": "string", "enum": ["InProgress", "Daily"]}}),
            json!({"state": {"type": "string", "enum": ["IN_PROGRESS", "Weekly"]}}),
            &[
                ("enum-value-removed", "the value `Daily` was removed"),
                ("enum-value-added", "the value `Weekly` was added"),
                (
                    "enum-value-respelled",
                    "its name in JSON changed from `InProgress` to `IN_PROGRESS`",
                ),
            ],
        ),
    ];
    check_expected(&expected, tree);
}

#[test]
fn reordered_and_respelled_arguments_are_reported_separately() {
    let document = |required: &Value| {
        let text = json!({"type": "string"});
        let mut document = tree(&json!({"name": text}));
        let properties: serde_json::Map<String, Value> = required
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|name| {
                let kind = if name == "b" { "integer" } else { "string" };
                Some((name.as_str()?.to_owned(), json!({"type": kind})))
            })
            .collect();
        let body = json!({"type": "object", "required": required, "properties": properties});
        document["components"]["schemas"]["Ask"] = body;
        let schema = json!({"$ref": "#/components/schemas/Ask"});
        document["paths"]["/one"]["post"] = json!({
            "operationId": "ask",
            "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}},
            "responses": {"204": {"description": "Done."}},
        });
        document
    };
    let expected: [Expected; 3] = [
        // Adjacent fields of the same type are passed by name, so their order does not matter.
        (json!(["aId", "c"]), json!(["c", "aId"]), &[]),
        (
            json!(["aId", "b"]),
            json!(["aID", "b"]),
            &[(
                "field-respelled",
                "its name in JSON changed from `aId` to `aID`",
            )],
        ),
        (
            json!(["aId", "b"]),
            json!(["b", "aID"]),
            &[
                (
                    "fields-reordered",
                    "the order of arguments of `new` is now `b`, `aID`",
                ),
                (
                    "field-respelled",
                    "its name in JSON changed from `aId` to `aID`",
                ),
            ],
        ),
    ];
    check_expected(&expected, document);
}

#[test]
fn changed_parts_of_an_operation_are_reported_with_their_rules() {
    let answer = |version: &str| {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        json!({"200": {"description": "It.", "content": {version: {"schema": schema}}}})
    };
    let body = |version: &str| {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        json!({"content": {version: {"schema": schema}}})
    };
    let query = |name: &str| json!([{"name": name, "in": "query", "schema": {"type": "string"}}]);
    let (first, second) = (
        "application/vnd.atlas.2023-01-01+json",
        "application/vnd.atlas.2024-01-01+json",
    );
    let done = json!({"204": {"description": "Done."}});
    let dated = json!({"204": {"description": "Done.", "content": {first: {}}}});
    let expected: [Expected; 8] = [
        (
            json!({"/jobs": {"put": {"operationId": "setJob", "requestBody": body(first), "responses": done}}}),
            json!({"/jobs": {"put": {"operationId": "setJob", "requestBody": {"content": {first: {}}}, "responses": done}}}),
            &[(
                "body-type-changed",
                "the type changed from `SetJobRequest` to `Value`",
            )],
        ),
        (
            json!({"/v2/jobs": {"put": {"operationId": "setJob", "requestBody": body(first), "responses": done}}}),
            json!({"/v3/jobs": {"put": {"operationId": "writeJob", "requestBody": body(first), "responses": done}}}),
            &[
                ("operation-renamed", "`set_job` was renamed to `write_job`"),
                ("type-renamed", "it was renamed to `WriteJobRequest`"),
                ("operation-moved", "it is now `PUT /v3/jobs`"),
            ],
        ),
        (
            json!({"/v2/jobs": {"delete": {"operationId": "deleteJob", "responses": done}}}),
            json!({"/v3/jobs": {"delete": {"operationId": "deleteOneJob", "responses": done}}}),
            &[
                (
                    "operation-renamed",
                    "`delete_job` was renamed to `delete_one_job`",
                ),
                ("operation-moved", "it is now `DELETE /v3/jobs`"),
            ],
        ),
        (
            json!({"/v2/jobs": {"delete": {"operationId": "deleteJob", "responses": done}}}),
            json!({"/v3/jobs": {"delete": {"operationId": "stop", "responses": done}}}),
            &[
                (
                    "operation-removed",
                    "`deleteJob` was removed; it was not deprecated before",
                ),
                ("operation-added", "`stop` was added"),
            ],
        ),
        (
            json!({"/jobs": {"delete": {"operationId": "deleteJob", "responses": dated}}}),
            json!({"/jobs": {"delete": {"operationId": "deleteJob", "responses": done}}}),
            &[(
                "media-type-changed",
                "the media type of its response changed from `application/vnd.atlas.2023-01-01+json` to `application/json`",
            )],
        ),
        (
            json!({"/jobs": {"put": {"operationId": "setJob", "requestBody": body(first), "responses": answer(first)}}}),
            json!({"/jobs": {"put": {"operationId": "setJob", "requestBody": body(second), "responses": answer(first)}}}),
            &[(
                "version-changed",
                "the version of its request changed from 2023-01-01 to 2024-01-01",
            )],
        ),
        (
            json!({"/jobs": {"put": {"operationId": "setJob", "requestBody": body(first), "responses": answer(first)}}}),
            json!({"/jobs": {"put": {"operationId": "setJob", "requestBody": body(second), "responses": answer(second)}}}),
            &[(
                "version-changed",
                "its version changed from 2023-01-01 to 2024-01-01",
            )],
        ),
        (
            json!({"/jobs": {"get": {"operationId": "listJobs", "parameters": query("state"), "responses": done}}}),
            json!({"/jobs": {"get": {"operationId": "listJobs", "parameters": query("jobState"), "responses": done}}}),
            &[("parameter-renamed", "`state` was renamed to `job_state`")],
        ),
    ];
    check_expected(
        &expected,
        |paths| json!({"openapi": "3.0.3", "info": {"title": "Jobs", "version": "1"}, "paths": paths}),
    );
}

#[test]
fn changed_styles_are_reported_for_all_parameters_and_for_fields_of_forms() {
    let document = |path: &str, operation: Value| {
        let mut operation = operation;
        operation["operationId"] = json!("setJob");
        operation["responses"] = json!({"204": {"description": "Done."}});
        json!({"openapi": "3.0.3", "info": {"title": "Jobs", "version": "1"}, "paths": {path: {"put": operation}}})
    };
    let list = json!({"type": "array", "items": {"type": "string"}});
    let range = json!({"type": "object", "properties": {"from": {"type": "string"}}});
    let in_path = |style: &str, schema: &Value| {
        let id =
            json!({"name": "id", "in": "path", "required": true, "style": style, "schema": schema});
        document("/jobs/{id}", json!({"parameters": [id]}))
    };
    let parameter = |location: &str, explode: bool, schema: &Value| {
        let it = json!({"name": "it", "in": location, "explode": explode, "schema": schema});
        document("/jobs", json!({"parameters": [it]}))
    };
    let form = |properties: Value, encoding: Value| {
        let media =
            json!({"schema": {"type": "object", "properties": properties}, "encoding": encoding});
        let content = json!({"application/x-www-form-urlencoded": media});
        document("/jobs", json!({"requestBody": {"content": content}}))
    };
    let (one, two) = (json!({"a": list}), json!({"a": list, "b": list}));
    let text = json!({"type": "string"});
    let changed: &[&str] = &["parameter-style-changed"];
    for (old, new, expected) in [
        (in_path("simple", &text), in_path("label", &text), changed),
        (in_path("simple", &list), in_path("matrix", &list), changed),
        (in_path("label", &list), in_path("label", &list), &[]),
        (
            parameter("header", false, &range),
            parameter("header", true, &range),
            changed,
        ),
        (
            parameter("query", false, &list),
            parameter("query", true, &list),
            changed,
        ),
        (
            parameter("query", false, &text),
            parameter("query", true, &text),
            &[],
        ),
        (
            form(one.clone(), json!({})),
            form(one.clone(), json!({"a": {"explode": false}})),
            changed,
        ),
        (
            form(one.clone(), json!({"a": {"style": "pipeDelimited"}})),
            form(one.clone(), json!({})),
            changed,
        ),
        (
            form(one.clone(), json!({})),
            form(one.clone(), json!({"a": {"style": "form"}})),
            &[],
        ),
        (
            form(one, json!({})),
            form(two, json!({"b": {"explode": false}})),
            &["field-added"],
        ),
    ] {
        let changes = all(&old, &new);
        let expected = expected.iter().copied().collect();
        assert_eq!(rules(&changes), expected, "{old} → {new}: {changes:#?}");
    }
}

#[test]
fn json_request_body_that_becomes_another_content_has_another_type() {
    let with = |media_type: &str| {
        json!({
            "openapi": "3.0.3",
            "info": { "title": "Jobs", "version": "1" },
            "paths": { "/jobs": { "post": {
                "operationId": "addJob",
                "tags": ["jobs"],
                "requestBody": { "required": true, "content": { media_type: { "schema": { "$ref": "#/components/schemas/Job" } } } },
                "responses": { "204": { "description": "Added." } },
            } } },
            "components": { "schemas": { "Job": { "type": "object", "properties": { "name": { "type": "string" } } } } },
        })
    };
    let expected = BTreeSet::from(["body-type-changed", "media-type-changed"]);
    for (old, new) in [
        ("application/json", "text/csv"),
        ("text/csv", "application/json"),
    ] {
        assert_eq!(rules(&all(&with(old), &with(new))), expected, "{old} {new}");
    }
    assert_eq!(
        rules(&all(&with("text/csv"), &with("text/plain"))),
        BTreeSet::from(["media-type-changed"])
    );
}

#[test]
fn api_date_without_versions_is_an_error() {
    let text = read(&here("../spec/v2/curated.yaml"));
    for (date, code) in [
        ("1999-01-01", "nothing-to-compare"),
        ("tomorrow", "bad-api-date"),
    ] {
        let document = Text {
            name: "curated.yaml",
            text: &text,
        };
        let options = DiffOptions {
            selection: Selection::All,
            api_date: Some(date),
        };
        let found = diff(document, document, &options).expect_err("there is nothing");
        assert_eq!(found.found()[0].code, code);
    }
}

/// Returns the code generated from a document, without comments, or the diagnostics.
fn code(document: &Value) -> Result<String, String> {
    let text = document.to_string();
    let source = Source {
        document: Text {
            name: "document",
            text: &text,
        },
        overlays: Vec::new(),
        selection: Selection::All,
        released: None,
        api_date: Some("2025-03-12"),
        documented: false,
        curated: "document",
        target: Target {
            crate_name: "pair",
            directory: "api",
            receiver: "Client",
            features: true,
        },
    };
    let generated = generate(&source, &mut |_, _| {}).map_err(|found| found.to_string())?;
    let lines = generated.files.iter().flat_map(|file| file.content.lines());
    let code = lines.filter(|line| {
        let line = line.trim();
        !line.starts_with("//")
            && !line.contains("SPEC_SHA256")
            && !line.contains("#[deprecated(note")
    });
    Ok(code.collect::<Vec<_>>().join("\n"))
}

/// Rules for changes that only cause a compiler warning, or only change data that no call uses.
const UNSEEN: [&str; 12] = [
    "argument-renamed",
    "field-deprecated",
    "field-undeprecated",
    "operation-deprecated",
    "operation-undeprecated",
    "parameter-deprecated",
    "parameter-undeprecated",
    "roles-documented",
    "security-loosened",
    "security-tightened",
    "sunset-announced",
    "sunset-lifted",
];

/// `public_api.rs` tests the effect of rules on the public API.
#[test]
fn rule_has_class_docs_exactly_if_the_code_is_unchanged() {
    for (rule, text) in documents("tests/diff") {
        let pair = value(&text);
        let (old, new) = (code(&pair["old"]), code(&pair["new"]));
        let class = RULES
            .iter()
            .find(|known| known.id == rule)
            .expect("it is a rule")
            .class;
        if !UNSEEN.contains(&rule.as_str()) {
            assert_eq!(old != new, class != Class::Docs, "{rule}");
        }
    }
}

/// A document with an operation that sends and one that receives a record with this property.
fn of_property(property: &Value) -> Value {
    let mut document = tree(&json!({ "a": property }));
    let schema = json!({"$ref": "#/components/schemas/Node"});
    document["paths"]["/one"]["post"] = json!({
        "operationId": "ask",
        "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}},
        "responses": {"204": {"description": "Done."}},
    });
    document
}

#[test]
fn bounds_implied_by_the_pattern_are_not_tightened_or_loosened() {
    let text = |more: Value| {
        let mut text = json!({"type": "string"});
        for (key, value) in more.as_object().into_iter().flatten() {
            text[key] = value.clone();
        }
        text
    };
    let number = |more: Value| {
        let mut number = text(more);
        number["type"] = json!("integer");
        number
    };
    let expected: [Expected; 4] = [
        (
            number(json!({"minimum": 1})),
            number(json!({"minimum": 1, "exclusiveMinimum": true})),
            &[
                (
                    "constraint-tightened",
                    "minimum changed from `1` to `1 (exclusive)`",
                ),
                (
                    "response-constraint-changed",
                    "minimum changed from `1` to `1 (exclusive)`",
                ),
            ],
        ),
        (
            text(json!({"pattern": "^[a-z]{2,8}$", "maxLength": 8})),
            text(json!({"pattern": "^[a-z]{2,8}$"})),
            &[(
                "bound-implied",
                "maxLength changed from `8` to none; its pattern allows the same lengths",
            )],
        ),
        (
            text(json!({"pattern": "^[a-z]{2,8}$", "maxLength": 6})),
            text(json!({"pattern": "^[a-z]{2,8}$"})),
            &[
                ("constraint-loosened", "maxLength changed from `6` to none"),
                (
                    "response-constraint-changed",
                    "maxLength changed from `6` to none",
                ),
            ],
        ),
        (
            text(json!({"pattern": "[a-z]{2,8}", "maxLength": 8})),
            text(json!({"pattern": "[a-z]{2,8}"})),
            &[
                ("constraint-loosened", "maxLength changed from `8` to none"),
                (
                    "response-constraint-changed",
                    "maxLength changed from `8` to none",
                ),
            ],
        ),
    ];
    check_expected(&expected, of_property);
}

#[test]
fn type_is_compared_after_the_field_that_contained_it_changed() {
    let state = json!({"$ref": "#/components/schemas/State"});
    let document = |holds: &Value, values: Value| {
        let mut document = tree(&json!({ "state": holds }));
        document["components"]["schemas"]["State"] = json!({"type": "string", "enum": values});
        document
    };
    let changes = all(
        &document(&state, json!(["ON", "OFF"])),
        &document(&json!({"type": "array", "items": state}), json!(["ON"])),
    );
    let found: Vec<_> = changes.iter().map(|change| change.rule().id).collect();
    assert_eq!(found, ["enum-value-removed", "field-type-changed"]);
    assert_eq!(changes[0].operations, ["getOne", "getOther"]);
}

#[test]
fn change_of_an_alias_is_reported_once_at_the_component() {
    let size = json!({"$ref": "#/components/schemas/Size"});
    let document = |of: &Value| {
        let mut document = tree(&json!({ "a": size, "b": size }));
        document["components"]["schemas"]["Size"] = of.clone();
        document
    };
    let changes = all(
        &document(&json!({"type": "integer"})),
        &document(&json!({"type": "number"})),
    );
    let found: Vec<_> = changes
        .iter()
        .map(|change| (change.rule().id, change.new.as_deref()))
        .collect();
    let place = Some("/components/schemas/Size");
    assert_eq!(found, [("field-type-changed", place)]);
}

#[test]
fn same_change_of_several_operations_is_reported_once() {
    let old = tree(&json!({"name": {"type": "string"}}));
    let mut new = old.clone();
    for path in ["/one", "/other"] {
        new["paths"][path]["get"]["deprecated"] = json!(true);
    }
    let changes = all(&old, &new);
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!(changes[0].operations, ["getOne", "getOther"]);
    let items: Vec<_> = changes[0].items().map(ToString::to_string).collect();
    assert_eq!(items, ["get_one", "get_other"]);
}

#[test]
fn early_sunset_and_removal_before_sunset_are_reported() {
    let (first, second) = (
        "application/vnd.atlas.2023-01-01+json",
        "application/vnd.atlas.2025-01-01+json",
    );
    let answer = |version: &str, end: Option<&str>| {
        let mut media =
            json!({"schema": {"type": "object", "properties": {"a": {"type": "string"}}}});
        if let Some(end) = end {
            media["x-sunset"] = json!(end);
        }
        json!({"get": {"operationId": "getOne", "responses": {"200": {"description": "It.", "content": {version: media}}}}})
    };
    let other = answer(second, None);
    let with = |item: Option<Value>| {
        let mut other = other.clone();
        other["get"]["operationId"] = json!("getOther");
        match item {
            Some(item) => json!({"/other": other, "/one": item}),
            None => json!({"/other": other}),
        }
    };
    let expected: [Expected; 4] = [
        (
            with(Some(answer(first, None))),
            with(Some(answer(first, Some("2025-12-31")))),
            &[(
                "sunset-announced",
                "its version ends on 2025-12-31, which is before 2026-01-01, a year after the newest version",
            )],
        ),
        (
            with(Some(answer(first, None))),
            with(Some(answer(first, Some("2026-01-01")))),
            &[("sunset-announced", "its version ends on 2026-01-01")],
        ),
        (
            with(Some(answer(first, Some("2026-01-01")))),
            with(None),
            &[(
                "operation-removed",
                "`getOne` was removed; its sunset date was 2026-01-01",
            )],
        ),
        (
            with(Some(answer(first, Some("2025-03-01")))),
            with(None),
            &[(
                "operation-removed",
                "`getOne` was removed; it was deprecated",
            )],
        ),
    ];
    check_expected(
        &expected,
        |paths| json!({"openapi": "3.0.3", "info": {"title": "Jobs", "version": "1"}, "paths": paths}),
    );
}

#[test]
fn rule_reasons_hold_for_one_direction_of_a_change() {
    for rule in RULES {
        assert!(!rule.why.contains("reverse"), "{}: {}", rule.id, rule.why);
    }
}
