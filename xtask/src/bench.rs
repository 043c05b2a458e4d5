//! `cargo xtask bench`: measures the generator and the SDK beside their peers.
//!
//! Invariant: the work is done by a program of its own, built for release and with the SDK, as this one must not be.

use crate::workspace;
use clap::Args;
use std::ffi::OsString;
use std::process::ExitCode;

#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// `[--json FILE]`; see `--help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let program = ["--release", "--package", "atlas-backup-bench"];
    workspace::run_program(&program, arguments.arguments)
}
