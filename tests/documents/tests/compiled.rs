//! Documents of other vendors: the generated code compiles without a warning, and unsupported parts are
//! refused.
//!
//! Refused documents are reported before a file is written.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use atlas_backup_documents::synthesis::synthesised;
use atlas_backup_documents::{Document, documents};
use atlas_backup_support::repository::root;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root());
    cargo
}

/// Generates a crate of all operations, with diagnostics as JSON.
fn generate(spec: &Path, overlay: Option<&Path>, out: &Path) -> Output {
    let arguments = [
        "--select",
        "all",
        "--crate-name",
        "whole",
        "--format",
        "json",
    ];
    atlas_backup_documents::generate(spec, overlay, out, &arguments).unwrap()
}

/// Compiles a crate with warnings as errors, and returns the compiler's messages.
fn complaints(out: &Path) -> Result<(), String> {
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let check = cargo()
        .args([
            "check",
            "--quiet",
            "--message-format",
            "short",
            "--manifest-path",
        ])
        .arg(out.join("Cargo.toml"))
        .env("RUSTFLAGS", "-D warnings")
        .env("CARGO_TARGET_DIR", root().join("target/standalone"))
        .output()
        .unwrap();
    match check.status.success() {
        true => Ok(()),
        false => Err(first_lines(&String::from_utf8_lossy(&check.stderr))),
    }
}

/// Returns the first twenty lines.
fn first_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().take(20).collect();
    lines.join("\n")
}

/// Generates a crate and compiles it.
fn compiled(spec: &Path, overlay: Option<&Path>, out: &Path) -> Result<(), String> {
    let generated = generate(spec, overlay, out);
    match generated.status.success() {
        true => complaints(out),
        false => Err(first_lines(&String::from_utf8_lossy(&generated.stderr))),
    }
}

/// Checks that a document is refused for exactly the parts that its overlay removes.
///
/// Nothing may be written.
fn refused_as_listed(document: &Document, out: &Path) -> Result<(), String> {
    let generated = generate(&document.path, None, out);
    let said = String::from_utf8_lossy(&generated.stderr);
    if generated.status.success() || out.exists() {
        return Err(format!(
            "it is generated although it has {:?}",
            document.refused
        ));
    }
    let mut listed: BTreeMap<&str, bool> = document
        .refused
        .keys()
        .map(|pointer| (pointer.as_str(), false))
        .collect();
    for line in said.lines() {
        let finding: Value = serde_json::from_str(line).map_err(|_| first_lines(&said))?;
        let (pointer, code) = (
            finding["pointer"].as_str().unwrap(),
            finding["code"].as_str().unwrap(),
        );
        let of = document
            .refused
            .iter()
            .find(|(place, _)| pointer.starts_with(place.as_str()));
        match of {
            Some((place, listed_code)) if listed_code == code => {
                listed.insert(place, true);
            }
            _ => return Err(format!("not listed: {line}")),
        }
    }
    match listed.iter().find(|(_, met)| !**met) {
        Some((place, _)) => Err(format!("{place} is not refused")),
        None => Ok(()),
    }
}

fn assert_all(results: Vec<(String, Result<(), String>)>) {
    let failed: Vec<_> = results
        .into_iter()
        .filter_map(|(name, result)| Some(format!("── {name}\n{}", result.err()?)))
        .collect();
    assert!(
        failed.is_empty(),
        "{} fail:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn the_code_of_each_document_compiles_without_a_warning() {
    let place = tempfile::tempdir().unwrap();
    let check = |document: Document| {
        let out = place.path().join(&document.name);
        let result = compiled(&document.path, document.overlay.as_deref(), &out);
        (document.name, result)
    };
    assert_all(documents().unwrap().into_iter().map(check).collect());
}

#[test]
fn unsupported_parts_are_refused_with_their_code_before_a_file_is_written() {
    let place = tempfile::tempdir().unwrap();
    let check = |document: Document| {
        let result = refused_as_listed(&document, &place.path().join(&document.name));
        (document.name, result)
    };
    let refused = documents()
        .unwrap()
        .into_iter()
        .filter(|document| document.overlay.is_some());
    assert_all(refused.map(check).collect());
}

#[test]
fn a_document_of_540_different_operations_compiles_without_a_warning() {
    let place = tempfile::tempdir().unwrap();
    let spec = place.path().join("whole.yaml");
    fs::write(
        &spec,
        serde_saphyr::to_string(&synthesised(1, 540)).unwrap(),
    )
    .unwrap();
    let result = compiled(&spec, None, &place.path().join("whole"));
    assert_all(vec![("540 operations".to_owned(), result)]);
}

/// The API's own document, if it is next to the repository.
#[test]
fn the_api_s_own_document_compiles_without_a_warning() {
    let upstream: PathBuf = root().join("../shared/atlas/upstream-v2-backup.yaml");
    let curated = root().join("spec/v2/upstream.yaml");
    let place = tempfile::tempdir().unwrap();
    let own = [curated, upstream].into_iter().filter(|path| path.exists());
    let check = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let result = compiled(&path, None, &place.path().join(&name));
        (name, result)
    };
    assert_all(own.map(check).collect());
}
