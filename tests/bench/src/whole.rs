//! Measures synthetic documents of 540 operations as different as the API's own, read as YAML.

use crate::generation::{client, code};
use crate::growth::{chart, exponent};
use crate::jobs::{Job, instructions, megabytes};
use crate::row::{Row, Target as Aim};
use crate::timing::{in_turn, release, run};
use crate::{Outcome, fresh};
use atlas_backup_documents::synthesis::{self, synthesised};
use atlas_backup_generator::{DiffOptions, Selection, Source, Target, Text, diff};
use atlas_backup_support::repository;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const ROUNDS: usize = 3;

/// Number of operations in the API's own document.
const OPERATIONS: usize = 540;

/// The sizes for the growth: the job, the row, and the operations.
const SIZES: [(&str, &str, f64); 4] = [
    ("generate-50", "generate-50-instructions", 50.0),
    ("generate-100", "generate-100-instructions", 100.0),
    ("generate-250", "generate-250-instructions", 250.0),
    ("generate-500", "generate-500-instructions", 500.0),
];

fn text(operations: usize) -> Outcome<String> {
    Ok(serde_saphyr::to_string(&synthesised(1, operations))?)
}

fn source(text: &str) -> Source<'_> {
    Source {
        api_date: Some(synthesis::API_DATE),
        target: Target {
            crate_name: "whole",
            directory: "api",
            receiver: "Client",
            features: true,
        },
        ..Source::of(Text {
            name: "openapi.yaml",
            text,
        })
    }
}

fn ours(text: &str) -> Outcome<()> {
    code(&source(text)).map(drop)
}

fn peer(text: &str) -> Outcome<()> {
    client(&source(text)).map(drop)
}

fn read(text: &str) -> Outcome<()> {
    serde_saphyr::from_str::<Value>(text)?;
    Ok(())
}

fn repeated(job: fn(&str) -> Outcome<()>, operations: usize, rounds: usize) -> Outcome<()> {
    let text = text(operations)?;
    (0..rounds).try_for_each(|_| job(&text))
}

/// Generating documents of several sizes, and the peers of the largest.
pub(crate) const JOBS: &[Job] = &[
    Job {
        name: "generate-50",
        run: |_, rounds| repeated(ours, 50, rounds),
    },
    Job {
        name: "generate-100",
        run: |_, rounds| repeated(ours, 100, rounds),
    },
    Job {
        name: "generate-250",
        run: |_, rounds| repeated(ours, 250, rounds),
    },
    Job {
        name: "generate-500",
        run: |_, rounds| repeated(ours, 500, rounds),
    },
    Job {
        name: "read-500",
        run: |_, rounds| repeated(read, 500, rounds),
    },
    Job {
        name: "generate-whole-ours",
        run: |_, rounds| repeated(ours, OPERATIONS, rounds),
    },
    Job {
        name: "generate-whole-peer",
        run: |_, rounds| repeated(peer, OPERATIONS, rounds),
    },
    Job {
        name: "diff-whole",
        run: |_, rounds| {
            let (old, new) = revisions()?;
            (0..rounds).try_for_each(|_| compare(&old, &new))
        },
    },
];

pub(crate) fn rows(root: &Path) -> Outcome<Vec<Row>> {
    let whole = text(OPERATIONS)?;
    let mut rows = Vec::new();
    let (ours, peer) = in_turn(ROUNDS, || self::ours(&whole), || self::peer(&whole))?;
    rows.push(Row::new(
        "generate-whole",
        format!("seconds to generate a document of {OPERATIONS} different operations, {:.1} MB of YAML; peer: progenitor's client", whole.len() as f64 / 1e6),
        ours,
        peer,
        &Aim::Below(2.0),
    ));
    rows.push(Row::new(
        "memory-whole",
        format!(
            "MB at most while generating those {OPERATIONS} operations; peer: progenitor's client"
        ),
        megabytes("generate-whole-ours")?,
        megabytes("generate-whole-peer")?,
        &Aim::Below(150.0),
    ));
    let lines = |code: String| code.lines().count() as f64 / OPERATIONS as f64;
    let row = Row::new(
        "lines-per-operation-whole",
        format!(
            "generated lines per operation of those {OPERATIONS}; peer: progenitor's builder client"
        ),
        lines(code(&source(&whole))?),
        lines(client(&source(&whole))?),
        &Aim::Below(140.0),
    );
    rows.push(row.deterministic());
    rows.extend(growth()?);
    rows.extend(difference()?);
    rows.extend(commands(root, &whole)?);
    Ok(rows)
}

/// Returns the instructions by size of the document, and the exponent of their growth.
fn growth() -> Outcome<Vec<Row>> {
    let (mut rows, mut points) = (Vec::new(), Vec::new());
    let reading = instructions("read-500", 1)?;
    for (job, id, operations) in SIZES {
        let figure = instructions(job, 1)?;
        points.extend(figure.value().map(|figure| (operations, figure)));
        let row = Row::new(
            id,
            format!(
                "instructions to generate a document of {operations} different operations; peer: only reading one of 500"
            ),
            figure,
            reading.clone(),
            &Aim::Ratio(operations / 500.0 * 6.0),
        );
        rows.push(row.deterministic());
    }
    let exponent = Row::new(
        "generate-growth",
        "exponent by which these instructions grow; peer: growth in proportion".to_owned(),
        exponent(&points),
        1.0,
        &Aim::Below(1.1),
    );
    rows.push(exponent.deterministic());
    Ok(rows)
}

/// Returns the curve of these instructions, by the values of the rows.
pub(crate) fn curve(figure: impl Fn(&str) -> Option<f64>) -> String {
    let points = SIZES.iter();
    let points = points.filter_map(|(_, id, operations)| Some((*operations, figure(id)? / 1e9)));
    let title = "Instructions to generate, by operations of the document; dashed: in proportion to the first";
    chart(title, "G", &points.collect::<Vec<_>>())
}

/// Returns two revisions of the document: in the second, a field that many records have is renamed.
fn revisions() -> Outcome<(String, String)> {
    let old = text(OPERATIONS)?;
    let new = old.replace("failedCount:", "failedTotal:");
    Ok((old, new))
}

fn compare(old: &str, new: &str) -> Outcome<()> {
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(synthesis::API_DATE),
    };
    let changes = diff(text("old", old), text("new", new), &options);
    match changes.map_err(|found| found.to_string())?.len() {
        0 => Err("the documents differ, and no change was found".into()),
        _ => Ok(()),
    }
}

/// Compares two documents; the peer only reads them.
fn difference() -> Outcome<Vec<Row>> {
    let (old, new) = revisions()?;
    let (ours, peer) = in_turn(
        ROUNDS,
        || compare(&old, &new),
        || [&old, &new].into_iter().try_for_each(|text| read(text)),
    )?;
    let times = Row::new(
        "diff",
        format!(
            "seconds to compare two documents of {OPERATIONS} different operations; peer: only reading them"
        ),
        ours,
        peer,
        &Aim::Below(1.0),
    );
    let counts = Row::new(
        "diff-instructions",
        "instructions to compare those two; peer: reading one of 500 operations".to_owned(),
        instructions("diff-whole", 1)?,
        instructions("read-500", 1)?,
        &Aim::Ratio(12.0),
    );
    Ok(vec![times, counts.deterministic()])
}

/// Measures the commands on a copy of the files that they read and write.
fn commands(root: &Path, whole: &str) -> Outcome<Vec<Row>> {
    let place = tempfile::tempdir()?;
    repository::copy(&repository::DOCUMENTS, place.path())?;
    let from = place.path().join("upstream.yaml");
    std::fs::write(&from, with_selected(root, whole)?)?;
    let program = release(root, "xtask")?;
    let (pull, reading) = in_turn(
        ROUNDS,
        || {
            let mut pull = Command::new(&program);
            pull.arg("--root").arg(place.path()).arg("pull");
            run(pull.arg("--from").arg(&from)).map(drop)
        },
        || read(whole),
    )?;
    let copy = fresh(place.path())?;
    repository::copy(&repository::DOCUMENTS, &copy)?;
    let (idle, cargo) = in_turn(
        ROUNDS,
        || {
            let mut generate = Command::new(env!("CARGO"));
            generate.args(["run", "--quiet", "--package", "xtask", "--manifest-path"]);
            generate.arg(root.join("Cargo.toml")).args(["--", "--root"]);
            run(generate.arg(&copy).arg("generate")).map(drop)
        },
        || {
            let mut help = Command::new(env!("CARGO"));
            help.args(["run", "--quiet", "--package", "xtask", "--manifest-path"]);
            run(help.arg(root.join("Cargo.toml")).args(["--", "--help"])).map(drop)
        },
    )?;
    Ok(vec![
        Row::new(
            "pull-whole",
            format!(
                "seconds of `pull` from a document of {OPERATIONS} operations and the SDK's, in release; peer: only reading it"
            ),
            pull,
            reading,
            &Aim::Below(2.0),
        ),
        Row::new(
            "xtask-generate",
            "seconds of `cargo xtask generate` where nothing changes; peer: `cargo xtask --help`"
                .to_owned(),
            idle,
            cargo,
            &Aim::Below(1.0),
        ),
    ])
}

/// Adds the SDK's operations to the document.
fn with_selected(root: &Path, whole: &str) -> Outcome<String> {
    let upstream = std::fs::read_to_string(root.join("spec/v2/upstream.yaml"))?;
    let mut merged: Value = serde_saphyr::from_str(&upstream)?;
    let whole: Value = serde_saphyr::from_str(whole)?;
    add(&mut merged, &whole);
    Ok(serde_saphyr::to_string(&merged)?)
}

/// Adds the parts of another value that a value lacks.
fn add(to: &mut Value, from: &Value) {
    if let (Some(to), Some(from)) = (to.as_object_mut(), from.as_object()) {
        for (key, value) in from {
            match to.get_mut(key) {
                Some(known) => add(known, value),
                None => {
                    to.insert(key.clone(), value.clone());
                }
            }
        }
    }
}
