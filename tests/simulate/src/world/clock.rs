//! The clock and the randomness of clients.
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use atlas_backup::sandbox::{Sandbox, SandboxClock};
use atlas_backup::{BoxFuture, Clock, Randomness, Timestamp};

use crate::chance::Chance;
use crate::executor::Handle;

/// The executor's time as a client's clock; time passes only when no future can make progress.
#[derive(Clone)]
pub(super) struct WorldClock {
    handle: Handle,
    /// Any starting point works: only differences are observed.
    origin: Instant,
    began: Timestamp,
    /// How far the date is ahead, in seconds.
    skew: i64,
}

impl WorldClock {
    pub(super) fn new(handle: &Handle, sandbox: &SandboxClock) -> Self {
        Self {
            handle: handle.clone(),
            origin: sandbox.now(),
            began: sandbox.date(),
            skew: 0,
        }
    }

    pub(super) fn skewed(&self, seconds: i64) -> Self {
        Self {
            skew: seconds,
            ..self.clone()
        }
    }

    /// Advances the sandbox to the current time.
    pub(super) fn catch_up(&self, sandbox: &Sandbox) {
        let clock = sandbox.clock();
        clock.advance(self.handle.now().saturating_sub(clock.passed()));
    }
}

impl Clock for WorldClock {
    fn now(&self) -> Instant {
        self.origin + self.handle.now()
    }

    fn date(&self) -> Timestamp {
        let skew = jiff::SignedDuration::from_secs(self.skew);
        let date = self.began.checked_add(self.handle.now());
        let date = date.and_then(|date| date.checked_add(skew));
        date.unwrap_or(self.began)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.handle.sleep(duration))
    }
}

/// The randomness of one client.
pub(super) struct Seeded(AtomicU64);

impl Seeded {
    pub(super) fn new(seed: u64, client: u64) -> Self {
        Self(AtomicU64::new(Chance::of(seed, "client", client).next()))
    }
}

impl Randomness for Seeded {
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()> {
        let seed = self.0.fetch_add(1, Ordering::Relaxed);
        let mut chance = Chance::of(seed, "bytes", 0);
        for byte in buffer {
            *byte = (chance.next() >> 32) as u8;
        }
        Ok(())
    }
}
