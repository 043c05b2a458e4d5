//! Virtual time.
//!
//! Must never depend on the time of day: a sandbox starts at the same time on every machine.
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::ambient::{Clock, SystemClock};
use crate::box_future::BoxFuture;

/// The initial time of every sandbox, in seconds since the Unix epoch: 14 March 2026, 02:00 UTC.
const BEGINNING: i64 = 1_773_453_600;

/// Returns the duration from the initial time of every sandbox to `moment`.
pub(super) fn since_beginning(moment: Timestamp) -> Duration {
    let seconds = moment.as_second().saturating_sub(BEGINNING);
    Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}

/// The end of time, since the initial time: well before the last valid date.
const LATEST: Duration = Duration::from_secs(1_000 * 365 * 86_400);

/// How often other tasks are polled before a wait may end.
const TURNS: usize = 32;

/// A virtual clock.
///
/// It moves on request, and to the end of the next wait once every task waits: four hours of polling
/// take no time.
#[derive(Debug, Clone)]
pub struct SandboxClock(Arc<Mutex<Moment>>);

#[derive(Debug)]
struct Moment {
    origin: Instant,
    passed: Duration,
    /// The ends of all pending waits.
    waits: Vec<Duration>,
}

impl SandboxClock {
    pub(super) fn new(passed: Duration) -> Self {
        Self(Arc::new(Mutex::new(Moment {
            // Any starting point works.
            origin: SystemClock.now(),
            passed,
            waits: Vec::new(),
        })))
    }

    /// Advances the clock, up to a thousand years after the initial time.
    pub fn advance(&self, by: Duration) {
        let mut moment = self.moment();
        moment.passed = moment.passed.saturating_add(by).min(LATEST);
    }

    /// Returns the time since the sandbox started.
    #[must_use]
    pub fn passed(&self) -> Duration {
        self.moment().passed
    }

    fn moment(&self) -> MutexGuard<'_, Moment> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Instant {
        let moment = self.moment();
        let now = moment.origin.checked_add(moment.passed);
        now.unwrap_or(moment.origin)
    }

    fn date(&self) -> Timestamp {
        let beginning = Timestamp::from_second(BEGINNING).unwrap_or_default();
        beginning.checked_add(self.passed()).unwrap_or(beginning)
    }

    fn jumps(&self) -> bool {
        true
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let until = self.passed().saturating_add(duration);
        self.moment().waits.push(until);
        let wait = Wait(self.clone(), until);
        Box::pin(async move {
            let mut turns = 0;
            poll_fn(|context| {
                turns += 1;
                if turns > TURNS && wait.is_next() {
                    return Poll::Ready(());
                }
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
        })
    }
}

/// A pending wait; dropping it ends it too.
struct Wait(SandboxClock, Duration);

impl Wait {
    /// Ends the wait if no other one ends before it.
    fn is_next(&self) -> bool {
        let mut moment = self.0.moment();
        if moment.waits.iter().min() == Some(&self.1) {
            moment.passed = moment.passed.max(self.1.min(LATEST));
        }
        moment.passed >= self.1.min(LATEST)
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let mut moment = self.0.moment();
        if let Some(mine) = moment.waits.iter().position(|until| *until == self.1) {
            moment.waits.swap_remove(mine);
        }
    }
}
