//! The one error type: what was tried, what the service said, and what the caller can do with it.
//!
//! Invariant: neither `Display`, `Debug` nor the source chain shows a body, a header or more of an address than its host.
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::error_code::AtlasErrorCode;
use crate::failure::Failure;
use crate::missing_field::MissingField;
use crate::operation::Operation;
use crate::printable::Printable;
use crate::provider_error::ProviderError;
use crate::response::{RateLimit, retry_after};
use crate::transport_error::TransportError;
use crate::violations::Violation;

mod body;
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
    /// The client was put together wrongly.
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

    fn new(kind: ErrorKind, operation: Option<&'static Operation>, said: body::Said) -> Self {
        Self(Box::new(Inner {
            kind,
            operation,
            answer: None,
            said,
            source: None,
            attempts: 0,
            context: None,
            unreached: None,
            refusal: None,
            unsent: false,
        }))
    }

    /// The same failure, as that of a call that waited for the request that failed and was not sent itself.
    pub(crate) fn unsent(mut self, operation: &'static Operation) -> Self {
        self.0.operation = Some(operation);
        self.0.unsent = true;
        self
    }

    /// How the attempt failed; `None` if nobody was asked, or the answer is at fault. What the service asks to wait counts
    /// from its answer's own date, or without one from `date`.
    pub(crate) fn failure(&self, date: Option<Timestamp>) -> Option<Failure> {
        match self.0.kind {
            ErrorKind::Connect if self.is_untrusted() => None,
            _ if self.0.unsent => Some(Failure::Connect),
            ErrorKind::Connect => Some(Failure::Connect),
            ErrorKind::Timeout => Some(Failure::Timeout),
            ErrorKind::Transport => Some(Failure::Interrupted),
            ErrorKind::Api | ErrorKind::Credentials => Some(Failure::Status {
                status: self.status()?,
                retry_after: retry_after(self.headers()?, date),
            }),
            _ => None,
        }
    }

    /// Whether a certificate was refused, as it would be again.
    fn is_untrusted(&self) -> bool {
        let cause = self.0.source.as_deref();
        cause
            .is_some_and(|cause| matches!(cause.downcast_ref(), Some(TransportError::Untrusted(_))))
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// The same failure, after these attempts at `host`.
    pub(crate) fn at(
        mut self,
        host: impl FnOnce() -> String,
        attempts: u32,
        elapsed: Duration,
    ) -> Self {
        if self.0.source.is_some() {
            self.0.unreached = Some((host(), elapsed));
        }
        self.after(attempts)
    }

    /// The same failure, of a call that was made for something larger.
    pub(crate) fn during(mut self, context: String) -> Self {
        self.0.context = Some(context);
        self
    }

    /// The same failure, with the reason why the credentials did not do.
    pub(crate) fn refused_for(mut self, why: Option<String>) -> Self {
        self.0.refusal = why;
        self
    }

    pub(crate) fn configuration(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, None, body::Said::sentence(what))
    }

    pub(crate) fn credentials(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credentials, None, body::Said::sentence(what))
    }

    /// The failure of a call that waited for its credentials and was not sent.
    pub(crate) fn provider(operation: &'static Operation, cause: Arc<ProviderError>) -> Self {
        let said = body::Said::sentence(cause.to_string());
        let mut error = Self::new(ErrorKind::Credentials, Some(operation), said);
        error.0.unsent = matches!(*cause, ProviderError::Unavailable(_));
        error.0.source = Some(cause);
        error
    }

    pub(crate) fn invalid_request(
        operation: &'static Operation,
        violations: Vec<Violation>,
    ) -> Self {
        let said = body::Said {
            violations,
            ..body::Said::default()
        };
        Self::new(ErrorKind::InvalidRequest, Some(operation), said)
    }

    pub(crate) fn unsendable(operation: &'static Operation, what: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::InvalidRequest,
            Some(operation),
            body::Said::sentence(what),
        )
    }

    pub(crate) fn pagination(operation: &'static Operation, what: impl Into<String>) -> Self {
        Self::new(
            ErrorKind::Pagination,
            Some(operation),
            body::Said::sentence(what),
        )
    }

    pub(crate) fn transport(operation: &'static Operation, cause: TransportError) -> Self {
        let kind = match cause {
            TransportError::Connect(_) | TransportError::Untrusted(_) => ErrorKind::Connect,
            TransportError::Timeout(_) => ErrorKind::Timeout,
            TransportError::Interrupted(_) => ErrorKind::Transport,
            TransportError::Unacceptable(_) => ErrorKind::Decode,
        };
        let mut error = Self::new(
            kind,
            Some(operation),
            body::Said::sentence(cause.to_string()),
        );
        error.0.source = Some(Arc::new(cause));
        error
    }

    pub(crate) fn api(operation: &'static Operation, answer: http::Response<Bytes>) -> Self {
        let said = body::Said::read(answer.headers(), answer.body());
        let mut error = Self::new(ErrorKind::Api, Some(operation), said);
        error.0.answer = Some(answer.into());
        error
    }

    /// The token endpoint's refusal: an answer like any other, but about the credentials.
    pub(crate) fn refused_credentials(
        operation: &'static Operation,
        answer: http::Response<Bytes>,
    ) -> Self {
        let mut error = Self::api(operation, answer);
        error.0.kind = ErrorKind::Credentials;
        error
    }

    pub(crate) fn decode(
        operation: &'static Operation,
        answer: http::Response<Bytes>,
        cause: &serde_json::Error,
    ) -> Self {
        // serde quotes the value it stumbled over, and a value may be a download address.
        let cause = cause.to_string();
        let said =
            body::Said::sentence(format!("the answer cannot be read: {}", Printable(&cause)));
        let mut error = Self::new(ErrorKind::Decode, Some(operation), said);
        error.0.answer = Some(answer.into());
        error
    }
}

impl From<MissingField> for Error {
    fn from(missing: MissingField) -> Self {
        let said = body::Said::sentence(missing.to_string());
        Self::new(ErrorKind::Decode, None, said)
    }
}

impl From<http::Response<Bytes>> for Answered {
    fn from(answer: http::Response<Bytes>) -> Self {
        let (parts, body) = answer.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

/// How many violations are displayed.
const MOST_VIOLATIONS: usize = 10;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = &self.0.said;
        if let Some(context) = &self.0.context {
            write!(f, "{context}: ")?;
        }
        if let Some(operation) = self.0.operation {
            let outcome = if self.0.kind == ErrorKind::InvalidRequest {
                "was not sent"
            } else {
                "failed"
            };
            write!(f, "{} {} {outcome}: ", operation.method, operation.id)?;
        }
        if let Some(status) = self.status() {
            write!(f, "{}", status.as_u16())?;
            if let Some(code) = &said.code {
                write!(f, " {code}")?;
            }
            f.write_str(": ")?;
        }
        let status = self.status().and_then(|status| status.canonical_reason());
        let mut joint = "";
        if let Some(text) = said.detail.as_deref().or(said.reason.as_deref()) {
            write!(f, "{}", Printable(text))?;
            joint = "; ";
        } else if said.violations.is_empty() {
            f.write_str(status.unwrap_or("no reason given"))?;
        }
        for violation in said.violations.iter().take(MOST_VIOLATIONS) {
            write!(f, "{joint}{violation}")?;
            joint = "; ";
        }
        let more = said.violations.len().saturating_sub(MOST_VIOLATIONS);
        if more > 0 {
            write!(f, "; and {more} more")?;
        }
        if let Some((host, elapsed)) = &self.0.unreached {
            let (attempts, host) = (self.0.attempts, Printable(host));
            let times = if attempts == 1 { "attempt" } else { "attempts" };
            write!(f, " ({host}, {attempts} {times} in {elapsed:.1?})")?;
        }
        match &self.0.refusal {
            Some(why) => write!(f, "; {why}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &format_args!("{self}"))
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}
