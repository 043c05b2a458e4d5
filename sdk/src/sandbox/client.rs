//! Clients of a sandbox that use the sandbox's clock and randomness.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use super::world::Sandbox;
use crate::ambient::{Clock, Randomness};
use crate::auth::Credentials;
use crate::box_future::BoxFuture;
use crate::builder::ClientBuilder;
use crate::client::Client;

impl Sandbox {
    /// Creates a client of this sandbox, with an API key that has all permissions.
    pub fn client(&self) -> ClientBuilder {
        let unreachable = Client::builder().transport(self.clone());
        let placed = match Client::builder().base_url(&self.0.origin) {
            Ok(builder) => builder.transport(self.clone()),
            // The origin was parsed when the sandbox was built.
            Err(_) => unreachable,
        };
        placed
            .clock(SharedClock(self.0.clock.clone()))
            .randomness(Seeded(AtomicU64::new(self.0.seed)))
            .credentials(Credentials::digest(Self::PUBLIC_KEY, Self::PRIVATE_KEY))
    }
}

/// A clock that is shared with a client.
struct SharedClock(Arc<dyn Clock>);

impl Clock for SharedClock {
    fn now(&self) -> std::time::Instant {
        self.0.now()
    }

    fn date(&self) -> Timestamp {
        self.0.date()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }
}

/// Deterministic randomness, for reproducible retries and nonces.
struct Seeded(AtomicU64);

impl Randomness for Seeded {
    fn fill(&self, buffer: &mut [u8]) -> std::io::Result<()> {
        for byte in buffer {
            let step = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            *byte = (step.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 56) as u8;
        }
        Ok(())
    }
}
