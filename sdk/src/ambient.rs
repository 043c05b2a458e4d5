//! What the surroundings give: the time and randomness.
//!
//! Invariant: no other file reads a clock, waits or asks for random bytes, so that every test decides all three.
use std::io;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::box_future::BoxFuture;

/// Time: every wait of a client and every decision about age goes through it.
pub trait Clock: Send + Sync + 'static {
    /// The present moment. Must never go backwards. It is also asked while a future is woken, so a clock of your own wakes
    /// nothing while it holds a lock that this needs.
    fn now(&self) -> Instant;

    /// The date, for comparison with dates the service sends and tokens other processes left.
    fn date(&self) -> Timestamp;

    /// Whether time passes in jumps, to the end of the next wait once everybody waits, as in many tests. Then the time between
    /// two polls of a future says nothing about whether its consumer was busy. By default it does not.
    fn jumps(&self) -> bool {
        false
    }

    /// Waits. A test's clock moves on instead, but not before the future is polled and everything else has had its
    /// turn: a wait also limits how long an attempt takes, and is dropped when the answer comes first.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The clock of the operating system. It waits by tokio's timer, so calls have to be awaited on a tokio runtime.
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

/// A source of random bytes; the client nonce of HTTP Digest comes from it.
pub trait Randomness: Send + Sync + 'static {
    /// Fills the whole buffer.
    ///
    /// # Errors
    /// When the source has nothing to give; the call that needed it then fails unsent.
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()>;
}

/// The randomness of the operating system.
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
