//! The workflow that watches the service's document: its steps are run as CI runs them, in a copy of the documents.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    here.canonicalize().unwrap()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

fn program(path: &Path, script: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn git(root: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=it", "-c", "user.email=it@localhost"];
    let mut git = Command::new("git");
    let output = git
        .args(identity)
        .args(arguments)
        .current_dir(root)
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A repository with the documents there are, and one it can push to.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("repository");
        for part in [
            "spec",
            "sdk/src",
            "sdk/Cargo.toml",
            "sdk/api.txt",
            "tests/recordings",
            "tests/contract",
            ".gitignore",
        ] {
            copy(&workspace().join(part), &root.join(part));
        }
        let remote = place.path().join("remote").display().to_string();
        git(place.path(), &["init", "--quiet", "--bare", &remote]);
        git(&root, &["init", "--quiet"]);
        git(&root, &["add", "--all"]);
        git(&root, &["commit", "--quiet", "--message", "As it was"]);
        git(&root, &["remote", "add", "origin", &remote]);
        Self(place)
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("repository")
    }

    /// Runs the workflow with a document; what it would open a change with, and which steps failed.
    fn watch(&self, upstream: &str) -> (Option<String>, Vec<String>) {
        let (place, root) = (self.0.path(), self.root());
        let manifest = workspace().join("Cargo.toml");
        // The commands are those of this repository, with the documents of the other.
        let (cargo, manifest) = (env!("CARGO"), manifest.display());
        let script = format!(
            "shift\nexec '{cargo}' run --quiet --manifest-path '{manifest}' --package xtask -- --root \"$PWD\" \"$@\""
        );
        program(&place.join("bin/cargo"), &script);
        program(
            &place.join("bin/gh"),
            "while [ \"$1\" != --body-file ]; do shift; done\ncp \"$2\" \"$PWD/../opened.md\"",
        );
        let document = place.join("upstream.yaml");
        fs::write(&document, upstream).unwrap();
        let text = fs::read_to_string(workspace().join(".github/workflows/drift.yml")).unwrap();
        let workflow: Value = serde_saphyr::from_str(&text).unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut failed = Vec::new();
        for step in workflow["jobs"]["drift"]["steps"].as_array().unwrap() {
            let Some(run) = step["run"].as_str() else {
                continue;
            };
            let mut command = Command::new("bash");
            // As GitHub runs it.
            command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", run]);
            command.env("PATH", format!("{}:{path}", place.join("bin").display()));
            command.env("UPSTREAM", format!("file://{}", document.display()));
            command.env("GITHUB_RUN_ID", "1").current_dir(&root);
            let output = command.output().unwrap();
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(step["continue-on-error"] == true, "{run}\n{said}");
                failed.push(step["name"].as_str().unwrap().to_owned());
            }
        }
        (fs::read_to_string(place.join("opened.md")).ok(), failed)
    }
}

fn upstream() -> String {
    fs::read_to_string(workspace().join("spec/v2/upstream.yaml")).unwrap()
}

/// The document with something put behind what begins the fields of an export.
fn with_field(fields: &str) -> String {
    let prefix = "    DiskBackupExportJob:\n      properties:\n";
    let document = upstream();
    assert!(document.contains(prefix));
    document.replacen(prefix, &format!("{prefix}{fields}"), 1)
}

#[test]
fn a_document_that_has_not_changed_opens_nothing() {
    let repository = Repository::new();
    let (opened, failed) = repository.watch(&upstream());
    assert_eq!((opened, failed), (None, Vec::new()));
}

#[test]
fn a_document_that_has_changed_opens_a_change_with_the_code_and_the_report() {
    let document = upstream();
    let field = "        prefix:\n";
    assert!(document.contains(field));
    let document = document.replacen(field, &format!("{field}          nullable: true\n"), 1);
    let repository = Repository::new();
    let (opened, failed) = repository.watch(&document);
    assert_eq!(failed, [] as [&str; 0]);
    let opened = opened.unwrap();
    for part in [
        "### API changes: patch",
        "`nullable-changed`",
        "bump: patch",
        "# Contract",
    ] {
        assert!(opened.contains(part), "{part}: {opened}");
    }
    let changed = git(&repository.root(), &["diff", "--name-only", "HEAD~1"]);
    for path in [
        "spec/v2/upstream.yaml",
        "spec/v2/curated.yaml",
        "sdk/src/generated/v2/mod.rs",
    ] {
        assert!(changed.contains(path), "{path}: {changed}");
    }
}

#[test]
fn what_nobody_has_described_yet_is_asked_for_in_the_change() {
    let repository = Repository::new();
    let document = with_field("        brandNew:\n          type: string\n");
    let (opened, failed) = repository.watch(&document);
    assert_eq!(failed, ["Generate from it"]);
    let opened = opened.unwrap();
    assert!(
        opened.contains("properties.brandNew\n  update:\n    description: …"),
        "{opened}"
    );
}
