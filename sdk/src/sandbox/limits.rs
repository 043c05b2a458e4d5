//! How often one may ask: of each kind of requests, a project has so many, which come back as time passes.
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// How many requests of one kind a project may make.
#[derive(Debug, Clone, Copy)]
pub(super) struct RateLimit {
    pub(super) capacity: u32,
    pub(super) a_second: f64,
}

impl RateLimit {
    /// How many requests come back, and in how many seconds, in whole numbers.
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

/// What is left of every kind of requests.
pub(super) struct Limits {
    pub(super) limit: RateLimit,
    buckets: BTreeMap<(String, String), Bucket>,
}

struct Bucket {
    left: f64,
    at: Instant,
}

/// What is left of one kind of requests of a project, as it is kept.
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

    /// What is left of each kind of requests, to be kept.
    pub(super) fn left(&self, now: Instant) -> Vec<Left> {
        let buckets = self.buckets.iter();
        let left = buckets.map(|((operation, project), bucket)| Left {
            operation: operation.clone(),
            project: project.clone(),
            left: bucket.refilled(self.limit, now),
        });
        left.collect()
    }

    /// Goes on with what was left.
    pub(super) fn go_on(&mut self, left: Vec<Left>, now: Instant) {
        let buckets = left.into_iter().map(|kept| {
            let bucket = Bucket {
                left: kept.left,
                at: now,
            };
            ((kept.operation, kept.project), bucket)
        });
        self.buckets = buckets.collect();
    }

    /// Takes one request from what a project may make of one kind; what is left, or how long to wait.
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
