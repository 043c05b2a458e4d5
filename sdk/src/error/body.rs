//! Reads what the service says about a failure, in whatever shape it says it.
//!
//! Must never fail: a field of another type than documented reads as absent.
use http::HeaderMap;
use serde_json::Value;

use crate::error_code::AtlasErrorCode;
use crate::response::text;
use crate::violations::Violation;

#[derive(Default, Clone)]
pub(super) struct Said {
    pub(super) code: Option<AtlasErrorCode>,
    pub(super) detail: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) parameters: Vec<Value>,
    pub(super) violations: Vec<Violation>,
}

impl Said {
    /// Our own words, where the service had none.
    pub(super) fn sentence(text: impl Into<String>) -> Self {
        Self {
            detail: Some(text.into()),
            ..Self::default()
        }
    }

    /// The fields of Atlas (`errorCode`, `detail`, …) or else of OAuth (RFC 6749 section 5.2).
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let word = |name: &str| body.get(name).and_then(Value::as_str);
        let code = word("errorCode").or_else(|| text(headers, "x-error-code"));
        Self {
            // Atlas' own `error` is the status as a number, OAuth's is a word.
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

/// `None` for an entry that says nothing.
fn violation(entry: &Value) -> Option<Violation> {
    let word = |name: &str| entry.get(name).and_then(Value::as_str);
    let (field, description) = (word("field"), word("description"));
    field.or(description)?;
    let text = |word: Option<&str>| word.unwrap_or_default().to_owned();
    Some(Violation::new(text(field), text(description)))
}

/// The text with every address cut after its scheme: download addresses are secrets.
pub(super) fn without_addresses(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        kept.push_str(before);
        kept.push_str("://…");
        // Rather too much is cut than too little: brackets and commas may be part of an address.
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '`' | '<' | '>' | '\\');
        rest = after.find(ends).map_or("", |end| &after[end..]);
    }
    kept + rest
}
