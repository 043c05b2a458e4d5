//! The verdict on one recording: the document first, then the SDK.
//!
//! Invariant: every recording gets a verdict; what cannot be judged is never taken for good.

use crate::corrections::Corrected;
use crate::finding::{Finding, Rule, type_name};
use crate::recording::{Recording, Unreadable};
use crate::route::{Document, Operation, find};
use crate::schema::{Node, check, resolve};
use crate::{pointer, round_trip};
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// What a recording comes to; each is worse than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Verdict {
    /// The document and the SDK agree with the answer.
    #[serde(rename = "ok")]
    Ok,
    /// The document and the SDK agree with the answer, the document because of a correction.
    #[serde(rename = "corrected by the overlay")]
    Corrected,
    /// No document has the operation, or the SDK has no type for its answer; what could be checked is in order.
    #[serde(rename = "not in this SDK")]
    NotInSdk,
    /// The answer has a field that the document does not know.
    #[serde(rename = "undocumented field")]
    Undocumented,
    /// The answer is not what the document says, or the SDK does not keep what it says.
    #[serde(rename = "violates")]
    Violates,
    /// The file is not a recording.
    #[serde(rename = "unreadable")]
    Unreadable,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::Corrected => "corrected by the overlay",
            Self::NotInSdk => "not in this SDK",
            Self::Undocumented => "undocumented field",
            Self::Violates => "violates",
            Self::Unreadable => "unreadable",
        })
    }
}

/// A recording, judged.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// The file's path relative to its folder.
    pub recording: String,
    /// The operation as in [`Operation::name`], where a document has it.
    pub operation: Option<String>,
    /// The status that was judged: of HTTP or, with `envelope=true`, of the envelope. None where the file is unreadable.
    pub status: Option<u16>,
    /// What it comes to.
    pub verdict: Verdict,
    /// Why.
    pub findings: Vec<Class>,
    /// What would be found as well, were it not for a correction.
    pub corrected: Vec<Corrected>,
}

/// Findings of one recording that differ in an index only.
#[derive(Debug, Clone, Serialize)]
pub struct Class {
    /// The first of them, its place with `*` for each index.
    #[serde(flatten)]
    pub finding: Finding,
    /// How many there are.
    pub count: usize,
}

/// The SDK, as this crate needs it: API, operation and body to what decoding and encoding gives.
pub type RoundTrip<'a> = &'a dyn Fn(&str, &str, &[u8]) -> Option<Result<Value, serde_json::Error>>;

/// Judges one file.
#[must_use]
pub fn judge(
    documents: &[Document],
    sdk: RoundTrip<'_>,
    name: &str,
    read: &Result<Recording, Unreadable>,
) -> Judged {
    let judged = |operation, status, verdict, findings| Judged {
        recording: name.to_owned(),
        operation,
        status,
        verdict,
        findings: classes(findings),
        corrected: Vec::new(),
    };
    let recording = match read {
        Ok(recording) => recording,
        Err(error) => {
            let findings = vec![about_answer(
                Rule::Body,
                "",
                "a recording",
                &error.to_string(),
            )];
            return judged(None, None, Verdict::Unreadable, findings);
        }
    };
    let answer = Answer::of(recording);
    let Some((document, operation)) = find(documents, &recording.method, &recording.target) else {
        let findings = outside(documents, &answer);
        let verdict = if findings.is_empty() {
            Verdict::NotInSdk
        } else {
            Verdict::Violates
        };
        return judged(None, Some(answer.status), verdict, findings);
    };
    let mut findings = by_document(&document.root, operation, &answer);
    let mut in_sdk = true;
    if let (200..=299, Some(Ok(body))) = (answer.status, &answer.body) {
        match sdk(&operation.api, &operation.id, body.to_string().as_bytes()) {
            None => in_sdk = false,
            Some(Err(error)) => findings.push(about_answer(
                Rule::Decode,
                "",
                "decodes",
                &error.to_string(),
            )),
            Some(Ok(encoded)) => findings.extend(round_trip::differences(body, &encoded)),
        }
    }
    let verdict = if findings.iter().any(|finding| finding.rule.is_violation()) {
        Verdict::Violates
    } else if !findings.is_empty() {
        Verdict::Undocumented
    } else if in_sdk {
        Verdict::Ok
    } else {
        Verdict::NotInSdk
    };
    judged(
        Some(operation.name()),
        Some(answer.status),
        verdict,
        findings,
    )
}

/// A recorded answer, taken out of its envelope.
pub(crate) struct Answer<'a> {
    /// The status within the envelope, or else of HTTP.
    pub(crate) status: u16,
    recording: &'a Recording,
    /// `None` where there is no body; an error where it is not JSON.
    body: Option<Result<Value, serde_json::Error>>,
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
pub(crate) fn with_body(recording: &Recording) -> Option<Value> {
    Answer::of(recording).body?.ok()
}

/// Where no document has the operation: an error must still read as an error of the API.
fn outside(documents: &[Document], answer: &Answer<'_>) -> Vec<Finding> {
    const API_ERROR: &str = "/components/schemas/ApiError";
    let api_error = documents
        .iter()
        .find_map(|document| Some((&document.root, document.root.pointer(API_ERROR)?)));
    match (api_error, &answer.body) {
        _ if answer.status < 400 => Vec::new(),
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
        ),
    }
}

/// What an answer has against `root`, a document that has `operation` at the same place.
pub(crate) fn by_document(
    root: &Value,
    operation: &Operation,
    answer: &Answer<'_>,
) -> Vec<Finding> {
    let responses = format!("{}/responses", operation.pointer);
    let response = |status: u16| {
        let keys = [
            status.to_string(),
            format!("{}XX", status / 100),
            "default".to_owned(),
        ];
        keys.iter().find_map(|key| {
            let pointer = format!("{responses}/{key}");
            let value = root.pointer(&pointer)?;
            resolve(root, &Node { pointer, value }).ok()
        })
    };
    let Some(found) = response(answer.status) else {
        let known = operation
            .statuses
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        return vec![about_answer(
            Rule::Status,
            &responses,
            &known,
            &answer.status.to_string(),
        )];
    };
    let body = match &answer.body {
        None if schemas(&found).next().is_some() => {
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
    let named = schemas(&found).find(|(name, _)| name == media_type);
    let sole = || {
        schemas(&found)
            .next()
            .filter(|_| schemas(&found).count() == 1)
    };
    let mut findings = Vec::new();
    // An envelope is labelled as the answer that HTTP says it is, whatever is in it.
    let outer = (answer.status != answer.recording.status)
        .then(|| response(answer.recording.status))
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
        Some((_, schema)) => findings.extend(check(root, &schema, body)),
        // With several media types, the finding above says why no schema was chosen.
        None if schemas(&found).next().is_some() => {}
        None => findings.push(about_answer(
            Rule::Body,
            &found.pointer,
            "no body",
            type_name(body),
        )),
    }
    findings
}

fn media_types<'a>(response: &Node<'a>) -> impl Iterator<Item = String> + use<'a> {
    let content = response.value.get("content").and_then(Value::as_object);
    content
        .into_iter()
        .flatten()
        .map(|(name, _)| name.to_ascii_lowercase())
}

/// The media types of a response that have a schema, with it.
fn schemas<'a>(response: &Node<'a>) -> impl Iterator<Item = (String, Node<'a>)> + use<'a> {
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

fn about_answer(rule: Rule, schema: &str, expected: &str, actual: &str) -> Finding {
    Finding {
        at: String::new(),
        rule,
        schema: schema.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
    }
}

pub(crate) fn classes(findings: Vec<Finding>) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    for mut finding in findings {
        finding.at = pointer::class(&finding.at);
        let key = |finding: &Finding| (finding.at.clone(), finding.rule, finding.schema.clone());
        match classes
            .iter_mut()
            .find(|class| key(&class.finding) == key(&finding))
        {
            Some(class) => class.count += 1,
            None => classes.push(Class { finding, count: 1 }),
        }
    }
    classes
}

#[cfg(test)]
mod tests;
