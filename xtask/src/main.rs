//! The commands that maintain `atlas-backup`. Each is a module; this file only reads the command line.
//!
//! Invariant: nothing here depends on the SDK, so that `generate` still runs when a generated file is broken.

mod bench;
mod contract;
mod generate;
mod pull;
mod record;
mod standalone;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Maintains atlas-backup",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The main job: overlays → curated documents → SDK.
    Generate(generate::Arguments),
    /// Takes in a new upstream document: select, strip prose, pin.
    Pull(pull::Arguments),
    /// Judges recorded answers against the documents and through the SDK's types.
    Contract(contract::ContractArgs),
    /// Measures the generator and the SDK beside their peers.
    Bench(bench::Arguments),
    /// Records traffic with the service, without its secrets.
    Record(record::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Pull(arguments) => pull::run(&arguments),
        Command::Bench(arguments) => return bench::run(arguments),
        Command::Contract(arguments) => return contract::run(arguments),
        Command::Record(arguments) => return record::run(arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
