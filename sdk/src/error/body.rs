//! Parses the error bodies of the service.
//!
//! Invariant: parsing does not fail; a field of an undocumented type counts as absent.
use http::HeaderMap;
use serde_json::Value;

use crate::error_code::AtlasErrorCode;
use crate::json;
use crate::response::text;
use crate::violations::Violation;

/// Maximum number of JSON elements of an error body.
const MOST_ELEMENTS: usize = 10_000;

#[derive(Default, Clone)]
pub(super) struct Said {
    pub(super) code: Option<AtlasErrorCode>,
    pub(super) detail: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) parameters: Vec<Value>,
    pub(super) violations: Vec<Violation>,
}

impl Said {
    /// Creates a description for a response without one.
    pub(super) fn sentence(text: impl Into<String>) -> Self {
        Self {
            detail: Some(text.into()),
            ..Self::default()
        }
    }

    /// Reads the fields of Atlas (`errorCode`, `detail`, …) or of OAuth (RFC 6749 section 5.2).
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let body = json::counted(MOST_ELEMENTS, || json::value(body)).unwrap_or_default();
        let word = |name: &str| body.get(name).and_then(Value::as_str);
        let code = word("errorCode").or_else(|| text(headers, "x-error-code"));
        Self {
            // The field `error` is the status in Atlas' bodies and a code in those of OAuth.
            code: code.or_else(|| word("error")).map(AtlasErrorCode::new),
            detail: word("detail")
                .or_else(|| word("error_description"))
                .map(str::to_owned),
            reason: word("reason").map(str::to_owned),
            parameters: list(body.get("parameters")).to_vec(),
            violations: list(body.pointer("/badRequestDetail/fields"))
                .iter()
                .filter_map(violation)
                .collect(),
        }
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns `None` for an entry without a description.
fn violation(entry: &Value) -> Option<Violation> {
    let word = |name: &str| entry.get(name).and_then(Value::as_str);
    let (field, description) = (word("field"), word("description"));
    field.or(description)?;
    let text = |word: Option<&str>| word.unwrap_or_default().to_owned();
    Some(Violation::new(text(field), text(description)))
}
