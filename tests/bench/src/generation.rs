//! Measures the generation of the SDK's operations: time, instructions and lines, compared with progenitor's
//! client.

use crate::jobs::{Job, instructions};
use crate::row::{Row, Target as Aim};
use crate::timing::in_turn;
use crate::{Outcome, oracle};
use atlas_backup_generator::{Source, Target, Text, generate, normalised};
use serde_json::{Map, Value};
use std::path::Path;

const ROUNDS: usize = 7;

pub(crate) fn rows(root: &Path) -> Outcome<Vec<Row>> {
    let slice = slice(root)?;
    let operations = count(&serde_saphyr::from_str(&slice)?);
    let (ours, peer) = in_turn(
        ROUNDS,
        || ours(&slice).map(drop),
        || peers(&slice).map(drop),
    )?;
    let mut rows = vec![Row::new(
        "generate-slice",
        format!(
            "seconds to generate the {operations} operations of the SDK; peer: progenitor's client of the same document"
        ),
        ours,
        peer,
        &Aim::Below(1.0),
    )];
    let row = Row::new(
        "generate-slice-instructions",
        format!("instructions to generate the {operations} operations of the SDK; peer: as above"),
        instructions("generate-slice-ours", 1)?,
        instructions("generate-slice-peer", 1)?,
        &Aim::Ratio(1.0),
    );
    rows.push(row.deterministic());
    let lines = |text: &str| text.lines().count() as f64 / operations as f64;
    let row = Row::new(
        "lines-per-operation",
        "generated lines per operation, types and docs included; peer: progenitor's builder client"
            .to_owned(),
        lines(&self::ours(&slice)?),
        lines(&peers(&slice)?),
        &Aim::Below(130.0),
    );
    rows.push(row.deterministic());
    Ok(rows)
}

/// Generating the SDK's operations, with each of the two generators.
pub(crate) const JOBS: &[Job] = &[
    Job {
        name: "generate-slice-ours",
        run: |root, rounds| repeated(ours, &slice(root)?, rounds),
    },
    Job {
        name: "generate-slice-peer",
        run: |root, rounds| repeated(peers, &slice(root)?, rounds),
    },
];

fn repeated(generate: fn(&str) -> Outcome<String>, text: &str, rounds: usize) -> Outcome<()> {
    (0..rounds).try_for_each(|_| generate(text).map(drop))
}

/// Returns the document that the SDK is generated from.
fn slice(root: &Path) -> Outcome<String> {
    Ok(std::fs::read_to_string(root.join("spec/v2/curated.yaml"))?)
}

fn source(text: &str) -> Source<'_> {
    Source {
        documented: true,
        target: Target {
            crate_name: "bench",
            directory: "v2",
            receiver: "Client",
            features: false,
        },
        ..Source::of(Text {
            name: "curated.yaml",
            text,
        })
    }
}

fn ours(document: &str) -> Outcome<String> {
    code(&source(document))
}

/// Returns all files generated from a source, as one text.
pub(crate) fn code(source: &Source<'_>) -> Outcome<String> {
    let generated = generate(source, &mut |_, _| {}).map_err(|found| found.to_string())?;
    Ok(generated
        .files
        .into_iter()
        .map(|file| file.content)
        .collect())
}

fn peers(document: &str) -> Outcome<String> {
    client(&source(document))
}

/// Returns progenitor's client of the same document.
///
/// Unsupported constructs are replaced as in the differential test.
pub(crate) fn client(source: &Source<'_>) -> Outcome<String> {
    let document = normalised(source).map_err(|found| found.to_string())?;
    Ok(oracle::client(&document, progenitor::InterfaceStyle::Builder)?.0)
}

fn count(document: &Value) -> usize {
    let items = document["paths"].as_object().into_iter().flatten();
    items
        .map(|(_, item)| item.as_object().map_or(0, Map::len))
        .sum()
}
