//! Downloads with random faults: the result is one content, complete or its beginning.
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use atlas_backup::ExponentialBackoff;

use crate::delivery::*;
use crate::disk::*;
use crate::world::*;

const LENGTH: usize = 61;

type Met = Arc<Mutex<BTreeMap<String, u32>>>;

/// Returns a host with random faults, validators and chunks.
fn host(seed: u64, met: &Met) -> Host {
    let mut chance = Chance(seed);
    let mark = [
        Mark::Tag,
        Mark::Tag,
        Mark::Date,
        Mark::WeakTag,
        Mark::Nothing,
    ];
    let mark = mark[chance.below(5) as usize];
    let tells_length = chance.below(4) > 0;
    let piece = 1 + chance.below(20) as usize;
    let met = met.clone();
    let host = Host::new(LENGTH, move || {
        let request_outcome = arbitrary_fault(&mut chance, 5 + seed % 5, tells_length);
        let name = format!("{request_outcome:?}");
        let name = name.split('(').next().unwrap_or_default().to_owned();
        *met.lock().unwrap().entry(name).or_insert(0) += 1;
        request_outcome
    });
    let host = host.marked(mark).in_pieces_of(piece);
    if tells_length {
        host
    } else {
        host.without_length()
    }
}

fn arbitrary_fault(
    chance: &mut Chance,
    failures_in_ten: u64,
    tells_length: bool,
) -> RequestOutcome {
    if chance.below(10) >= failures_in_ten {
        return RequestOutcome::Good;
    }
    let place = chance.below(LENGTH as u64 + 1) as usize;
    match chance.below(12) {
        // If the length is unknown, a body that ends early or late cannot be detected.
        0 | 1 if tells_length => RequestOutcome::Short(place),
        2 if tells_length => RequestOutcome::Surplus,
        3 | 4 => RequestOutcome::Stall(place),
        5 => RequestOutcome::Unreached,
        6 => RequestOutcome::Silent,
        7 => RequestOutcome::Status([429, 500, 502, 503, 504, 400, 403][chance.below(7) as usize]),
        8 => RequestOutcome::Whole,
        9 => RequestOutcome::Elsewhere,
        10 => RequestOutcome::Renewed,
        _ => RequestOutcome::Break(place),
    }
}

/// Returns true if these bytes are the beginning of any one content.
fn is_beginning(bytes: &[u8]) -> bool {
    (0..200).any(|version| content(version, bytes.len()) == bytes)
}

#[tokio::test]
async fn in_five_hundred_fault_schedules_a_writer_has_one_content_or_its_beginning() {
    let (met, mut whole, mut failed, mut resumed) = (Met::default(), 0, 0, 0);
    for seed in 0..500 {
        let host = host(seed, &met);
        let mut written = Vec::new();
        let outcome = host.client().download(&link()).to(&mut written).await;
        assert!(is_beginning(&written), "seed {seed}: {outcome:?}");
        match outcome {
            Ok(outcome) => {
                assert_eq!((written.len(), outcome.bytes), (LENGTH, LENGTH as u64));
                whole += 1;
                resumed += outcome.resumed;
            }
            Err(_) => failed += 1,
        }
    }
    // Enough of the schedules succeed, fail and resume.
    let met = met.lock().unwrap();
    println!("{whole} whole, {failed} failed, {resumed} resumed, {met:?}");
    assert!(whole > 300 && failed > 50 && resumed > 50 && met.len() == 11);
}

#[tokio::test]
async fn in_five_hundred_fault_schedules_a_file_is_one_content_and_whole_or_not_there() {
    let (met, mut runs, mut dropped, mut resumed) = (Met::default(), 0, 0, 0);
    for seed in 0..500 {
        let (disk, file) = (Disk::default(), Path::new("a"));
        let host = host(seed, &met);
        let mut chance = Chance(!seed);
        // One process after the other, until one completes the download.
        let whole = loop {
            runs += 1;
            assert!(runs < 10_000, "seed {seed} does not end");
            let client = host.builder().file_system(disk.clone()).build().unwrap();
            let twice = ExponentialBackoff::default().max_attempts(2);
            let download = client.download(&link()).retry(twice);
            let mut running = pin!(download.to_file(file));
            let ends_at_silence = chance.below(2) == 0;
            let outcome = poll_fn(|context| match running.as_mut().poll(context) {
                // Once the file is in place, only its name is awaited.
                Poll::Pending
                    if ends_at_silence && host.has_stalled() && disk.read(file).is_none() =>
                {
                    Poll::Ready(None)
                }
                outcome => outcome.map(Some),
            });
            match outcome.await {
                Some(Ok(whole)) => break whole,
                Some(Err(error)) => {
                    assert!(disk.read(file).is_none(), "seed {seed}: {error}");
                }
                None => {
                    assert!(disk.read(file).is_none(), "seed {seed}");
                    dropped += 1;
                }
            }
        };
        let bytes = disk.read(file).unwrap();
        assert_eq!(bytes.len(), LENGTH, "seed {seed}");
        assert!(is_beginning(&bytes), "seed {seed}");
        resumed += whole.resumed;
    }
    let met = met.lock().unwrap();
    println!("{runs} runs, {dropped} dropped, {resumed} resumed, {met:?}");
    assert!(runs > 700 && dropped > 50 && resumed > 80 && met.len() == 11);
}
