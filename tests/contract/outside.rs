//! The workflow that others copy: it is read as CI reads it, and what it runs is run.

#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn workflow() -> Value {
    let text = std::fs::read_to_string(root().join(".github/workflows/contract.yml")).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

#[test]
fn every_step_is_a_checkout_or_has_a_name_and_a_command() {
    let workflow = workflow();
    for (job, content) in workflow["jobs"].as_object().unwrap() {
        assert!(content["runs-on"].is_string(), "{job}");
        for step in content["steps"].as_array().unwrap() {
            let checkout = step["uses"]
                .as_str()
                .is_some_and(|uses| uses.starts_with("actions/checkout@v"));
            assert!(
                checkout || (step["name"].is_string() && step["run"].is_string()),
                "{job}: {step}"
            );
        }
    }
}

#[test]
fn every_command_of_the_workflow_does_what_it_says() {
    let workflow = workflow();
    let summary = tempfile::NamedTempFile::new().unwrap();
    let _ = std::fs::remove_dir_all(root().join("target/recorded"));
    for (job, content) in workflow["jobs"].as_object().unwrap() {
        for step in content["steps"].as_array().unwrap() {
            let Some(run) = step["run"].as_str() else {
                continue;
            };
            let mut command = Command::new("bash");
            // As GitHub runs it.
            command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", run]);
            command
                .current_dir(root())
                .env("GITHUB_STEP_SUMMARY", summary.path());
            for (name, value) in workflow["env"].as_object().unwrap() {
                command.env(name, value.as_str().unwrap());
            }
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{job}: {run}\n{said}");
        }
    }
    let summary = std::fs::read_to_string(summary.path()).unwrap();
    assert_eq!(
        summary.matches("# Contract").count(),
        workflow["jobs"].as_object().unwrap().len()
    );
    assert!(summary.contains("\n1 recordings: 1 ok"), "{summary}");
}
