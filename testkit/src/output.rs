//! Text on the standard streams of the program.
//!
//! Must never panic: a stream may be a closed pipe or a file on a full disk.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Standard output could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write standard output: {0}")]
pub struct Unprinted(pub io::Error);

/// Prints a text on standard output.
///
/// # Errors
/// When it cannot be written.
pub fn print(text: &str) -> Result<(), Unprinted> {
    let mut out = io::stdout().lock();
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    printed.map_err(Unprinted)
}

/// Prints a line on standard error.
///
/// A failure is ignored, because there is no other place to report it.
pub fn print_message(message: impl Display) {
    let _ = io::stderr().write_all(format!("{message}\n").as_bytes());
}
