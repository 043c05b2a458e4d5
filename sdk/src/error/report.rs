//! Serialization of errors for structured logs, with the same content as `Display`.
//!
//! Invariant: the fields have no body and no header, and of a URL only the host.
use std::fmt;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::{Error, ErrorKind};

impl ErrorKind {
    /// Returns the name of the kind, such as `invalid_request`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Credentials => "credentials",
            Self::InvalidRequest => "invalid_request",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Transport => "transport",
            Self::Api => "api",
            Self::Decode => "decode",
            Self::Pagination => "pagination",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl AsRef<str> for ErrorKind {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Serialize for ErrorKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Writes `kind`, `message` (the text of `Display`), `attempts` and `retryable`. The fields `operation`, `status`,
/// `errorCode`, `host` and `elapsedSeconds` are optional. No body, header or secret is written.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", &self.kind())?;
        map.serialize_entry("message", &self.to_string())?;
        map.serialize_entry("attempts", &self.attempts())?;
        map.serialize_entry("retryable", &self.is_retryable())?;
        if let Some(operation) = self.operation() {
            map.serialize_entry("operation", operation.id)?;
        }
        if let Some(status) = self.status() {
            map.serialize_entry("status", &status.as_u16())?;
        }
        if let Some(code) = self.error_code() {
            // `Display` escapes control characters: a proxy can have written the code.
            map.serialize_entry("errorCode", &code.to_string())?;
        }
        if let Some(host) = self.host() {
            map.serialize_entry("host", host)?;
        }
        if let Some(elapsed) = self.elapsed() {
            map.serialize_entry("elapsedSeconds", &elapsed.as_secs_f64())?;
        }
        map.end()
    }
}
