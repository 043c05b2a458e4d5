//! `cargo xtask record`: records traffic with the service.
//!
//! Invariant: the work is done by a program of its own, so that this one needs no HTTP.

use crate::workspace;
use clap::Args;
use std::ffi::OsString;
use std::process::ExitCode;

#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// `--upstream URL --out DIR [--listen ADDR] [--rules FILE] [--max-body BYTES]`; see `--help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let program = ["--package", "atlas-backup-record"];
    workspace::run_program(&program, arguments.arguments)
}
