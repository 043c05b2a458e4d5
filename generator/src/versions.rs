//! Resolves dated media types: of `application/vnd.atlas.{date}+{suffix}`, each operation keeps the newest that is
//! not after the API date, request and answer apart.
//!
//! The date is read from the media type's own name: `x-xgen-version` beside it is often missing.

use crate::diagnostic::Diagnostics;
use crate::document::{METHODS, child, string};
use serde_json::{Map, Value};

/// A media type with a date in its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Dated<'a> {
    json: bool,
    date: &'a str,
    suffix: &'a str,
}

/// Reads `application/vnd.atlas.2024-05-30+json`; anything else is undated.
fn dated(media_type: &str) -> Option<Dated<'_>> {
    let (date, suffix) = media_type
        .strip_prefix("application/vnd.atlas.")?
        .split_once('+')?;
    let digits = |from: usize, to: usize| {
        date.get(from..to)
            .is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_date = date.len() == 10
        && digits(0, 4)
        && digits(5, 7)
        && digits(8, 10)
        && date.as_bytes().get(4) == Some(&b'-')
        && date.as_bytes().get(7) == Some(&b'-');
    is_date.then_some(Dated {
        json: suffix == "json",
        date,
        suffix,
    })
}

/// The date of the newest dated media type anywhere in the document.
pub(crate) fn newest(document: &Value) -> Option<String> {
    let mut newest: Option<String> = None;
    crate::document::walk(document, "", &mut |_, map| {
        for date in map
            .keys()
            .filter_map(|key| dated(key))
            .map(|dated| dated.date)
        {
            if newest.as_deref().is_none_or(|known| known < date) {
                newest = Some(date.to_owned());
            }
        }
    });
    newest
}

/// Leaves one version per request and answer; returns how many versions went.
pub(crate) fn resolve(
    document: &mut Value,
    api_date: &str,
    diagnostics: &mut Diagnostics,
) -> Result<usize, Diagnostics> {
    let mut dropped = 0;
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return Ok(0);
    };
    for (path, item) in paths {
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let pointer = child(&child("/paths", path), method);
            if let Some(content) = operation
                .pointer_mut("/requestBody/content")
                .and_then(Value::as_object_mut)
            {
                dropped += keep_newest(
                    content,
                    api_date,
                    &format!("{pointer}/requestBody/content"),
                    diagnostics,
                );
            }
            let mut sunset = None;
            let responses = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut);
            for (status, response) in responses.into_iter().flatten() {
                let Some(content) = response.get_mut("content").and_then(Value::as_object_mut)
                else {
                    continue;
                };
                let pointer = format!("{}/content", child(&format!("{pointer}/responses"), status));
                dropped += keep_newest(content, api_date, &pointer, diagnostics);
                sunset = sunset.or_else(|| {
                    content
                        .values()
                        .find_map(|media| string(media, "x-sunset"))
                        .map(str::to_owned)
                });
            }
            if let (Some(sunset), Some(operation)) = (sunset, operation.as_object_mut()) {
                operation.insert("x-sunset".to_owned(), Value::String(sunset));
            }
        }
    }
    diagnostics.check()?;
    Ok(dropped)
}

/// Leaves the newest dated media type (JSON before other formats) beside the undated ones.
fn keep_newest(
    content: &mut Map<String, Value>,
    api_date: &str,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> usize {
    let before = content.len();
    let Some(oldest) = content
        .keys()
        .filter_map(|key| dated(key))
        .map(|dated| dated.date.to_owned())
        .min()
    else {
        return 0;
    };
    let best = content
        .keys()
        .filter(|key| dated(key).is_some_and(|dated| dated.date <= api_date))
        .max_by_key(|key| dated(key));
    let Some(best) = best.cloned() else {
        diagnostics.report(
            "no-version",
            pointer,
            format!("no version on or before {api_date}: the oldest is {oldest}"),
            "raise the API date, or take the operation out of the selection",
        );
        return 0;
    };
    content.retain(|key, _| *key == best || dated(key).is_none());
    before - content.len()
}
