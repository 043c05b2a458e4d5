//! `cargo xtask contract`: judges recorded answers against the documents and through the SDK's types.
//!
//! Invariant: the work is done by a program of its own, because it is built with the SDK and this one must not be.

use crate::workspace;
use clap::Args;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct ContractArgs {
    /// `[--recordings DIR]… [--spec FILE] [--report FILE.{md,json}]`; see `--help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Runs the program with the same terminal and passes its verdict on.
pub(crate) fn run(arguments: ContractArgs) -> ExitCode {
    let manifest = workspace::root().join("Cargo.toml");
    let status = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--package",
            "atlas-backup-tests",
            "--bin",
            "contract",
            "--manifest-path",
        ])
        .arg(manifest)
        .arg("--")
        .args(arguments.arguments)
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: cannot run cargo: {error}");
            ExitCode::FAILURE
        }
    }
}
