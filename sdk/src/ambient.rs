//! What the surroundings give: the time and randomness.
//!
//! Invariant: no other file reads a clock or asks for random bytes, so that every test decides both.
use std::io;
use std::time::Instant;

/// A monotonic clock; it decides when an access token is renewed.
pub trait Clock: Send + Sync + 'static {
    /// The present moment. Must never go backwards.
    fn now(&self) -> Instant;
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now(&self) -> Instant {
        Instant::now()
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
