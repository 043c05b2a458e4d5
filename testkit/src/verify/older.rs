//! Recordings of an older dated version of an operation than the SDK's.
//!
//! The service responds in the version that a request names, so such a recording is judged by that version.
//!
//! Must never accept a version that the document does not have.

use crate::verify::recording::Recording;
use crate::verify::response::{documented_response, media_types};
use crate::verify::route::{Document, Operation};
use crate::verify::schema::{Node, resolve};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// The older version of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Older {
    /// The date of the version.
    pub version: String,
    /// The date of the SDK's version.
    pub current: String,
    /// The date on which the service removes the version, if the document has one.
    pub sunset: Option<String>,
}

/// Returns the date in `application/vnd.atlas.2024-05-30+json`.
pub(crate) fn date_of(media_type: &str) -> Option<&str> {
    let (date, _) = media_type
        .strip_prefix("application/vnd.atlas.")?
        .split_once('+')?;
    Some(date)
}

/// Returns the document with the recording's version, if that is an older one.
pub(crate) fn older<'a>(
    document: &'a Document,
    operation: &Operation,
    recording: &Recording,
) -> Option<(&'a Value, Older)> {
    // An uncurated document has all versions itself.
    let dated = document.dated.as_ref().unwrap_or(&document.root);
    let named = |content: &dyn Fn(&'a Value) -> Option<Node<'a>>, media_type: Option<&String>| {
        let media_type = media_type?;
        media_types(&content(dated)?).find(|name| name == media_type)?;
        let there = media_types(&content(&document.root)?);
        let there: BTreeSet<String> = there
            .filter_map(|name| Some(date_of(&name)?.to_owned()))
            .collect();
        let current = there.into_iter().next_back()?;
        let version = date_of(media_type).filter(|date| *date < current.as_str())?;
        Some((version.to_owned(), current))
    };
    let answered = |root| documented_response(root, operation, recording.status);
    let asked = |root: &'a Value| {
        let pointer = format!("{}/requestBody", operation.pointer);
        let value = root.pointer(&pointer)?;
        resolve(root, &Node { pointer, value }).ok()
    };
    let request = recording.request.as_ref();
    let versions = dated.pointer(&operation.pointer)?;
    let (version, current) = named(&answered, recording.media_type.as_ref())
        .or_else(|| {
            let sent = request.and_then(|request| request.media_type.as_ref());
            named(&asked, sent)
        })
        .or_else(|| announced(versions, recording))?;
    let sunset = sunset(versions, &version);
    Some((
        dated,
        Older {
            version,
            current,
            sunset,
        },
    ))
}

/// Finds the version of an error response by its sunset headers.
///
/// The media type of an error has no version.
fn announced(versions: &Value, recording: &Recording) -> Option<(String, String)> {
    let announces = |(name, _): &(String, String)| name == "sunset" || name == "deprecation";
    if recording.status < 400 || !recording.headers.iter().any(announces) {
        return None;
    }
    let dates: BTreeSet<&str> = media(versions)
        .filter_map(|(name, _)| date_of(name))
        .collect();
    let (version, current) = (dates.first()?, dates.last()?);
    sunset(versions, version)?;
    Some(((*version).to_owned(), (*current).to_owned()))
}

/// Returns the sunset date of a version, which its responses have one by one.
fn sunset(operation: &Value, version: &str) -> Option<String> {
    let mut of_version = media(operation).filter(|(name, _)| date_of(name) == Some(version));
    let sunset = of_version.find_map(|(_, media)| media.get("x-sunset")?.as_str());
    sunset.map(str::to_owned)
}

/// Returns the media types of all responses of an operation.
fn media(operation: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let responses = responses
        .into_iter()
        .flat_map(|responses| responses.values());
    let content = responses.filter_map(|response| response.get("content")?.as_object());
    content.flatten()
}

#[cfg(test)]
mod tests;
