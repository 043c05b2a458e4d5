//! Shows the progress of long work on a terminal.
//!
//! Must never write anything where standard error is a file or a pipe.

use std::fmt;
use std::io::{self, IsTerminal as _, Write};

/// A terminal line that each message overwrites and that is cleared on drop.
pub(crate) struct Progress<W: Write = io::Stderr>(Option<W>);

impl Progress {
    /// Creates a progress line on standard error, if that is a terminal.
    pub(crate) fn on_terminal() -> Self {
        let out = io::stderr();
        Self(out.is_terminal().then_some(out))
    }
}

impl<W: Write> Progress<W> {
    /// Replaces the line by this message.
    ///
    /// Write errors are ignored: the work goes on without the display.
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
    fn each_message_overwrites_the_last_and_drop_clears_the_line() {
        let mut written = Vec::new();
        let mut progress = Progress(Some(&mut written));
        progress.show(format_args!("1 of 2"));
        progress.show(format_args!("2 of 2"));
        drop(progress);
        assert_eq!(written, b"\r\x1b[K1 of 2\r\x1b[K2 of 2\r\x1b[K");
    }

    #[test]
    fn without_a_terminal_no_output_is_written() {
        // The standard error of a test run may be a terminal, so the test gives no output at all.
        let mut progress = Progress::<Vec<u8>>(None);
        progress.show(format_args!("1 of 2"));
        assert!(progress.0.is_none());
    }
}
