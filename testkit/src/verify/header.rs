//! Judges the API's own headers of a response.
//!
//! Must never judge a header that any HTTP server may send.

use crate::verify::finding::{Finding, Rule};
use crate::verify::recording::{Recording, moment};
use crate::verify::response::documented_response;
use crate::verify::route::Operation;
use crate::verify::schema::{Direction, Node, check, resolve};
use serde_json::Value;

/// The API's headers that the document must describe if a response has them.
const OWN: [&str; 6] = [
    "deprecation",
    "ratelimit-limit",
    "ratelimit-remaining",
    "retry-after",
    "sunset",
    "x-error-code",
];

/// Judges the headers of a recording.
///
/// `ends` is true if the recording is of a version with a sunset date, whatever its media type.
pub(crate) fn judge(
    root: &Value,
    operation: &Operation,
    recording: &Recording,
    ends: bool,
) -> Vec<Finding> {
    let Some(response) = documented_response(root, operation, recording.status) else {
        return Vec::new();
    };
    let declared = response.get("headers");
    let documented = |name: &str| -> Option<Node<'_>> {
        let declared = declared.as_ref()?;
        let mut names = declared.value.as_object()?.keys();
        let key = names.find(|key| key.eq_ignore_ascii_case(name))?;
        resolve(root, &declared.get(key)?).ok()
    };
    let ends = ends || has_sunset(&response, recording);
    let mut findings = Vec::new();
    for (name, value) in &recording.headers {
        if ends && name == "sunset" && moment(value).is_none() {
            findings.push(about(name, &response.pointer, "an HTTP date", value));
        }
        if ends && matches!(name.as_str(), "deprecation" | "sunset") {
            continue;
        }
        let Some(header) = documented(name) else {
            if OWN.contains(&name.as_str()) {
                findings.push(about(name, &response.pointer, "no such header", value));
            }
            continue;
        };
        let Some(schema) = header.get("schema") else {
            continue;
        };
        let wrong = check(
            root,
            &schema,
            &typed(root, &schema, value),
            Direction::Response,
        );
        findings.extend(
            wrong
                .first()
                .map(|wrong| about(name, &wrong.schema, &wrong.expected, value)),
        );
    }
    let names = declared
        .as_ref()
        .and_then(|declared| declared.value.as_object());
    for name in names.into_iter().flat_map(|headers| headers.keys()) {
        let required = documented(name).filter(|header| header.says("required"));
        let there = recording
            .headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name));
        if let (Some(header), false) = (required, there) {
            findings.push(about(
                &name.to_ascii_lowercase(),
                &header.pointer,
                "present",
                "absent",
            ));
        }
    }
    findings
}

/// Returns true if the recorded version has a sunset date, which every response announces.
fn has_sunset(response: &Node<'_>, recording: &Recording) -> bool {
    let media_type = recording.media_type.as_deref();
    let content = response.value.get("content").and_then(Value::as_object);
    let mut media = content.into_iter().flatten();
    media.any(|(name, media)| {
        media.get("x-sunset").is_some() && Some(name.to_ascii_lowercase().as_str()) == media_type
    })
}

/// Converts a header to the type that its schema has.
fn typed(root: &Value, schema: &Node<'_>, text: &str) -> Value {
    let kind = resolve(root, schema)
        .ok()
        .and_then(|schema| schema.value["type"].as_str());
    let read = match kind {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text.trim()).ok(),
        _ => None,
    };
    read.unwrap_or_else(|| Value::from(text.trim()))
}

fn about(name: &str, schema: &str, expected: &str, actual: &str) -> Finding {
    Finding {
        at: format!("header {name}"),
        rule: Rule::Header,
        schema: schema.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::verify::recording::Target;
    use crate::verify::route::Document;

    const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /api/atlas/v2/job:
    get:
      operationId: getJob
      responses:
        "200":
          description: ok
          headers:
            RateLimit-Remaining: {schema: {type: integer, minimum: 0}}
            X-Needed: {required: true, schema: {type: string}}
        "404": {description: none}
"##;

    fn judged(status: u16, headers: &[(&str, &str)]) -> Vec<String> {
        let document = Document::parse(DOCUMENT).unwrap();
        let target = Target::Path("/api/atlas/v2/job".to_owned());
        let mut recording = Recording::of_answer("GET", target, status, "", "");
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        recording.headers = headers.collect();
        let findings = judge(&document.root, &document.operations[0], &recording, false);
        findings
            .iter()
            .map(|finding| format!("{}: {}", finding.at, finding.expected))
            .collect()
    }

    #[test]
    fn headers_match_the_document_required_ones_are_present_and_api_headers_are_documented() {
        let needed = ("x-needed", "y");
        assert!(
            judged(
                200,
                &[needed, ("ratelimit-remaining", "7"), ("server", "x")]
            )
            .is_empty()
        );
        assert_eq!(judged(200, &[]), ["header x-needed: present"]);
        for wrong in ["-1", "many", ""] {
            let found = judged(200, &[needed, ("ratelimit-remaining", wrong)]);
            assert_eq!(found.len(), 1, "{wrong}: {found:?}");
        }
        assert_eq!(
            judged(404, &[("x-error-code", "GONE"), ("date", "x")]),
            ["header x-error-code: no such header"]
        );
        assert!(
            judged(500, &[("x-error-code", "GONE")]).is_empty(),
            "the status is already reported"
        );
    }
}
