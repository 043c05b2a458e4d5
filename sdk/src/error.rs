//! The error type of all calls: the operation, the response of the service, and the sort of failure.
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
/// Displays as one line: the operation, the status, the service's code and its description. Without a response, the
/// line has the host, the number of attempts and the elapsed time. After a 401, it has the reason why the credentials
/// were refused.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    answer: Option<Answered>,
    /// The service's description of the failure, or the client's if there is no response.
    said: body::Said,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    attempts: u32,
    /// The purpose of the call, such as a wait.
    context: Option<String>,
    /// The host and the time of all attempts, for failures without a response.
    unreached: Option<(String, Duration)>,
    /// The reason why the credentials were refused, after a 401.
    refusal: Option<String>,
    /// True if this request was not sent, because a request that it waited for failed.
    unsent: bool,
}

#[derive(Clone)]
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The sort of failure, which decides what the caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration of the client is invalid, or its transport cannot be set up.
    Configuration,
    /// Credentials are missing or invalid, or the token endpoint refused them.
    Credentials,
    /// The request breaks a rule; it was not sent. See [`Error::violations`].
    InvalidRequest,
    /// There was no connection. The service did not receive the request.
    Connect,
    /// There was no response in time. The service may have acted on the request.
    Timeout,
    /// The connection was lost during the exchange. The service may have acted on the request.
    Transport,
    /// The response has the status of a failure. See [`Error::status`] and [`Error::error_code`].
    Api,
    /// The response cannot be decoded, or is too large.
    Decode,
    /// The link to the next page cannot be followed.
    Pagination,
}

impl Error {
    /// Returns the sort of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the operation that was called; `None` if the failure belongs to no call.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// Returns the status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// Returns the headers of the response, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.answer.as_ref().map(|answer| &answer.headers)
    }

    /// Returns the body of the response as text. Invalid UTF-8 becomes replacement characters.
    ///
    /// The body can contain secrets, such as a download URL. Do not log it.
    #[must_use]
    pub fn raw_body(&self) -> Option<Cow<'_, str>> {
        self.0
            .answer
            .as_ref()
            .map(|answer| String::from_utf8_lossy(&answer.body))
    }

    /// Returns the service's code: `errorCode` of the body, or else the header `X-Error-Code`.
    ///
    /// For a refused token request, it is the OAuth `error` (RFC 6749 section 5.2), such as `invalid_client`.
    #[must_use]
    pub fn error_code(&self) -> Option<&AtlasErrorCode> {
        self.0.said.code.as_ref()
    }

    /// Returns the service's description of the failure (`detail`, or the OAuth `error_description`).
    ///
    /// The text is unchanged: it can contain control characters and URLs, which `Display` replaces.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.said.detail.as_deref()
    }

    /// Returns the service's name of the status (`reason`), such as `Not Found`.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.0.said.reason.as_deref()
    }

    /// Returns the values that the description was made from (`parameters`): strings, numbers, objects and nulls.
    #[must_use]
    pub fn parameters(&self) -> &[Value] {
        &self.0.said.parameters
    }

    /// Returns the invalid fields, as found by the client before sending or by the service.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.0.said.violations
    }

    /// Returns the delay of the header `Retry-After`. A date counts from the `Date` of the response.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers()?, None)
    }

    /// Returns the number of attempts that the call made; 0 if no request was sent.
    ///
    /// If a response cannot be decoded or the link of a page cannot be followed, it is the number up to that response.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the host that the call was sent to, with the port if it is not the default.
    ///
    /// Only failures without a response have it.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        let (host, _) = self.0.unreached.as_ref()?;
        Some(host)
    }

    /// Returns the time from the start of the first attempt to the end of the last one.
    ///
    /// Only failures without a response have it.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        let (_, elapsed) = self.0.unreached.as_ref()?;
        Some(*elapsed)
    }

    /// Returns true if the same call can be retried and may then succeed.
    ///
    /// The failure must be transient, and either the service did not act on the request or the operation is idempotent.
    /// [`Failure`](crate::Failure) has the table.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let idempotent = self
            .0
            .operation
            .is_some_and(|operation| operation.idempotent);
        self.failure(None)
            .is_some_and(|failure| failure.may_be_repeated(idempotent))
    }

    /// Returns the state of the rate limit: see [`Response::rate_limit`](crate::Response::rate_limit).
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::read(self.headers()?)
    }

    /// Returns true if the resource does not exist (404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Returns true if there were too many calls (429).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns true if the credentials were refused (401).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Returns true if the state of the resource does not allow the operation (409).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// Returns true if the service account has reached its limit of active access tokens (100).
    ///
    /// [`Client::revoke_token`] revokes a token. A [`TokenStore`](crate::TokenStore) shares one token among processes.
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
