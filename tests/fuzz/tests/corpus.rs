//! Every target over its corpus and seeded mutations of it.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_fuzz::{TARGETS, mutated};
use atlas_backup_support::draw::Dice;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

/// The seed of all mutations: another one finds other inputs.
const SEED: u64 = 13;

/// How many inputs that fail are printed.
const MOST_TOLD: usize = 10;

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

/// Runs a target over its corpus and its mutations; inputs that fail are printed, so that they can be put into the corpus.
fn check(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "{name} has no corpus");
    let mut dice = Dice::new(SEED);
    let mutations = (0..target.mutations).map(|_| mutated(&corpus, &mut dice));
    let mut failing = Vec::new();
    for input in corpus.iter().cloned().chain(mutations) {
        let run = target.run;
        if catch_unwind(|| run(&input)).is_err() {
            failing.push(input.escape_ascii().to_string());
        }
        if failing.len() == MOST_TOLD {
            break;
        }
    }
    assert!(failing.is_empty(), "{name} fails for: {failing:#?}");
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
    digest_challenge_of_any_text_is_answered_rightly_or_not: "challenge",
    retry_after_and_dates_of_any_text_are_respected_and_bounded: "headers",
    links_of_any_text_end_or_are_an_error: "links",
    failure_of_any_body_becomes_an_error_of_one_line: "failures",
    body_that_decodes_is_written_as_what_decodes_the_same: "decode",
    recording_of_any_text_is_refused_or_converted: "recordings",
    overlay_of_any_text_is_refused_or_applied: "overlay",
    document_changed_at_random_is_refused_or_becomes_rust: "documents",
    change_drawn_at_random_is_as_grave_as_the_api_says: "changes",
    report_on_any_recording_holds_no_markup_of_it: "report",
}
