//! The kinds of failed attempts, and the table of the requests that may be repeated.
//!
//! Invariant: this module does not decide about a retry or its time. The retry policy does.
use std::time::Duration;

use http::StatusCode;

/// The failure of an attempt, classified by its effect on the service.
///
/// | Failure | The service acted on the request | Retried |
/// |---|---|---|
/// | no connection (TCP or TLS) | no | every operation |
/// | a certificate was refused | no | never |
/// | 429 Too Many Requests | no | every operation |
/// | 500, 502, 503, 504 | perhaps | idempotent operations |
/// | no response in time | perhaps | idempotent operations |
/// | connection lost during the exchange | perhaps | idempotent operations |
/// | successful response that cannot be decoded, if the call has an idempotency key | perhaps | after a look-up |
/// | any other status | the result is final | never |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// There was no connection.
    Connect,
    /// There was no response in time.
    Timeout,
    /// The connection was lost during the exchange.
    Interrupted,
    /// A successful response cannot be decoded. Only calls with an
    /// [idempotency key](crate::Call::idempotency_key) are retried after it.
    Unreadable,
    /// The response has the status of a failure.
    Status {
        /// The status.
        status: StatusCode,
        /// The delay of `Retry-After` (RFC 9110 section 10.2.3), if the response has one.
        retry_after: Option<Duration>,
    },
}

/// The statuses of transient failures, each with its effect on the service.
const PASSING: [(StatusCode, Acted); 5] = [
    (StatusCode::TOO_MANY_REQUESTS, Acted::No),
    (StatusCode::INTERNAL_SERVER_ERROR, Acted::Perhaps),
    (StatusCode::BAD_GATEWAY, Acted::Perhaps),
    (StatusCode::SERVICE_UNAVAILABLE, Acted::Perhaps),
    (StatusCode::GATEWAY_TIMEOUT, Acted::Perhaps),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Acted {
    No,
    Perhaps,
}

impl Failure {
    /// Returns true if the service may have acted on the request.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.acted() == Some(Acted::Perhaps)
    }

    pub(crate) fn may_be_repeated(&self, idempotent: bool) -> bool {
        match self.acted() {
            Some(Acted::No) => true,
            Some(Acted::Perhaps) => idempotent,
            None => false,
        }
    }

    /// Returns the delay of `Retry-After`.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Returns `None` if a retry would fail in the same way.
    fn acted(&self) -> Option<Acted> {
        match self {
            Self::Connect => Some(Acted::No),
            Self::Timeout | Self::Interrupted | Self::Unreadable => Some(Acted::Perhaps),
            Self::Status { status, .. } => PASSING
                .iter()
                .find_map(|(passing, acted)| (passing == status).then_some(*acted)),
        }
    }
}
