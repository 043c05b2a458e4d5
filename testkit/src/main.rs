//! The program with the commands `verify`, `record` and `sandbox`.
//!
//! This file only dispatches to the command; each is a module.
#![forbid(unsafe_code)]
#![warn(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "these macros panic; `output` does not"
)]

mod commands;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "atlas-backup-testkit",
    version,
    about = "Verifies, records and simulates the MongoDB Atlas backup API",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Judges recorded traffic against the documents and the SDK's types.
    Verify(commands::verify::Arguments),
    /// Records traffic with the service, without its secrets.
    Record(commands::record::Arguments),
    /// Serves the sandbox, which answers every operation of the SDK without an account.
    Sandbox(commands::sandbox::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Verify(arguments) => commands::verify::execute(arguments),
        Command::Record(arguments) => commands::record::execute(arguments),
        Command::Sandbox(arguments) => commands::sandbox::execute(arguments),
    }
}
