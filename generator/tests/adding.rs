//! Tests that an operation can be added to the curated selection in one try: the suggested actions resolve all name
//! collisions as they are, and descriptions can be added later.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests read files and may fail loudly"
)]

use atlas_backup_generator::{
    Diagnostics, Generated, Selection, Source, Text, generate, generate_undescribed,
};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

type Generate = fn(&Source<'_>, &mut dyn FnMut(&str, String)) -> Result<Generated, Diagnostics>;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// The upstream document with `getGroupCluster`, whose types collide with each other and with the runtime.
fn upstream() -> String {
    let mut document: Value = serde_saphyr::from_str(&read("spec/v2/upstream.yaml")).unwrap();
    let media_type = "application/vnd.atlas.2024-08-05+json";
    let cluster = "#/components/schemas/ClusterDescription20240805";
    document["paths"]["/api/atlas/v2/groups/{groupId}/clusters/{clusterName}"] = json!({ "get": {
        "operationId": "getGroupCluster",
        "x-xgen-operation-id-override": "getCluster",
        "tags": ["Clusters"],
        "parameters": [
            { "$ref": "#/components/parameters/groupId" },
            { "name": "clusterName", "in": "path", "required": true, "schema": { "type": "string", "x-rust-runtime": "ClusterName" } },
        ],
        "responses": { "200": { "content": { media_type: { "schema": { "$ref": cluster } } } } },
    } });
    let schemas = &mut document["components"]["schemas"];
    let object = |properties: Value| json!({ "type": "object", "properties": properties });
    let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    schemas["ClusterDescription20240805"] = object(json!({
        "name": { "type": "string" },
        "stateName": { "type": "string", "enum": ["IDLE", "UPDATING"] },
        "connectionStrings": to("Request"),
        "replicationSpecs": { "type": "array", "items": to("ReplicationSpec20240805") },
        "settings": to("Profile"),
    }));
    schemas["Request"] = object(json!({ "standard": { "type": "string" } }));
    schemas["Profile"] = object(json!({ "level": { "type": "integer" } }));
    schemas["ReplicationSpec20240805"] = object(json!({ "zoneName": { "type": "string" } }));
    serde_saphyr::to_string(&document).unwrap()
}

/// Generates the curated document with the further operation.
fn generated(
    upstream: &str,
    suggestions: Option<&str>,
    generate: Generate,
) -> Result<Generated, Diagnostics> {
    let selection = read("spec/v2/selection.toml");
    let mut operations: Vec<String> = selection
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
        .map(str::to_owned)
        .collect();
    operations.push("getGroupCluster".to_owned());
    let mut names = ["names", "corrections", "behaviour"]
        .map(str::to_owned)
        .to_vec();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/v2/overlays/prose");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        names.push(format!("prose/{}", name.trim_end_matches(".yaml")));
    }
    names[3..].sort();
    let texts: Vec<String> = names
        .iter()
        .map(|name| read(&format!("spec/v2/overlays/{name}.yaml")))
        .collect();
    let text = |text| Text {
        name: "overlay.yaml",
        text,
    };
    let overlays = texts.iter().map(String::as_str).chain(suggestions);
    let document = Text {
        name: "upstream.yaml",
        text: upstream,
    };
    let source = Source {
        overlays: overlays.map(text).collect(),
        selection: Selection::Operations(operations),
        api_date: Some("2025-03-12"),
        documented: true,
        ..Source::of(document)
    };
    generate(&source, &mut |_, _| {})
}

#[test]
fn pasted_suggestions_resolve_all_collisions_of_an_added_operation_in_one_try() {
    let upstream = upstream();
    let found = generated(&upstream, None, generate_undescribed).unwrap_err();
    let found = found.found();
    let codes: Vec<&str> = found.iter().map(|found| found.code).collect();
    assert_eq!(
        codes
            .iter()
            .filter(|code| **code == "name-collision")
            .count(),
        2,
        "{codes:?}"
    );
    let actions = found.iter().map(|found| found.action.as_ref().unwrap());
    let actions: Vec<String> = actions.map(ToString::to_string).collect();
    let actions = actions.join("\n");
    let suggestions =
        format!("overlay: 1.0.0\ninfo: {{title: Names, version: 1.0.0}}\nactions:\n{actions}");

    let made = generated(&upstream, Some(&suggestions), generate_undescribed);
    let made = made.unwrap_or_else(|found| panic!("{found}"));
    assert!(!made.undescribed.found().is_empty());
    let code: String = made
        .files
        .iter()
        .map(|file| file.content.as_str())
        .collect();
    assert!(
        code.contains("pub fn get_cluster("),
        "the operation has a method"
    );

    // Without the permission, the missing descriptions are the only findings.
    let refused = generated(&upstream, Some(&suggestions), generate).unwrap_err();
    assert_eq!(refused, made.undescribed);
}
