//! `cargo xtask contract`: judges recorded answers against the documents and through the SDK's types.
//!
//! Invariant: the work is done by a program of its own, because it is built with the SDK and this one must not be.

use crate::workspace;
use clap::Args;
use std::ffi::OsString;
use std::process::ExitCode;

#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct ContractArgs {
    /// `[--recordings DIR]… [--spec FILE] [--severity FILE] [--report FILE.{md,json,xml,html}]`; see `--help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(arguments: ContractArgs) -> ExitCode {
    let program = ["--package", "atlas-backup-tests", "--bin", "contract"];
    workspace::run_program(&program, arguments.arguments)
}
