//! How an attempt failed, and the one table of what may be sent again.
//!
//! Must never decide when, or whether it is worth it: that is a retry policy's business.
use std::time::Duration;

use http::StatusCode;

/// How an attempt failed, by what it tells about whether the service acted on the request.
///
/// | Failure | The service acted | Sent again |
/// |---|---|---|
/// | no connection (TCP or TLS) | no | every operation |
/// | a certificate was refused | no | never |
/// | 429 Too Many Requests | no | every operation |
/// | 500, 502, 503, 504 | perhaps | idempotent operations |
/// | no answer in time | perhaps | idempotent operations |
/// | the exchange broke off | perhaps | idempotent operations |
/// | a success that cannot be read, of a call with an idempotency key | perhaps | after a look-up |
/// | any other status | it decided | never |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// No connection came about.
    Connect,
    /// No answer in time.
    Timeout,
    /// The exchange broke off.
    Interrupted,
    /// The service answered with a success that cannot be read. Only calls with an
    /// [idempotency key](crate::Call::idempotency_key) are retried after it.
    Unreadable,
    /// The service answered with a failure.
    Status {
        /// The status.
        status: StatusCode,
        /// How long it asks to wait (RFC 9110 section 10.2.3), if it does.
        retry_after: Option<Duration>,
    },
}

/// Whether the service acted on a request whose status could pass.
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
    /// Whether the service may have acted on the request, for all that is known.
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

    /// How long the service asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// `None` for a status that would be the same again.
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
