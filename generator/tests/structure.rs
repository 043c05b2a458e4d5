//! Tests that names and data are distinguished from keywords with the same spelling.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup_generator::{Diagnostics, Generated, Selection, Source, Text, generate, pull};
use serde_json::{Value, json};

/// Keywords of OpenAPI that documents also use as names.
const NAMES: [&str; 14] = [
    "$ref",
    "description",
    "enum",
    "example",
    "examples",
    "externalDocs",
    "items",
    "mapping",
    "properties",
    "required",
    "schema",
    "summary",
    "title",
    "x-foo",
];

/// A document whose parts are named like keywords wherever OpenAPI allows it.
fn document() -> Value {
    let text = || json!({ "type": "string", "description": "A sentence." });
    let properties: Value = NAMES
        .iter()
        .map(|name| ((*name).to_owned(), text()))
        .collect();
    let names = NAMES.iter().filter(|name| !name.starts_with('$'));
    let mut schemas: Value = names
        .clone()
        .map(|name| {
            (
                (*name).to_owned(),
                json!({ "type": "object", "properties": properties }),
            )
        })
        .collect();
    let all: Value = names
        .clone()
        .map(|name| {
            (
                (*name).to_owned(),
                json!({ "$ref": format!("#/components/schemas/{name}") }),
            )
        })
        .collect();
    let kind = json!({ "propertyName": "title", "mapping": {
        "title": "#/components/schemas/title",
        "description": "#/components/schemas/description",
        "x-foo": "#/components/schemas/x-foo",
    } });
    let base = json!({ "type": "object", "properties": properties, "discriminator": kind });
    let body = json!({ "required": true, "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/base" },
        "example": { "$ref": "#/components/schemas/gone" },
        "examples": { "$ref": { "value": { "$ref": "gone.json", "schema": { "type": "gone" } } } },
    } } });
    let answer = json!({ "description": "A sentence.", "content": { "application/json": {
        "schema": { "type": "object", "properties": all },
    } } });
    let parameters: Value = names
        .clone()
        .map(|name| {
            let parameter = json!({ "name": name, "in": "query", "description": "A sentence.", "schema": {
                "type": "string", "default": "title", "example": "gone",
            } });
            ((*name).to_owned(), parameter)
        })
        .collect();
    let used: Vec<Value> = names
        .clone()
        .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }))
        .collect();
    schemas["base"] = base;
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Names", "version": "1", "description": "A sentence." },
        "paths": {
            "/description": { "summary": "A sentence.", "post": {
                "operationId": "send",
                "tags": ["title"],
                "parameters": used,
                "requestBody": { "$ref": "#/components/requestBodies/example" },
                "responses": { "200": { "$ref": "#/components/responses/examples" } },
                "x-foo": { "$ref": "gone", "schema": { "type": "gone" }, "description": "kept" },
            } },
            "/x-foo": { "get": { "operationId": "read", "responses": {
                "204": { "description": "A sentence." },
            } } },
        },
        "components": {
            "requestBodies": { "example": body },
            "responses": { "examples": answer },
            "parameters": parameters,
            "schemas": schemas,
            "securitySchemes": { "title": { "type": "oauth2", "flows": { "clientCredentials": {
                "tokenUrl": "https://example.com/token", "scopes": { "description": "A sentence." },
            } } } },
        },
    })
}

fn generated(document: &Value) -> Result<Generated, Diagnostics> {
    let text = document.to_string();
    let source = Source::of(Text {
        name: "names.json",
        text: &text,
    });
    generate(&source, &mut |_, _| {})
}

fn pulled(document: &Value) -> Value {
    let text = document.to_string();
    let text = Text {
        name: "names.json",
        text: &text,
    };
    let pulled = pull(text, None, &Selection::All).unwrap_or_else(|found| panic!("{found}"));
    serde_saphyr::from_str(&pulled.upstream).expect("it is YAML")
}

fn keys(value: &Value, pointer: &str) -> Vec<String> {
    let object = value.pointer(pointer).and_then(Value::as_object);
    let object = object.unwrap_or_else(|| panic!("there is no {pointer} in {value}"));
    let mut keys: Vec<String> = object.keys().cloned().collect();
    keys.sort();
    keys
}

#[test]
fn pull_keeps_names_that_are_spelled_like_keywords() {
    let document = document();
    let pulled = pulled(&document);
    for pointer in [
        "/paths",
        "/components/requestBodies",
        "/components/responses",
        "/components/parameters",
        "/components/schemas",
        "/components/schemas/base/properties",
        "/components/schemas/title/properties",
        "/components/schemas/base/discriminator/mapping",
        "/components/securitySchemes/title/flows/clientCredentials/scopes",
    ] {
        assert_eq!(
            keys(&pulled, pointer),
            keys(&document, pointer),
            "{pointer}"
        );
    }
}

#[test]
fn pull_removes_prose_and_examples_and_keeps_data() {
    let document = document();
    let pulled = pulled(&document);
    let text = pulled.to_string();
    assert!(
        !text.contains("A sentence.") && !text.contains("gone.json"),
        "{text}"
    );
    for pointer in [
        "/components/parameters/title/schema/default",
        "/paths/~1description/post/x-foo",
        "/info/title",
    ] {
        assert_eq!(
            pulled.pointer(pointer),
            document.pointer(pointer),
            "{pointer}"
        );
    }
}

#[test]
fn requests_json_keeps_names_that_are_spelled_like_keywords() {
    let document = document();
    let generated = generated(&document).unwrap_or_else(|found| panic!("{found}"));
    let requests: Value = serde_json::from_str(&generated.requests).expect("it is JSON");
    // Types have their SDK names there.
    for (written, pointer) in [
        (
            "/components/schemas/XFoo/properties",
            "/components/schemas/x-foo/properties",
        ),
        (
            "/components/schemas/Title/properties",
            "/components/schemas/title/properties",
        ),
        (
            "/components/schemas/Base/discriminator/mapping",
            "/components/schemas/base/discriminator/mapping",
        ),
    ] {
        assert_eq!(
            keys(&requests, written),
            keys(&document, pointer),
            "{pointer}"
        );
    }
    assert!(!generated.requests.contains("A sentence.") && !generated.requests.contains("gone"));
}

#[test]
fn keywords_inside_examples_defaults_enums_and_extensions_are_data() {
    let data = json!({
        "$ref": "https://example.com/Users/1",
        "schema": { "$ref": "#/gone" },
        "discriminator": { "mapping": { "a": "#/components/schemas/Gone" } },
        "application/vnd.atlas.2099-01-01+json": {},
        "properties": { "a": { "type": "gone" } },
    });
    let media = json!({
        "schema": {
            "type": "object",
            "properties": {
                "a": { "type": "string", "example": data, "x-data": data },
                "b": { "type": "object", "additionalProperties": true, "default": data },
                "c": { "enum": [data] },
            },
            "example": data,
        },
        "example": data,
        "examples": { "x": { "value": data }, "y": { "$ref": "#/components/examples/There" } },
    });
    let document = json!({
        "openapi": "3.0.3", "info": { "title": "Data", "version": "1" },
        "paths": { "/a": { "get": { "operationId": "getA", "x-data": data, "responses": {
            "200": { "description": "ok", "content": { "application/json": media } },
        } } } },
        "components": {
            "examples": { "There": { "value": data } },
            "schemas": { "Gone": { "type": "object" } },
        },
    });
    let curated = generated(&document)
        .unwrap_or_else(|found| panic!("{found}"))
        .curated;
    let curated: Value = serde_saphyr::from_str(&curated).expect("it is YAML");
    assert!(
        curated.pointer("/components/schemas/Gone").is_none(),
        "only data names it"
    );
    assert!(
        curated.pointer("/components/examples/There").is_some(),
        "an example refers to it"
    );
    let upstream = pulled(&document);
    let kept = "/paths/~1a/get/responses/200/content/application~1json/schema/properties";
    for (pointer, there) in [
        ("/b/default", true),
        ("/c/enum/0", true),
        ("/a/x-data", true),
        ("/a/example", false),
    ] {
        let found = upstream.pointer(&format!("{kept}{pointer}"));
        assert_eq!(found, Some(&data).filter(|_| there), "{pointer}");
    }
}

#[test]
fn reference_into_a_component_and_mapping_by_name_keep_the_component() {
    let document = json!({
        "openapi": "3.0.3", "info": { "title": "Deep", "version": "1" },
        "paths": { "/a": { "get": { "operationId": "getA", "responses": { "200": {
            "description": "ok", "content": { "application/json": { "schema": { "type": "object", "properties": {
                "deep": { "$ref": "#/components/schemas/Whole/properties/part" },
                "union": { "$ref": "#/components/schemas/Base" },
            } } } },
        } } } } },
        "components": { "schemas": {
            "Whole": { "type": "object", "properties": { "part": { "type": "string" } } },
            "Base": { "type": "object", "properties": { "kind": { "type": "string" } },
                "discriminator": { "propertyName": "kind", "mapping": { "one": "One" } } },
            "One": { "allOf": [{ "$ref": "#/components/schemas/Base" }] },
            "Other": { "type": "object" },
        } },
    });
    let schemas = keys(&pulled(&document), "/components/schemas");
    assert_eq!(schemas, ["Base", "One", "Whole"]);
}

#[test]
fn property_named_like_a_dated_media_type_is_no_version() {
    let media_type = "application/vnd.atlas.2099-01-01+json";
    let document = json!({
        "openapi": "3.0.3", "info": { "title": "Dates", "version": "1" },
        "paths": { "/a": { "get": { "operationId": "getA", "responses": { "200": {
            "description": "ok", "content": { "application/vnd.atlas.2024-05-30+json": {
                "schema": { "type": "object", "properties": { media_type: { "type": "string" } } },
                "example": { media_type: 1 },
            } },
        } } } } },
    });
    let text = document.to_string();
    let text = Text {
        name: "dates.json",
        text: &text,
    };
    let pulled = pull(text, None, &Selection::All).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(pulled.newest, "2024-05-30");
}

#[test]
fn path_reference_is_resolved_in_the_document_and_reported_otherwise() {
    let document = |reference: &str| {
        json!({
            "openapi": "3.0.3", "info": { "title": "Paths", "version": "1" },
            "paths": {
                "/a/{b}": { "parameters": [{ "name": "b", "in": "path", "required": true, "schema": { "type": "string" } }],
                    "get": { "responses": { "204": { "description": "ok" } } } },
                "/c/{b}": { "$ref": reference },
            },
        })
    };
    let generated =
        generated(&document("#/paths/~1a~1{b}")).unwrap_or_else(|found| panic!("{found}"));
    let code: String = generated
        .files
        .iter()
        .map(|file| file.content.as_str())
        .collect();
    assert!(
        code.contains("fn get_a_b(&self, b: &str)") && code.contains("fn get_c_b(&self, b: &str)"),
        "{code}"
    );
    for outside in [
        "other.yaml#/paths/~1a",
        "#/paths/~1gone",
        "#/paths/~1c~1{b}",
    ] {
        let found = self::generated(&document(outside)).expect_err(outside);
        assert_eq!(found.found()[0].code, "unresolved-reference", "{outside}");
    }
}
