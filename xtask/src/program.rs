//! The commands that are programs of their own.
//!
//! Invariant: what is built with the SDK is started from here and never linked, so that this program is built when the
//! SDK cannot be. So their help is held here as text, which tests beside the programs compare: it is there before anything
//! is compiled.

use crate::workspace;
use clap::Args;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

const CONTRACT: &str = include_str!("../help/contract.txt");
const SANDBOX: &str = include_str!("../help/sandbox.txt");
const RECORD: &str = include_str!("../help/record.txt");
const BENCH: &str = include_str!("../help/bench.txt");
const SIMULATE: &str = include_str!("../help/simulate.txt");

#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// What the program takes; see its `--help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Judges recorded answers, by the documents of a repository.
pub(crate) fn contract(root: &Path, arguments: Arguments) -> ExitCode {
    let root = ["--root".into(), root.into()];
    testkit("verify", root.into(), arguments, CONTRACT)
}

/// Plays the service.
pub(crate) fn sandbox(arguments: Arguments) -> ExitCode {
    testkit("sandbox", Vec::new(), arguments, SANDBOX)
}

/// Records traffic with the service.
pub(crate) fn record(arguments: Arguments) -> ExitCode {
    testkit("record", Vec::new(), arguments, RECORD)
}

/// Measures; built for release.
pub(crate) fn bench(arguments: Arguments) -> ExitCode {
    let program = ["--release", "--package", "atlas-backup-bench"];
    run(&program, Vec::new(), arguments, BENCH)
}

/// Plays stories in a faulty world; built for release.
pub(crate) fn simulate(arguments: Arguments) -> ExitCode {
    let program = ["--release", "--package", "atlas-backup-simulate"];
    run(&program, Vec::new(), arguments, SIMULATE)
}

/// A command of the testkit, as others install it.
fn testkit(command: &str, own: Vec<OsString>, arguments: Arguments, help: &str) -> ExitCode {
    let own = std::iter::once(command.into()).chain(own).collect();
    run(&["--package", "atlas-backup-testkit"], own, arguments, help)
}

/// Runs a program with arguments of ours before those that were given, or prints its help.
fn run(program: &[&str], mut own: Vec<OsString>, arguments: Arguments, help: &str) -> ExitCode {
    let asked = |argument: &OsString| argument == "--help" || argument == "-h";
    if arguments.arguments.iter().any(asked) {
        print!("{help}");
        return ExitCode::SUCCESS;
    }
    own.extend(arguments.arguments);
    workspace::run_program(program, own)
}
