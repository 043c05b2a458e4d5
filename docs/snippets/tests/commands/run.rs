//! Runs the commands of the documentation that CI does not run, each in a copy of the repository.

use crate::{HELD, Run, Serve};
use atlas_backup_support::repository::{self, DOCUMENTS};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

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
    assert!(listed.status.success(), "{listed:?}");
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
fn every_command_of_the_table_succeeds() {
    for (_, held) in HELD {
        match held {
            Run(arguments, says) => run(arguments, says),
            Serve(arguments, says) => serve(arguments, says),
            _ => {}
        }
    }
}
