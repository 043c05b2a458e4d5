//! Chooses one version of each operation by its dated media types (`application/vnd.atlas.{date}+{suffix}`).
//!
//! The newest version up to the API date is chosen, separately for request and responses. The date is read from the
//! media type's name, because `x-xgen-version` is often missing. Versions that are not final (`preview`,
//! `2026-01-01.upcoming`) are later than every date and are chosen only for the API date `preview`.

use crate::diagnostic::Diagnostics;
use crate::document::select::{Omission, Omitted, Selection};
use crate::document::values::resolved;
use crate::document::walk::{self, Kind};
use crate::document::{METHODS, child, object, operation_name, operations, reference, string};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The API date that selects versions that are not final yet.
pub(crate) const PREVIEW: &str = "preview";

/// A media type with a version in its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct DatedMediaType<'a> {
    json: bool,
    date: &'a str,
    suffix: &'a str,
}

impl DatedMediaType<'_> {
    fn is_final(&self) -> bool {
        is_date(self.date)
    }

    fn is_by(&self, api_date: &str) -> bool {
        api_date == PREVIEW || (self.is_final() && self.date <= api_date)
    }
}

/// Parses a media type such as `application/vnd.atlas.2024-05-30+json`; `None` if it has no version.
fn dated(media_type: &str) -> Option<DatedMediaType<'_>> {
    let (date, suffix) = media_type
        .strip_prefix("application/vnd.atlas.")?
        .split_once('+')?;
    let known = is_date(date) || date.starts_with(PREVIEW) || date.ends_with(".upcoming");
    known.then_some(DatedMediaType {
        json: suffix == "json",
        date,
        suffix,
    })
}

/// Returns the date of a media type's version, if it is final.
pub(crate) fn date_of(media_type: &str) -> Option<&str> {
    dated(media_type)
        .filter(DatedMediaType::is_final)
        .map(|dated| dated.date)
}

/// Returns true if a text has the form `YYYY-MM-DD`.
pub(crate) fn is_date(text: &str) -> bool {
    let shape = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(shape)
}

/// Returns the newest date among all final media types of the document.
pub(crate) fn newest(document: &Value) -> Option<String> {
    let mut newest: Option<String> = None;
    walk::each(document, Kind::Document, "", &mut |place, kind, _| {
        let date = date_of(place.key()).filter(|_| kind == Kind::MediaType);
        if let Some(date) = date.filter(|date| newest.as_deref().is_none_or(|known| known < *date))
        {
            newest = Some(date.to_owned());
        }
    });
    newest
}

/// Result of choosing versions.
pub(crate) struct Resolved {
    /// Number of versions that were removed.
    pub(crate) dropped: usize,
    /// Operations without a version up to the API date that were not selected by name.
    pub(crate) omitted: Vec<Omitted>,
}

/// Reduces each request and response to one version.
pub(crate) fn resolve(
    document: &mut Value,
    api_date: &str,
    selection: &Selection,
    diagnostics: &mut Diagnostics,
) -> Result<Resolved, Diagnostics> {
    if api_date != PREVIEW && !is_date(api_date) {
        diagnostics.report(
            "bad-api-date",
            "",
            format!("`{api_date}` is not an API date"),
            "write it as YYYY-MM-DD, or as `preview` for versions that are not final yet",
        );
        diagnostics.check()?;
    }
    let mut resolved = Resolved {
        dropped: 0,
        omitted: Vec::new(),
    };
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let pointer = child(&child("/paths", path), method);
            let name = operation_name(operation).unwrap_or(path).to_owned();
            let mut oldest = None;
            let mut sunset = None;
            each_content(operation, &mut |content| {
                match keep_newest(content, api_date) {
                    Ok(dropped) => resolved.dropped += dropped,
                    Err(date) => oldest = Some(date),
                }
                let own = content.values().find_map(|media| string(media, "x-sunset"));
                sunset = sunset.take().or(own.map(str::to_owned));
            });
            if let Some(oldest) = oldest {
                if selection.asks_for(operation) {
                    let message = format!(
                        "`{name}` has no version on or before {api_date}: the oldest is {oldest}"
                    );
                    let help =
                        "choose a later API date, or remove the operation from the selection";
                    diagnostics.report("no-version", &pointer, message, help);
                    continue;
                }
                resolved.omitted.push(Omitted {
                    id: name,
                    place: format!("{} {path}", method.to_uppercase()),
                    reason: Omission::NoVersion { oldest },
                });
                if let Some(item) = item.as_object_mut() {
                    item.shift_remove(method);
                }
                continue;
            }
            let Some(sunset) = sunset else { continue };
            if let Some(operation) = operation.as_object_mut() {
                operation.insert("x-sunset".to_owned(), Value::String(sunset));
            }
        }
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    }
    diagnostics.check()?;
    Ok(resolved)
}

/// Reduces each request and response to its final versions up to the API date, and removes operations with only one
/// version.
pub(crate) fn retain_versions_by(document: &mut Value, api_date: &str) {
    crate::document::retain_operations(document, |_, operation| {
        let mut several = false;
        each_content(operation, &mut |content| {
            content.retain(|key, _| dated(key).is_none_or(|dated| dated.is_by(api_date)));
            let dates: BTreeSet<&str> = content.keys().filter_map(|key| date_of(key)).collect();
            several |= dates.len() > 1;
        });
        several
    });
}

/// Removes operations whose version has reached its sunset by the API date. Those selected by name are reported
/// instead.
pub(crate) fn remove_ended(
    document: &mut Value,
    api_date: &str,
    selection: &Selection,
    diagnostics: &mut Diagnostics,
) -> Vec<Omitted> {
    let mut ended = Vec::new();
    let mut pointers = BTreeSet::new();
    for (pointer, path, method, operation) in operations(document) {
        let sunset = string(operation, "x-sunset").filter(|sunset| is_past(sunset, api_date));
        let Some(sunset) = sunset else { continue };
        let name = operation_name(operation).unwrap_or(path);
        if selection.asks_for(operation) {
            let message = format!(
                "the newest version of `{name}` ended on {sunset}, which is not after {api_date}"
            );
            let help = "remove the operation from the selection, or choose an earlier API date";
            diagnostics.report("past-sunset", &pointer, message, help);
            continue;
        }
        ended.push(Omitted {
            id: name.to_owned(),
            place: format!("{} {path}", method.to_uppercase()),
            reason: Omission::Ended {
                sunset: sunset.to_owned(),
            },
        });
        pointers.insert(pointer);
    }
    crate::document::retain_operations(document, |pointer, _| !pointers.contains(pointer));
    ended
}

/// Returns true if a sunset date is not after the API date.
pub(crate) fn is_past(sunset: &str, api_date: &str) -> bool {
    api_date != PREVIEW && sunset <= api_date
}

/// Returns the same day one year later.
pub(crate) fn one_year_after(date: &str) -> Option<String> {
    let (year, rest) = date.split_at_checked(4)?;
    let year: u32 = year.parse().ok()?;
    Some(format!("{:04}{rest}", year + 1))
}

/// Returns the version in a media type's name: `2024-05-30` for `application/vnd.atlas.2024-05-30+json`.
pub(crate) fn version(media_type: &str) -> Option<&str> {
    dated(media_type).map(|dated| dated.date)
}

/// Replaces each reference to a request body or response that has dated media types by a copy of the component, so that
/// every operation has its own versions.
pub(crate) fn inline_dated(document: &mut Value) {
    let mut found = Vec::new();
    for (pointer, _, _, operation) in operations(document) {
        let responses = object(operation, "/responses").iter();
        let all = child(&pointer, "responses");
        let responses = responses.map(|(status, response)| (child(&all, status), response));
        let body = operation.get("requestBody");
        let body = body.map(|body| (child(&pointer, "requestBody"), body));
        for (place, part) in responses.chain(body) {
            if reference(part).is_some()
                && let Some(component) = resolved(document, part)
                && object(component, "/content")
                    .keys()
                    .any(|key| dated(key).is_some())
            {
                found.push((place, component.clone()));
            }
        }
    }
    for (place, component) in found {
        if let Some(part) = document.pointer_mut(&place) {
            *part = component;
        }
    }
}

/// Visits the media types of the request and of each response.
fn each_content(operation: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    let request = operation
        .pointer_mut("/requestBody/content")
        .and_then(Value::as_object_mut);
    if let Some(content) = request {
        visit(content);
    }
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    for response in responses.into_iter().flat_map(|all| all.values_mut()) {
        if let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) {
            visit(content);
        }
    }
}

/// Keeps the newest dated media type, JSON before other formats, and all undated ones; returns the number of removed
/// ones.
///
/// If all dated media types are too new, returns the oldest date as an error.
fn keep_newest(content: &mut Map<String, Value>, api_date: &str) -> Result<usize, String> {
    let before = content.len();
    let versions = || content.keys().filter_map(|key| Some((key, dated(key)?)));
    let Some(oldest) = versions().map(|(_, dated)| dated.date).min() else {
        return Ok(0);
    };
    let best = versions()
        .filter(|(_, dated)| dated.is_by(api_date))
        .max_by(|(_, one), (_, other)| one.cmp(other));
    let Some(best) = best.map(|(key, _)| key.clone()) else {
        return Err(oldest.to_owned());
    };
    content.retain(|key, _| *key == best || dated(key).is_none());
    Ok(before - content.len())
}
