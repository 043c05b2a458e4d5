//! The interceptors of one call, and the totals that they receive.
//!
//! Invariant: the calls of a client without interceptors have no `Hooks`, so they cost one check only.
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::ambient::Clock;
use crate::error::Error;
use crate::interceptor::{Attempt, Interceptor, Outcome, RequestHeaders};
use crate::operation::Operation;
use crate::success::Success;

/// The interceptors of a client, in the order in which they were added.
pub(crate) type Interceptors = Arc<[Arc<dyn Interceptor>]>;

pub(crate) struct Hooks {
    interceptors: Interceptors,
    clock: Arc<dyn Clock>,
    attempt: Attempt,
    call: Totals,
    last: Totals,
}

/// The start of an attempt or a call, and the bytes of its bodies.
#[derive(Clone, Copy)]
struct Totals {
    began: Instant,
    sent: u64,
    received: u64,
}

impl Totals {
    fn since(began: Instant) -> Self {
        Self {
            began,
            sent: 0,
            received: 0,
        }
    }
}

impl Hooks {
    /// Creates the hooks of a call; `None` if there are no interceptors.
    pub(crate) fn of(
        interceptors: &Interceptors,
        clock: &Arc<dyn Clock>,
        operation: &'static Operation,
    ) -> Option<Box<Self>> {
        if interceptors.is_empty() {
            return None;
        }
        let now = Totals::since(clock.now());
        Some(Box::new(Self {
            interceptors: interceptors.clone(),
            clock: clock.clone(),
            attempt: Attempt {
                operation,
                number: 0,
            },
            call: now,
            last: now,
        }))
    }

    pub(crate) fn before_attempt(&mut self, request: &mut http::Request<Bytes>) {
        self.attempt.number += 1;
        self.last = Totals::since(self.clock.now());
        self.last.sent = request.body().len() as u64;
        self.call.sent += self.last.sent;
        for interceptor in &*self.interceptors {
            let mut headers = RequestHeaders(request.headers_mut());
            interceptor.before_attempt(&self.attempt, &mut headers);
        }
    }

    pub(crate) fn after_attempt(&mut self, outcome: &Result<Success, Error>) {
        self.last.received = match outcome {
            Ok(success) => success.answer.body().len(),
            Err(error) => error.body_len(),
        } as u64;
        self.call.received += self.last.received;
        let outcome = self.outcome(outcome, self.last);
        for interceptor in &*self.interceptors {
            interceptor.after_attempt(&self.attempt, &outcome);
        }
    }

    pub(crate) fn before_retry(&self, wait: Duration) {
        for interceptor in &*self.interceptors {
            interceptor.before_retry(&self.attempt, wait);
        }
    }

    pub(crate) fn after_call(&self, outcome: &Result<Success, Error>) {
        let outcome = self.outcome(outcome, self.call);
        for interceptor in &*self.interceptors {
            interceptor.after_call(self.attempt.operation, &outcome);
        }
    }

    fn outcome<'a>(&self, outcome: &'a Result<Success, Error>, totals: Totals) -> Outcome<'a> {
        let (status, headers, error) = match outcome {
            Ok(Success { answer, .. }) => (Some(answer.status()), Some(answer.headers()), None),
            Err(error) => (error.status(), error.headers(), Some(error)),
        };
        Outcome {
            status,
            headers,
            error,
            attempts: self.attempt.number,
            duration: self.clock.now().saturating_duration_since(totals.began),
            sent_bytes: totals.sent,
            received_bytes: totals.received,
        }
    }
}
