//! The verdict on one recording: by the document first, then by the SDK.
//!
//! Invariant: every recording gets a verdict; an unreadable one never counts as valid.

use crate::verify::corrections::Corrected;
use crate::verify::finding::{Finding, Rule};
use crate::verify::older::{Older, older};
use crate::verify::recording::{Recording, Unreadable};
use crate::verify::response::{RecordedResponse, about_response, by_document, outside};
use crate::verify::route::{Document, find};
use crate::verify::{pointer, round_trip};
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// The verdict on a recording, in increasing order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Verdict {
    /// The document and the SDK agree with the response.
    #[serde(rename = "ok")]
    Ok,
    /// The document and the SDK agree with the response, the document only because of a correction.
    #[serde(rename = "corrected by the overlay")]
    Corrected,
    /// The response is of an older dated version than the SDK's, and that version agrees with it.
    #[serde(rename = "older version")]
    OlderVersion,
    /// The SDK has no type for the response; the rest is valid.
    #[serde(rename = "not in this SDK")]
    NotInSdk,
    /// No document has the operation; an error response has the form of an API error.
    #[serde(rename = "no operation")]
    NoOperation,
    /// The response has a field that the document does not have.
    #[serde(rename = "undocumented field")]
    Undocumented,
    /// The response breaks the document, or the SDK does not preserve it.
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
            Self::OlderVersion => "older version",
            Self::NotInSdk => "not in this SDK",
            Self::NoOperation => "no operation",
            Self::Undocumented => "undocumented field",
            Self::Violates => "violates",
            Self::Unreadable => "unreadable",
        })
    }
}

/// A judged recording.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// The file's path relative to its folder, followed by the entry's number in an archive.
    pub recording: String,
    /// The file's path, relative to the working directory or absolute, as it was found.
    pub file: String,
    /// The operation's name as in [`crate::verify::route::Operation::name`], if a document has it.
    pub operation: Option<String>,
    /// The judged status: of HTTP or, with `envelope=true`, of the envelope.
    ///
    /// `None` if the file is unreadable.
    pub status: Option<u16>,
    /// The verdict.
    pub verdict: Verdict,
    /// The older version, if the recording is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub older: Option<Older>,
    /// The findings that led to the verdict.
    pub findings: Vec<Class>,
    /// The findings that only a correction prevents.
    pub corrected: Vec<Corrected>,
}

impl Judged {
    /// Returns the file, with the number of the entry if it is an archive.
    #[must_use]
    pub fn place(&self) -> String {
        match self.recording.rsplit_once('#') {
            Some((_, entry)) if !self.file.contains('#') => format!("{}#{entry}", self.file),
            _ => self.file.clone(),
        }
    }
}

/// Findings of one recording that differ only in an index.
#[derive(Debug, Clone, Serialize)]
pub struct Class {
    /// The first of them, its place with `*` for each index.
    #[serde(flatten)]
    pub finding: Finding,
    /// The number of findings.
    pub count: usize,
    /// True if a baseline accepts it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
}

/// Decodes and encodes a body with the SDK; the arguments are API, operation and body.
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
        file: name.to_owned(),
        operation,
        status,
        verdict,
        older: None,
        findings: classes(findings),
        corrected: Vec::new(),
    };
    let recording = match read {
        Ok(recording) => recording,
        Err(error) => {
            let findings = vec![about_response(
                Rule::Body,
                "",
                "a recording",
                &error.to_string(),
            )];
            return judged(None, None, Verdict::Unreadable, findings);
        }
    };
    let response = RecordedResponse::of(recording);
    let Some((document, operation)) = find(documents, &recording.method, &recording.target) else {
        let findings = outside(documents, &response);
        let verdict = if findings.is_empty() {
            Verdict::NoOperation
        } else {
            Verdict::Violates
        };
        return judged(None, Some(response.status), verdict, findings);
    };
    let older = older(document, operation, recording);
    let root = older.as_ref().map_or(&document.root, |(root, _)| root);
    let ends = older
        .as_ref()
        .is_some_and(|(_, older)| older.sunset.is_some());
    let mut findings = by_document(root, operation, &response, ends);
    let mut in_sdk = true;
    // The SDK's types are those of its own version only.
    if let (200..=299, Some(Ok(body)), None) = (response.status, &response.body, &older) {
        match sdk(&operation.api, &operation.id, body.to_string().as_bytes()) {
            None => in_sdk = false,
            Some(Err(error)) => findings.push(about_response(
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
    } else if older.is_some() {
        Verdict::OlderVersion
    } else if in_sdk {
        Verdict::Ok
    } else {
        Verdict::NotInSdk
    };
    Judged {
        older: older.map(|(_, older)| older),
        ..judged(
            Some(operation.name()),
            Some(response.status),
            verdict,
            findings,
        )
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
            None => classes.push(Class {
                finding,
                count: 1,
                accepted: false,
            }),
        }
    }
    classes
}

#[cfg(test)]
mod tests;
