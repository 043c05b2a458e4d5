//! The commands that maintain `atlas-backup`. Each is a module; this file only reads the command line.
//!
//! Invariant: nothing here depends on the SDK, so that `generate` still runs when a generated file is broken.

mod api;
mod diff;
mod generate;
mod handwritten;
mod program;
mod pull;
mod release;
mod standalone;
mod summary;
mod tree;
mod workspace;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Maintains atlas-backup",
    disable_help_subcommand = true
)]
struct Arguments {
    /// The root of the repository, where it is not the one this was built in.
    #[arg(long, global = true, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
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
    Contract(program::Arguments),
    /// Plays the service at a socket, without an account.
    Sandbox(program::Arguments),
    /// Writes the public API of the SDK to `sdk/api.txt`.
    Api(api::Arguments),
    /// Compares two documents as a user of the SDK sees them, and names the version the difference asks for.
    Diff(diff::Arguments),
    /// The next version: changelog, migration guide, manifest; publishing is left to a person.
    Release(release::Arguments),
    /// Measures the generator and the SDK beside their peers.
    Bench(program::Arguments),
    /// Records traffic with the service, without its secrets.
    Record(program::Arguments),
    /// Plays stories of the SDK in a faulty world, each from a seed, and checks what the SDK promises.
    Simulate(program::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let here = std::env::current_dir().unwrap_or_default();
    let root = match workspace::chosen_root(arguments.root, &here) {
        Ok(root) => root,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = match arguments.command {
        Command::Generate(arguments) => generate::run(&root, &arguments),
        Command::Pull(arguments) => pull::run(&root, &arguments),
        Command::Api(arguments) => api::run(&root, &arguments),
        Command::Release(arguments) => release::run(&root, &arguments),
        Command::Diff(arguments) => return diff::run(&arguments),
        Command::Bench(arguments) => return program::bench(arguments),
        Command::Contract(arguments) => return program::contract(&root, arguments),
        Command::Record(arguments) => return program::record(arguments),
        Command::Sandbox(arguments) => return program::sandbox(arguments),
        Command::Simulate(arguments) => return program::simulate(arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
