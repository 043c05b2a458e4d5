//! How far something is, on standard error.
//!
//! Must never fall silent: whoever waits for hours sees that it is waited for.
use std::io::IsTerminal as _;
use std::time::Duration;

use atlas_backup::{Clock, Endpoint, States, WaitError};

/// A bar on a terminal, else a line for each step of it, and one every ten minutes.
#[derive(Default)]
pub(crate) struct Bar(String);

impl Bar {
    const WIDTH: usize = 30;

    /// Without a total there is no bar.
    pub(crate) fn show(&mut self, what: &str, done: u64, total: Option<u64>, passed: Duration) {
        let (mut bar, mut count, mut after) = Default::default();
        if let Some(total) = total.filter(|total| *total > 0) {
            let full = u128::from(done) * Self::WIDTH as u128 / u128::from(total);
            let full = "#".repeat(Self::WIDTH.min(full as usize));
            bar = format!("[{full:-<0$}] ", Self::WIDTH);
            count = format!("{done}/{total} ");
        }
        let minutes = passed.as_secs() / 60;
        if !passed.is_zero() {
            after = format!(
                ", after {}:{minutes:02}:{:02}",
                minutes / 60,
                passed.as_secs() % 60
            );
        }
        let step = format!("{bar}{what} {}", minutes / 10);
        if std::io::stderr().is_terminal() {
            eprint!("\r\x1b[K{bar}{count}{what}{after}");
        } else if self.0 != step {
            eprintln!("{bar}{count}{what}{after}");
        }
        self.0 = step;
    }

    /// Leaves the bar as it is.
    pub(crate) fn end(&self) {
        if std::io::stderr().is_terminal() && !self.0.is_empty() {
            eprintln!();
        }
    }
}

/// Waits for the end of what has these states, and shows each by its name, how much is done, and of how much.
pub(crate) async fn watch<E: Endpoint<Output: Clone>>(
    clock: &dyn Clock,
    mut states: States<E>,
    shown: impl Fn(&E::Output) -> (String, u64, Option<u64>),
) -> Result<Option<E::Output>, WaitError<E::Output>> {
    let (mut bar, mut last, began) = (Bar::default(), None, clock.now());
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
