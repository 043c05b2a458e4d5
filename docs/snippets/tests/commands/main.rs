//! Every command of the documentation has a test: CI runs it, or a test runs it in a copy of the repository.
#![allow(clippy::unwrap_used)]

#[cfg(feature = "long-tests")]
mod run;

use atlas_backup_support::repository;
use regex_lite::Regex;
use std::collections::BTreeSet;
use std::fs;

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
    (
        "cargo run --release -p atlas-backup-bench --bin load -- --chart FILE",
        Ci("cargo run --release -p atlas-backup-bench --bin load -- --seconds 20"),
    ),
    (
        "cargo test -p atlas-backup-fuzz",
        Ci("cargo test --workspace"),
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

/// Returns a command of CI without the limit of time before it.
fn without_prefix(line: &str) -> &str {
    let line = line.trim();
    let limited = line.strip_prefix("timeout ");
    let command = limited.and_then(|limited| limited.split_once(' '));
    command.map_or(line, |(_, command)| command)
}

#[test]
fn every_command_of_the_documentation_has_a_test() {
    let told = told();
    assert!(told.len() >= 25, "{told:#?}");
    let ci = fs::read_to_string(repository::root().join(".ci/run")).unwrap();
    let in_ci = |command: &str| {
        let mut lines = ci
            .lines()
            .filter_map(|line| without_prefix(line).strip_prefix(command));
        lines.any(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let is_held = |command: &&String| match HELD.iter().find(|(known, _)| known == command) {
        None => in_ci(command),
        Some((_, Ci(line))) => in_ci(line),
        // The same subcommand runs, with a text that its output must contain.
        Some((_, Run(arguments, says) | Serve(arguments, says))) => {
            let subcommand = arguments.split(' ').next();
            command.split(' ').nth(2) == subcommand && !says.is_empty()
        }
        Some((_, Person | OnDemand)) => true,
    };
    let unheld: Vec<_> = told.iter().filter(|command| !is_held(command)).collect();
    assert_eq!(unheld, [] as [&String; 0], "nothing runs these");
    let idle: Vec<_> = HELD
        .iter()
        .map(|(known, _)| *known)
        .filter(|known| !told.contains(*known))
        .collect();
    assert_eq!(idle, [] as [&str; 0], "nobody is told to type these");
}
