//! The commands that are programs of their own.
//!
//! Invariant: what is built with the SDK is started from here and never linked, so that this program is built when the
//! SDK cannot be.

use crate::workspace;
use clap::Args;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

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
    testkit("verify", root.into_iter().chain(arguments.arguments))
}

/// Plays the service.
pub(crate) fn sandbox(arguments: Arguments) -> ExitCode {
    testkit("sandbox", arguments.arguments)
}

/// Records traffic with the service.
pub(crate) fn record(arguments: Arguments) -> ExitCode {
    testkit("record", arguments.arguments)
}

/// A command of the testkit, as others install it.
fn testkit(command: &str, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let all = std::iter::once(command.into()).chain(arguments);
    workspace::run_program(&["--package", "atlas-backup-testkit"], all.collect())
}
