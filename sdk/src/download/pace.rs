//! Tells a body that has stalled from one that is slow.
//!
//! Must never count the time in which nobody waited for the body: that is not the delivery host's.
use std::time::Duration;

use bytes::Bytes;

use crate::ambient::Clock;
use crate::byte_stream::ByteStream;
use crate::deadline::within;
use crate::transport::TransportError;

/// What a body brings at least unless said otherwise, in bytes a second.
const LEAST_A_SECOND: u64 = 1024;

/// Who is woken so much later than the time was over was not polled in between.
const LATE: Duration = Duration::from_secs(1);

/// So many bytes have to come within so much time of waiting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) bytes: u64,
    pub(super) window: Duration,
}

impl Pace {
    /// The pace where only the time is known in which something has to come.
    pub(super) fn within(window: Duration) -> Self {
        Self {
            bytes: LEAST_A_SECOND.saturating_mul(window.as_secs()).max(1),
            window,
        }
    }
}

/// What came in the present window.
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

    /// The next piece; a timeout if too little has come.
    pub(super) async fn next(
        &mut self,
        body: &mut ByteStream,
        clock: &dyn Clock,
    ) -> Option<Result<Bytes, TransportError>> {
        loop {
            let left = self.pace.window.saturating_sub(self.waited);
            let began = clock.now();
            let next = within(clock, Some(left), body.next()).await;
            let took = clock.now() - began;
            let Some(next) = next else {
                if took > left.saturating_add(LATE) {
                    *self = Self::new(self.pace);
                    continue;
                }
                let Pace { bytes, window } = self.pace;
                let cause = format!(
                    "{} of at least {bytes} bytes came within {window:?}",
                    self.brought
                );
                return Some(Err(TransportError::Timeout(cause.into())));
            };
            self.waited += took;
            if let Some(Ok(piece)) = &next {
                self.brought += piece.len() as u64;
            }
            if self.brought >= self.pace.bytes || took > left.saturating_add(LATE) {
                *self = Self::new(self.pace);
            }
            return next;
        }
    }
}
