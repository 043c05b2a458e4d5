//! Tests of the directory that `generate --spec` writes to.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: Jobs, version: '1'}
paths:
  /jobs: {get: {operationId: listJobs, tags: [jobs], responses: {'204': {description: None.}}}}
";

fn generate(out: &Path, arguments: &[&str]) -> Output {
    let place = tempfile::tempdir().unwrap();
    let spec = place.path().join("api.yaml");
    fs::write(&spec, DOCUMENT).unwrap();
    let mut generate = Command::new(env!("CARGO_BIN_EXE_xtask"));
    generate.args(["generate", "--crate-name", "app", "--spec"]);
    generate.arg(spec).arg("--out").arg(out).args(arguments);
    generate.output().unwrap()
}

fn succeeds(out: &Path, arguments: &[&str]) {
    let output = generate(out, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

#[test]
fn a_handwritten_crate_is_refused_and_stays_as_it_is() {
    let manifest = "[package]\nname = \"app\"\n";
    for files in [
        &[("Cargo.toml", manifest), ("src/main.rs", "fn main() {}\n")][..],
        &[("Cargo.toml", manifest)],
        &[("src/main.rs", "fn main() {}\n")],
        &[("src/bin/tool/main.rs", "fn main() {}\n")],
        &[("openapi.yaml", "openapi: 3.0.3\n")],
    ] {
        let out = tempfile::tempdir().unwrap();
        for (path, content) in files {
            write(&out.path().join(path), content);
        }
        for arguments in [&[][..], &["--check"]] {
            let output = generate(out.path(), arguments);
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success(), "{files:?}");
            for (path, content) in files {
                assert!(errors.contains(path), "{errors}");
                assert!(errors.contains("help: choose an empty"), "{errors}");
                let left = fs::read_to_string(out.path().join(path)).unwrap();
                assert_eq!(left, *content, "{path}");
            }
            for new in ["src/api", ".xtask-lock"] {
                assert!(!out.path().join(new).exists(), "{files:?}");
            }
        }
    }
}

#[test]
fn absent_empty_and_generated_directories_are_accepted() {
    let place = tempfile::tempdir().unwrap();
    let absent = place.path().join("new/crate");
    let other = tempfile::tempdir().unwrap();
    // Files that no generation writes are not lost.
    write(&other.path().join(".git/HEAD"), "ref: refs/heads/main\n");
    let empty = tempfile::tempdir().unwrap();
    for out in [absent.as_path(), other.path(), empty.path()] {
        succeeds(out, &[]);
        write(&out.join("Cargo.lock"), "version = 4\n");
        write(&out.join("target/debug/app"), "app");
        write(&out.join("src/api/stale.rs"), "");
        succeeds(out, &[]);
        assert!(!out.join("src/api/stale.rs").exists());
        succeeds(out, &["--check"]);
        assert!(out.join("Cargo.lock").exists() && out.join("target/debug/app").exists());
    }
}

/// An interrupted generation has written the first files only.
#[test]
fn an_interrupted_first_generation_is_completed_by_the_next() {
    let whole = tempfile::tempdir().unwrap();
    let output = generate(whole.path(), &[]);
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    let created: Vec<&str> = report
        .lines()
        .filter_map(|line| line.strip_prefix("create "))
        .collect();
    assert!(created.len() > 10, "{report}");
    for done in [0, 1, 2, created.len() - 1] {
        let out = tempfile::tempdir().unwrap();
        for path in &created[..done] {
            let content = fs::read_to_string(whole.path().join(path)).unwrap();
            write(&out.path().join(path), &content);
        }
        succeeds(out.path(), &[]);
        succeeds(out.path(), &["--check"]);
    }
}
