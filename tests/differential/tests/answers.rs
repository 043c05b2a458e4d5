//! Decodes every recorded response with the SDK's types and with progenitor's.
//!
//! Counts the responses that each cannot decode, and those that change when encoded again.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "tests may fail loudly"
)]

use atlas_backup_differential::{Back, v1, v2};
use atlas_backup_testkit::verify::finding::{Finding, Rule};
use atlas_backup_testkit::verify::recording::read_folder;
use atlas_backup_testkit::verify::response::body_of;
use atlas_backup_testkit::verify::round_trip::differences;
use atlas_backup_testkit::verify::route::Document;
use atlas_backup_testkit::verify::sdk::round_trip;
use atlas_backup_testkit::verify::verdict::judge;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Number of responses that types do not preserve.
#[derive(Debug, Default, PartialEq, Eq)]
struct Loss {
    /// Not decoded at all.
    refused: usize,
    /// Decoded, but a value is missing or different when encoded again.
    changed: usize,
    /// Decoded, and only empty lists are missing.
    empty_lists: usize,
}

impl Loss {
    fn add(&mut self, body: &Value, back: serde_json::Result<Value>) {
        let Ok(back) = back else {
            self.refused += 1;
            return;
        };
        let differences = differences(body, &back);
        let is_empty_list = |one: &Finding| one.rule == Rule::Lost && one.expected == "[]";
        if !differences.iter().all(is_empty_list) {
            self.changed += 1;
        } else if !differences.is_empty() {
            self.empty_lists += 1;
        }
    }
}

/// Returns the recorded successful responses: version and operation, and the body.
fn answers() -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let documents = ["v2", "v1"].map(|version| {
        Document::read(&root.join(format!("spec/{version}/curated.yaml"))).expect("a document")
    });
    let recordings = read_folder(&root.join("tests/recordings")).expect("recordings");
    let mut answers = Vec::new();
    for (name, read) in recordings {
        let judged = judge(&documents, &round_trip, &name, &read);
        let body = body_of(&read.expect("a recording"));
        if let (Some(operation), Some(200..=299), Some(body)) =
            (judged.operation, judged.status, body)
        {
            answers.push((operation, body));
        }
    }
    answers
}

fn losses(answers: &[(String, Value)]) -> [Loss; 2] {
    let known = |api: &'static str, known: &'static [(&str, Back)]| {
        known
            .iter()
            .map(move |(id, back)| (format!("{api} {id}"), *back))
    };
    let theirs: BTreeMap<String, Back> = known("v2", v2::ANSWERS)
        .chain(known("v1.0", v1::ANSWERS))
        .collect();
    let (mut ours, mut progenitors) = (Loss::default(), Loss::default());
    for (operation, body) in answers {
        let (api, id) = operation.split_once(' ').expect("version and name");
        let text = body.to_string();
        ours.add(
            body,
            round_trip(api, id, text.as_bytes()).expect("the SDK has it"),
        );
        let back = theirs.get(operation).expect("progenitor has it");
        progenitors.add(body, back(text.as_bytes()));
    }
    [ours, progenitors]
}

/// Adds an unknown field to every object.
fn with_a_new_field(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(with_a_new_field);
            fields.insert("aFieldOfNextYear".to_owned(), Value::Bool(true));
        }
        Value::Array(items) => items.iter_mut().for_each(with_a_new_field),
        _ => {}
    }
}

/// Replaces the states of resources by an unknown value.
fn with_a_new_state(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text)
                        if matches!(name.as_str(), "state" | "status" | "frequencyType") =>
                    {
                        *text = "OF_NEXT_YEAR".to_owned();
                    }
                    other => with_a_new_state(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(with_a_new_state),
        _ => {}
    }
}

#[test]
fn the_sdks_types_preserve_every_recorded_response() {
    let recorded = answers();
    let changed = |change: fn(&mut Value)| {
        let mut answers = recorded.clone();
        answers.iter_mut().for_each(|(_, body)| change(body));
        answers.retain(|one| !recorded.contains(one));
        answers
    };
    let rows = [
        ("as recorded", recorded.clone()),
        ("with a field of next year", changed(with_a_new_field)),
        ("with a state of next year", changed(with_a_new_state)),
    ];
    println!(
        "| answers | of them | the SDK loses | progenitor's types refuse | drop or change a value | drop empty lists only |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, answers) in &rows {
        let [ours, theirs] = losses(answers);
        let Loss {
            refused,
            changed,
            empty_lists,
        } = theirs;
        println!(
            "| {name} | {} | 0 | {refused} | {changed} | {empty_lists} |",
            answers.len()
        );
        assert_eq!(ours, Loss::default(), "{name}");
        assert!(
            refused + changed > 0,
            "{name}: PERFORMANCE.md says otherwise"
        );
    }
}
