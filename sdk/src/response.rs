//! A successful answer: the decoded body with its status and headers.
//!
//! Must never interpret a header it does not name.
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// A decoded body together with what came around it.
#[derive(Debug, Clone)]
pub struct Response<T> {
    status: StatusCode,
    headers: HeaderMap,
    body: T,
}

impl<T> Response<T> {
    pub(crate) fn new(answer: http::Response<Bytes>, body: T) -> Self {
        let (parts, _) = answer.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The HTTP status; with `envelope=true` the one inside the envelope.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// How many calls are left, from `RateLimit-Limit` and `RateLimit-Remaining`.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::read(&self.headers)
    }

    /// When this version of the operation was deprecated: the text of `Deprecation`, which the
    /// service does not write in a strict date format.
    #[must_use]
    pub fn deprecation(&self) -> Option<&str> {
        text(&self.headers, "deprecation")
    }

    /// When this version of the operation ends: the text of `Sunset`.
    #[must_use]
    pub fn sunset(&self) -> Option<&str> {
        text(&self.headers, "sunset")
    }

    /// The decoded body.
    #[must_use]
    pub fn body(&self) -> &T {
        &self.body
    }

    /// The decoded body, owned.
    #[must_use]
    pub fn into_body(self) -> T {
        self.body
    }
}

/// The state of the rate limit that a call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many calls the limit allows.
    pub limit: u64,
    /// How many of them are left.
    pub remaining: u64,
}

impl RateLimit {
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let number = |name| text(headers, name)?.trim().parse().ok();
        Some(Self {
            limit: number("ratelimit-limit")?,
            remaining: number("ratelimit-remaining")?,
        })
    }
}

/// How long an answer asks to wait (RFC 9110 section 10.2.3). A date counts from the answer's own `Date`, or without
/// one from `date`.
pub(crate) fn retry_after(headers: &HeaderMap, date: Option<Timestamp>) -> Option<Duration> {
    let after = text(headers, header::RETRY_AFTER.as_str())?.trim();
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let from = text(headers, header::DATE.as_str()).and_then(http_date);
    let wait = http_date(after)?.duration_since(from.or(date)?);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

/// A date as HTTP writes it, with a day of one digit too, and whatever weekday it claims.
fn http_date(text: &str) -> Option<Timestamp> {
    let parser = DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(text).ok()
}

pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
