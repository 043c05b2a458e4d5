//! Dated media types: the requested version of an operation, and its sunset date.
//!
//! Bodies always have the newest version's form, and requests are always checked by the newest rules.
use http::{HeaderMap, HeaderName, header};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::document::{self, Version};
use super::operation_call::Refusal;
use crate::operation::Operation;

/// The version that responds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Served {
    pub(super) media_type: String,
    /// The time from which there is a newer version.
    pub(super) deprecated: Option<Timestamp>,
    /// The sunset date.
    pub(super) sunset: Option<Timestamp>,
}

/// Returns the version that `Accept` requests: for each date, the newest version not after it.
pub(super) fn accepted(
    headers: &HeaderMap,
    operation: &Operation,
    api: usize,
) -> Result<Served, Refusal> {
    let own = |deprecated, sunset, media_type: &str| Served {
        media_type: media_type.to_owned(),
        deprecated,
        sunset,
    };
    let Some((_, suffix)) = dated(operation.accept) else {
        let undated = ["application/json", "application/*", "*/*"];
        let mut requested = requested(headers)
            .into_iter()
            .map(|(name, _)| name)
            .peekable();
        if requested.peek().is_none() || requested.any(|name| undated.contains(&name.as_str())) {
            return Ok(own(None, None, operation.accept));
        }
        let detail = format!("The operation answers {}.", operation.accept);
        return Err(Refusal::new(406, "NOT_ACCEPTABLE", detail));
    };
    let versions = document::versions(api, operation.id);
    let mut wanted = requested(headers);
    wanted.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let found = wanted.iter().find_map(|(name, _)| {
        let (date, requested) = dated(name).filter(|(_, requested)| *requested == suffix)?;
        let index = versions.iter().rposition(|version| version.date <= date)?;
        Some((versions.get(index)?, versions.get(index + 1), requested))
    });
    let Some((version, successor, suffix)) = found else {
        let detail = format!("The operation answers {}.", operation.accept);
        return Err(Refusal::new(406, "INVALID_VERSION_DATE", detail));
    };
    let media_type = format!("application/vnd.atlas.{}+{suffix}", version.date);
    let deprecated = successor.and_then(|next: &Version| midnight(next.date));
    Ok(own(
        deprecated,
        version.sunset.and_then(midnight),
        &media_type,
    ))
}

/// Returns true if a body of this media type is supported: of an existing version, or a later date.
pub(super) fn takes(given: Option<&str>, operation: &Operation, api: usize) -> bool {
    let Some(own) = operation.content_type else {
        return true;
    };
    let given = given.unwrap_or_default().to_ascii_lowercase();
    let given = given.split(';').next().unwrap_or_default().trim();
    match (dated(own), dated(given)) {
        (Some((_, own)), Some((date, suffix))) => {
            let versions = document::versions(api, operation.id);
            suffix == own && versions.iter().any(|version| version.date <= date)
        }
        (None, _) => given == own,
        (Some(_), None) => false,
    }
}

/// Parses the media types of `Accept` with their weights, without those of `q=0`.
fn requested(headers: &HeaderMap) -> Vec<(String, f32)> {
    let given = headers.get_all(header::ACCEPT).iter();
    let given = given.filter_map(|value| value.to_str().ok());
    let all = given.flat_map(|value| value.split(',')).filter_map(|one| {
        let one = one.to_ascii_lowercase();
        let mut parts = one.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let weight = weight.and_then(|weight| weight.trim().parse().ok());
        Some((name.to_owned(), weight.unwrap_or(1.0)))
    });
    all.filter(|(_, weight)| *weight > 0.0).collect()
}

/// Parses date and suffix of `application/vnd.atlas.{date}+{suffix}`.
fn dated(media_type: &str) -> Option<(Date, &str)> {
    let (text, suffix) = media_type
        .strip_prefix("application/vnd.atlas.")?
        .split_once('+')?;
    let date: Date = text.parse().ok()?;
    // A date in another notation does not name a version.
    (date.to_string() == text).then_some((date, suffix))
}

/// Returns true if a text is a media type that a header can have.
pub(super) fn is_one(text: &str) -> bool {
    let token = |text: &str| HeaderName::from_bytes(text.as_bytes()).is_ok();
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    let named = name.trim().split_once('/');
    named.is_some_and(|(kind, subtype)| token(kind) && token(subtype))
        && http::HeaderValue::from_str(parameters).is_ok()
}

/// Returns the start of a day.
fn midnight(date: Date) -> Option<Timestamp> {
    let day = date.to_zoned(TimeZone::UTC).ok()?;
    Some(day.timestamp())
}

/// Formats a date for `Deprecation` and `Sunset` as the service does: days below ten have one digit.
pub(super) fn announced(date: Timestamp) -> String {
    date.strftime("%a, %-d %b %Y %H:%M:%S GMT").to_string()
}
