//! The workflow of this project's own CI: it is read as CI reads it, and runs what `.ci/run` has.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_repository as repository;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

fn read(path: &str) -> String {
    let path = repository::root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The steps of the only job.
fn steps() -> Vec<Value> {
    let workflow: Value = serde_saphyr::from_str(&read(".github/workflows/ci.yml")).unwrap();
    assert_eq!(
        workflow["permissions"],
        serde_json::json!({ "contents": "read" })
    );
    assert_eq!(workflow["defaults"]["run"]["shell"], "bash");
    let jobs = workflow["jobs"].as_object().unwrap();
    let (name, job) = jobs.iter().next().unwrap();
    assert_eq!((jobs.len(), name.as_str()), (1, "ci"));
    assert!(job["runs-on"].is_string() && job["timeout-minutes"].is_number());
    job["steps"].as_array().unwrap().clone()
}

/// The step that uses an action.
fn using(action: &str) -> Value {
    let named = |step: &Value| step["uses"].as_str().map(str::to_owned);
    let is =
        |step: &Value| named(step).is_some_and(|uses| uses.starts_with(&format!("{action}@v")));
    let mut found = steps().into_iter().filter(is);
    let step = found
        .next()
        .unwrap_or_else(|| panic!("no step uses {action}"));
    assert!(found.next().is_none());
    step
}

#[test]
fn every_step_uses_an_action_of_a_version_or_has_a_name_and_a_command() {
    for step in steps() {
        match step["uses"].as_str() {
            Some(uses) => {
                let (action, version) = uses.split_once("@v").unwrap();
                assert!(action.starts_with("actions/"), "{step}");
                assert!(version.parse::<u32>().is_ok(), "{step}");
            }
            None => assert!(
                step["name"].is_string() && step["run"].is_string(),
                "{step}"
            ),
        }
    }
}

#[test]
fn the_workflow_runs_the_same_script_as_a_person() {
    let commands: Vec<_> = steps()
        .iter()
        .filter_map(|step| Some(step["run"].as_str()?.to_owned()))
        .collect();
    assert_eq!(commands, [".ci/run"]);
    let parsed = Command::new("bash")
        .arg("-n")
        .arg(repository::root().join(".ci/run"))
        .status();
    assert!(parsed.unwrap().success());
}

#[test]
fn the_report_that_is_published_is_the_one_that_the_script_writes_whatever_its_outcome() {
    let publish = using("actions/upload-artifact");
    assert_eq!(publish["if"], "always()");
    let script = read(".ci/run");
    let paths = publish["with"]["path"].as_str().unwrap();
    assert!(paths.contains("target/contract.html"), "{paths}");
    for path in paths.lines() {
        assert!(script.contains(path), "nothing writes {path}");
    }
}

#[test]
fn the_cache_is_for_what_the_lock_file_and_the_script_name() {
    let cache = using("actions/cache");
    let key = cache["with"]["key"].as_str().unwrap();
    let hashed = key
        .split_once("hashFiles(")
        .unwrap()
        .1
        .split_once(')')
        .unwrap()
        .0;
    for path in hashed.split(", ").map(|path| path.trim_matches('\'')) {
        assert!(repository::root().join(path).exists(), "{path}");
    }
    // What is kept is made anew where it is missing, so nothing else may be.
    for path in cache["with"]["path"].as_str().unwrap().lines() {
        let known = [
            "~/.cargo/registry/index",
            "~/.cargo/registry/cache",
            "target/tools",
            "target/referees",
        ];
        assert!(known.contains(&path), "{path}");
        assert!(!Path::new(path).is_absolute());
    }
}
