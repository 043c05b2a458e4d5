//! Commands that are separate programs.
//!
//! Invariant: programs that use the SDK are started, not linked, so that this program compiles even if the SDK does not.
//! Their help is stored here as text, so that `--help` does not compile them; their tests compare it.

use crate::output::{print, print_message};
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
    /// The arguments of the program; see its `--help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Verifies recorded responses against the documents of a repository.
pub(crate) fn contract(root: &Path, arguments: Arguments) -> ExitCode {
    let root = ["--root".into(), root.into()];
    testkit("verify", root.into(), arguments, CONTRACT)
}

/// Runs the sandbox.
pub(crate) fn sandbox(arguments: Arguments) -> ExitCode {
    testkit("sandbox", Vec::new(), arguments, SANDBOX)
}

/// Records traffic with the service.
pub(crate) fn record(arguments: Arguments) -> ExitCode {
    testkit("record", Vec::new(), arguments, RECORD)
}

/// Runs the benchmarks, in a release build.
pub(crate) fn bench(arguments: Arguments) -> ExitCode {
    let program = ["--release", "--package", "atlas-backup-bench"];
    run(&program, Vec::new(), arguments, BENCH)
}

/// Runs the simulation, in a release build.
pub(crate) fn simulate(arguments: Arguments) -> ExitCode {
    let program = ["--release", "--package", "atlas-backup-simulate"];
    run(&program, Vec::new(), arguments, SIMULATE)
}

/// Runs a command of the testkit.
fn testkit(command: &str, own: Vec<OsString>, arguments: Arguments, help: &str) -> ExitCode {
    let own = std::iter::once(command.into()).chain(own).collect();
    run(&["--package", "atlas-backup-testkit"], own, arguments, help)
}

/// Runs a program with `own` arguments before the given ones, or prints its help.
fn run(program: &[&str], mut own: Vec<OsString>, arguments: Arguments, help: &str) -> ExitCode {
    let asked = |argument: &OsString| argument == "--help" || argument == "-h";
    if arguments.arguments.iter().any(asked) {
        return match print(help) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                print_message(String::from(error));
                ExitCode::FAILURE
            }
        };
    }
    own.extend(arguments.arguments);
    workspace::run_program(program, own)
}
