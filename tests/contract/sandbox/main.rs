//! Compares the sandbox with the service.
//!
//! The sandbox's responses must be valid like recordings, for every operation, and must have the same
//! structure as recorded ones.

#![allow(clippy::unwrap_used, clippy::panic)]

mod not_simulated;
mod recording_transport;
mod refused;
mod requests;
mod structure;

use atlas_backup_testkit::verify::recording::{Named, Recording, read_folder};
use atlas_backup_testkit::verify::route::Document;
use atlas_backup_testkit::verify::run::Run;
use atlas_backup_testkit::verify::sdk::round_trip;
use atlas_backup_testkit::verify::sequence::Sequences;
use atlas_backup_testkit::verify::severity::Severities;
use atlas_backup_testkit::verify::verdict::{Judged, Verdict};
use not_simulated::NOT_SIMULATED;
use requests::request_everything;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use structure::Structures;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn documents() -> Vec<Document> {
    let read =
        |version| Document::read(&root().join(format!("spec/{version}/curated.yaml"))).unwrap();
    ["v2", "v1"].map(read).into()
}

#[tokio::test]
async fn the_sandboxs_responses_are_valid_for_every_operation() {
    let transport = request_everything().await;
    let documents = documents();
    let mut run = Run::new(&documents, &round_trip, None, Sequences::new().unwrap());
    for (name, read) in read_folder(transport.folder.path()).unwrap() {
        run.judge(&name, &read);
    }
    let report = run.report(Severities::read(None, true).unwrap()).unwrap();
    let mut answered = BTreeSet::new();
    for judged in &report.recordings {
        let Judged {
            verdict,
            findings,
            recording,
            operation,
            ..
        } = judged;
        let text = std::fs::read_to_string(transport.folder.path().join(recording)).unwrap();
        assert_eq!(*verdict, Verdict::Ok, "{findings:?}\n{text}");
        answered.extend(operation.clone());
    }
    let all: BTreeSet<String> = documents
        .iter()
        .flat_map(|document| document.operations.iter().map(|operation| operation.name()))
        .collect();
    assert_eq!(answered, all);
    assert!(report.recordings.len() > 200, "{}", report.recordings.len());
}

/// Returns the recordings of the service, without those of the sandbox itself.
fn recorded() -> Vec<Named> {
    let all = read_folder(&root().join("tests/recordings")).unwrap();
    let service = all
        .into_iter()
        .filter(|(name, _)| !name.starts_with("sandbox/"));
    service.collect()
}

#[tokio::test]
async fn responses_of_the_sandbox_and_of_the_service_have_the_same_structure() {
    let documents = documents();
    let transport = request_everything().await;
    let ours = Structures::of(&documents, read_folder(transport.folder.path()).unwrap());
    let theirs = Structures::of(&documents, recorded());
    let found = theirs.differences(&ours);
    let excused = |line: &String| {
        NOT_SIMULATED
            .iter()
            .any(|(begin, _)| line.starts_with(begin))
    };
    let left: Vec<_> = found.iter().filter(|line| !excused(line)).collect();
    assert!(left.is_empty(), "{} differences: {left:#?}", left.len());
    for (begin, reason) in NOT_SIMULATED {
        let shows = found.iter().any(|line| line.starts_with(begin));
        assert!(shows && !reason.is_empty(), "{begin} no longer shows");
    }
}

/// Returns the recordings with the one in this file changed.
fn changed(file: &str, change: impl FnOnce(&mut Recording, &mut Value)) -> Vec<Named> {
    let mut all = recorded();
    let (_, read) = all.iter_mut().find(|(name, _)| name == file).unwrap();
    let recording = read.as_mut().unwrap();
    let mut body = serde_json::from_slice(&recording.body).unwrap();
    change(recording, &mut body);
    let pretty = recording.body.contains(&b'\n');
    recording.body = match pretty {
        true => serde_json::to_vec_pretty(&body).unwrap(),
        false => body.to_string().into_bytes(),
    };
    all
}

#[test]
fn an_additional_or_missing_field_is_a_difference() {
    let documents = documents();
    let service = Structures::of(&documents, recorded());
    assert_eq!(service.differences(&service), [""; 0]);
    let differences = |all| service.differences(&Structures::of(&documents, all));
    let less = |file: &str, at: &str| {
        let (parent, field) = at.rsplit_once('/').unwrap();
        differences(changed(file, |_, body| {
            let fields = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            fields.remove(field).unwrap();
        }))
    };
    let more = |file: &str, at: &str, value: Value| {
        differences(changed(file, |_, body| {
            let fields = body.pointer_mut(at).unwrap().as_object_mut().unwrap();
            fields.insert("more".to_owned(), value);
        }))
    };
    for (file, at, kind) in [
        ("exports/get_queued.http", "/state", "v2 getBackupExport"),
        (
            "exports/get_in_progress.http",
            "/exportStatus/totalCollections",
            "v2 getBackupExport InProgress",
        ),
        (
            "exports/list.http",
            "/totalCount",
            "v2 listBackupExports page",
        ),
        (
            "exports/get_enveloped.http",
            "/status",
            "v2 getBackupExport enveloped",
        ),
        (
            "export_buckets/get_aws.http",
            "/region",
            "v2 getExportBucket AWS",
        ),
        (
            "v1/exports_first_page.http",
            "/results/0/prefix",
            "v1.0 listBackupExports listed",
        ),
        (
            "errors/404_group_not_found.http",
            "/parameters",
            "error 404 GROUP_NOT_FOUND",
        ),
        (
            "errors/401_unauthorized.http",
            "/detail",
            "error 401 UNEXPECTED_ERROR",
        ),
    ] {
        let found = less(file, at);
        assert!(
            found.iter().any(|line| line.starts_with(kind)),
            "{file}{at}: {found:?}"
        );
    }
    for (file, at, kind) in [
        ("exports/get_queued.http", "", "v2 getBackupExport Queued"),
        ("exports/list.http", "", "v2 listBackupExports page"),
        (
            "restore_jobs/list.http",
            "/results/0",
            "v2 listBackupRestoreJobs listed",
        ),
        (
            "restore_jobs/get_download_ready.http",
            "/desiredTimestamp",
            "v2 getBackupRestoreJob",
        ),
        (
            "errors/401_unauthorized.http",
            "",
            "error 401 UNEXPECTED_ERROR",
        ),
    ] {
        let found = more(file, at, Value::Bool(true));
        let shows = |line: &&String| {
            line.starts_with(kind) && line.contains("/more (boolean) is simulated")
        };
        assert!(
            found.iter().any(|line| shows(&line)),
            "{file}{at}: {found:?}"
        );
    }
    // A header, and the layout of an error.
    let found = differences(changed(
        "errors/404_group_not_found.http",
        |recording, _| {
            recording.headers.retain(|(name, _)| name != "x-error-code");
        },
    ));
    assert_eq!(found.len(), 1, "{found:?}");
    let found = differences(changed("errors/401_unauthorized.http", |recording, _| {
        recording.body.retain(|byte| *byte != b'\n');
    }));
    assert_eq!(found.len(), 1, "{found:?}");
}
