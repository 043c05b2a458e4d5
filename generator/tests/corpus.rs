//! Snapshot tests with one small document per construct: the generated code, or the diagnostics.
//!
//! Invariant: the crate `tests/corpus` compiles all code that is generated here.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests read files and may fail loudly"
)]

use atlas_backup_generator::{Diagnostics, Generated, Source, Target, Text, generate, normalised};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Calls `run` with the source of a document of the corpus.
fn with_source<T>(document: &Path, api_date: &str, run: impl FnOnce(&Source<'_>) -> T) -> T {
    let text = std::fs::read_to_string(document).expect("the corpus is readable");
    let name = document.file_name().and_then(|name| name.to_str());
    let name = name.expect("corpus files have names");
    run(&Source {
        api_date: Some(api_date),
        target: Target {
            crate_name: "corpus",
            directory: "api",
            receiver: "Client",
            features: false,
        },
        ..Source::of(Text { name, text: &text })
    })
}

fn generated(document: &Path, api_date: &str) -> Result<Generated, Diagnostics> {
    with_source(document, api_date, |source| {
        generate(source, &mut |_, _| {})
    })
}

/// Returns the documents of a corpus directory with their names.
fn documents(directory: &str) -> Vec<(String, PathBuf)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(directory);
    let mut documents: Vec<_> = std::fs::read_dir(&directory)
        .expect("the corpus is there")
        .map(|entry| entry.expect("the corpus is readable").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|path| {
            let stem = path.file_stem().expect("corpus files have names");
            (stem.to_string_lossy().into_owned(), path.clone())
        })
        .collect();
    documents.sort();
    documents
}

fn assert_snapshot(directory: &str, name: &str, text: &str) {
    insta::with_settings!({
        omit_expression => true,
        prepend_module_to_snapshot => false,
        snapshot_path => format!("{directory}/snapshots"),
    }, {
        insta::assert_snapshot!(name, text);
    });
}

fn code(generated: &Generated) -> String {
    let files = generated.files.iter();
    files
        .filter(|file| file.path != "api/mod.rs")
        .map(|file| format!("// ── {} ──\n{}\n", file.path, file.content))
        .collect()
}

/// A schema with `allOf` would be read as any JSON value.
#[test]
fn no_schema_of_a_success_has_allof_after_the_last_pass() {
    fn find(part: &Value, pointer: &str, found: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match part {
            Value::Object(map) => map.iter().map(|(key, part)| (key.clone(), part)).collect(),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items
                    .map(|(index, part)| (index.to_string(), part))
                    .collect()
            }
            _ => return,
        };
        for (key, part) in children {
            let pointer = format!("{pointer}/{key}");
            if key == "allOf" && part.is_array() {
                found.push(pointer.clone());
            }
            find(part, &pointer, found);
        }
    }
    for (name, path) in documents("corpus") {
        let document = with_source(&path, "2025-03-12", normalised);
        let document = document.unwrap_or_else(|found| panic!("{name}: {found}"));
        let mut found = Vec::new();
        find(&document, "", &mut found);
        found.retain(|pointer| {
            let error = ["/responses/4", "/responses/5", "/responses/default"];
            !error.iter().any(|error| pointer.contains(error))
        });
        assert_eq!(found, [""; 0], "{name}");
    }
}

#[test]
fn corpus_documents_generate_the_code_in_the_snapshots() {
    let documents = documents("corpus");
    assert!(documents.len() > 20, "the corpus is gone");
    for (name, path) in documents {
        let generated =
            generated(&path, "2025-03-12").unwrap_or_else(|found| panic!("{name}:\n{found}"));
        assert_snapshot("corpus", &name, &code(&generated));
    }
}

#[test]
fn unsupported_corpus_documents_report_the_diagnostics_in_the_snapshots() {
    for (name, path) in documents("corpus/refused") {
        let found = generated(&path, "2025-03-12").map(|generated| code(&generated));
        let found = found.expect_err(&name);
        assert_snapshot("corpus/refused", &name, &found.to_string());
    }
}

#[test]
fn api_date_selects_versions_up_to_the_date_and_preview_selects_all() {
    let (_, versions) = documents("corpus")
        .into_iter()
        .find(|(name, _)| name == "versions")
        .expect("it is there");
    for (date, operations) in [
        ("2023-06-01", "createJob"),
        ("2026-01-01", "createJob getLater"),
        ("preview", "createJob getSoon getLater"),
    ] {
        let generated = generated(&versions, date).expect("the document is fine");
        let code = code(&generated);
        let found: Vec<&str> = code
            .lines()
            .filter_map(|line| line.trim().strip_prefix("id: \"")?.strip_suffix("\","))
            .collect();
        assert_eq!(found.join(" "), operations, "{date}");
        assert_eq!(code.contains("struct Next"), date != "2023-06-01", "{date}");
    }
}

#[test]
fn first_api_date_has_only_aws_export_buckets() {
    let upstream = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/v2/upstream.yaml");
    for (date, request) in [
        (
            "2023-01-01",
            "pub struct DiskBackupSnapshotAwsExportBucketRequest",
        ),
        (
            "2025-03-12",
            "pub enum DiskBackupSnapshotExportBucketRequest",
        ),
    ] {
        let generated = generated(&upstream, date).unwrap_or_else(|found| panic!("{found}"));
        let code = code(&generated);
        assert!(code.contains(request), "{date}");
        assert_eq!(
            code.contains("AzureExportBucket"),
            date != "2023-01-01",
            "{date}"
        );
        let own_version = format!("accept: \"application/vnd.atlas.{date}+json\"");
        assert!(code.contains(&own_version), "{date}");
    }
}
