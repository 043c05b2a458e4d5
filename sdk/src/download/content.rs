//! Identifies the downloaded content and checks that a response continues it (RFC 9110 sections 8.8, 13.1.5 and 14).
//!
//! Invariant: a weak validator is not used; otherwise bytes of two contents could be joined.
use std::time::Duration;

use http::{HeaderMap, header};

use crate::response::{http_date, text};

/// Minimum age of a modification date for use as a validator (RFC 9110 section 8.8.2.2).
const SETTLED: Duration = Duration::from_secs(60);

/// The content as described by the delivery host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// The value of `If-Range`: a strong entity tag with its quotes, or the modification date.
    pub(super) validator: Option<String>,
    /// The length in bytes.
    pub(super) total: Option<u64>,
}

impl Content {
    /// Reads the headers of a complete response.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let length = text(headers, header::CONTENT_LENGTH.as_str());
        Self {
            validator: validator(headers),
            total: length.and_then(|length| length.trim().parse().ok()),
        }
    }

    /// Returns the end of a partial response if it continues this content at `from`. Stores the total length.
    pub(super) fn continued(&mut self, headers: &HeaderMap, from: u64) -> Option<u64> {
        let range = text(headers, header::CONTENT_RANGE.as_str())?;
        let (range, total) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        // With an unknown total, the range may be less than the rest.
        let total = match total {
            "*" => self.total?,
            total => total.parse().ok()?,
        };
        let sound = first == from && first <= last && last < total;
        let same = self.total.is_none_or(|known| known == total) && !self.contradicted(headers);
        if !(sound && same) {
            return None;
        }
        self.total = Some(total);
        Some(last + 1)
    }

    /// Returns true if a 416 response shows that this content ends at `from`.
    pub(super) fn ends(&self, headers: &HeaderMap, from: u64) -> bool {
        let range = text(headers, header::CONTENT_RANGE.as_str());
        let total = range.and_then(|range| range.trim().strip_prefix("bytes */")?.parse().ok());
        let same = self.total.is_none_or(|known| known == from) && !self.contradicted(headers);
        total == Some(from) && same
    }

    /// Returns true if a partial response has another validator. It may omit the validator.
    fn contradicted(&self, headers: &HeaderMap) -> bool {
        let Some(own) = &self.validator else {
            return true;
        };
        let name = if own.starts_with('"') {
            header::ETAG
        } else {
            header::LAST_MODIFIED
        };
        headers.get(name).is_some_and(|other| other != own)
    }
}

fn validator(headers: &HeaderMap) -> Option<String> {
    if headers.contains_key(header::ETAG) {
        let tag = text(headers, header::ETAG.as_str())?;
        return tag.starts_with('"').then(|| tag.to_owned());
    }
    let changed = text(headers, header::LAST_MODIFIED.as_str())?;
    let answered = http_date(text(headers, header::DATE.as_str())?)?;
    let age = answered.duration_since(http_date(changed)?);
    let settled = Duration::try_from(age).is_ok_and(|age| age >= SETTLED);
    settled.then(|| changed.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    #[test]
    fn weak_or_recent_validators_are_not_used() {
        let date = ("date", "Sun, 01 Jun 2025 12:01:00 GMT");
        let minute = ("last-modified", "Sun, 01 Jun 2025 12:00:00 GMT");
        let second = ("last-modified", "Sun, 01 Jun 2025 12:00:59 GMT");
        let later = ("last-modified", "Sun, 01 Jun 2025 12:05:00 GMT");
        for (given, validator) in [
            (&[("etag", "\"a\"")][..], Some("\"a\"")),
            (&[("etag", "\"a\""), minute, date], Some("\"a\"")),
            (&[("etag", "W/\"a\"")], None),
            (&[("etag", "W/\"a\""), minute, date], None),
            (&[("etag", "a")], None),
            (&[minute, date], Some(minute.1)),
            (&[second, date], None),
            (&[later, date], None),
            (&[minute], None),
            (&[("last-modified", "yesterday"), date], None),
            (&[date], None),
            (&[], None),
        ] {
            let content = Content::of(&headers(given));
            assert_eq!(content.validator.as_deref(), validator, "{given:?}");
        }
    }

    #[test]
    fn only_a_range_from_the_previous_end_continues_the_content() {
        let etag = ("etag", "\"a\"");
        for (given, known, end) in [
            (&[("content-range", "bytes 4-9/10")][..], Some(10), Some(10)),
            (&[("content-range", "bytes 4-9/10"), etag], None, Some(10)),
            (&[("content-range", "bytes 4-5/10"), etag], None, Some(6)),
            (
                &[("content-range", "bytes 4-9/10"), ("etag", "\"b\"")],
                Some(10),
                None,
            ),
            (
                &[("content-range", "bytes 4-9/10"), ("etag", "W/\"a\"")],
                None,
                None,
            ),
            (&[("content-range", "bytes 4-9/10")], Some(11), None),
            (&[("content-range", "bytes 3-9/10")], Some(10), None),
            (&[("content-range", "bytes 5-9/10")], Some(10), None),
            (&[("content-range", "bytes 4-10/10")], Some(10), None),
            (&[("content-range", "bytes 4-3/10")], Some(10), None),
            (&[("content-range", "bytes 4-9/*")], Some(10), Some(10)),
            (&[("content-range", "bytes 4-9/*")], Some(9), None),
            // It may be less than the rest.
            (&[("content-range", "bytes 4-9/*")], None, None),
            (
                &[("content-range", "bytes 4-9/*"), ("etag", "\"b\"")],
                Some(10),
                None,
            ),
            (
                &[("content-range", "bytes 4-18446744073709551615/10")],
                None,
                None,
            ),
            (&[("content-range", "bytes 4-9")], Some(10), None),
            (&[("content-range", "items 4-9/10")], Some(10), None),
            (&[("content-range", "bytes */10")], Some(10), None),
            (
                &[("content-type", "multipart/byteranges; boundary=x")],
                Some(10),
                None,
            ),
        ] {
            let mut content = Content {
                validator: Some("\"a\"".to_owned()),
                total: known,
            };
            assert_eq!(content.continued(&headers(given), 4), end, "{given:?}");
            let learned = end.map(|_| 10).or(known);
            assert_eq!(content.total, learned, "{given:?}");
        }
    }

    #[test]
    fn status_416_is_the_end_only_with_the_right_length() {
        for (given, known, end) in [
            (&[("content-range", "bytes */4")][..], None, true),
            (&[("content-range", "bytes */4")], Some(4), true),
            (&[("content-range", "bytes */4")], Some(5), false),
            (&[("content-range", "bytes */3")], None, false),
            (&[("content-range", "bytes */*")], None, false),
            (
                &[("content-range", "bytes */4"), ("etag", "\"a\"")],
                None,
                true,
            ),
            (
                &[("content-range", "bytes */4"), ("etag", "\"b\"")],
                None,
                false,
            ),
            (&[], None, false),
        ] {
            let content = Content {
                validator: Some("\"a\"".to_owned()),
                total: known,
            };
            assert_eq!(content.ends(&headers(given), 4), end, "{given:?}");
        }
    }
}
