//! The command line of the maintenance commands of `atlas-backup`. Each command is a module.
//!
//! Invariant: nothing here depends on the SDK, so that `generate` runs even if generated code does not compile.
#![warn(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "these macros panic; `output` does not"
)]

mod against;
mod api;
mod diff;
mod generate;
mod handwritten;
#[path = "../../testkit/src/output.rs"]
#[allow(unreachable_pub, reason = "the testkit exports these items")]
mod output;
mod program;
mod pull;
mod release;
mod standalone;
mod summary;
mod tree;
mod workspace;

use clap::{Parser, Subcommand};
use output::print_message;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Maintains atlas-backup",
    disable_help_subcommand = true
)]
struct Arguments {
    /// The root of the repository, if it is not the checkout of this program.
    #[arg(long, global = true, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generates the SDK from the documents and their overlays.
    Generate(generate::Arguments),
    /// Imports a new upstream document: selects operations, removes prose and pins the digest.
    Pull(pull::Arguments),
    /// Verifies recorded responses against the documents and the SDK's types.
    Contract(program::Arguments),
    /// Runs the sandbox: a local server that simulates the service.
    Sandbox(program::Arguments),
    /// Writes the public API of the SDK to `sdk/api.txt`.
    Api(api::Arguments),
    /// Compares two documents from the view of SDK users and returns the required version bump.
    Diff(diff::Arguments),
    /// Prepares the next version: changelog, migration guide and manifests. Publishing is manual.
    Release(release::Arguments),
    /// Measures the generator and the SDK against peers.
    Bench(program::Arguments),
    /// Records traffic with the service and redacts secrets.
    Record(program::Arguments),
    /// Simulates the SDK under injected faults, one scenario per seed, and checks its guarantees.
    Simulate(program::Arguments),
}

impl From<output::Unprinted> for String {
    fn from(error: output::Unprinted) -> Self {
        format!("error: {error}")
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let here = std::env::current_dir().unwrap_or_default();
    let root = match workspace::chosen_root(arguments.root, &here) {
        Ok(root) => root,
        Err(message) => {
            print_message(message);
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
            print_message(message);
            ExitCode::FAILURE
        }
    }
}
