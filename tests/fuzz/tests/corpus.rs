//! Runs every target with its corpus and seeded mutations of it.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_fuzz::{TARGETS, Target, mutated};
use atlas_backup_support::arbitrary::Dice;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

/// The seed of all mutations.
const SEED: u64 = 13;

/// Maximum number of failing inputs that are printed.
const MOST_PRINTED: usize = 10;

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Runs a target with its corpus and its mutations; prints failing inputs, so that they can be added to the
/// corpus.
fn check(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "{name} has no corpus");
    let mut dice = Dice::new(SEED);
    let mutations: Vec<_> = (0..target.mutations)
        .map(|_| mutated(&corpus, &mut dice))
        .collect();
    let mut failing = Vec::new();
    // The inputs of the corpus are chosen to reach the invariants, so they say nothing about mutations.
    reached(target, &corpus, &mut failing);
    let reached = reached(target, &mutations, &mut failing);
    assert!(failing.is_empty(), "{name} fails for: {failing:#?}");
    let mutations = mutations.len();
    println!("{name}: {reached} of {mutations} mutations reach the invariants");
    assert!(
        reached >= target.reaching,
        "only {reached} of {mutations} mutations of {name} reach the invariants, fewer than {}",
        target.reaching
    );
}

/// Runs a target, and returns the number of inputs that reach its invariants.
fn reached(target: &Target, inputs: &[Vec<u8>], failing: &mut Vec<String>) -> usize {
    let mut reached = 0;
    for input in inputs {
        if failing.len() == MOST_PRINTED {
            break;
        }
        match catch_unwind(|| (target.run)(input)) {
            Ok(deep) => reached += usize::from(deep),
            Err(_) => failing.push(input.escape_ascii().to_string()),
        }
    }
    reached
}

macro_rules! targets {
    ($($test:ident: $name:literal,)*) => {
        $(#[test] fn $test() { check($name); })*

        #[test]
        fn every_target_has_a_test() {
            let tested = [$($name),*];
            let missing = TARGETS.iter().find(|target| !tested.contains(&target.name));
            assert!(missing.is_none(), "{missing:?}");
        }
    };
}

targets! {
    any_digest_challenge_gets_a_correct_response_or_an_error: "challenge",
    any_retry_after_or_date_is_respected_and_limited: "headers",
    any_page_links_end_or_are_an_error: "links",
    any_error_body_becomes_an_error_of_one_line: "failures",
    any_body_that_decodes_survives_another_round_trip: "decode",
    any_recording_is_refused_or_converted: "recordings",
    any_overlay_is_refused_or_applied: "overlay",
    any_mutated_document_is_refused_or_generates_rust: "documents",
    arbitrary_changes_have_the_class_of_the_api: "changes",
    any_report_escapes_the_recordings_markup: "report",
}
