//! Judges a recorded response by a document: status, media type and body.
//!
//! Must never accept what the document does not describe.

use crate::verify::finding::{Finding, Rule, type_name};
use crate::verify::recording::{Recording, Target};
use crate::verify::route::{Document, Operation};
use crate::verify::schema::{Direction, Node, check, resolve};
use crate::verify::{header, pointer, request};
use serde_json::Value;

/// A recorded response, without its envelope.
pub(crate) struct RecordedResponse<'a> {
    /// The status in the envelope or, without an envelope, of HTTP.
    pub(crate) status: u16,
    pub(crate) recording: &'a Recording,
    /// `None` without a body; an error if the body is not JSON.
    pub(crate) body: Option<Result<Value, serde_json::Error>>,
}

impl<'a> RecordedResponse<'a> {
    pub(crate) fn of(recording: &'a Recording) -> Self {
        let bytes = recording.body.as_slice();
        let mut body = (!bytes.is_empty()).then(|| serde_json::from_slice::<Value>(bytes));
        let mut status = recording.status;
        if let (true, Some(Ok(Value::Object(fields)))) = (recording.envelope, &mut body)
            && let Some(Ok(within)) = fields
                .get("status")
                .and_then(Value::as_u64)
                .map(u16::try_from)
        {
            status = within;
            fields.remove("status");
            // A list is its own envelope; a single object is in `content`.
            if let Some(content) = fields.remove("content") {
                body = Some(Ok(content));
            }
        }
        Self {
            status,
            recording,
            body,
        }
    }
}

/// Returns the body of a response without its envelope, if it has one that is JSON.
#[must_use]
pub fn body_of(recording: &Recording) -> Option<Value> {
    RecordedResponse::of(recording).body?.ok()
}

fn is_of_api(target: &Target) -> bool {
    match target {
        Target::Path(path) => path.starts_with("/api/atlas/"),
        Target::Joined(joined) => joined.starts_with("api_atlas_"),
        Target::Elsewhere(_) => false,
    }
}

/// Judges a response of an operation that no document has: errors must have the API's form.
pub(crate) fn outside(documents: &[Document], response: &RecordedResponse<'_>) -> Vec<Finding> {
    const API_ERROR: &str = "/components/schemas/ApiError";
    let api_error = documents
        .iter()
        .find_map(|document| Some((&document.root, document.root.pointer(API_ERROR)?)));
    match (api_error, &response.body) {
        _ if response.status < 400 || !is_of_api(&response.recording.target) => Vec::new(),
        (_, None) => vec![about_response(Rule::Body, API_ERROR, "an error", "no body")],
        (_, Some(Err(error))) => vec![about_response(
            Rule::Body,
            API_ERROR,
            "JSON",
            &error.to_string(),
        )],
        (None, _) => vec![about_response(
            Rule::Document,
            API_ERROR,
            "a schema of errors",
            "none in any document",
        )],
        (Some((root, value)), Some(Ok(body))) => check(
            root,
            &Node {
                pointer: API_ERROR.to_owned(),
                value,
            },
            body,
            Direction::Response,
        ),
    }
}

/// Judges a recording by `root`, a document that has `operation` at the same place.
///
/// `ends` is true if the recording is of a version with a sunset date.
pub(crate) fn by_document(
    root: &Value,
    operation: &Operation,
    response: &RecordedResponse<'_>,
    ends: bool,
) -> Vec<Finding> {
    let body = response.body.as_ref().and_then(|body| body.as_ref().ok());
    let mut findings = request::judge(root, operation, response.recording, response.status, body);
    findings.extend(answered(root, operation, response));
    findings.extend(header::judge(root, operation, response.recording, ends));
    findings
}

/// Returns the documented response of a status.
pub(crate) fn documented_response<'a>(
    root: &'a Value,
    operation: &Operation,
    status: u16,
) -> Option<Node<'a>> {
    let keys = [
        status.to_string(),
        format!("{}XX", status / 100),
        "default".to_owned(),
    ];
    keys.iter().find_map(|key| {
        let pointer = format!("{}/responses/{key}", operation.pointer);
        let value = root.pointer(&pointer)?;
        resolve(root, &Node { pointer, value }).ok()
    })
}

/// Returns true if a response has no body by RFC 9110, section 6.4.1.
fn has_no_body(method: &str, status: u16) -> bool {
    method.eq_ignore_ascii_case("head") || matches!(status, 100..=199 | 204 | 205 | 304)
}

fn answered(root: &Value, operation: &Operation, response: &RecordedResponse<'_>) -> Vec<Finding> {
    let Some(found) = documented_response(root, operation, response.status) else {
        let known = operation
            .statuses
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        return vec![about_response(
            Rule::Status,
            &format!("{}/responses", operation.pointer),
            &known,
            &response.status.to_string(),
        )];
    };
    let has_no_body = has_no_body(&response.recording.method, response.status);
    let schemas: Vec<(String, Node<'_>)> = match has_no_body {
        true => Vec::new(),
        false => schemas(&found).collect(),
    };
    let body = match &response.body {
        None if !schemas.is_empty() => {
            return vec![about_response(
                Rule::Body,
                &found.pointer,
                "a body",
                "no body",
            )];
        }
        None => return Vec::new(),
        Some(Err(error)) => {
            return vec![about_response(
                Rule::Body,
                &found.pointer,
                "JSON",
                &error.to_string(),
            )];
        }
        Some(Ok(body)) => body,
    };
    let media_type = response.recording.media_type.as_deref().unwrap_or("none");
    let named = schemas.iter().find(|(name, _)| name == media_type);
    let sole = || schemas.first().filter(|_| schemas.len() == 1);
    let mut findings = Vec::new();
    // An envelope's media type is that of the HTTP status, whatever the status inside.
    let outer = (response.status != response.recording.status)
        .then(|| documented_response(root, operation, response.recording.status))
        .flatten();
    let labelled = outer.as_ref().unwrap_or(&found);
    if !media_types(labelled).any(|name| name == media_type) {
        let known = media_types(labelled).collect::<Vec<_>>().join(", ");
        findings.push(about_response(
            Rule::MediaType,
            &labelled.pointer,
            &known,
            media_type,
        ));
    }
    match named.or_else(sole) {
        Some((_, schema)) => findings.extend(check(root, schema, body, Direction::Response)),
        // With several media types, the finding above explains why no schema was chosen.
        None if !schemas.is_empty() => {}
        None => findings.push(about_response(
            Rule::Body,
            &found.pointer,
            "no body",
            type_name(body),
        )),
    }
    findings
}

/// Returns the media types of a request's or response's body.
pub(crate) fn media_types<'a>(response: &Node<'a>) -> impl Iterator<Item = String> + use<'a> {
    let content = response.value.get("content").and_then(Value::as_object);
    content
        .into_iter()
        .flatten()
        .map(|(name, _)| name.to_ascii_lowercase())
}

/// Returns the media types of a request or response with their schemas.
pub(crate) fn schemas<'a>(
    response: &Node<'a>,
) -> impl Iterator<Item = (String, Node<'a>)> + use<'a> {
    let content = response.value.get("content").and_then(Value::as_object);
    let base = response.pointer.clone();
    content
        .into_iter()
        .flatten()
        .filter_map(move |(name, media)| {
            let pointer = format!("{base}/content/{}/schema", pointer::escape(name));
            Some((
                name.to_ascii_lowercase(),
                Node {
                    pointer,
                    value: media.get("schema")?,
                },
            ))
        })
}

pub(crate) fn about_response(rule: Rule, schema: &str, expected: &str, actual: &str) -> Finding {
    Finding {
        at: String::new(),
        rule,
        schema: schema.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
    }
}
