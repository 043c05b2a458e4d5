//! Measures the decoding of a page.
//!
//! The peer is hand-written types without identifiers and timestamps.

use crate::Outcome;
use crate::jobs::{Job, heap, instructions};
use crate::row::{Row, Target};
use crate::timing::in_turn;
use atlas_backup::ResponseBody;
use serde::Deserialize;
use serde_json::json;
use std::hint::black_box;
use std::path::Path;

const ROUNDS: usize = 41;

/// How often a page is decoded in one round.
const REPEATS: usize = 40;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Page {
    links: Vec<Link>,
    results: Vec<ExportJob>,
    total_count: Option<i64>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Link {
    href: Option<String>,
    rel: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "decoding is what is measured")]
struct ExportJob {
    id: Option<String>,
    created_at: Option<String>,
    finished_at: Option<String>,
    snapshot_id: Option<String>,
    export_bucket_id: Option<String>,
    prefix: Option<String>,
    state: Option<String>,
    custom_data: Option<Vec<Label>>,
    export_status: Option<Status>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Label {
    key: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Status {
    exported_collections: Option<i64>,
    total_collections: Option<i64>,
}

/// Returns a page of export jobs.
fn page(items: usize) -> Outcome<Vec<u8>> {
    let job = |index: usize| {
        json!({
            "id": format!("69b4d0a1b2c3d4e5{index:08x}"),
            "createdAt": "2026-03-14T02:12:40Z",
            "finishedAt": "2026-03-14T02:31:05Z",
            "snapshotId": "69b4c1d2e3f4051627384950",
            "exportBucketId": "61a2b3c4d5e6f708192a3b4c",
            "prefix": "exported_snapshots/5e9d0c1b2a3948576f6e5d4c/5f0c1e2d3a4b5c6d7e8f9a0b/Cluster0/2026-03-14T0205/1773454360",
            "state": "Successful",
            "customData": [{ "key": "ticket", "value": "OPS-1042" }],
            "exportStatus": { "exportedCollections": 48, "totalCollections": 48 },
        })
    };
    Ok(serde_json::to_vec(&json!({
        "links": [{ "rel": "self", "href": "https://cloud.mongodb.com/api/atlas/v2/groups" }],
        "results": (0..items).map(job).collect::<Vec<_>>(),
        "totalCount": items,
    }))?)
}

fn ours(body: &[u8]) -> Outcome<()> {
    type Page = <atlas_backup::v2::ListBackupExports as atlas_backup::Endpoint>::Output;
    black_box(Page::decode(black_box(body))?);
    Ok(())
}

fn peer(body: &[u8]) -> Outcome<()> {
    black_box(serde_json::from_slice::<Page>(black_box(body))?);
    Ok(())
}

fn repeated(decode: fn(&[u8]) -> Outcome<()>, body: &[u8], rounds: usize) -> Outcome<()> {
    (0..rounds).try_for_each(|_| decode(body))
}

/// Decoding a page of 100 export jobs.
pub(crate) const JOBS: &[Job] = &[
    Job {
        name: "decode-ours",
        run: |_, rounds| repeated(ours, &page(100)?, rounds),
    },
    Job {
        name: "decode-from-slice",
        run: |_, rounds| repeated(peer, &page(100)?, rounds),
    },
];

pub(crate) fn rows(_root: &Path) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for (id, items) in [("decode-100", 100), ("decode-500", 500)] {
        let body = page(items)?;
        let (ours, peer) = in_turn(
            ROUNDS,
            || repeated(ours, &body, REPEATS),
            || repeated(peer, &body, REPEATS),
        )?;
        let scale = 1e6 / REPEATS as f64;
        rows.push(Row::new(
            id,
            format!("microseconds to decode a page of {items} export jobs, unknown fields kept; peer: hand-written structs of `String`, `from_slice`"),
            ours * scale,
            peer * scale,
            &Target::Ratio(0.80),
        ));
    }
    let row = Row::new(
        "decode-100-instructions",
        "instructions to decode a page of 100 export jobs; peer: as above".to_owned(),
        instructions("decode-ours", REPEATS)?,
        instructions("decode-from-slice", REPEATS)?,
        &Target::Ratio(0.80),
    );
    rows.push(row.deterministic());
    let [ours, _] = heap("decode-ours", REPEATS)?;
    let [peer, _] = heap("decode-from-slice", REPEATS)?;
    let row = Row::new(
        "decode-100-allocations",
        "allocations to decode a page of 100 export jobs; peer: as above".to_owned(),
        ours,
        peer,
        &Target::Ratio(0.5),
    );
    rows.push(row.deterministic());
    Ok(rows)
}
