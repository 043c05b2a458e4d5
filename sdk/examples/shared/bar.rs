//! Progress on standard error: a bar of `indicatif` on a terminal, and lines in a log.
//!
//! Invariant: a long wait writes a line every ten minutes.
use std::io::IsTerminal as _;
use std::time::Duration;

use atlas_backup::{Clock, Endpoint, States, WaitError};
use indicatif::{ProgressBar, ProgressStyle};

/// The progress of a job or a download.
pub(crate) struct Bar {
    bar: ProgressBar,
    /// The last line of a log.
    line: String,
}

impl Bar {
    pub(crate) fn new() -> Self {
        Self {
            bar: ProgressBar::no_length(),
            line: String::new(),
        }
    }

    /// Shows the progress; without a total, there is no bar.
    pub(crate) fn show(&mut self, what: &str, done: u64, total: Option<u64>, passed: Duration) {
        let total = total.filter(|total| *total > 0);
        let (minutes, seconds) = (passed.as_secs() / 60, passed.as_secs() % 60);
        let after = match passed.is_zero() {
            true => String::new(),
            false => format!(", after {}:{:02}:{seconds:02}", minutes / 60, minutes % 60),
        };
        if std::io::stderr().is_terminal() {
            let template = match total {
                Some(_) => "[{bar:30.#-}] {pos}/{len} {msg}",
                None => "{msg}",
            };
            self.bar.set_style(style(template));
            self.bar.set_length(total.unwrap_or_default());
            self.bar.set_position(done);
            self.bar.set_message(format!("{what}{after}"));
            return;
        }
        let count = total.map_or(String::new(), |total| format!("{done}/{total} "));
        // A line for each step, and one every ten minutes.
        let tenths = total.map_or(0, |total| u128::from(done) * 10 / u128::from(total));
        let step = format!("{tenths} {what} {}", minutes / 10);
        if self.line != step {
            eprintln!("{count}{what}{after}");
        }
        self.line = step;
    }

    /// Ends the progress; the bar stays visible.
    pub(crate) fn end(&self) {
        self.bar.abandon();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Waits for the end of a job and shows each state.
///
/// `shown` returns the name of the state, the finished amount and the total.
pub(crate) async fn watch<E: Endpoint<Output: Clone>>(
    clock: &dyn Clock,
    mut states: States<E>,
    shown: impl Fn(&E::Output) -> (String, u64, Option<u64>),
) -> Result<Option<E::Output>, WaitError<E::Output>> {
    let (mut bar, mut last, began) = (Bar::new(), None, clock.now());
    loop {
        let next = states.try_next().await;
        if let Ok(Some(state)) = next {
            let (what, done, total) = shown(&state);
            bar.show(&what, done, total, clock.now() - began);
            last = Some(state);
            continue;
        }
        bar.end();
        return next.map(|_| last);
    }
}
