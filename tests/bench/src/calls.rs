//! Measures the instructions of calls, and of decoding and encoding pages.
//!
//! A call is measured from its arguments to the decoded response.
//!
//! The peers are hand-written. The service is another process, whose instructions are not counted.

pub(crate) mod client;
pub(crate) mod pages;
pub(crate) mod service;

use std::hint::black_box;
use std::path::Path;

use atlas_backup::v2::{ListBackupExports, ListBackupRestoreJobs, ListBackupSnapshots};
use atlas_backup::{Endpoint, ObjectId, ResponseBody, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Outcome;
use crate::jobs::{Job, heap, instructions};
use crate::row::{Row, Target};
use client::{Scheme, Variant};
use pages::{ExportJob, Page, RestoreJob, Snapshot};

/// Number of calls over which the cost of one is measured.
const CALLS: usize = 128;

/// Number of pages over which the cost of one is measured.
const PAGES: usize = 10;

/// Items of a page that is decoded or encoded.
const ITEMS: usize = 100;

macro_rules! calls {
    ($($name:literal: $variant:ident $scheme:ident $items:literal $at_once:literal,)*) => {
        &[$(Job {
            name: $name,
            run: |_, rounds| client::run(rounds, Variant::$variant, Scheme::$scheme, $items, $at_once),
        },)*]
    };
}

/// Calls of a list: the variant, the authentication, the items of the page, and the number of concurrent
/// callers.
pub(crate) const CALL_JOBS: &[Job] = calls! {
    "call-bytes": Bytes Bearer 20 1,
    "call-raw": Raw Bearer 20 1,
    "call-memory": Memory Bearer 20 1,
    "call-20-typed": Typed Bearer 20 1,
    "call-20-ours": Ours Bearer 20 1,
    "call-100-typed": Typed Bearer 100 1,
    "call-100-ours": Ours Bearer 100 1,
    "call-500-typed": Typed Bearer 500 1,
    "call-500-ours": Ours Bearer 500 1,
    "call-digest-typed": Typed Digest 100 1,
    "call-digest-ours": Ours Digest 100 1,
    "call-account-typed": Typed ServiceAccount 100 1,
    "call-account-ours": Ours ServiceAccount 100 1,
    "digest-kept": Ours Digest 20 1,
    "digest-none": Ours Bearer 20 1,
    "digest-anew": Typed Challenged 20 1,
    "call-64-at-once-typed": Typed Bearer 100 64,
    "call-64-at-once-ours": Ours Bearer 100 64,
};

macro_rules! json {
    ($($page:literal: $endpoint:ident $item:ident,)*) => {
        &[
            Job { name: "serve", run: |_, _| service::serve() },
            $(
                Job {
                    name: concat!("decode-", $page, "-ours"),
                    run: |_, rounds| decode($page, rounds, <$endpoint as Endpoint>::Output::decode),
                },
                Job {
                    name: concat!("decode-", $page, "-typed"),
                    run: |_, rounds| decode($page, rounds, |body| serde_json::from_slice::<Page<$item>>(body)),
                },
                Job {
                    name: concat!("encode-", $page, "-ours"),
                    run: |_, rounds| encode::<<$endpoint as Endpoint>::Output>($page, rounds),
                },
                Job {
                    name: concat!("encode-", $page, "-derived"),
                    run: |_, rounds| encode::<Page<$item<ObjectId, Timestamp>>>($page, rounds),
                },
            )*
        ]
    };
}

/// Decoding and encoding of pages, and the service of the calls.
pub(crate) const JSON_JOBS: &[Job] = json! {
    "exports": ListBackupExports ExportJob,
    "snapshots": ListBackupSnapshots Snapshot,
    "restores": ListBackupRestoreJobs RestoreJob,
};

fn decode<T>(
    page: &str,
    rounds: usize,
    decode: fn(&[u8]) -> Result<T, serde_json::Error>,
) -> Outcome<()> {
    let body = pages::body(page, ITEMS)?;
    for _ in 0..rounds {
        black_box(decode(black_box(&body))?);
    }
    Ok(())
}

fn encode<T: Serialize + DeserializeOwned>(page: &str, rounds: usize) -> Outcome<()> {
    let page: T = serde_json::from_slice(&pages::body(page, ITEMS)?)?;
    for _ in 0..rounds {
        black_box(serde_json::to_vec(black_box(&page))?);
    }
    Ok(())
}

pub(crate) fn rows(_root: &Path) -> Outcome<Vec<Row>> {
    let mut rows = vec![
        row(
            "call-undecoded",
            "call-raw",
            "call-bytes",
            CALLS,
            1.15,
            "a call, keep-alive, bearer, 20 items, undecoded; peer: the same by `reqwest`",
        )?,
        row(
            "call-20",
            "call-20-ours",
            "call-20-typed",
            CALLS,
            0.85,
            "a call, keep-alive, bearer, 20 items; peer: `reqwest` and `from_slice` into hand-written structs of `String`",
        )?,
        row(
            "call-100",
            "call-100-ours",
            "call-100-typed",
            CALLS,
            0.85,
            "the same with 100 items",
        )?,
        row(
            "call-500",
            "call-500-ours",
            "call-500-typed",
            CALLS,
            0.85,
            "the same with 500 items",
        )?,
        row(
            "call-digest",
            "call-digest-ours",
            "call-digest-typed",
            CALLS,
            0.85,
            "100 items, digest; peer: with a kept nonce, by hand",
        )?,
        row(
            "call-account",
            "call-account-ours",
            "call-account-typed",
            CALLS,
            0.85,
            "100 items, service account; peer: with a kept token, by hand",
        )?,
    ];
    // The order of concurrent tasks varies from run to run.
    let together = row(
        "call-64-at-once",
        "call-64-at-once-ours",
        "call-64-at-once-typed",
        10 * CALLS,
        0.85,
        "100 items, bearer, 64 callers at once",
    )?;
    let [_, ours] = heap("call-100-ours", CALLS)?;
    let [_, peer] = heap("call-100-typed", CALLS)?;
    let what = "bytes allocated by a call of 100 items; peer: as above".to_owned();
    rows.push(Row::new(
        "call-100-allocated",
        what,
        ours,
        peer,
        &Target::Ratio(1.0),
    ));
    for (id, ours, peer, what) in [
        (
            "decode-exports",
            "decode-exports-ours",
            "decode-exports-typed",
            "decode 100 export jobs",
        ),
        (
            "decode-snapshots",
            "decode-snapshots-ours",
            "decode-snapshots-typed",
            "decode 100 snapshots",
        ),
        (
            "decode-restores",
            "decode-restores-ours",
            "decode-restores-typed",
            "decode 100 restore jobs",
        ),
    ] {
        let what = format!(
            "{what}, unknown fields kept; peer: `from_slice` into hand-written structs of `String`"
        );
        rows.push(row(id, ours, peer, PAGES, 0.80, &what)?);
    }
    for (id, ours, peer, what) in [
        (
            "encode-exports",
            "encode-exports-ours",
            "encode-exports-derived",
            "encode 100 export jobs",
        ),
        (
            "encode-snapshots",
            "encode-snapshots-ours",
            "encode-snapshots-derived",
            "encode 100 snapshots",
        ),
        (
            "encode-restores",
            "encode-restores-ours",
            "encode-restores-derived",
            "encode 100 restore jobs",
        ),
    ] {
        let what = format!("{what}; peer: what `serde` derives for the same fields");
        rows.push(row(id, ours, peer, PAGES, 1.0, &what)?);
    }
    let rows = rows.into_iter().map(Row::deterministic);
    Ok(rows.chain([together]).collect())
}

/// Returns a row of instructions.
fn row(
    id: &'static str,
    ours: &str,
    peer: &str,
    rounds: usize,
    most: f64,
    what: &str,
) -> Outcome<Row> {
    let (ours, peer) = (instructions(ours, rounds)?, instructions(peer, rounds)?);
    let what = format!("instructions: {what}");
    Ok(Row::new(id, what, ours, peer, &Target::Ratio(most)))
}
