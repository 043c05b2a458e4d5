//! Tests that suggested overlay actions work: the target exists, and the action resolves the diagnostic.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests read files and may fail loudly"
)]

use atlas_backup_generator::{Diagnostic, Diagnostics, Generated, Source, Text, generate};
use serde_json::{Value, json};
use serde_json_path::JsonPath;
use std::collections::BTreeSet;
use std::path::Path;

/// A document with errors, and the settings of its generation.
struct Case {
    name: String,
    text: String,
    released: Option<String>,
    overlays: Vec<String>,
    documented: bool,
}

impl Case {
    fn new(name: &str, document: &Value) -> Self {
        Self {
            name: name.to_owned(),
            // As YAML with one member per line, so that lines identify members.
            text: serde_saphyr::to_string(document).expect("it is writable"),
            released: None,
            overlays: Vec::new(),
            documented: true,
        }
    }

    fn generated(&self) -> Result<Generated, Diagnostics> {
        let text = |text| Text {
            name: "case.yaml",
            text,
        };
        let overlay = |text| Text {
            name: "overlay.yaml",
            text,
        };
        let source = Source {
            overlays: self.overlays.iter().map(|text| overlay(text)).collect(),
            released: self.released.as_deref().map(text),
            api_date: Some("2025-03-12"),
            documented: self.documented,
            curated: "case.yaml",
            ..Source::of(text(self.text.as_str()))
        };
        generate(&source, &mut |_, _| {})
    }

    fn found(&self) -> Vec<Diagnostic> {
        match self.generated() {
            Ok(_) => Vec::new(),
            Err(found) => found.found().to_vec(),
        }
    }

    /// Returns the document to which a suggested overlay is applied.
    fn value(&self) -> Value {
        let mut document: Value = serde_saphyr::from_str(&self.text).expect("it is readable");
        for overlay in &self.overlays {
            let overlay: Value = serde_saphyr::from_str(overlay).expect("it is readable");
            if let Some(added) = overlay["actions"][0]["update"].as_object() {
                for (key, value) in added {
                    document[key.as_str()] = value.clone();
                }
            }
        }
        document
    }
}

/// Replaces the placeholders of a suggestion by usable values.
fn filled(value: &Value) -> Value {
    match value {
        Value::String(text) if text == "#/components/…" => json!("#/components/schemas/Spare"),
        // The name of an operation, in one suggestion.
        Value::String(text) => json!(text.replace('…', "getSpare")),
        Value::Array(items) => items.iter().map(filled).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, inner)| (key.clone(), filled(inner)))
            .collect(),
        other => other.clone(),
    }
}

fn document(paths: Value, schemas: Value) -> Value {
    let mut document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Case", "version": "1", "description": "Words." },
        "tags": [{ "name": "Case", "description": "Words." }],
        "paths": paths,
        "components": { "schemas": schemas },
    });
    describe(&mut document["paths"]);
    describe(&mut document["components"]);
    document["components"]["schemas"]["Spare"] =
        json!({ "type": "object", "description": "Words.", "properties": {} });
    document["paths"]["/spare"]["get"] =
        get("getSpare", json!({ "$ref": "#/components/schemas/Spare" }));
    document
}

/// Adds missing descriptions.
fn describe(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(describe);
            // A property may be named `type`; then the object is not a schema.
            let is_part = |key: &&str| {
                members
                    .get(*key)
                    .is_some_and(|value| *key == "schema" || value["type"].is_null())
            };
            if ["schema", "type", "allOf", "oneOf", "in", "responses"]
                .iter()
                .any(is_part)
            {
                members.entry("description").or_insert(json!("Words."));
            }
            if members.contains_key("operationId") || members.contains_key("responses") {
                members.entry("summary").or_insert(json!("Words."));
                members.entry("tags").or_insert(json!(["Case"]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(describe),
        _ => {}
    }
}

fn get(id: &str, schema: Value) -> Value {
    json!({ "operationId": id, "tags": ["Case"], "summary": "Words.", "description": "Words.", "responses": { "200": {
        "description": "ok", "content": { "application/json": { "schema": schema } },
    } } })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A document with one operation, which returns `schema`.
fn of_schema(name: &str, schema: Value, others: Value) -> Case {
    let mut schemas = others;
    schemas["One"] = schema;
    let paths = json!({ "/a": { "get": get("getA", reference("One")) } });
    Case::new(name, &document(paths, schemas))
}

/// A document with one operation, which has these parameters.
fn of_parameters(name: &str, own: Value, shared: Value, components: Value) -> Case {
    let mut operation = get("getA", reference("Spare"));
    operation["parameters"] = own;
    let paths = json!({ "/a": { "parameters": shared, "get": operation } });
    let mut document = document(paths, json!({}));
    document["components"]["parameters"] = components;
    describe(&mut document["components"]["parameters"]);
    Case::new(name, &document)
}

fn cases() -> Vec<Case> {
    let text = || json!({ "type": "string" });
    let cookie = || json!({ "name": "c", "in": "cookie", "schema": { "type": "string" } });
    let record = |property: Value| json!({ "type": "object", "properties": { "a": property } });
    let enumeration =
        |values: [&str; 2]| json!({ "type": "string", "enum": values, "x-rust-type": "Shared" });
    let mut cases = vec![
        of_parameters(
            "parameter of the operation",
            json!([cookie()]),
            json!([]),
            json!({}),
        ),
        of_parameters(
            "parameter of the path",
            json!([]),
            json!([cookie()]),
            json!({}),
        ),
        of_parameters(
            "parameter by reference",
            json!([{ "$ref": "#/components/parameters/C" }]),
            json!([]),
            json!({ "C": cookie() }),
        ),
        of_parameters(
            "parameter of the path by reference",
            json!([]),
            json!([{ "$ref": "#/components/parameters/C" }]),
            json!({ "C": cookie() }),
        ),
        of_parameters(
            "parameter without a name",
            json!([]),
            json!([{ "in": "query", "schema": text() }]),
            json!({}),
        ),
        of_parameters(
            "parameters that refer to each other",
            json!([{ "$ref": "#/components/parameters/C" }]),
            json!([]),
            json!({ "C": { "$ref": "#/components/parameters/D" }, "D": { "$ref": "#/components/parameters/C" } }),
        ),
        of_parameters(
            "parameter with an unknown type",
            json!([]),
            json!([{ "name": "p", "in": "query", "schema": { "type": "array", "items": { "type": "int" } } }]),
            json!({}),
        ),
        of_parameters(
            "enums of parameters with one name",
            json!([{ "name": "p", "in": "query", "schema": enumeration(["a", "b"]) }]),
            json!([{ "name": "q", "in": "query", "schema": enumeration(["c", "d"]) }]),
            json!({}),
        ),
        of_schema(
            "items that are a number",
            record(json!({ "type": "array", "items": 1.5 })),
            json!({}),
        ),
        of_schema(
            "a type that is an object",
            record(json!({ "type": {} })),
            json!({}),
        ),
        of_schema(
            "field names",
            json!({ "type": "object", "properties": { "ab": text(), "AB": text() } }),
            json!({}),
        ),
        of_schema(
            "field names of an inherited record",
            json!({ "allOf": [reference("Base"), { "type": "object", "properties": { "AB": text() } }] }),
            json!({ "Base": { "type": "object", "properties": { "ab": text() } } }),
        ),
        of_schema(
            "field names of a record inside",
            record(json!({ "type": "object", "properties": { "ab": text(), "AB": text() } })),
            json!({}),
        ),
        of_schema(
            "values of a lifted enum",
            record(json!({ "type": "string", "enum": ["a", "A"] })),
            json!({}),
        ),
        of_schema(
            "values of an enum in a list",
            record(
                json!({ "type": "array", "items": { "type": "string", "enum": ["a", "b", "A"] } }),
            ),
            json!({}),
        ),
        of_schema(
            "values of an enum in an allOf member",
            json!({ "allOf": [record(json!({ "type": "string", "enum": ["a", "A"] }))] }),
            json!({}),
        ),
        of_schema(
            "value that is no text",
            record(json!({ "type": "string", "enum": ["a", { "b": 1 }] })),
            json!({}),
        ),
        of_schema(
            "two lifted types with one name",
            json!({ "type": "object", "properties": { "a": enumeration(["a", "b"]), "b": enumeration(["c", "d"]) } }),
            json!({}),
        ),
        of_schema(
            "a lifted type and a component with one name",
            record(json!({ "type": "string", "enum": ["a"], "x-rust-type": "Spare" })),
            json!({}),
        ),
        of_schema(
            "two schemas with one name",
            record(reference("one")),
            json!({ "one": record(text()) }),
        ),
        of_schema(
            "a schema with a name of the runtime",
            record(reference("String")),
            json!({ "String": record(text()) }),
        ),
        of_schema(
            "a schema with the name of an operation",
            record(reference("GetA")),
            json!({ "GetA": record(text()) }),
        ),
        of_schema(
            "an identifier that is not pinned",
            record(json!({ "type": "string", "pattern": "^[0-9a-f]{24}$" })),
            json!({}),
        ),
        of_schema(
            "text with the pattern of pinned text",
            json!({ "type": "object", "properties": {
                "a": { "type": "string", "pattern": "^[a-z]+$", "x-rust-runtime": "ClusterName" },
                "b": { "type": "array", "items": { "type": "string", "pattern": "^[a-z]+$" } },
            } }),
            json!({}),
        ),
        of_schema(
            "a pin to a type that the runtime does not have",
            record(json!({ "type": "string", "x-rust-runtime": "Identifier" })),
            json!({}),
        ),
        of_schema(
            "a pin of a number",
            record(json!({ "type": "integer", "x-rust-runtime": "ObjectId" })),
            json!({}),
        ),
        of_parameters(
            "an identifier that is not pinned in a shared parameter",
            json!([{ "$ref": "#/components/parameters/C" }]),
            json!([]),
            json!({ "C": { "name": "c", "in": "query", "schema": { "type": "string", "pattern": "^([a-f0-9]{24})$" } } }),
        ),
        of_schema("reference to nothing", record(reference("Gone")), json!({})),
        of_schema(
            "unknown type in a map",
            json!({ "type": "object", "properties": {
            "a": { "type": "object", "additionalProperties": { "type": "int" } },
        } }),
            json!({}),
        ),
        of_schema(
            "mapping to nothing",
            json!({ "type": "object", "properties": { "kind": text() }, "discriminator": {
                "propertyName": "kind", "mapping": { "spare": "#/components/schemas/Spare", "gone": "Gone" },
            } }),
            json!({}),
        ),
        of_schema(
            "schema that inherits from itself",
            json!({ "allOf": [reference("Two"), record(text())] }),
            json!({ "Two": { "allOf": [reference("One"), record(text())] } }),
        ),
        of_schema(
            "schema that stands for itself",
            reference("Two"),
            json!({ "Two": reference("One") }),
        ),
        of_schema(
            "value of several choices",
            json!({ "oneOf": [text(), { "type": "integer" }], "anyOf": [text(), { "type": "boolean" }] }),
            json!({}),
        ),
        of_schema(
            "discriminator without a property",
            json!({ "oneOf": [reference("Two")], "discriminator": {} }),
            json!({ "Two": record(text()) }),
        ),
        of_schema(
            "tag that its enum lacks",
            json!({
                "oneOf": [reference("Two"), reference("Three")],
                "discriminator": { "propertyName": "type", "mapping": {
                    "two": "#/components/schemas/Two",
                    "three": "#/components/schemas/Three",
                } },
            }),
            json!({
                "Two": record(json!({ "type": "string" })),
                "Three": { "type": "object", "properties": { "type": { "type": "string", "enum": ["two"] } } },
            }),
        ),
    ];
    let mut two = get(
        "getA",
        json!({ "type": "object", "properties": { "a": { "type": "string" } } }),
    );
    two["responses"]["202"] = json!({ "description": "ok", "content": { "application/json": { "schema": reference("Spare") } } });
    let mut page = get("listA", reference("Spare"));
    page["x-pagination"] = json!({ "items": "rows", "links": "links" });
    let mut wait = get("getA", reference("Spare"));
    wait["x-waits"] = json!([{ "name": "wait_for_a", "summary": "Words.", "until": [{ "success": "gone", "is": ["a"] }] }]);
    let mut form = get("sendA", reference("Spare"));
    form["requestBody"] =
        json!({ "content": { "multipart/form-data": { "schema": { "type": "object" } } } });
    let mut nameless = get("", reference("Spare"));
    nameless
        .as_object_mut()
        .expect("it is one")
        .shift_remove("operationId");
    let mut wordless = get(
        "getA",
        json!({ "type": "object", "properties": { "a/b": { "type": "object", "properties": { "x": {} } } } }),
    );
    wordless["parameters"] =
        json!([{ "name": "p", "in": "query", "schema": { "type": "string" } }]);
    wordless
        .as_object_mut()
        .expect("it is one")
        .shift_remove("summary");
    for (name, operation) in [
        ("two answers", two),
        ("no page", page),
        ("no wait", wait),
        ("form", form),
        ("nameless operation", nameless),
    ] {
        cases.push(Case::new(
            name,
            &document(json!({ "/a": { "post": operation } }), json!({})),
        ));
    }
    let mut whole = document(json!({}), json!({}));
    whole["paths"]["/a/{id}"] = json!({ "parameters": [{ "name": "q", "in": "query", "schema": { "type": "string" } }], "get": wordless });
    cases.push(Case::new("no words", &whole));
    cases.push(Case::new(
        "undeclared parameter",
        &document(
            json!({ "/a/{b}": { "get": get("getA", reference("Spare")) } }),
            json!({}),
        ),
    ));
    cases.push(Case::new(
        "operations with one name",
        &document(json!({ "/a": { "get": get("getA", reference("Spare")) }, "/b": { "get": get("get_a", reference("Spare")) } }), json!({})),
    ));
    let mut both = get("sendA", reference("Thing"));
    both["requestBody"] =
        json!({ "content": { "application/json": { "schema": reference("Thing") } } });
    let thing = json!({ "type": "object", "required": ["a"], "properties": { "a": text(), "b": reference("ThingRequest") } });
    cases.push(Case::new(
        "a request form with the name of a schema",
        &document(
            json!({ "/a": { "post": both } }),
            json!({ "Thing": thing, "ThingRequest": record(text()) }),
        ),
    ));
    for (name, entry) in [
        ("dropped too early", json!({ "getGone": { "drop": true } })),
        (
            "unreadable entry",
            json!({ "getGone": { "because": "so" } }),
        ),
        (
            "unknown successor",
            json!({ "getGone": { "successor": "never" } }),
        ),
        (
            "unknown id",
            json!({ "never": { "successor": "getSpare" } }),
        ),
        (
            "one operation twice",
            json!({ "getGone": { "successor": "getSpare" }, "oldId": { "successor": "getSpare" } }),
        ),
    ] {
        let mut gone = get("getGone", reference("Spare"));
        gone["x-xgen-operation-id-override"] = json!("getGone");
        gone["operationId"] = json!("oldId");
        let released = document(json!({ "/gone": { "get": gone } }), json!({}));
        let overlay = json!({ "overlay": "1.0.0", "actions": [{ "target": "$", "update": { "x-rust-removed": entry } }] });
        cases.push(Case {
            released: Some(serde_saphyr::to_string(&released).expect("it is writable")),
            overlays: vec![overlay.to_string()],
            ..Case::new(name, &document(json!({}), json!({})))
        });
    }
    let mut gone = get("getGone", reference("Spare"));
    gone["x-rust-removed"] = json!(true);
    gone["x-rust-successor"] = json!("never");
    let released = document(json!({ "/gone": { "get": gone } }), json!({}));
    cases.push(Case {
        released: Some(serde_saphyr::to_string(&released).expect("it is writable")),
        ..Case::new(
            "successor of the last release",
            &document(json!({}), json!({})),
        )
    });
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/refused");
    for entry in std::fs::read_dir(corpus).expect("the corpus is there") {
        let path = entry.expect("it is readable").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let text = std::fs::read_to_string(&path).expect("it is readable");
            let spare = "  schemas:\n    Spare: {type: object, properties: {}}\n";
            cases.push(Case {
                text: text.replace("  schemas:\n", spare),
                documented: false,
                ..Case::new(&path.display().to_string(), &json!({}))
            });
        }
    }
    cases
}

/// Diagnostics without a suggested action: problems with texts, selections and dates, which need a decision by a
/// person.
const WITHOUT: [&str; 5] = [
    "bad-api-date",
    "invalid-name",
    "overlay-target-missing",
    "unreadable-document",
    "unsupported-version",
];

#[test]
fn suggested_action_has_a_target_and_resolves_its_diagnostic() {
    let mut codes = BTreeSet::new();
    for case in cases() {
        let found = case.found();
        assert!(!found.is_empty(), "{}: nothing is wrong with it", case.name);
        for finding in found {
            let Some(action) = &finding.action else {
                assert!(WITHOUT.contains(&finding.code), "{}: {finding}", case.name);
                continue;
            };
            codes.insert(finding.code);
            let path = JsonPath::parse(&action.target)
                .unwrap_or_else(|error| panic!("{error}: {finding}"));
            let value = case.value();
            assert!(
                !path.query(&value).is_empty(),
                "{}: no target: {finding}",
                case.name
            );
            // As printed by `Display`, and as serialized to JSON.
            let pasted: Value = serde_saphyr::from_str(&action.to_string()).expect("it is YAML");
            assert_eq!(pasted, json!([action]), "{}", case.name);
            let overlay = json!({ "overlay": "1.0.0", "actions": filled(&pasted) });
            let mended = Case {
                overlays: case
                    .overlays
                    .iter()
                    .cloned()
                    .chain([overlay.to_string()])
                    .collect(),
                text: case.text.clone(),
                released: case.released.clone(),
                documented: case.documented,
                name: case.name.clone(),
            };
            let is_same = |other: &Diagnostic| {
                other.code == finding.code
                    && other.pointer == finding.pointer
                    && other.message == finding.message
            };
            let left = mended.found();
            assert!(
                !left.iter().any(is_same),
                "{}: it is still there: {finding}",
                case.name
            );
            let is_overlays = |other: &&Diagnostic| other.document == "overlay.yaml";
            assert!(
                left.iter().find(is_overlays).is_none(),
                "{}: {finding}",
                case.name
            );
        }
    }
    let expected = [
        "bad-removed-entry",
        "enums-differ",
        "inheritance-cycle",
        "name-collision",
        "nameless-discriminator",
        "not-a-page",
        "not-a-wait",
        "not-always-sent",
        "not-deprecated-yet",
        "not-text",
        "reference-cycle",
        "reference-into-schema",
        "several-answers",
        "several-choices",
        "undeclared-path-parameter",
        "undocumented",
        "unknown-removed-id",
        "unknown-runtime-type",
        "unknown-successor",
        "unknown-type",
        "unlisted-tag",
        "unnamed-operation",
        "unnamed-parameter",
        "unpinned-type",
        "unresolved-reference",
        "unsupported-all-of",
        "unsupported-body",
        "unsupported-parameter",
        "wrong-json-type",
    ];
    assert_eq!(codes, BTreeSet::from(expected));
}

#[test]
fn diagnostic_has_the_line_of_its_key_and_a_collision_both_lines() {
    for case in cases() {
        let lines: Vec<&str> = case.text.lines().collect();
        for finding in case.found() {
            let others = finding
                .others
                .iter()
                .map(|other| (&other.pointer, &other.place));
            for (pointer, place) in
                std::iter::once((&finding.pointer, &finding.place)).chain(others)
            {
                let Some(place) = place else { continue };
                let line = usize::try_from(place.line).expect("it is small") - 1;
                let last = pointer.rsplit('/').next().unwrap_or_default();
                let last = last.replace("~1", "/").replace("~0", "~");
                // Parts that an overlay adds are not in the text, and items of arrays have no key.
                let is_in_text =
                    case.value().pointer(pointer).is_some() && case.overlays.is_empty();
                if is_in_text && last.parse::<usize>().is_err() {
                    assert!(lines[line].contains(&last), "{}: {finding}", case.name);
                }
            }
            let is_with_runtime = finding.message.contains("a name of the runtime");
            let is_reserved =
                finding.message.contains("`Unknown`") || finding.message.contains("`extra`");
            if finding.code == "name-collision" && !is_with_runtime && !is_reserved {
                assert_eq!(finding.others.len(), 1, "{}: {finding}", case.name);
            }
        }
    }
}
