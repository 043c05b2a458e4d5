//! A recorded answer and what a document says of it: status, media type, body.
//!
//! Must never take for good what the document does not say.

use crate::verify::finding::{Finding, Rule, type_name};
use crate::verify::recording::{Recording, Target};
use crate::verify::route::{Document, Operation};
use crate::verify::schema::{Direction, Node, check, resolve};
use crate::verify::{header, pointer, request};
use serde_json::Value;

/// A recorded answer, taken out of its envelope.
pub(crate) struct Answer<'a> {
    /// The status within the envelope, or else of HTTP.
    pub(crate) status: u16,
    pub(crate) recording: &'a Recording,
    /// `None` where there is no body; an error where it is not JSON.
    pub(crate) body: Option<Result<Value, serde_json::Error>>,
}

impl<'a> Answer<'a> {
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
            // Lists are their own envelope; a single object is in `content`.
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

/// The body of an answer, out of its envelope, where it has one that is JSON.
#[must_use]
pub fn body_of(recording: &Recording) -> Option<Value> {
    Answer::of(recording).body?.ok()
}

fn is_of_api(target: &Target) -> bool {
    match target {
        Target::Path(path) => path.starts_with("/api/atlas/"),
        Target::Joined(joined) => joined.starts_with("api_atlas_"),
        Target::Elsewhere(_) => false,
    }
}

/// Where no document has the operation: an error must still read as an error of the API.
pub(crate) fn outside(documents: &[Document], answer: &Answer<'_>) -> Vec<Finding> {
    const API_ERROR: &str = "/components/schemas/ApiError";
    let api_error = documents
        .iter()
        .find_map(|document| Some((&document.root, document.root.pointer(API_ERROR)?)));
    match (api_error, &answer.body) {
        _ if answer.status < 400 || !is_of_api(&answer.recording.target) => Vec::new(),
        (_, None) => vec![about_answer(Rule::Body, API_ERROR, "an error", "no body")],
        (_, Some(Err(error))) => vec![about_answer(
            Rule::Body,
            API_ERROR,
            "JSON",
            &error.to_string(),
        )],
        (None, _) => vec![about_answer(
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
            Direction::Answer,
        ),
    }
}

/// What a recording has against `root`, a document that has `operation` at the same place. `ends` says that it is of a
/// version with a last day.
pub(crate) fn by_document(
    root: &Value,
    operation: &Operation,
    answer: &Answer<'_>,
    ends: bool,
) -> Vec<Finding> {
    let body = answer.body.as_ref().and_then(|body| body.as_ref().ok());
    let mut findings = request::judge(root, operation, answer.recording, answer.status, body);
    findings.extend(answered(root, operation, answer));
    findings.extend(header::judge(root, operation, answer.recording, ends));
    findings
}

/// What the document says of an answer with this status.
pub(crate) fn response<'a>(
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

/// Whether an answer has no body, whatever the document says (RFC 9110, section 6.4.1).
fn has_no_body(method: &str, status: u16) -> bool {
    method.eq_ignore_ascii_case("head") || matches!(status, 100..=199 | 204 | 205 | 304)
}

fn answered(root: &Value, operation: &Operation, answer: &Answer<'_>) -> Vec<Finding> {
    let Some(found) = response(root, operation, answer.status) else {
        let known = operation
            .statuses
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        return vec![about_answer(
            Rule::Status,
            &format!("{}/responses", operation.pointer),
            &known,
            &answer.status.to_string(),
        )];
    };
    let has_no_body = has_no_body(&answer.recording.method, answer.status);
    let schemas: Vec<(String, Node<'_>)> = match has_no_body {
        true => Vec::new(),
        false => schemas(&found).collect(),
    };
    let body = match &answer.body {
        None if !schemas.is_empty() => {
            return vec![about_answer(
                Rule::Body,
                &found.pointer,
                "a body",
                "no body",
            )];
        }
        None => return Vec::new(),
        Some(Err(error)) => {
            return vec![about_answer(
                Rule::Body,
                &found.pointer,
                "JSON",
                &error.to_string(),
            )];
        }
        Some(Ok(body)) => body,
    };
    let media_type = answer.recording.media_type.as_deref().unwrap_or("none");
    let named = schemas.iter().find(|(name, _)| name == media_type);
    let sole = || schemas.first().filter(|_| schemas.len() == 1);
    let mut findings = Vec::new();
    // An envelope is labelled as the answer that HTTP says it is, whatever is in it.
    let outer = (answer.status != answer.recording.status)
        .then(|| response(root, operation, answer.recording.status))
        .flatten();
    let labelled = outer.as_ref().unwrap_or(&found);
    if !media_types(labelled).any(|name| name == media_type) {
        let known = media_types(labelled).collect::<Vec<_>>().join(", ");
        findings.push(about_answer(
            Rule::MediaType,
            &labelled.pointer,
            &known,
            media_type,
        ));
    }
    match named.or_else(sole) {
        Some((_, schema)) => findings.extend(check(root, schema, body, Direction::Answer)),
        // With several media types, the finding above says why no schema was chosen.
        None if !schemas.is_empty() => {}
        None => findings.push(about_answer(
            Rule::Body,
            &found.pointer,
            "no body",
            type_name(body),
        )),
    }
    findings
}

/// The media types of a request's or an answer's body.
pub(crate) fn media_types<'a>(response: &Node<'a>) -> impl Iterator<Item = String> + use<'a> {
    let content = response.value.get("content").and_then(Value::as_object);
    content
        .into_iter()
        .flatten()
        .map(|(name, _)| name.to_ascii_lowercase())
}

/// The media types of a request's or an answer's body that have a schema, with it.
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

pub(crate) fn about_answer(rule: Rule, schema: &str, expected: &str, actual: &str) -> Finding {
    Finding {
        at: String::new(),
        rule,
        schema: schema.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
    }
}
