//! Measures whole processes that generate a crate from the curated document: ours, and other generators.

use crate::peers::{MISSING, OPENAPI_GENERATOR, OPENAPI_TO_RUST};
use crate::row::{Figure, Row, Target};
use crate::timing::{in_turn, release, run, seconds};
use crate::{Outcome, fresh};
use std::fs;
use std::path::Path;
use std::process::Command;

const ROUNDS: usize = 5;

/// Generates a crate with the peer's program: from the document, into the directory.
type Generate = fn(program: &Path, document: &Path, out: &Path) -> Outcome<()>;

fn openapi_generator(program: &Path, document: &Path, out: &Path) -> Outcome<()> {
    let mut command = Command::new(program);
    command.args(["generate", "-g", "rust", "--library", "reqwest"]);
    command.arg("--additional-properties=supportAsync=true");
    run(command.arg("-i").arg(document).arg("-o").arg(out)).map(drop)
}

fn openapi_to_rust(program: &Path, document: &Path, out: &Path) -> Outcome<()> {
    let mut command = Command::new(program);
    command.arg("generate").arg(document);
    run(command
        .arg("--output-dir")
        .arg(out)
        .args(["--module-name", "backup"]))
    .map(drop)
}

fn ours(program: &Path, document: &Path, out: &Path) -> Outcome<()> {
    let mut command = Command::new(program);
    command.args(["generate", "--select", "all", "--api-date", "2025-03-12"]);
    command.args(["--crate-name", "backup", "--spec"]);
    run(command.arg(document).arg("--out").arg(out)).map(drop)
}

pub(crate) fn rows(root: &Path) -> Outcome<Vec<Row>> {
    let place = tempfile::tempdir()?;
    let xtask = release(root, "xtask")?;
    // The second peer has a type of its own with this name, and would generate both.
    let document = place.path().join("curated.yaml");
    let text = fs::read_to_string(root.join("spec/v2/curated.yaml"))?;
    fs::write(&document, text.replace("ApiError", "ServiceError"))?;
    let mut rows = Vec::new();
    let peers: [(_, _, _, Generate); 2] = [
        (
            "process-openapi-generator",
            OPENAPI_GENERATOR,
            1.0 / 20.0,
            openapi_generator,
        ),
        (
            "process-openapi-to-rust",
            OPENAPI_TO_RUST,
            1.0 / 3.0,
            openapi_to_rust,
        ),
    ];
    for (id, peer, target, generate) in peers {
        let fresh = || fresh(place.path());
        let mut ours = || ours(&xtask, &document, &fresh()?);
        let (ours, seen) = match peer.program(root) {
            Some(program) => {
                let generate = || generate(&program, &document, &fresh()?);
                let (ours, peer) = in_turn(ROUNDS, &mut ours, generate)?;
                (ours, peer.into())
            }
            None => (seconds(&mut ours)?, Figure::Missing(MISSING.to_owned())),
        };
        rows.push(Row::new(
            id,
            format!(
                "seconds of a process that writes a crate of the curated document; peer: {peer}"
            ),
            ours,
            seen,
            &Target::Ratio(target),
        ));
    }
    Ok(rows)
}
