//! Mutation test of the verifier: every mutation of a recording or document that changes its meaning must be
//! detected.
//!
//! Undetected mutations are listed in `survivors.toml`, each with the reason. Mutations are selected by name
//! and not by number, so that a new recording or field leaves most others unchanged.
//!
//! Invariant: the mutations are the same on every machine. An unlisted survivor fails the test, and so does a
//! listed mutation that is detected.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod document;
mod recording;

use atlas_backup_support::arbitrary::Dice;
use atlas_backup_testkit::verify::recording::{Recording, read_folder};
use atlas_backup_testkit::verify::route::Document;
use atlas_backup_testkit::verify::sdk::round_trip;
use atlas_backup_testkit::verify::verdict::{Verdict, judge};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The undetected mutations with their reasons, by the mutated kind of file.
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

/// Lists every place in a value, with its contents.
fn places<'a>(value: &'a Value, pointer: &str, found: &mut Vec<(String, &'a Value)>) {
    let mut inside = |key: &str, inner: &'a Value| {
        let pointer = format!(
            "{pointer}/{}",
            atlas_backup_testkit::verify::pointer::escape(key)
        );
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

/// Removes the value at a pointer from its object or list.
fn removed(root: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, key) = pointer.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    match root.pointer_mut(parent)? {
        Value::Object(map) => map.shift_remove(&key),
        Value::Array(items) => Some(items.remove(key.parse().ok()?)),
        _ => None,
    }
}

/// Compares the survivors with the listed ones.
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

/// Selects candidates pseudo-randomly, by a hash of their names only.
fn selected(
    kind: &str,
    mut candidates: Vec<(String, String)>,
    wanted: usize,
) -> Vec<(String, String)> {
    let chance = |(name, place): &(String, String)| {
        let text = [kind, name, place].join(" ");
        // FNV-1a: the same number for the same text.
        let seed = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Dice::new(seed).roll(u64::MAX)
    };
    candidates.sort_by_cached_key(chance);
    candidates.truncate(wanted);
    candidates
}

#[test]
fn mutated_recordings_are_detected() {
    let (documents, recordings) = (documents(), recordings());
    let words = recording::Words::of(&documents);
    let (mut made, mut survived) = (0, BTreeSet::new());
    for kind in recording::KINDS {
        let candidates = recordings.iter().flat_map(|(name, read)| {
            let places = (kind.places)(read, &words).into_iter();
            places.map(move |place| (name.clone(), place))
        });
        for (name, place) in selected(kind.what, candidates.collect(), 20) {
            let (_, read) = recordings.iter().find(|(one, _)| *one == name).unwrap();
            let mut changed = read.clone();
            (kind.change)(&mut changed, &place).unwrap();
            let judged = judge(&documents, &round_trip, &name, &Ok(changed));
            if judged.verdict <= Verdict::NoOperation {
                survived.insert(format!("{name}: {} {place}", kind.what));
            }
            made += 1;
        }
    }
    assert_eq!(made, 200);
    compare(survived, survivors().recording);
}

#[test]
fn mutated_documents_are_detected() {
    let (mut documents, recordings) = (documents(), recordings());
    let keeps_everything = |_: &str, _: &str, body: &[u8]| Some(serde_json::from_slice(body));
    let recordings = recordings.into_iter().map(|(name, read)| (name, Ok(read)));
    let recordings = recordings.collect::<Vec<_>>();
    let (mut made, mut survived) = (0, BTreeSet::new());
    for kind in document::KINDS {
        let mut found = Vec::new();
        places(&documents[0].root, "", &mut found);
        found.retain(|(pointer, value)| (kind.fits)(pointer, value));
        let found = found
            .into_iter()
            .map(|(pointer, _)| (String::new(), pointer));
        for (_, pointer) in selected(kind.what, found.collect(), 10) {
            let root = documents[0].root.clone();
            (kind.change)(&mut documents[0].root, &pointer).unwrap();
            let seen = recordings.iter().any(|(name, read)| {
                let judged = judge(&documents, &keeps_everything, name, read);
                judged.verdict > Verdict::NoOperation
            });
            if !seen {
                survived.insert(format!("{} {pointer}", kind.what));
            }
            documents[0].root = root;
            made += 1;
        }
    }
    assert_eq!(made, 100);
    compare(survived, survivors().document);
}
