//! The commands that are programs of their own.
//!
//! Invariant: what is built with the SDK is started from here and never linked, so that this program is built when the
//! SDK cannot be.

use crate::workspace;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// What the program takes; see its `--help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Judges recorded answers, by the documents below another root if there is one.
pub(crate) fn contract(root: Option<PathBuf>, arguments: Arguments) -> ExitCode {
    let program = ["--package", "atlas-backup-tests", "--bin", "contract"];
    let root = root.map(|root| ["--root".into(), root.into_os_string()]);
    let root = root.into_iter().flatten();
    workspace::run_program(&program, root.chain(arguments.arguments).collect())
}

/// Plays the service.
pub(crate) fn sandbox(arguments: Arguments) -> ExitCode {
    let program = ["--package", "atlas-backup-sandbox"];
    workspace::run_program(&program, arguments.arguments)
}

/// Records traffic with the service.
pub(crate) fn record(arguments: Arguments) -> ExitCode {
    let program = ["--package", "atlas-backup-record"];
    workspace::run_program(&program, arguments.arguments)
}
