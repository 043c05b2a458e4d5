//! Tests of the project's CI workflow and of `.ci/run`.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_support::repository;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

fn read(path: &str) -> String {
    let path = repository::root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the steps of the job.
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

/// Returns the step that uses an action.
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

/// Returns the commands of the script, one per line.
fn commands() -> Vec<String> {
    let script = read(".ci/run").replace("\\\n", " ");
    script.lines().map(str::to_owned).collect()
}

/// Returns true if a command has an option with this value, alone or in a list.
fn has(command: &str, option: &str, value: &str) -> bool {
    let words: Vec<_> = command.split_whitespace().collect();
    words
        .windows(2)
        .any(|pair| pair[0] == option && pair[1].split(',').any(|one| one == value))
}

/// Returns true if a command enables a feature: by name, by default, or through another feature.
fn is_on(manifest: &toml::Table, command: &str, feature: &str) -> bool {
    let features = manifest["features"].as_table().unwrap();
    let with = |name: &str| has(command, "--features", name);
    let by_default = |name: &str| name == "default" && !command.contains("--no-default-features");
    with(feature)
        || by_default(feature)
        || features.iter().any(|(name, others)| {
            let others = others.as_array().unwrap().iter();
            let brings = others
                .filter_map(toml::Value::as_str)
                .any(|other| other == feature);
            brings && is_on(manifest, command, name)
        })
}

#[test]
fn script_runs_every_test_with_and_without_features() {
    let commands = commands();
    assert!(
        commands
            .iter()
            .any(|command| command == "cargo test --workspace")
    );
    let workspace: toml::Table = read("Cargo.toml").parse().unwrap();
    let (mut missing, mut count) = (Vec::new(), 0);
    for member in workspace["workspace"]["members"].as_array().unwrap() {
        let member = member.as_str().unwrap();
        let manifest: toml::Table = read(&format!("{member}/Cargo.toml")).parse().unwrap();
        let package = manifest["package"]["name"].as_str().unwrap();
        let tests = manifest.get("test").and_then(toml::Value::as_array);
        for test in tests.into_iter().flatten() {
            let name = test["name"].as_str().unwrap();
            assert!(
                test.get("test") != Some(&false.into()),
                "{package}: {name} is never run"
            );
            let Some(needed) = test
                .get("required-features")
                .and_then(toml::Value::as_array)
            else {
                continue;
            };
            count += 1;
            let needed: Vec<_> = needed
                .iter()
                .map(|feature| feature.as_str().unwrap())
                .collect();
            let runs = |command: &&String| {
                // A command without targets runs all tests.
                let all = !command.contains(" --test ")
                    && !command.contains(" --lib")
                    && !command.contains(" --doc");
                command.contains("cargo test ")
                    && has(command, "-p", package)
                    && needed
                        .iter()
                        .all(|feature| is_on(&manifest, command, feature))
                    && (all || has(command, "--test", name))
            };
            if !commands.iter().any(|command| runs(&command)) {
                missing.push(format!("{package}: {name} with {needed:?}"));
            }
        }
    }
    assert_eq!(missing, [] as [&str; 0], "nothing runs these");
    assert!(count > 10, "{count} tests need features");
}

/// The first words of the commands that the script must have, besides the tests with features.
const REQUIRED: [&str; 19] = [
    // Includes the property tests of the fuzz targets.
    "cargo test --workspace",
    "cargo fmt --all --check",
    "cargo clippy --workspace --all-targets --all-features -- -D warnings",
    "cargo xtask generate --check",
    "cargo xtask api --check",
    "cargo xtask contract",
    "cargo xtask bench --check",
    "timeout 180 cargo xtask simulate --seeds",
    "cargo test -p atlas-backup-docs --features long-tests --test commands",
    "cargo test --release -p atlas-backup-simulate --features long-tests",
    "cargo run --release -p atlas-backup-simulate --bin sabotages -- --check",
    "cargo run --release -p atlas-backup-bench --bin limits",
    "cargo run --release -p atlas-backup-bench --bin load -- --seconds",
    "CARGO_TARGET_DIR=target cargo check --manifest-path tests/fuzz/coverage/Cargo.toml",
    "timeout --signal INT --kill-after 1m 20m tests/mutants/run",
    "tests/supply_chain/run",
    "tests/downstream/run",
    "tests/newcomer/run",
    "cargo publish --dry-run",
];

#[test]
fn script_has_every_required_command() {
    let commands = commands();
    let has = |required: &&str| commands.iter().any(|command| command.starts_with(required));
    let missing: Vec<_> = REQUIRED.iter().filter(|required| !has(required)).collect();
    assert_eq!(missing, [] as [&&str; 0]);
    let workspace: toml::Table = read("Cargo.toml").parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap();
    assert!(members.contains(&"tests/fuzz".into()));
}

#[test]
fn every_step_uses_a_versioned_action_or_has_a_name_and_a_command() {
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
fn workflow_runs_the_script() {
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
fn workflow_publishes_the_report_of_the_script_for_every_outcome() {
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
fn cache_key_has_the_lock_file_and_the_script() {
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
    // Only paths that are recreated when missing may be cached.
    for path in cache["with"]["path"].as_str().unwrap().lines() {
        let known = [
            "~/.cargo/registry/index",
            "~/.cargo/registry/cache",
            "target/tools",
            "target/external_validators",
        ];
        assert!(known.contains(&path), "{path}");
        assert!(!Path::new(path).is_absolute());
    }
}
