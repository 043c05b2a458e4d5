//! Bodies of every operation: a value that is decoded and encoded decodes to the same value again.
//!
//! The first line of an input names the operation (`v2 getBackupExport`, `v1 …`; with `request`, its
//! request); any other line selects one.

use atlas_backup::{Operation, v1, v2};
use serde_json::Value;

type Trip = fn(&str, &[u8]) -> Option<serde_json::Result<Value>>;

pub(crate) fn run(input: &[u8]) -> bool {
    let end = input
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(input.len());
    let (line, body) = input.split_at(end);
    let body = body.get(1..).unwrap_or_default();
    let (trip, operation) = named(line);
    let Some(Ok(once)) = trip(operation.id, body) else {
        return false;
    };
    let encoded = serde_json::to_vec(&once).expect("a value is encoded");
    let again = trip(operation.id, &encoded);
    let again = again
        .expect("the operation has a body")
        .unwrap_or_else(|error| panic!("{}: what was written is not read: {error}", operation.id));
    assert_eq!(
        once, again,
        "{}: a second trip changes the value",
        operation.id
    );
    true
}

fn named(line: &[u8]) -> (Trip, &'static Operation) {
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace();
    let (version, id, request) = (words.next(), words.next(), words.next());
    let number = line.bytes().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31) + usize::from(byte)
    });
    let (operations, trip): (&[&'static Operation], Trip) = match (version, request) {
        (Some("v1"), _) => (v1::OPERATIONS, |id, body| {
            Some(v1::round_trip(id, body)?.map(|trip| trip.body))
        }),
        (_, Some("request")) => (v2::OPERATIONS, v2::round_trip_request),
        _ => (v2::OPERATIONS, |id, body| {
            Some(v2::round_trip(id, body)?.map(|trip| trip.body))
        }),
    };
    let found = operations.iter().find(|operation| Some(operation.id) == id);
    let picked = operations.get(number % operations.len());
    (trip, found.or(picked).expect("there are operations"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// Returns the first line of an input for each body that an operation has.
    fn bodies() -> Vec<String> {
        let mut lines = Vec::new();
        for operation in v1::OPERATIONS {
            if v1::round_trip(operation.id, b"{}").is_some() {
                lines.push(format!("v1 {}", operation.id));
            }
        }
        for operation in v2::OPERATIONS {
            if v2::round_trip(operation.id, b"{}").is_some() {
                lines.push(format!("v2 {}", operation.id));
            }
            if v2::round_trip_request(operation.id, b"{}").is_some() {
                lines.push(format!("v2 {} request", operation.id));
            }
        }
        lines
    }

    #[test]
    fn every_body_of_every_operation_is_decoded_from_an_input_of_the_corpus() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/decode");
        let inputs: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .collect();
        let mut missing = bodies();
        assert!(missing.len() > v2::OPERATIONS.len());
        missing.retain(|line| {
            let start = format!("{line}\n");
            let of_this = |input: &&Vec<u8>| input.starts_with(start.as_bytes());
            !inputs.iter().filter(of_this).any(|input| run(input))
        });
        assert_eq!(
            missing,
            [] as [&str; 0],
            "no input of the corpus decodes these"
        );
    }
}
