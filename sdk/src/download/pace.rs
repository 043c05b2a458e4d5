//! Detects stalled bodies.
//!
//! Invariant: only the time spent waiting for the delivery host counts.
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::ambient::Clock;
use crate::byte_stream::ByteStream;
use crate::deadline::Stopwatch;
use crate::transport_error::TransportError;

/// Default minimum throughput, in bytes per second.
const LEAST_A_SECOND: u64 = 1024;

/// A minimum number of bytes per time of waiting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) bytes: u64,
    pub(super) window: Duration,
}

impl Pace {
    /// The default throughput over this window.
    pub(super) fn within(window: Duration) -> Self {
        Self {
            bytes: LEAST_A_SECOND.saturating_mul(window.as_secs()).max(1),
            window,
        }
    }
}

/// Counts the bytes of the current window.
pub(super) struct Meter {
    pace: Pace,
    brought: u64,
    waited: Duration,
}

impl Meter {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            brought: 0,
            waited: Duration::ZERO,
        }
    }

    /// Returns the next chunk, or a timeout if the throughput is too low.
    pub(super) async fn next(
        &mut self,
        body: &mut ByteStream,
        clock: &Arc<dyn Clock>,
    ) -> Option<Result<Bytes, TransportError>> {
        let left = self.pace.window.saturating_sub(self.waited);
        let mut time = Stopwatch::start(clock, None);
        let Some(next) = time.within(Some(left), body.next()).await else {
            let Pace { bytes, window } = self.pace;
            let cause = format!(
                "{} of at least {bytes} bytes came within {window:?}",
                self.brought
            );
            return Some(Err(TransportError::Timeout(cause.into())));
        };
        self.waited += time.elapsed();
        if let Some(Ok(piece)) = &next {
            self.brought += piece.len() as u64;
        }
        if self.brought >= self.pace.bytes {
            *self = Self::new(self.pace);
        }
        next
    }
}
