//! The repository's recordings: they are valid, show the need for every correction, and decode with any
//! changed value.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_testkit::verify::recording::{Named, read_folder};
use atlas_backup_testkit::verify::route::{Document, find};
use atlas_backup_testkit::verify::run::Run;
use atlas_backup_testkit::verify::sdk::{round_trip, tolerant};
use atlas_backup_testkit::verify::sequence::Sequences;
use atlas_backup_testkit::verify::severity::Severities;
use atlas_backup_testkit::verify::verdict::{Judged, Verdict};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn recordings() -> Vec<Named> {
    let recordings = read_folder(&root().join("tests/recordings")).unwrap();
    assert!(recordings.len() > 90, "{} recordings", recordings.len());
    recordings
}

fn documents() -> Vec<Document> {
    ["v2", "v1"]
        .map(|version| {
            Document::read(&root().join(format!("spec/{version}/curated.yaml"))).unwrap()
        })
        .into()
}

#[test]
fn every_recording_matches_its_document_and_its_type() {
    let documents = documents();
    let mut run = Run::new(&documents, &round_trip, None, Sequences::new().unwrap());
    for (name, read) in recordings() {
        run.judge(&name, &read);
    }
    let report = run.report(Severities::read(None, true).unwrap()).unwrap();
    for judged in report.recordings {
        let Judged {
            verdict,
            findings,
            recording,
            ..
        } = judged;
        assert_eq!(verdict, Verdict::Ok, "{recording}: {findings:?}");
    }
}

#[test]
fn an_unreadable_value_is_an_error_of_the_contract_and_carried_along_for_users() {
    let body = br#"{"id":"{JOB-ID}","state":"Queued"}"#;
    let error = round_trip("v2", "getBackupExport", body)
        .unwrap()
        .unwrap_err();
    assert_eq!(error.to_string(), "the types cannot read id");
    assert_eq!(
        tolerant("v2", "getBackupExport", body)
            .unwrap()
            .unwrap()
            .body["id"],
        "{JOB-ID}"
    );
}

#[test]
fn every_correction_names_recordings_that_exist() {
    let text = std::fs::read_to_string(root().join("spec/v2/overlays/corrections.yaml")).unwrap();
    let overlay: Value = serde_saphyr::from_str(&text).unwrap();
    for action in overlay["actions"].as_array().unwrap() {
        let evidence = action["x-evidence"].as_array().cloned().unwrap_or_default();
        assert!(
            !evidence.is_empty(),
            "no evidence for the correction of {}",
            action["target"]
        );
        for file in evidence {
            let path = root().join("tests/recordings").join(file.as_str().unwrap());
            assert!(
                path.is_file(),
                "{} is evidence for {} and does not exist",
                path.display(),
                action["target"]
            );
        }
    }
}

/// Lists the pointers of everything in a body except for the body itself.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let mut inside = |key: &str, inner: &Value| {
        let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        found.push(pointer.clone());
        places(inner, &pointer, found);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, inner)| inside(key, inner)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, inner)| inside(&index.to_string(), inner)),
        _ => {}
    }
}

/// `null` counts as absent.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let known = map.into_iter().filter(|(_, value)| !value.is_null());
            known
                .map(|(name, value)| (name, without_nulls(value)))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// A missing required list is decoded as an empty one.
fn empty_lists(read: &Value, expected: &mut Value) {
    match (read, expected) {
        (Value::Object(read), Value::Object(expected)) => {
            for (name, value) in read {
                match expected.get_mut(name) {
                    Some(inner) => empty_lists(value, inner),
                    None if *value == json!([]) => {
                        expected.insert(name.clone(), value.clone());
                    }
                    None => {}
                }
            }
        }
        (Value::Array(read), Value::Array(expected)) => {
            let pairs = read.iter().zip(expected);
            pairs.for_each(|(read, expected)| empty_lists(read, expected));
        }
        _ => {}
    }
}

#[test]
fn any_value_at_any_place_of_a_response_decodes_and_is_preserved() {
    let documents = documents();
    let odd = [
        json!(null),
        json!("A_VALUE_OF_NEXT_YEAR"),
        json!(-0.5),
        json!({ "aFieldOfNextYear": [1] }),
    ];
    let mut tampered = 0;
    for (name, read) in recordings() {
        let recording = read.unwrap();
        let Some((_, operation)) = find(&documents, &recording.method, &recording.target) else {
            panic!("{name}")
        };
        let Ok(body) = serde_json::from_slice::<Value>(&recording.body) else {
            continue;
        };
        if recording.envelope || !(200..300).contains(&recording.status) {
            continue;
        }
        let mut pointers = Vec::new();
        places(&body, "", &mut pointers);
        for pointer in pointers {
            for value in &odd {
                let mut body = body.clone();
                *body.pointer_mut(&pointer).unwrap() = value.clone();
                let text = body.to_string();
                let Some(read) = tolerant(&operation.api, &operation.id, text.as_bytes()) else {
                    continue;
                };
                let read =
                    read.unwrap_or_else(|error| panic!("{name}{pointer} = {value}: {error}"));
                let read = without_nulls(read.body);
                let mut expected = without_nulls(body);
                empty_lists(&read, &mut expected);
                assert_eq!(read, expected, "{name}{pointer} = {value}");
                tampered += 1;
            }
        }
    }
    assert!(tampered > 2_000, "{tampered} answers were tampered with");
}
