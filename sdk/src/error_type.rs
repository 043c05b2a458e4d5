//! The short name of a failure for the attribute `error.type` of spans and metrics.
//!
//! Invariant: the name has no text of the service.
use std::borrow::Cow;

use http::StatusCode;

use crate::error::{Error, ErrorKind};

/// Returns the status of the response, or the kind of failure if there was no response.
pub(crate) fn error_type(error: &Error) -> Cow<'static, str> {
    if let Some(status) = error
        .status()
        .filter(|status| !StatusCode::is_success(status))
    {
        return Cow::Owned(status.as_u16().to_string());
    }
    Cow::Borrowed(match error.kind() {
        ErrorKind::Configuration => "configuration",
        ErrorKind::Credentials => "credentials",
        ErrorKind::InvalidRequest => "invalid_request",
        ErrorKind::Connect => "connect",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Transport => "transport",
        ErrorKind::Api => "api",
        ErrorKind::Decode => "decode",
        ErrorKind::Pagination => "pagination",
    })
}
