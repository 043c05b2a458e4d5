//! Rate limits: a token bucket for each operation of a project.
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// The rate limit of an operation in a project.
#[derive(Debug, Clone, Copy)]
pub(super) struct RateLimit {
    pub(super) capacity: u32,
    pub(super) a_second: f64,
}

impl RateLimit {
    /// Returns the refill as whole numbers: requests, and the seconds in which they are added.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what does not fit is the largest number"
    )]
    pub(super) fn refill(self) -> (u64, u64) {
        match self.a_second {
            some if some >= 1.0 => (some as u64, 1),
            some => (1, some.max(f64::MIN_POSITIVE).recip().ceil() as u64),
        }
    }
}

/// The remaining requests of all operations.
pub(super) struct Limits {
    pub(super) limit: RateLimit,
    buckets: BTreeMap<(String, String), Bucket>,
}

struct Bucket {
    left: f64,
    at: Instant,
}

/// The remaining requests of one operation of a project, as saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Left {
    operation: String,
    project: String,
    left: f64,
}

impl Bucket {
    fn refilled(&self, limit: RateLimit, now: Instant) -> f64 {
        let more = now.saturating_duration_since(self.at).as_secs_f64() * limit.a_second;
        (self.left + more).min(f64::from(limit.capacity))
    }
}

impl Limits {
    pub(super) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            buckets: BTreeMap::new(),
        }
    }

    /// Returns the remaining requests of all operations, to be saved.
    pub(super) fn left(&self, now: Instant) -> Vec<Left> {
        let buckets = self.buckets.iter();
        let left = buckets.map(|((operation, project), bucket)| Left {
            operation: operation.clone(),
            project: project.clone(),
            left: bucket.refilled(self.limit, now),
        });
        left.collect()
    }

    /// Restores saved remaining requests.
    pub(super) fn go_on(&mut self, left: Vec<Left>, now: Instant) {
        let buckets = left.into_iter().map(|saved| {
            let bucket = Bucket {
                left: saved.left,
                at: now,
            };
            ((saved.operation, saved.project), bucket)
        });
        self.buckets = buckets.collect();
    }

    /// Counts a request; returns the number of remaining requests, or the time to wait.
    pub(super) fn count(
        &mut self,
        operation: &str,
        project: &str,
        now: Instant,
    ) -> Result<u32, Duration> {
        let RateLimit { capacity, a_second } = self.limit;
        let key = (operation.to_owned(), project.to_owned());
        let bucket = self.buckets.entry(key).or_insert(Bucket {
            left: f64::from(capacity),
            at: now,
        });
        bucket.left = bucket.refilled(self.limit, now);
        bucket.at = now;
        if bucket.left < 1.0 {
            let wait = (1.0 - bucket.left) / a_second.max(f64::MIN_POSITIVE);
            return Err(Duration::try_from_secs_f64(wait.ceil()).unwrap_or(Duration::MAX));
        }
        bucket.left -= 1.0;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most the capacity"
        )]
        Ok(bucket.left as u32)
    }
}
