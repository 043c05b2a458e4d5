//! The one error type: what was tried, what the service said, and what the caller can do with it.
//!
//! Invariant: neither `Display`, `Debug` nor the source chain shows a body, a header or more of an address than its host.
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::error_code::AtlasErrorCode;
use crate::operation::Operation;
use crate::response::{RateLimit, retry_after};
use crate::violations::Violation;

mod body;
mod constructors;
mod display;
mod report;

/// A call that did not succeed.
///
/// Displays as one line: what was tried, the status, the service's code and its sentence. Without a response, the line has
/// the host, the number of attempts and the time they took; a 401 says why the credentials did not do.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    answer: Option<Answered>,
    /// What the service said, or what went wrong here.
    said: body::Said,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    attempts: u32,
    /// What the call was made for, such as a wait.
    context: Option<String>,
    /// Where the service was to be, and the time of all attempts; of failures without a response.
    unreached: Option<(String, Duration)>,
    /// Why the credentials did not do, of a 401.
    refusal: Option<String>,
    /// Whether it is another request that failed, which this one waited for.
    unsent: bool,
}

#[derive(Clone)]
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// What sort of failure it is, which decides what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was put together wrongly, or its transport cannot be set up.
    Configuration,
    /// Credentials are missing or unusable, or the token endpoint refused them.
    Credentials,
    /// The request breaks a rule; it was not sent. See [`Error::violations`].
    InvalidRequest,
    /// No connection: the service certainly did not see the request.
    Connect,
    /// No answer in time: the service may have acted on the request.
    Timeout,
    /// The exchange broke off: the service may have acted on the request.
    Transport,
    /// The service answered with a failure. See [`Error::status`] and [`Error::error_code`].
    Api,
    /// The service answered, but in a shape that cannot be read, or too much.
    Decode,
    /// A page's link to the next one cannot be followed.
    Pagination,
}

impl Error {
    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that was called; `None` before any was.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The headers of the answer, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.answer.as_ref().map(|answer| &answer.headers)
    }

    /// The body of the answer as text, with replacement characters where it is none. May hold
    /// secrets, such as a download address: do not log it unread.
    #[must_use]
    pub fn raw_body(&self) -> Option<Cow<'_, str>> {
        self.0
            .answer
            .as_ref()
            .map(|answer| String::from_utf8_lossy(&answer.body))
    }

    /// The service's code: `errorCode` of the body, else the `X-Error-Code` header. For a refused
    /// token request the OAuth `error` (RFC 6749 section 5.2), such as `invalid_client`.
    #[must_use]
    pub fn error_code(&self) -> Option<&AtlasErrorCode> {
        self.0.said.code.as_ref()
    }

    /// The service's sentence about this failure (`detail`, or the OAuth `error_description`), as it came: it may hold
    /// control characters and addresses, which the display of the error does not.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.said.detail.as_deref()
    }

    /// The service's name of the status (`reason`), such as `Not Found`.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.0.said.reason.as_deref()
    }

    /// What the sentence was made from (`parameters`); strings, numbers, objects and nulls occur.
    #[must_use]
    pub fn parameters(&self) -> &[Value] {
        &self.0.said.parameters
    }

    /// The fields that were refused, here before sending or by the service.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.0.said.violations
    }

    /// How long the service asks to wait (`Retry-After`, as seconds or, counted from the answer's
    /// own `Date`, as a date).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers()?, None)
    }

    /// How many attempts the call made; 0 if it failed before it made any, so that nothing was sent. For a response that
    /// cannot be decoded and for a page's link that cannot be followed, the attempts up to that response.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The host and, if it is not the default, the port that the call was sent to. Only failures without a response have it.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        let (host, _) = self.0.unreached.as_ref()?;
        Some(host)
    }

    /// The time from the first attempt to the end of the last one. Only failures without a response have it.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        let (_, elapsed) = self.0.unreached.as_ref()?;
        Some(*elapsed)
    }

    /// Whether the same call may be made again, and can then succeed: the failure could pass, and either the
    /// service certainly did not act on the request or the operation is idempotent. See
    /// [`Failure`](crate::Failure) for the table.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let idempotent = self
            .0
            .operation
            .is_some_and(|operation| operation.idempotent);
        self.failure(None)
            .is_some_and(|failure| failure.may_be_repeated(idempotent))
    }

    /// The state of the rate limit, as [`Response::rate_limit`](crate::Response::rate_limit) has it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::read(self.headers()?)
    }

    /// Whether the service knows no such thing (404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether there were too many calls (429).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the credentials were refused (401).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether the state of the resource forbids it (409).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// Whether the service account has as many active access tokens as it may have (100). [`Client::revoke_token`] gives
    /// one back; a [`TokenStore`](crate::TokenStore) shares one among processes.
    ///
    /// [`Client::revoke_token`]: crate::Client::revoke_token
    #[must_use]
    pub fn is_token_limit(&self) -> bool {
        self.0.kind == ErrorKind::Credentials
            && self.status() == Some(StatusCode::FORBIDDEN)
            && self
                .error_code()
                .is_some_and(|code| *code == "access_denied")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}
