//! Retry policies and the retry budget.
//!
//! Invariant: a decision is a pure function of its input. It does not wait, send, or read a clock or random numbers.
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::failure::Failure;

/// Decides whether and when a failed attempt is retried.
///
/// The client calls it after each failure that may be transient. Responding to a 401 challenge and renewing a token are
/// part of an attempt, not failures. The client does not retry, whatever the policy decides, if the operation timeout would
/// end during the wait or the retry budget is exhausted.
///
/// A policy that retries non-idempotent operations can create resources twice. The default policy follows
/// [`FailedAttempt::may_be_repeated`].
///
/// ```
/// use atlas_backup::{FailedAttempt, RetryDecision, RetryPolicy};
/// use std::time::Duration;
///
/// /// Three attempts, a second apart.
/// struct Patient;
/// impl RetryPolicy for Patient {
///     fn decide(&self, failed: &FailedAttempt) -> RetryDecision {
///         if failed.number < 3 && failed.may_be_repeated() {
///             RetryDecision::After(Duration::from_secs(1))
///         } else {
///             RetryDecision::Stop
///         }
///     }
/// }
/// ```
pub trait RetryPolicy: Send + Sync + 'static {
    /// Decides about a failed attempt. The decision must depend on `failed` only.
    fn decide(&self, failed: &FailedAttempt) -> RetryDecision;
}

/// The input of a retry policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FailedAttempt {
    /// The number of the failed attempt, from 1.
    pub number: u32,
    /// The kind of failure.
    pub failure: Failure,
    /// True if repeating the request has no further effect: the operation is
    /// [idempotent](crate::Operation::idempotent), or the call has an idempotency key.
    pub idempotent: bool,
    /// The time since the start of the first attempt.
    pub elapsed: Duration,
    /// A random number in `0.0..1.0`.
    pub random: f64,
}

impl FailedAttempt {
    /// Returns true if a retry is safe: the service did not act on the request, or the operation is idempotent.
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        self.failure.may_be_repeated(self.idempotent)
    }
}

/// The decision of a retry policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryDecision {
    /// Do not retry.
    Stop,
    /// Retry after this wait.
    After(Duration),
}

/// The default policy: exponential backoff with full jitter, added to the delay of `Retry-After`.
///
/// It retries what [`FailedAttempt::may_be_repeated`] allows. A retried deletion can fail with 404, because the first
/// attempt deleted the resource. A `Retry-After` of more than five minutes ends the call;
/// [`Error::retry_after`](crate::Error::retry_after) has the delay.
///
/// ```
/// # fn main() -> Result<(), atlas_backup::Error> {
/// use atlas_backup::{Client, Credentials, ExponentialBackoff};
/// use std::time::Duration;
/// let client = Client::builder()
///     .credentials(Credentials::bearer("token"))
///     .retry(ExponentialBackoff::default().base(Duration::from_secs(2)).max_attempts(8))
///     .operation_timeout(Duration::from_secs(600))
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct ExponentialBackoff {
    base: Duration,
    cap: Duration,
    max_attempts: u32,
}

/// Maximum delay of `Retry-After` that is waited for. It is longer than any window of the service's rate limits.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(300);

impl Default for ExponentialBackoff {
    fn default() -> Self {
        Self {
            base: Duration::from_secs(1),
            cap: Duration::from_secs(30),
            max_attempts: 5,
        }
    }
}

impl ExponentialBackoff {
    /// Sets the maximum wait after the first failure. The default is one second.
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// Sets the upper bound of the doubled waits. The default is 30 seconds.
    pub fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// Sets the maximum number of attempts, including the first. The default is 5; 1 disables retries.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }
}

impl RetryPolicy for ExponentialBackoff {
    fn decide(&self, failed: &FailedAttempt) -> RetryDecision {
        let floor = failed.failure.retry_after().unwrap_or_default();
        let ended = failed.number >= self.max_attempts || floor > LONGEST_RETRY_AFTER;
        if ended || !failed.may_be_repeated() {
            return RetryDecision::Stop;
        }
        let doublings = failed.number.saturating_sub(1).min(31);
        let longest = self.base.saturating_mul(1 << doublings).min(self.cap);
        // Added to `Retry-After` instead of taking the larger one; otherwise all clients would retry at the same moment.
        let part = Duration::try_from_secs_f64(longest.as_secs_f64() * failed.random);
        RetryDecision::After(floor.saturating_add(part.map_or(longest, |part| part.min(longest))))
    }
}

/// The retry budget of a client, which bounds the extra load on a failing service. The figures are those of the standard
/// mode of the AWS SDKs.
#[derive(Clone)]
pub(crate) struct RetryBudget(Arc<AtomicU32>);

const CAPACITY: u32 = 500;
const RETRY: u32 = 5;
const SUCCESS: u32 = 1;

impl RetryBudget {
    pub(crate) fn full() -> Self {
        Self(Arc::new(AtomicU32::new(CAPACITY)))
    }

    /// Withdraws the cost of a retry; `None` if the budget is exhausted.
    pub(crate) fn pay(&self) -> Option<Payment> {
        let paid = |left: u32| left.checked_sub(RETRY);
        let paid = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, paid);
        paid.ok().map(|_| Payment(Some(self.clone())))
    }

    /// Returns the cost of the last retry after a success, or a small amount if there was no retry.
    pub(crate) fn earn(&self, retried: bool) {
        self.fill(if retried { RETRY } else { SUCCESS });
    }

    fn fill(&self, earned: u32) {
        let filled = |left: u32| (left < CAPACITY).then(|| (left + earned).min(CAPACITY));
        // An error means that the budget is full.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, filled);
    }
}

/// The cost of a retry. It returns to the budget when it is dropped unspent, for example if the call is dropped during the
/// wait.
#[must_use = "a payment that is dropped goes back"]
pub(crate) struct Payment(Option<RetryBudget>);

impl Payment {
    /// Spends the cost: the retry is sent.
    pub(crate) fn spend(mut self) {
        self.0 = None;
    }
}

impl Drop for Payment {
    fn drop(&mut self) {
        if let Some(budget) = &self.0 {
            budget.fill(RETRY);
        }
    }
}

/// A retry that was decided and paid.
pub(crate) struct Retry {
    pub(crate) wait: Duration,
    pub(crate) payment: Payment,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use http::StatusCode;

    fn status(status: u16, retry_after: Option<u64>) -> Failure {
        Failure::Status {
            status: StatusCode::from_u16(status).unwrap(),
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    fn failed(number: u32, failure: Failure, idempotent: bool, random: f64) -> FailedAttempt {
        FailedAttempt {
            number,
            failure,
            idempotent,
            elapsed: Duration::ZERO,
            random,
        }
    }

    #[test]
    fn failures_are_retried_as_documented() {
        let table = [
            (Failure::Connect, true, true),
            (Failure::Timeout, true, false),
            (Failure::Interrupted, true, false),
            (status(429, None), true, true),
            (status(500, None), true, false),
            (status(502, None), true, false),
            (status(503, None), true, false),
            (status(504, None), true, false),
            (status(302, None), false, false),
            (status(400, None), false, false),
            (status(401, None), false, false),
            (status(404, None), false, false),
            (status(408, None), false, false),
            (status(409, None), false, false),
            (status(501, None), false, false),
            (status(599, None), false, false),
        ];
        for (failure, idempotent, other) in table {
            for (nature, repeated) in [(true, idempotent), (false, other)] {
                let failed = failed(1, failure, nature, 0.0);
                let decision = ExponentialBackoff::default().decide(&failed);
                assert_eq!(failed.may_be_repeated(), repeated, "{failed:?}");
                assert_eq!(decision != RetryDecision::Stop, repeated, "{failed:?}");
            }
        }
    }

    #[test]
    fn waits_double_up_to_the_cap_with_full_jitter() {
        let policy = ExponentialBackoff::default().max_attempts(40);
        for (number, random, millis) in [
            (1, 0.0, 0),
            (1, 0.5, 500),
            (1, 1.0, 1_000),
            (2, 0.5, 1_000),
            (3, 0.25, 1_000),
            (5, 1.0, 16_000),
            (6, 1.0, 30_000),
            (39, 1.0, 30_000),
            (39, 0.1, 3_000),
        ] {
            let decision = policy.decide(&failed(number, Failure::Connect, true, random));
            let wait = RetryDecision::After(Duration::from_millis(millis));
            assert_eq!(decision, wait, "attempt {number}, {random}");
        }
        let last = failed(40, Failure::Connect, true, 0.0);
        assert_eq!(policy.decide(&last), RetryDecision::Stop);
    }

    #[test]
    fn an_overflowing_wait_saturates() {
        let policy = ExponentialBackoff::default()
            .base(Duration::MAX)
            .cap(Duration::MAX);
        for random in [1.0, 2.0, f64::NAN, f64::INFINITY, -1.0] {
            let decision = policy.decide(&failed(3, Failure::Connect, true, random));
            assert_eq!(decision, RetryDecision::After(Duration::MAX), "{random}");
        }
    }

    #[test]
    fn retry_after_is_a_floor_and_more_than_five_minutes_ends_the_call() {
        let policy = ExponentialBackoff::default();
        for (asked, random, wait) in [
            (0, 0.0, Some(0)),
            (17, 0.0, Some(17_000)),
            (17, 0.5, Some(17_500)),
            (300, 0.0, Some(300_000)),
            (301, 0.0, None),
            (u64::MAX, 0.5, None),
        ] {
            let decision = policy.decide(&failed(1, status(429, Some(asked)), false, random));
            let wait = wait.map_or(RetryDecision::Stop, |wait| {
                RetryDecision::After(Duration::from_millis(wait))
            });
            assert_eq!(decision, wait, "{asked} s, {random}");
        }
    }

    #[test]
    fn budget_pays_for_a_hundred_retries_and_successes_refill_it() {
        let budget = RetryBudget::full();
        let spend = || budget.pay().map(Payment::spend).is_some();
        assert!((0..100).all(|_| spend()) && !spend());
        budget.earn(true);
        assert!(spend() && !spend());
        (0..5).for_each(|_| budget.earn(false));
        assert!(spend() && !spend());
        (0..9_999).for_each(|_| budget.earn(true));
        assert!((0..100).all(|_| spend()) && !spend());
    }

    #[test]
    fn unspent_payment_returns_to_the_budget() {
        let budget = RetryBudget::full();
        for _ in 0..1_000 {
            assert!(budget.pay().is_some());
        }
    }
}
