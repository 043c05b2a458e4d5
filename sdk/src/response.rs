//! Successful responses: the decoded body with status and headers.
use std::time::Duration;

use http::{HeaderMap, HeaderName, StatusCode, header};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

/// A decoded body with status and headers.
#[derive(Debug, Clone)]
pub struct Response<T> {
    status: StatusCode,
    headers: HeaderMap,
    body: T,
}

impl<T> Response<T> {
    pub(crate) fn new<B>(answer: http::Response<B>, body: T) -> Self {
        let (parts, _) = answer.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// Returns the HTTP status; with `envelope=true`, the status of the envelope.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns all headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the rate limit of the headers `RateLimit-Limit` and `RateLimit-Remaining`.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::read(&self.headers)
    }

    /// Returns true if the response has a `Deprecation` or `Sunset` header, with any date.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        is_deprecated(&self.headers)
    }

    /// Returns the date of the `Deprecation` header, in the format of RFC 9745 or as an HTTP date, which the service sends.
    /// `None` if it is absent or invalid.
    #[must_use]
    pub fn deprecation(&self) -> Option<Timestamp> {
        deprecation(&self.headers)
    }

    /// Returns the date of the `Sunset` header (RFC 8594), when this version of the operation ends. `None` if it is absent
    /// or invalid.
    #[must_use]
    pub fn sunset(&self) -> Option<Timestamp> {
        sunset(&self.headers)
    }

    /// Returns the decoded body.
    #[must_use]
    pub fn body(&self) -> &T {
        &self.body
    }

    /// Returns the decoded body by value.
    #[must_use]
    pub fn into_body(self) -> T {
        self.body
    }
}

/// The state of a rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// The number of calls that the limit allows.
    pub limit: u64,
    /// The number of calls that are left.
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

/// Returns the delay of `Retry-After` (RFC 9110 section 10.2.3), the longest of several values. A date is relative to the
/// `Date` header or, without one, to `date`.
pub(crate) fn retry_after(headers: &HeaderMap, date: Option<Timestamp>) -> Option<Duration> {
    let values = headers.get_all(header::RETRY_AFTER).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let from = text(headers, header::DATE.as_str()).and_then(http_date);
    let wait = |value: &str| {
        let listed = value.split(',').map(|value| seconds(value.trim()));
        // Dates contain commas, too.
        if let Some(longest) = listed.collect::<Option<Vec<_>>>() {
            return longest.into_iter().max();
        }
        let wait = http_date(value)?.duration_since(from.or(date)?);
        Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
    };
    values.filter_map(wait).max()
}

/// Parses a number of seconds. Fractions are rounded up; values out of range saturate.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let more = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    let whole: u64 = whole.parse().unwrap_or(u64::MAX);
    Some(Duration::from_secs(whole.saturating_add(more)))
}

static DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
static SUNSET: HeaderName = HeaderName::from_static("sunset");

pub(crate) fn is_deprecated(headers: &HeaderMap) -> bool {
    headers.contains_key(&DEPRECATION) || headers.contains_key(&SUNSET)
}

pub(crate) fn deprecation(headers: &HeaderMap) -> Option<Timestamp> {
    let text = text(headers, DEPRECATION.as_str())?.trim();
    match text.strip_prefix('@') {
        Some(seconds) => Timestamp::from_second(seconds.parse().ok()?).ok(),
        None => http_date(text),
    }
}

pub(crate) fn sunset(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(text(headers, SUNSET.as_str())?)
}

/// Parses an HTTP date in a current or obsolete format (RFC 9110 section 5.6.7). A day of one digit and a wrong weekday are
/// accepted.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    const OBSOLETE: [&str; 2] = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let parse = |text: &str| {
        let parser = DateTimeParser::new().relaxed_weekday(true);
        parser.parse_timestamp(text).ok()
    };
    let obsolete = |format| {
        let date = DateTime::strptime(format, text.trim()).ok()?;
        TimeZone::UTC.to_timestamp(date).ok()
    };
    let text = text.trim();
    // Servers send the last two days of the year 9999 for "never"; a timestamp cannot represent them.
    parse(text)
        .or_else(|| parse(&text.replacen(" 9999 ", " 9998 ", 1)))
        .or_else(|| OBSOLETE.into_iter().find_map(obsolete))
}

pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
