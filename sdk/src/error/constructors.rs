//! Constructors of errors, and the details that parts of the runtime add to an error.
//!
//! Invariant: an error has no value that serde quotes, because the value can be a download URL.
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::{Answered, Error, ErrorKind, Inner, body};
use crate::failure::Failure;
use crate::missing_field::MissingField;
use crate::operation::Operation;
use crate::printable::Printable;
use crate::provider_error::ProviderError;
use crate::response::retry_after;
use crate::transport_error::TransportError;
use crate::violations::Violation;

impl Error {
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

    /// Converts the error into one of a call that was not sent, because the request that it waited for failed.
    pub(crate) fn unsent(mut self, operation: &'static Operation) -> Self {
        self.0.operation = Some(operation);
        self.0.unsent = true;
        self
    }

    /// Classifies the failure of the attempt; `None` if no request was sent or the response is invalid.
    ///
    /// A date in `Retry-After` counts from the `Date` of the response, or from `date` if the response has none.
    pub(crate) fn failure(&self, date: Option<Timestamp>) -> Option<Failure> {
        match self.0.kind {
            ErrorKind::Connect if self.is_untrusted() => None,
            ErrorKind::Configuration => None,
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

    /// Returns true if a certificate was refused. A retry would fail in the same way.
    fn is_untrusted(&self) -> bool {
        let cause = self.0.source.as_deref();
        cause
            .is_some_and(|cause| matches!(cause.downcast_ref(), Some(TransportError::Untrusted(_))))
    }

    /// Returns the size of the response body in bytes; 0 if there was no response.
    pub(crate) fn body_len(&self) -> usize {
        self.0.answer.as_ref().map_or(0, |answer| answer.body.len())
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Adds the number of attempts and, if there was no response, the host and the elapsed time.
    pub(crate) fn at(
        mut self,
        host: impl FnOnce() -> String,
        attempts: u32,
        elapsed: Duration,
    ) -> Self {
        let is_unanswered = matches!(
            self.0.kind,
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport
        );
        if is_unanswered {
            self.0.unreached = Some((host(), elapsed));
        }
        self.after(attempts)
    }

    /// Adds the purpose of the call, such as a wait.
    pub(crate) fn during(mut self, context: String) -> Self {
        self.0.context = Some(context);
        self
    }

    /// Adds the reason why the credentials were refused.
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

    /// Creates the error of a call that was not sent, because the provider gave no credentials.
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
            TransportError::Configuration(_) => ErrorKind::Configuration,
        };
        let said = match &cause {
            // Only the cause has the action to take.
            TransportError::Configuration(reason) => format!("{cause}: {reason}"),
            _ => cause.to_string(),
        };
        let mut error = Self::new(kind, Some(operation), body::Said::sentence(said));
        error.0.source = Some(Arc::new(cause));
        error
    }

    pub(crate) fn api(operation: &'static Operation, answer: http::Response<Bytes>) -> Self {
        let said = body::Said::read(answer.headers(), answer.body());
        let mut error = Self::new(ErrorKind::Api, Some(operation), said);
        error.0.answer = Some(answer.into());
        error
    }

    /// Creates the error of a token request that the endpoint refused.
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
        // serde quotes the invalid value, which can be a download URL. `Printable` removes URLs.
        let cause = cause.to_string();
        let said = body::Said::sentence(format!(
            "the response cannot be decoded: {}",
            Printable(&cause)
        ));
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
