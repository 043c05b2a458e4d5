//! A successful answer: the decoded body with its status and headers.
//!
//! Must never interpret a header it does not name.
use std::time::Duration;

use http::{HeaderMap, HeaderName, StatusCode, header};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

/// A decoded body together with what came around it.
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

    /// Whether the service calls this version of the operation deprecated, or says when it ends; whatever the date.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        is_deprecated(&self.headers)
    }

    /// When this version of the operation was deprecated, from `Deprecation`: as RFC 9745 has it or, as the service
    /// writes it, an HTTP date. `None` also for a date that cannot be read.
    #[must_use]
    pub fn deprecation(&self) -> Option<Timestamp> {
        deprecation(&self.headers)
    }

    /// When this version of the operation ends, from `Sunset` (RFC 8594). `None` also for a date that cannot be read.
    #[must_use]
    pub fn sunset(&self) -> Option<Timestamp> {
        sunset(&self.headers)
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

/// How long an answer asks to wait (RFC 9110 section 10.2.3); of several values, the longest. A date counts from the
/// answer's own `Date`, or without one from `date`.
pub(crate) fn retry_after(headers: &HeaderMap, date: Option<Timestamp>) -> Option<Duration> {
    let values = headers.get_all(header::RETRY_AFTER).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let from = text(headers, header::DATE.as_str()).and_then(http_date);
    let wait = |value: &str| {
        let listed = value.split(',').map(|value| seconds(value.trim()));
        // A date has a comma, too.
        if let Some(longest) = listed.collect::<Option<Vec<_>>>() {
            return longest.into_iter().max();
        }
        let wait = http_date(value)?.duration_since(from.or(date)?);
        Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
    };
    values.filter_map(wait).max()
}

/// A number of seconds; a fraction counts as a whole one, and more than can be counted as the most that can.
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

/// A date as HTTP writes it or wrote it (RFC 9110 section 5.6.7), with a day of one digit too, and whatever weekday it
/// claims.
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
    // The last two days of the year 9999, with which servers say "never", are beyond what a timestamp can hold.
    parse(text)
        .or_else(|| parse(&text.replacen(" 9999 ", " 9998 ", 1)))
        .or_else(|| OBSOLETE.into_iter().find_map(obsolete))
}

pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
