//! Runs the workflow that watches the service's document.
//!
//! Its steps run as in CI, in a copy of the documents.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_support::repository::{self as repository, DOCUMENTS, copy};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// A repository with the current documents, and a remote that it can push to.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("repository");
        copy(&DOCUMENTS, &root).unwrap();
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

    /// Runs the workflow with a document, as CI does.
    fn watch(&self, upstream: &str) -> Watched {
        let (place, root) = (self.0.path(), self.root());
        let manifest = repository::root().join("Cargo.toml");
        // The commands are those of this repository, with the documents of the other.
        //
        // Any other command would compile the repository, of which there are only the documents.
        let (cargo, manifest) = (env!("CARGO"), manifest.display());
        let script = format!(
            "[ \"$1\" = xtask ] || exit 0\nshift\n\
             exec '{cargo}' run --quiet --manifest-path '{manifest}' --package xtask -- --root \"$PWD\" \"$@\""
        );
        program(&place.join("bin/cargo"), &script);
        // Records opened issues and changes, and finds them afterwards; refuses to open a change if that is
        // forbidden.
        let script = r#"
case "$1 $2" in
"issue list") [ ! -e ../issue.md ] || echo 7; exit ;;
"pr list")
    for word; do if [ "$before" = --head ]; then head=$word; fi; before=$word; done
    [ -z "$head" ] || grep -sx "$head" ../heads.txt || true
    [ -n "$head" ] || [ ! -e ../change.md ] || echo 8
    exit ;;
esac
echo "$1 $2" >> ../asked.txt
case "$1 $2" in
"issue close") rm ../issue.md; exit ;;
"pr comment") exit ;;
"pr create") [ ! -e ../forbidden ] || exit 1; git branch --show-current >> ../heads.txt; kept=change ;;
*) kept=issue ;;
esac
while [ "$1" != --body-file ]; do shift; done
cp "$2" "../$kept.md""#;
        program(&place.join("bin/gh"), script);
        let document = place.join("upstream.yaml");
        fs::write(&document, upstream).unwrap();
        let text =
            fs::read_to_string(repository::root().join(".github/workflows/drift.yml")).unwrap();
        let workflow: Value = serde_saphyr::from_str(&text).unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut failed = None;
        for step in workflow["jobs"]["drift"]["steps"].as_array().unwrap() {
            let Some(run) = step["run"].as_str() else {
                continue;
            };
            let due = match (step["if"].as_str(), &failed) {
                (None, failed) => failed.is_none(),
                (Some(condition), Some(id)) => {
                    condition == format!("failure() && steps.{id}.outcome == 'failure'")
                }
                (Some(_), None) => false,
            };
            if !due {
                continue;
            }
            let mut command = Command::new("bash");
            match workflow["defaults"]["run"]["shell"].as_str() {
                Some("bash") => command.args(["--noprofile", "--norc", "-eo", "pipefail"]),
                shell => {
                    assert_eq!(shell, None);
                    command.arg("-e")
                }
            };
            command.args(["-c", run]).current_dir(&root);
            for (name, value) in workflow["env"].as_object().unwrap() {
                command.env(name, value.as_str().unwrap());
            }
            command.env("PATH", format!("{}:{path}", place.join("bin").display()));
            command.env("UPSTREAM", format!("file://{}", document.display()));
            let output = command.output().unwrap();
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                let id = step["id"].as_str();
                failed = Some(id.unwrap_or_else(|| panic!("{run}\n{said}")).to_owned());
            }
        }
        let read = |path: &str| fs::read_to_string(place.join(path)).ok();
        Watched {
            asked: read("asked.txt").unwrap_or_default(),
            change: read("change.md"),
            issue: read("issue.md"),
            failed,
        }
    }
}

/// The results of the workflow.
#[derive(Debug, Default, PartialEq, Eq)]
struct Watched {
    /// The requests to `gh`, one per line, from this run and earlier ones.
    asked: String,
    /// The change that it opened.
    change: Option<String>,
    /// The issue that it opened.
    issue: Option<String>,
    /// The step that failed.
    failed: Option<String>,
}

fn upstream() -> String {
    fs::read_to_string(repository::root().join("spec/v2/upstream.yaml")).unwrap()
}

/// Returns the document with additional text before the fields of an export.
fn with_field(fields: &str) -> String {
    let prefix = "    DiskBackupExportJob:\n      properties:\n";
    let document = upstream();
    assert!(document.contains(prefix));
    document.replacen(prefix, &format!("{prefix}{fields}"), 1)
}

/// Returns the document with a field of an export changed.
fn with_nullable_prefix() -> String {
    let (document, field) = (upstream(), "        prefix:\n");
    assert!(document.contains(field));
    document.replacen(field, &format!("{field}          nullable: true\n"), 1)
}

#[test]
fn an_unchanged_document_opens_no_change_and_no_issue() {
    let repository = Repository::new();
    assert_eq!(repository.watch(&upstream()), Watched::default());
}

#[test]
fn a_document_that_has_changed_opens_one_change_with_the_code_and_the_report() {
    let repository = Repository::new();
    let document = with_nullable_prefix();
    let watched = repository.watch(&document);
    assert_eq!(
        (watched.failed.as_deref(), watched.issue.as_deref()),
        (None, None)
    );
    assert_eq!(watched.asked, "pr create\n");
    let opened = watched.change.unwrap();
    for part in [
        "### API changes: patch",
        "`nullable-changed`",
        "bump: patch",
        "# Contract",
    ] {
        assert!(opened.contains(part), "{part}: {opened}");
    }
    assert!(!opened.contains("not generated"), "{opened}");
    let changed = git(&repository.root(), &["diff", "--name-only", "HEAD~1"]);
    for path in [
        "spec/v2/upstream.yaml",
        "spec/v2/curated.yaml",
        "sdk/src/generated/v2/mod.rs",
    ] {
        assert!(changed.contains(path), "{path}: {changed}");
    }
    // A week later, without a merge.
    let back = || {
        git(
            &repository.root(),
            &["switch", "--quiet", "--detach", "HEAD~1"],
        )
    };
    back();
    assert_eq!(repository.watch(&document).asked, "pr create\n");
    // Another week later, with another document.
    git(&repository.root(), &["checkout", "--quiet", "--", "."]);
    let newer = with_field("        brandNew:\n          type: string\n");
    assert_eq!(
        repository.watch(&newer).asked,
        "pr create\npr create\npr comment\n"
    );
}

#[test]
fn a_change_that_could_not_be_opened_is_opened_by_the_next_run() {
    let repository = Repository::new();
    let forbidden = repository.root().join("../forbidden");
    fs::write(&forbidden, "").unwrap();
    let document = with_nullable_prefix();
    let watched = repository.watch(&document);
    assert_eq!(
        (watched.failed.as_deref(), watched.change),
        (Some("open"), None)
    );
    fs::remove_file(forbidden).unwrap();
    git(
        &repository.root(),
        &["switch", "--quiet", "--detach", "HEAD~1"],
    );
    let branches = git(
        &repository.root(),
        &["branch", "--list", "drift-*", "--format=%(refname:short)"],
    );
    git(
        &repository.root(),
        &["branch", "--quiet", "-D", branches.trim()],
    );
    assert!(repository.watch(&document).change.is_some());
}

#[test]
fn undescribed_fields_are_listed_in_the_change_with_its_breaking_changes() {
    let repository = Repository::new();
    let document = with_field("        brandNew:\n          type: string\n");
    // A new required field, in a request body.
    let (before, body) = document
        .split_once("    DiskBackupExportJobRequest:\n")
        .unwrap();
    let body = body.replacen(
        "properties:\n",
        "properties:\n        zone:\n          type: string\n",
        1,
    );
    let body = body.replacen("required:\n", "required:\n      - zone\n", 1);
    let document = format!("{before}    DiskBackupExportJobRequest:\n{body}");
    let watched = repository.watch(&document);
    assert_eq!(watched.failed, None);
    let opened = watched.change.unwrap();
    for part in [
        "**The SDK is not generated from it yet.**",
        "### API changes: major",
        "`required-field-added`",
        "properties.brandNew\n  update:\n    description: …",
        "# Contract",
    ] {
        assert!(opened.contains(part), "{part}: {opened}");
    }
}

#[test]
fn a_document_that_an_overlay_does_not_fit_opens_one_issue_and_fails() {
    let repository = Repository::new();
    let before = git(&repository.root(), &["status", "--porcelain"]);
    let document = upstream().replace("DiskBackupExportJob:", "ExportJob:");
    let document = document.replace("DiskBackupExportJob\"", "ExportJob\"");
    for asked in ["issue create\n", "issue create\nissue edit\n"] {
        let watched = repository.watch(&document);
        assert_eq!(
            (watched.failed.as_deref(), watched.change),
            (Some("pull"), None)
        );
        assert_eq!(watched.asked, asked);
        let issue = watched.issue.unwrap();
        for part in ["overlay-target-missing", "### API changes: ", "ExportJob"] {
            assert!(issue.contains(part), "{part}: {issue}");
        }
    }
    assert_eq!(before, git(&repository.root(), &["status", "--porcelain"]));
    // The document fits again.
    let watched = repository.watch(&upstream());
    assert_eq!((watched.issue, watched.failed), (None, None));
}
