//! The program: `verify`, `record` and `sandbox`.
//!
//! This file only chooses the command; each is a module.
#![forbid(unsafe_code)]

mod commands;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "atlas-backup-testkit",
    version,
    about = "Verifies, records and plays the MongoDB Atlas backup API",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Judges recorded traffic against the documents and through the SDK's types.
    Verify(commands::verify::Arguments),
    /// Records traffic with the service, without its secrets.
    Record(commands::record::Arguments),
    /// Serves the sandbox: the service for every operation of the SDK, without an account.
    Sandbox(commands::sandbox::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Verify(arguments) => commands::verify::execute(arguments),
        Command::Record(arguments) => commands::record::execute(arguments),
        Command::Sandbox(arguments) => commands::sandbox::execute(arguments),
    }
}
