//! Digest judged by Apache: requests, processor time and throughput.

mod apache;

use crate::Outcome;
use crate::jobs::served;
use crate::row::{Figure, Row, Target};
use crate::timing::{in_turn, measured_in_turn, processor_seconds};
use apache::Apache;
use std::path::Path;

/// Calls of one process, beyond its first.
const CALLS: usize = 999;

/// The same where processor time is taken, which the system counts in hundredths of a second.
const MANY_CALLS: usize = 4_999;

const ROUNDS: usize = 5;

pub(crate) fn rows(_root: &Path) -> Outcome<Vec<Row>> {
    let figures = match Apache::start()? {
        Some(apache) => measured(&apache)?.map(|(ours, peer)| (ours.into(), peer.into())),
        None => {
            let missing = "peer missing: run `apt-get install apache2-bin`".to_owned();
            let missing = Figure::Missing(missing);
            [(); 3].map(|()| (missing.clone(), missing.clone()))
        }
    };
    let [requests, processor, time] = figures;
    let row = |id, what: &str, (ours, peer): (Figure, Figure), target| {
        Row::new(id, what.to_owned(), ours, peer, &target)
    };
    Ok(vec![
        row(
            "digest-requests",
            "requests to Apache for 1,000 calls; peer: a client that responds to a challenge for each call",
            requests,
            Target::Below(1_001.0),
        )
        .deterministic(),
        row(
            "digest-processor",
            "seconds of the processors for 5,000 calls of Apache with digest, 20 items; peer: the same without authentication",
            processor,
            Target::Ratio(1.10),
        ),
        row(
            "digest-time",
            "seconds for 1,000 calls of Apache with digest; peer: a client that responds to a challenge for each call",
            time,
            Target::Ratio(1.0 / 1.8),
        ),
    ])
}

/// Ours and the peer's figures of the rows.
fn measured(apache: &Apache) -> Outcome<[(f64, f64); 3]> {
    let kept = || served("digest-kept", CALLS, &apache.closed()).map(drop);
    let kept_long = || served("digest-kept", MANY_CALLS, &apache.closed()).map(drop);
    let anew = || served("digest-anew", CALLS, &apache.closed()).map(drop);
    let none_long = || served("digest-none", MANY_CALLS, &apache.open()).map(drop);
    let before = apache.requests()?;
    kept()?;
    let ours = apache.requests()?;
    anew()?;
    let requests = (ours - before, apache.requests()? - ours);
    Ok([
        requests,
        measured_in_turn(processor_seconds, ROUNDS, kept_long, none_long)?,
        in_turn(ROUNDS, kept, anew)?,
    ])
}
