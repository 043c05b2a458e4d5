//! Tests of commands whose standard streams cannot be written.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::fs::{self, File};
use std::process::{Command, Output};

const OLD: &str = "
openapi: 3.0.3
info: {title: Jobs, version: '1'}
paths:
  /jobs: {get: {operationId: listJobs, tags: [jobs], responses: {'204': {description: None.}}}}
";
const NEW: &str = "
openapi: 3.0.3
info: {title: Jobs, version: '1'}
paths: {}
";

/// A stream that reports a full disk.
fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

fn xtask(arguments: &[&str]) -> Command {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask.args(arguments);
    xtask
}

fn refused(output: &Output, status: i32) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert!(
        said.contains("error: cannot write standard output: No space left"),
        "{said}"
    );
}

#[test]
fn a_command_whose_output_cannot_be_printed_fails_without_a_panic() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).display().to_string();
    let (old, new, out) = (at("old.yaml"), at("new.yaml"), at("crate"));
    fs::write(&old, OLD).unwrap();
    fs::write(&new, NEW).unwrap();
    let generate = [
        "generate",
        "--spec",
        &old,
        "--out",
        &out,
        "--crate-name",
        "app",
    ];
    let run = |arguments: &[&str]| xtask(arguments).stdout(full()).output().unwrap();
    refused(&run(&["contract", "--help"]), 1);
    refused(&run(&["diff", &old, &new]), 2);
    refused(&run(&generate), 1);
    assert!(!fs::exists(place.path().join("crate/src")).unwrap());
}

#[test]
fn a_message_that_cannot_be_printed_leaves_the_exit_status_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let old = place.path().join("old.yaml");
    fs::write(&old, OLD).unwrap();
    let old = old.to_str().unwrap();
    for (arguments, status) in [(["diff", old, old], 0), (["diff", old, "absent"], 2)] {
        let output = xtask(&arguments).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    }
}
