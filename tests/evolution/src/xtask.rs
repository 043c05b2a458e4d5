//! The commands a maintainer uses, as processes.

use atlas_backup_support::repository::root;
use serde_json::Value;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Output};

/// Runs cargo in this repository.
///
/// # Errors
/// When it cannot be started.
pub fn cargo(arguments: &[&str]) -> io::Result<Output> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).current_dir(root()).output()
}

/// The messages of a run of cargo with `--message-format json`.
#[must_use]
pub fn messages(output: &Output) -> Vec<Value> {
    let lines = String::from_utf8_lossy(&output.stdout);
    let lines = lines.lines();
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// The program behind `cargo xtask`, built once.
#[derive(Debug)]
pub struct Xtask(PathBuf);

impl Xtask {
    /// Builds the program.
    ///
    /// # Errors
    /// When it does not compile.
    pub fn built() -> io::Result<Self> {
        let output = cargo(&["build", "--package", "xtask", "--message-format", "json"])?;
        let messages = messages(&output);
        let mut programs = messages
            .iter()
            .filter_map(|message| message["executable"].as_str());
        match programs.next().filter(|_| output.status.success()) {
            Some(path) => Ok(Self(path.into())),
            None => Err(io::Error::other(String::from_utf8_lossy(&output.stderr))),
        }
    }

    /// Runs a command and returns what it prints.
    ///
    /// # Errors
    /// When the command fails, with what it prints on standard error.
    pub fn run(&self, arguments: &[&str]) -> io::Result<String> {
        let output = Command::new(&self.0).args(arguments).output()?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => {
                let said = String::from_utf8_lossy(&output.stderr);
                Err(io::Error::other(format!("{arguments:?}: {said}")))
            }
        }
    }
}
