//! Whether the judge can be fooled: recordings and documents are changed at random places, and each change that changes
//! the meaning must be seen. Those that are not are listed in `survivors.toml`, each with the reason.
//!
//! Invariant: the changes are the same on every machine, and a survivor that is not listed fails the test as well as a
//! listed one that does not survive.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod document;
mod recording;

use atlas_backup_draw::Dice;
use contract::recording::{Recording, read_folder};
use contract::route::Document;
use contract::sdk::round_trip;
use contract::verdict::{Verdict, judge};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What survives, with the reason, by what was changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Survivors {
    recording: BTreeMap<String, String>,
    document: BTreeMap<String, String>,
}

fn survivors() -> Survivors {
    toml::from_str(include_str!("survivors.toml")).unwrap()
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn documents() -> [Document; 2] {
    ["v2", "v1"].map(|version| {
        Document::read(&root().join(format!("spec/{version}/curated.yaml"))).unwrap()
    })
}

fn recordings() -> Vec<(String, Recording)> {
    let read = read_folder(&root().join("tests/recordings")).unwrap();
    read.into_iter()
        .map(|(name, read)| (name, read.unwrap()))
        .collect()
}

/// Every place in a value, with what is there.
fn places<'a>(value: &'a Value, pointer: &str, found: &mut Vec<(String, &'a Value)>) {
    let mut inside = |key: &str, inner: &'a Value| {
        let pointer = format!("{pointer}/{}", contract::pointer::escape(key));
        found.push((pointer.clone(), inner));
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

/// Takes what a pointer leads to out of its object or list.
fn removed(root: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, key) = pointer.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    match root.pointer_mut(parent)? {
        Value::Object(map) => map.shift_remove(&key),
        Value::Array(items) => Some(items.remove(key.parse().ok()?)),
        _ => None,
    }
}

/// What survived must be what the file lists.
#[track_caller]
fn compare(survived: BTreeSet<String>, mut listed: BTreeMap<String, String>) {
    let unlisted = survived
        .into_iter()
        .filter(|one| listed.remove(one).is_none());
    let unlisted = unlisted.collect::<Vec<_>>();
    assert!(
        unlisted.is_empty() && listed.is_empty(),
        "survived and not listed: {unlisted:#?}\nlisted and did not survive: {:#?}",
        listed.keys().collect::<Vec<_>>()
    );
}

#[test]
fn a_recording_that_was_tampered_with_is_not_in_order() {
    let (documents, recordings) = (documents(), recordings());
    let words = recording::Words::of(&documents);
    let mut dice = Dice::new(20_250_312);
    let (mut made, mut survived) = (0, BTreeSet::new());
    while made < 200 {
        let kind = recording::KINDS[made % recording::KINDS.len()];
        let (name, read) = &recordings[dice.index(recordings.len())];
        let Some((what, changed)) = kind(read, &words, &mut dice) else {
            continue;
        };
        made += 1;
        let judged = judge(&documents, &round_trip, name, &changed);
        if judged.verdict <= Verdict::NoOperation {
            survived.insert(format!("{name}: {what}"));
        }
    }
    compare(survived, survivors().recording);
}

#[test]
fn a_document_that_was_tampered_with_disagrees_with_a_recording() {
    let (mut documents, recordings) = (documents(), recordings());
    let keeps_everything = |_: &str, _: &str, body: &[u8]| Some(serde_json::from_slice(body));
    let recordings = recordings.into_iter().map(|(name, read)| (name, Ok(read)));
    let recordings = recordings.collect::<Vec<_>>();
    let mut dice = Dice::new(20_250_312);
    let (mut made, mut survived) = (0, BTreeSet::new());
    while made < 100 {
        let kind = document::KINDS[made % document::KINDS.len()];
        let root = documents[0].root.clone();
        let Some(what) = kind(&mut documents[0].root, &mut dice) else {
            continue;
        };
        made += 1;
        let seen = recordings.iter().any(|(name, read)| {
            judge(&documents, &keeps_everything, name, read).verdict > Verdict::NoOperation
        });
        if !seen {
            survived.insert(what);
        }
        documents[0].root = root;
    }
    compare(survived, survivors().document);
}
