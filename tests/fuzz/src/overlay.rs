//! Documents and overlays as text: each time they give the same document, or the same findings.
//!
//! The input is a document and overlays, separated by lines of `===`.

use crate::sources::source;
use atlas_backup_generator::curated;

pub(crate) fn run(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let mut parts = text.split("\n===\n");
    let document = parts.next().unwrap_or_default();
    let overlays: Vec<&str> = parts.collect();
    let source = source(document, &overlays);
    match (curated(&source), curated(&source)) {
        (Ok(once), Ok(again)) => {
            assert_eq!(once, again);
            true
        }
        (Err(once), Err(again)) => {
            assert_eq!(once.to_string(), again.to_string());
            assert!(!once.found().is_empty(), "refused without a finding");
            false
        }
        _ => panic!("refused once, and taken once"),
    }
}
