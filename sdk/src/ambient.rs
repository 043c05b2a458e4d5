//! Time and randomness, which tests can replace.
//!
//! Invariant: no other file reads a clock, sleeps or reads random bytes.
use std::io;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::box_future::BoxFuture;

/// A clock. The client uses it for every sleep, timeout and expiry.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current instant, which must not go backwards. It is also called while a future is woken, so an
    /// implementation must not wake futures while it holds a lock that this method needs.
    fn now(&self) -> Instant;

    /// Returns the current date, for comparison with dates of the service and with stored tokens.
    fn date(&self) -> Timestamp;

    /// Returns true for a test clock that jumps to the end of the next sleep once all futures are pending. The time between
    /// two polls of a future then does not mean that its consumer was busy. The default is false.
    fn jumps(&self) -> bool {
        false
    }

    /// Sleeps. A test clock may advance instead, but only once the future was polled and all other futures are pending: the
    /// SDK also uses sleeps as timeouts, which it drops when the response arrives first.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The clock of the operating system. It sleeps on tokio's timer, so calls need a tokio runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[allow(
    clippy::disallowed_methods,
    reason = "this is the one place that asks the machine"
)]
impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn date(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A source of random bytes, for the client nonces of HTTP digest authentication.
pub trait Randomness: Send + Sync + 'static {
    /// Fills the whole buffer.
    ///
    /// # Errors
    /// If the source fails. The call that needs the bytes then fails without being sent.
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()>;
}

/// The random source of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandomness;

impl Randomness for OsRandomness {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that asks for randomness"
    )]
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()> {
        Ok(getrandom::fill(buffer)?)
    }
}
