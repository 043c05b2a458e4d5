//! Runs every command of the documentation that CI does not run, in a copy of the repository.
#![allow(clippy::unwrap_used)]

use atlas_backup_support::repository::{self as repository, DOCUMENTS};
use regex_lite::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// The test of a command.
enum Held {
    /// CI runs the same command in a line with this beginning.
    Ci(&'static str),
    /// `cargo xtask` succeeds with these arguments and prints this text.
    Run(&'static str, &'static str),
    /// `cargo xtask` starts with these arguments, prints this text, and runs until it is killed.
    Serve(&'static str, &'static str),
    /// The command is interactive or runs everything else.
    Person,
    /// The command takes minutes and is run on demand. A test checks its input and its last output.
    OnDemand,
}

use Held::{Ci, OnDemand, Person, Run, Serve};

/// The commands that CI does not run literally.
const HELD: &[(&str, Held)] = &[
    (".ci/run", Person),
    (
        "cargo doc --open -p atlas-backup",
        Ci("RUSTDOCFLAGS=\"-D warnings\" cargo doc"),
    ),
    ("cargo insta review", Person),
    (
        "cargo publish --package atlas-backup --package atlas-backup-testkit",
        Ci("cargo publish --dry-run --package atlas-backup --package atlas-backup-testkit"),
    ),
    (
        "cargo run -p atlas-backup --features blocking,download,replay,sandbox --example NAME",
        Ci(
            "cargo run --quiet -p atlas-backup --features blocking,download,replay,sandbox --example \"$example\"",
        ),
    ),
    (
        "cargo run -p atlas-backup --features sandbox --example fleet_export",
        Ci(
            "cargo run --quiet -p atlas-backup --features blocking,download,replay,sandbox --example \"$example\"",
        ),
    ),
    (
        "cargo run --release -p atlas-backup-simulate --bin sabotages",
        Ci("cargo run --release -p atlas-backup-simulate --bin sabotages -- --check"),
    ),
    ("cargo run -p atlas-backup-docs --bin embed", OnDemand),
    (
        "cargo xtask simulate",
        Ci("cargo xtask simulate --seeds 10000"),
    ),
    (
        "cargo xtask simulate [--seeds N] [--from SEED]",
        Ci("cargo xtask simulate --seeds 10000"),
    ),
    (
        "mdbook build docs",
        Ci("target/tools/bin/mdbook build docs"),
    ),
    ("cargo xtask bench --only scale", OnDemand),
    ("cargo xtask bench peers", OnDemand),
    (
        "cargo xtask bench compare BEFORE AFTER",
        Ci("cargo xtask bench compare target/bench.json target/bench.json"),
    ),
    (
        "cargo xtask bench --json FILE",
        Ci("cargo xtask bench --check --json target/bench.json"),
    ),
    (
        "cargo xtask contract --recordings DIR --report FILE.{md,json,xml,html}",
        Run(
            "contract --recordings tests/recordings/schedules --report it.{md,json,xml,html}",
            ", 0 violates",
        ),
    ),
    (
        "cargo xtask contract --recordings DIR --convert http --to DIR",
        Run(
            "contract --recordings tests/recordings/schedules --convert http --to converted",
            "recordings written to converted",
        ),
    ),
    (
        "cargo xtask diff OLD NEW",
        Run(
            "diff spec/v1/curated.yaml spec/v2/curated.yaml",
            "bump: major",
        ),
    ),
    (
        "cargo xtask diff spec/v2/upstream.yaml openapi.yaml",
        Run(
            "diff spec/v2/upstream.yaml spec/v2/curated.yaml --format json",
            "\"bump\"",
        ),
    ),
    (
        "cargo xtask generate --spec FILE --select all --api-date DATE --crate-name NAME --out DIR",
        Run(
            "generate --spec spec/v2/curated.yaml --select all --api-date 2025-03-12 --crate-name mine --out mine",
            "files written",
        ),
    ),
    (
        "cargo xtask generate --spec spec/v2/curated.yaml --select listGroupBackupExportBuckets --api-date 2025-03-12 --crate-name buckets --out target/buckets --against sdk",
        Run(
            "generate --spec spec/v2/curated.yaml --select listGroupBackupExportBuckets --api-date 2025-03-12 --crate-name buckets --out target/buckets --against sdk",
            "files written",
        ),
    ),
    (
        "cargo xtask pull --from FILE",
        Run("pull --from spec/v2/upstream.yaml", "38 operations pulled"),
    ),
    (
        "cargo xtask pull --from openapi.yaml",
        Run("pull --from spec/v2/upstream.yaml", "38 operations pulled"),
    ),
    (
        "cargo xtask record",
        Serve(
            "record --upstream http://127.0.0.1:9 --out it --listen 127.0.0.1:0",
            "listening",
        ),
    ),
    (
        "cargo xtask record --upstream URL --out DIR [--listen ADDR]",
        Serve(
            "record --upstream http://127.0.0.1:9 --out it --listen 127.0.0.1:0",
            "listening",
        ),
    ),
    ("cargo xtask release", Run("release", "publish it with")),
    (
        "cargo xtask release --dry-run",
        Run("release --dry-run", "would update CHANGELOG.md"),
    ),
    (
        "cargo xtask release [--dry-run] [--version VERSION]",
        Run(
            "release --dry-run --version 1.0.0",
            "would update CHANGELOG.md",
        ),
    ),
    (
        "cargo xtask sandbox",
        Serve(
            "sandbox --listen 127.0.0.1:0",
            "listening on http://127.0.0.1:",
        ),
    ),
    (
        "cargo xtask sandbox --faults FILE.json",
        Serve(
            "sandbox --listen 127.0.0.1:0 --faults faults.json",
            "listening",
        ),
    ),
    (
        "cargo xtask sandbox --speed 60",
        Serve(
            "sandbox --listen 127.0.0.1:0 --speed 60",
            "60 times as fast",
        ),
    ),
    (
        "cargo xtask sandbox --speed 400",
        Serve(
            "sandbox --listen 127.0.0.1:0 --speed 400",
            "400 times as fast",
        ),
    ),
    (
        "cargo xtask sandbox --speed 600",
        Serve(
            "sandbox --listen 127.0.0.1:0 --speed 600",
            "600 times as fast",
        ),
    ),
    (
        "cargo xtask sandbox [--listen ADDR] [--speed N] [--seed N] [--faults FILE] [--state FILE] …",
        Serve(
            "sandbox --listen 127.0.0.1:0 --speed 60 --seed 7 --faults faults.json --state state.json",
            "listening on http://127.0.0.1:",
        ),
    ),
];

/// Returns the commands of the documentation: lines of blocks, and commands within the text.
fn told() -> BTreeSet<String> {
    let root = repository::root();
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    let chapters = fs::read_dir(root.join("docs/src")).unwrap();
    pages.extend(chapters.map(|chapter| chapter.unwrap().path()));
    let block = Regex::new(r"(?m)^ *```sh\n([\s\S]*?)^ *```$").unwrap();
    let comment = Regex::new(r"\s+#.*$").unwrap();
    let inline = Regex::new(r"`((?:cargo|mdbook|\.ci/run)(?: [^`]*)?)`").unwrap();
    let mut told = BTreeSet::new();
    for page in pages {
        let text = fs::read_to_string(page).unwrap();
        for found in block.captures_iter(&text) {
            let lines = found[1].lines().map(str::trim);
            let lines = lines.filter(|line| !line.is_empty());
            told.extend(lines.map(|line| comment.replace(line, "").into_owned()));
        }
        told.extend(inline.captures_iter(&text).map(|found| found[1].to_owned()));
    }
    // `cargo` alone is the name of the program.
    told.remove("cargo");
    told
}

/// Returns `cargo xtask` of this repository for a copy of it.
fn xtask(root: &Path, arguments: &str) -> Command {
    fs::write(root.join("faults.json"), r#"[{"fault": "resetAfter"}]"#).unwrap();
    let mut xtask = Command::new(env!("CARGO"));
    xtask.args(["run", "--quiet", "--package", "xtask", "--manifest-path"]);
    xtask.arg(repository::root().join("Cargo.toml"));
    xtask.arg("--").arg("--root").arg(root).current_dir(root);
    xtask.args(arguments.split(' '));
    // The copies share compiled dependencies.
    xtask.env("CARGO_TARGET_DIR", repository::root().join("target"));
    xtask
}

/// Expands alternatives: `it.{md,json}` becomes `it.md` and `it.json`.
fn alternatives(arguments: &str) -> Vec<String> {
    match arguments
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        Some((before, (all, after))) => all
            .split(',')
            .map(|one| format!("{before}{one}{after}"))
            .collect(),
        None => vec![arguments.to_owned()],
    }
}

fn copy() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    repository::copy(&DOCUMENTS, place.path()).unwrap();
    place
}

/// Copies all files under version control. Compiling the SDK needs the whole workspace.
fn whole_copy() -> tempfile::TempDir {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(repository::root())
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let files: Vec<&str> = listed.split_terminator('\0').collect();
    let place = tempfile::tempdir().unwrap();
    repository::copy(&files, place.path()).unwrap();
    place
}

fn run(arguments: &str, says: &str) {
    let place = match arguments {
        "release" => whole_copy(),
        _ => copy(),
    };
    for arguments in alternatives(arguments) {
        let output = xtask(place.path(), &arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.contains(says),
            "{arguments}: {said}{errors}"
        );
    }
}

fn serve(arguments: &str, says: &str) {
    let place = copy();
    let mut server = xtask(place.path(), arguments);
    let mut server = server
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let said = server.stdout.take().unwrap();
    BufReader::new(said).read_line(&mut first).unwrap();
    let is_running = server.try_wait().unwrap().is_none();
    server.kill().unwrap();
    let output = server.wait_with_output().unwrap();
    assert!(
        is_running && first.contains(says),
        "{arguments}: {first}{output:?}"
    );
}

#[test]
fn every_command_of_the_documentation_is_run() {
    let told = told();
    assert!(told.len() >= 25, "{told:#?}");
    let ci = fs::read_to_string(repository::root().join(".ci/run")).unwrap();
    let in_ci = |command: &str| {
        let mut lines = ci
            .lines()
            .filter_map(|line| line.trim().strip_prefix(command));
        lines.any(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let mut unheld = Vec::new();
    for command in &told {
        match HELD.iter().find(|(known, _)| known == command) {
            None if in_ci(command) => {}
            Some((_, Ci(line))) if in_ci(line) => {}
            Some((_, Run(arguments, says))) => run(arguments, says),
            Some((_, Serve(arguments, says))) => serve(arguments, says),
            Some((_, Person | OnDemand)) => {}
            _ => unheld.push(command),
        }
    }
    assert_eq!(unheld, [] as [&String; 0]);
    let idle: Vec<_> = HELD
        .iter()
        .map(|(known, _)| *known)
        .filter(|known| !told.contains(*known))
        .collect();
    assert_eq!(idle, [] as [&str; 0], "nobody is told to type these");
}
