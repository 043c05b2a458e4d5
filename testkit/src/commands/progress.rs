//! Shows how far long work is, on a terminal.
//!
//! Must never write anything where standard error is a file or a pipe.

use std::fmt;
use std::io::{self, IsTerminal as _, Write};

/// A line on a terminal, which each message writes over and the end wipes.
pub(crate) struct Progress<W: Write = io::Stderr>(Option<W>);

impl Progress {
    /// On standard error, if that is a terminal.
    pub(crate) fn on_terminal() -> Self {
        let out = io::stderr();
        Self(out.is_terminal().then_some(out))
    }
}

impl<W: Write> Progress<W> {
    /// Shows a message in the place of the last one. That it cannot be shown is no reason to stop the work.
    pub(crate) fn show(&mut self, message: fmt::Arguments<'_>) {
        if let Some(out) = &mut self.0 {
            let _ = write!(out, "\r\x1b[K{message}").and_then(|()| out.flush());
        }
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        self.show(format_args!(""));
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn each_message_is_written_over_the_last_and_the_end_leaves_an_empty_line() {
        let mut written = Vec::new();
        let mut progress = Progress(Some(&mut written));
        progress.show(format_args!("1 of 2"));
        progress.show(format_args!("2 of 2"));
        drop(progress);
        assert_eq!(written, b"\r\x1b[K1 of 2\r\x1b[K2 of 2\r\x1b[K");
    }

    #[test]
    fn nothing_is_written_without_a_terminal() {
        // The standard error of tests may be one.
        let mut progress = Progress::<Vec<u8>>(None);
        progress.show(format_args!("1 of 2"));
        assert!(progress.0.is_none());
    }
}
