//! The verdict on one recording: the document first, then the SDK.
//!
//! Invariant: every recording gets a verdict; what cannot be judged is never taken for good.

use crate::verify::answer::{Answer, about_answer, by_document, outside};
use crate::verify::corrections::Corrected;
use crate::verify::finding::{Finding, Rule};
use crate::verify::older::{Older, older};
use crate::verify::recording::{Recording, Unreadable};
use crate::verify::route::{Document, find};
use crate::verify::{pointer, round_trip};
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
    /// The answer is of an older dated version than the SDK speaks, and that version agrees with it.
    #[serde(rename = "older version")]
    OlderVersion,
    /// The SDK has no type for the answer; what could be checked is in order.
    #[serde(rename = "not in this SDK")]
    NotInSdk,
    /// No document has the operation; where the answer is an error of the API, it reads as one.
    #[serde(rename = "no operation")]
    NoOperation,
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
            Self::OlderVersion => "older version",
            Self::NotInSdk => "not in this SDK",
            Self::NoOperation => "no operation",
            Self::Undocumented => "undocumented field",
            Self::Violates => "violates",
            Self::Unreadable => "unreadable",
        })
    }
}

/// A recording, judged.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// The file's path relative to its folder; the number of the entry behind it, if it is one of an archive.
    pub recording: String,
    /// The file's path as it was found from where the program runs.
    pub file: String,
    /// The operation as in [`crate::verify::route::Operation::name`], where a document has it.
    pub operation: Option<String>,
    /// The status that was judged: of HTTP or, with `envelope=true`, of the envelope. None where the file is unreadable.
    pub status: Option<u16>,
    /// What it comes to.
    pub verdict: Verdict,
    /// The older version that it is of, if it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub older: Option<Older>,
    /// Why.
    pub findings: Vec<Class>,
    /// What would be found as well, were it not for a correction.
    pub corrected: Vec<Corrected>,
}

impl Judged {
    /// The file, and the number of the entry in it, if it is one of an archive.
    #[must_use]
    pub fn place(&self) -> String {
        match self.recording.rsplit_once('#') {
            Some((_, entry)) if !self.file.contains('#') => format!("{}#{entry}", self.file),
            _ => self.file.clone(),
        }
    }
}

/// Findings of one recording that differ in an index only.
#[derive(Debug, Clone, Serialize)]
pub struct Class {
    /// The first of them, its place with `*` for each index.
    #[serde(flatten)]
    pub finding: Finding,
    /// How many there are.
    pub count: usize,
    /// Whether a baseline accepts it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
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
            Verdict::NoOperation
        } else {
            Verdict::Violates
        };
        return judged(None, Some(answer.status), verdict, findings);
    };
    let older = older(document, operation, recording);
    let root = older.as_ref().map_or(&document.root, |(root, _)| root);
    let ends = older
        .as_ref()
        .is_some_and(|(_, older)| older.sunset.is_some());
    let mut findings = by_document(root, operation, &answer, ends);
    let mut in_sdk = true;
    // The SDK's types are those of its own version.
    if let (200..=299, Some(Ok(body)), None) = (answer.status, &answer.body, &older) {
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
            Some(answer.status),
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
