//! Measures whole processes: generating a crate from the curated document by this and other generators, and `generate`
//! without changes.

use crate::jobs::instructions_of;
use crate::peers::{MISSING, OAS3_GEN, OPENAPI_GENERATOR, OPENAPI_TO_RUST, PLOIDY, Peer};
use crate::row::{Figure, Row, Target};
use crate::timing::{in_turn, release, run, seconds};
use crate::{Outcome, fresh};
use std::fs;
use std::path::Path;
use std::process::Command;

const ROUNDS: usize = 5;

/// Adds the arguments with which a program writes a crate of the document into the directory.
type Arguments = fn(program: &mut Command, document: &Path, out: &Path);

pub(crate) fn openapi_generator(program: &mut Command, document: &Path, out: &Path) {
    program.args(["generate", "-g", "rust", "--library", "reqwest"]);
    program.arg("--additional-properties=supportAsync=true");
    program.arg("-i").arg(document).arg("-o").arg(out);
}

fn openapi_to_rust(program: &mut Command, document: &Path, out: &Path) {
    program.arg("generate").arg(document);
    program.arg("--output-dir").arg(out);
    program.args(["--module-name", "backup"]);
}

fn oas3_gen(program: &mut Command, document: &Path, out: &Path) {
    program.args(["generate", "client-mod", "--workspace"]);
    program.arg("-i").arg(document).arg("-o").arg(out);
}

fn ploidy(program: &mut Command, document: &Path, out: &Path) {
    program.args(["generate", "rust"]).arg(document);
    program.arg("-o").arg(out).args(["--name", "backup"]);
}

fn ours(program: &mut Command, document: &Path, out: &Path) {
    program.args(["generate", "--select", "all", "--api-date", "2025-03-12"]);
    program.args(["--crate-name", "backup", "--spec"]);
    program.arg(document).arg("--out").arg(out);
}

/// A row's name, its peer, and the limit of our time as a multiple of the peer's.
const PEERS: [(&str, Peer, f64, Arguments); 4] = [
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
    ("process-oas3-gen", OAS3_GEN, 1.0, oas3_gen),
    ("process-ploidy", PLOIDY, 1.0, ploidy),
];

pub(crate) fn rows(root: &Path) -> Outcome<Vec<Row>> {
    let place = tempfile::tempdir()?;
    let xtask = release(root, "xtask")?;
    // OpenAPI to Rust has a type of its own of this name, and generates code with both.
    let document = place.path().join("curated.yaml");
    let text = fs::read_to_string(root.join("spec/v2/curated.yaml"))?;
    fs::write(&document, text.replace("ApiError", "ServiceError"))?;
    let process = |program: &Path, arguments: Arguments| -> Outcome<()> {
        let mut command = Command::new(program);
        arguments(&mut command, &document, &fresh(place.path())?);
        run(&mut command).map(drop)
    };
    let mut rows = Vec::new();
    for (id, peer, target, arguments) in PEERS {
        let mut ours = || process(&xtask, ours);
        let (ours, seen) = match peer.program(root) {
            Some(program) => {
                let (ours, peer) = in_turn(ROUNDS, &mut ours, || process(&program, arguments))?;
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
    let counted = |program: &Path, arguments: Arguments| {
        let out = fresh(place.path())?;
        instructions_of(program, |command| arguments(command, &document, &out))
    };
    let one_crate = counted(&xtask, ours)?;
    let peer = match OPENAPI_TO_RUST.program(root) {
        Some(program) => counted(&program, openapi_to_rust)?,
        None => Figure::Missing(MISSING.to_owned()),
    };
    let what = "instructions of a process that writes a crate of the curated document; peer";
    let row = Row::new(
        "process-instructions",
        format!("{what}: {OPENAPI_TO_RUST}"),
        one_crate.clone(),
        peer,
        &Target::Ratio(1.0 / 3.0),
    );
    rows.push(row.deterministic());
    let row = Row::new(
        "up-to-date-instructions",
        "instructions of `generate --check` of the SDK, built for release; peer: writing a crate of its curated document, as above"
            .to_owned(),
        instructions_of(&xtask, |command| {
            command.args(["generate", "--check", "--root"]).arg(root);
        })?,
        one_crate,
        &Target::Ratio(2.0),
    );
    rows.push(row.deterministic());
    rows.push(up_to_date(root)?);
    Ok(rows)
}

/// Measures `cargo xtask generate` without changes to write.
fn up_to_date(root: &Path) -> Outcome<Row> {
    let xtask = |arguments: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(root).args(["xtask"]).args(arguments);
        run(&mut cargo).map(drop)
    };
    xtask(&["--help"])?;
    let generate = || xtask(&["generate", "--check"]);
    let (ours, peer) = in_turn(ROUNDS, generate, || xtask(&["--help"]))?;
    Ok(Row::new(
        "up-to-date",
        "seconds of `cargo xtask generate --check` that finds nothing to do, debug build; peer: `cargo xtask --help`, which is Cargo's share"
            .to_owned(),
        ours,
        peer,
        &Target::Below(1.0),
    ))
}
