//! Whether a failed attempt is made again: a pure decision, and the budget it is paid from.
//!
//! Must never wait, send, or read a clock or chance: what a decision depends on is given.
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::failure::Failure;

/// Decides whether a failed attempt is made again, and when.
///
/// It is asked after every failure, of any kind that could pass. A 401 challenge that is answered and a token
/// that is renewed are part of an attempt and no failures. After a policy says [`RetryDecision::After`], the
/// client may still stop: when its operation timeout would end during the wait, or when its retry budget is used up.
///
/// A policy that sends operations again which are not idempotent makes things happen twice:
/// [`FailedAttempt::may_be_repeated`] is the rule the default policy goes by.
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
    /// The decision. Must depend on nothing but `failed`, so that it can be tested and repeated.
    fn decide(&self, failed: &FailedAttempt) -> RetryDecision;
}

/// What a retry policy is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FailedAttempt {
    /// Which attempt failed, counted from 1.
    pub number: u32,
    /// How it failed.
    pub failure: Failure,
    /// Whether the operation may be sent twice with the effect of once: its own nature
    /// ([`Operation::idempotent`](crate::Operation::idempotent)), or an idempotency key.
    pub idempotent: bool,
    /// The time since the first attempt began.
    pub elapsed: Duration,
    /// Chance: from 0 up to, but not including, 1.
    pub random: f64,
}

impl FailedAttempt {
    /// Whether sending the request again can help and cannot do harm: the service certainly did not act, or may
    /// have, on an operation that is idempotent.
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        self.failure.may_be_repeated(self.idempotent)
    }
}

/// What a retry policy decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryDecision {
    /// The failure stands.
    Stop,
    /// Another attempt, after this wait.
    After(Duration),
}

/// The default policy: waits that double, each a random part of its longest (full jitter), on top of what the
/// service asks for in `Retry-After`.
///
/// Repeats what [`FailedAttempt::may_be_repeated`] allows. A deletion that is repeated may be told 404, for the first
/// attempt did it. A `Retry-After` of more than five minutes is not waited
/// for: the failure stands, and [`Error::retry_after`](crate::Error::retry_after) tells the caller.
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

/// Longer than any window of the service's rate limits; what asks for more is no matter of a retry.
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
    /// The longest wait after the first failure; one second by default.
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// What the doubled waits stop growing at; 30 seconds by default.
    pub fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// How many attempts are made in all, the first included; 5 by default. With 1 nothing is ever repeated.
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
        // Added to the floor, not the larger of both: or all who were told the same moment would come at it.
        let part = Duration::try_from_secs_f64(longest.as_secs_f64() * failed.random);
        RetryDecision::After(floor.saturating_add(part.map_or(longest, |part| part.min(longest))))
    }
}

/// What all retries of a client are paid from, so that a service in trouble is not burdened by every caller's
/// full number of attempts. The figures are those of the AWS SDKs' standard mode.
#[derive(Clone)]
pub(crate) struct RetryBudget(Arc<AtomicU32>);

const CAPACITY: u32 = 500;
const RETRY: u32 = 5;
const SUCCESS: u32 = 1;

impl RetryBudget {
    pub(crate) fn full() -> Self {
        Self(Arc::new(AtomicU32::new(CAPACITY)))
    }

    /// The payment for a retry, if there was enough left for one.
    pub(crate) fn pay(&self) -> Option<Payment> {
        let paid = |left: u32| left.checked_sub(RETRY);
        let paid = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, paid);
        paid.ok().map(|_| Payment(Some(self.clone())))
    }

    /// A success gives back what its last retry cost, or a little if it took none.
    pub(crate) fn earn(&self, retried: bool) {
        self.fill(if retried { RETRY } else { SUCCESS });
    }

    fn fill(&self, earned: u32) {
        let filled = |left: u32| (left < CAPACITY).then(|| (left + earned).min(CAPACITY));
        // An error says that it was full.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, filled);
    }
}

/// The payment for a retry. It goes back to the budget unless it is spent: a call that is dropped during the wait, or
/// ends for another reason, has made no retry.
#[must_use = "a payment that is dropped goes back"]
pub(crate) struct Payment(Option<RetryBudget>);

impl Payment {
    /// The retry is being made.
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

/// A retry that was decided on and paid for.
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
    fn what_is_repeated_is_the_documented_table() {
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
    fn waits_double_up_to_the_cap_and_chance_takes_any_part_of_them() {
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
    fn a_wait_without_measure_is_not_too_much() {
        let policy = ExponentialBackoff::default()
            .base(Duration::MAX)
            .cap(Duration::MAX);
        for random in [1.0, 2.0, f64::NAN, f64::INFINITY, -1.0] {
            let decision = policy.decide(&failed(3, Failure::Connect, true, random));
            assert_eq!(decision, RetryDecision::After(Duration::MAX), "{random}");
        }
    }

    #[test]
    fn retry_after_is_a_floor_and_one_beyond_reason_ends_it() {
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
    fn a_budget_pays_a_hundred_retries_and_successes_refill_it() {
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
    fn a_payment_that_is_not_spent_goes_back() {
        let budget = RetryBudget::full();
        for _ in 0..1_000 {
            assert!(budget.pay().is_some());
        }
    }
}
