//! Pulls of a maintainer's year: operations are taken out of the selection, and schemas are renamed.
//!
//! Must never leave the machine.

#![allow(clippy::unwrap_used)]

use atlas_backup_evolution::xtask::Xtask;
use atlas_backup_evolution::{API_DATE, history};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const WORDS: &str = "spec/v2/overlays/prose/words.yaml";

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// What a value says in words; `None` if it says nothing.
fn words(value: &Value) -> Option<Value> {
    let mut said = Map::new();
    for (key, value) in value.as_object()? {
        match key.as_str() {
            "summary" | "description" => drop(said.insert(key.clone(), value.clone())),
            "parameters" => {}
            _ => said.extend(words(value).map(|words| (key.clone(), words))),
        }
    }
    (!said.is_empty()).then_some(Value::Object(said))
}

/// The words of the base as an overlay, an action for each operation, parameter and schema. A pull takes bare facts.
fn overlay(base: &Value) -> String {
    let mut actions = vec![(
        "$".to_owned(),
        serde_json::json!({"info": {"description": "Backups."}}),
    )];
    let mut parameters = BTreeMap::new();
    for (path, item) in base["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            actions.push((
                format!("$.paths['{path}'].{method}"),
                words(operation).unwrap(),
            ));
            for parameter in operation["parameters"].as_array().unwrap() {
                let name = parameter["name"].as_str().unwrap();
                let target = format!("$.paths.*.*.parameters[?@.name=='{name}']");
                parameters.insert(target, words(parameter).unwrap());
            }
        }
    }
    actions.extend(parameters);
    for (name, schema) in base["components"]["schemas"].as_object().unwrap() {
        actions.push((
            format!("$.components.schemas.{name}"),
            words(schema).unwrap(),
        ));
    }
    let actions = actions
        .iter()
        .map(|(target, words)| format!("- target: {target}\n  update: {words}\n"));
    let actions: String = actions.collect();
    format!(
        "overlay: 1.0.0\ninfo: {{title: Words, version: '1'}}\n# In our own words.\nactions:\n{actions}# The end.\n"
    )
}

fn select(root: &Path, operations: &[&str]) {
    let text = format!("api_date = {API_DATE:?}\noperations = {operations:?}\n");
    write(root, "spec/v2/selection.toml", &text);
}

#[test]
fn a_year_of_pulls_prunes_overlays_and_keeps_the_words_of_renamed_schemas() {
    let xtask = Xtask::built().unwrap();
    let place = tempfile::tempdir().unwrap();
    let root = place.path();
    let directory = root.display().to_string();
    let base = read(history().join("base.yaml"));
    let from = root.join("document.yaml").display().to_string();
    let pull = |flags: &[&str]| {
        let mut arguments = vec!["--root", &directory, "pull", "--from", &from];
        arguments.extend(flags);
        xtask.run(&arguments)
    };
    let generate = || xtask.run(&["--root", &directory, "generate"]).unwrap();
    let none = "overlay: 1.0.0\ninfo: {title: None, version: '1'}\nactions: []\n";
    for name in ["names", "corrections", "behaviour"] {
        write(root, &format!("spec/v2/overlays/{name}.yaml"), none);
    }
    let old = "openapi: 3.0.3\ninfo: {title: Old, version: '1', description: Old.}\npaths: {}\n";
    write(root, "spec/v1/curated.yaml", old);
    write(root, "sdk/src/lib.rs", "");
    write(
        root,
        WORDS,
        &overlay(&serde_saphyr::from_str(&base).unwrap()),
    );

    write(root, "document.yaml", &base);
    let kept = ["listExports", "createExport", "getExport", "listRestores"];
    let buckets = ["createBucket", "getBucket", "deleteBucket"];
    select(root, &[&kept[..], &buckets].concat());
    pull(&[]).unwrap();
    generate();

    // The buckets are not wanted any more.
    select(root, &kept);
    let written = read(root.join(WORDS));
    let refused = pull(&[]).unwrap_err().to_string();
    assert!(refused.contains("`--prune` removes"), "{refused}");
    assert_eq!(read(root.join(WORDS)), written);
    let report = pull(&["--prune"]).unwrap();
    assert!(report.contains(&format!("--- a/{WORDS}\n")), "{report}");
    let is_of_buckets = |action: &&str| {
        ["/buckets", "'bucketId'", ".BucketRequest", ".Bucket\n"]
            .iter()
            .any(|part| action.contains(part))
    };
    let actions: Vec<&str> = written.split_inclusive("}\n").collect();
    let (gone, stay): (Vec<&str>, Vec<&str>) =
        actions.iter().partition(|action| is_of_buckets(action));
    assert_eq!(gone.len(), 6, "{gone:#?}");
    assert_eq!(read(root.join(WORDS)), stay.concat());
    generate();

    // A schema is called otherwise.
    let renamed = base
        .replace("    Restore:\n", "    RestoreJob:\n")
        .replace("schemas/Restore'", "schemas/RestoreJob'");
    write(root, "document.yaml", &renamed);
    let refused = pull(&[]).unwrap_err().to_string();
    let proposal =
        "-- target: $.components.schemas.Restore\n+- target: $.components.schemas.RestoreJob\n";
    assert!(refused.contains(proposal), "{refused}");
    let report = pull(&["--follow-renames"]).unwrap();
    assert!(
        report.contains("type-renamed") && report.contains(proposal),
        "{report}"
    );
    generate();
    let code = read(root.join("sdk/src/generated/v2/exports.rs"));
    let (docs, _) = code.split_once("pub struct RestoreJob {").unwrap();
    let docs = docs.rsplit("\n\n").next().unwrap();
    assert!(docs.contains("/// A restore."), "{docs}");
}
