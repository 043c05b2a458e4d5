//! A disagreement between a response, the document and the SDK at one place.
//!
//! Invariant: a finding names the place in the body and in the document, the expected and the actual value.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A disagreement at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The place in the response or request.
    ///
    /// In a response, a JSON pointer in the body, empty for the response as a whole; in a request, a place
    /// such as `request query pageNum` or `request body /snapshotId`.
    pub at: String,
    /// The broken rule.
    pub rule: Rule,
    /// JSON pointer in the document.
    ///
    /// Points to the schema that was not met or, for an undocumented field, that lacks it. Empty if the
    /// finding is about the SDK alone.
    pub schema: String,
    /// The value of the document, or of the other side of the round trip.
    pub expected: String,
    /// The actual value.
    pub actual: String,
}

/// The rules for recordings.
///
/// All but [`Undocumented`](Rule::Undocumented) and [`WriteOnly`](Rule::WriteOnly) are violations if broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// The status is documented for the operation.
    Status,
    /// The media type is documented for the status.
    MediaType,
    /// A documented body is present and is JSON.
    Body,
    /// The API's headers are documented and match the document.
    Header,
    /// The parts of the document that are needed, such as `$ref` and patterns, are valid.
    Document,
    /// `type`
    Type,
    /// `nullable`
    Nullable,
    /// `required`
    Required,
    /// A field that the SDK has a checked accessor for is in every response (`x-rust-always-sent`).
    AlwaysSent,
    /// `enum`
    Enum,
    /// `pattern`
    Pattern,
    /// `format`
    Format,
    /// `minimum`, `maximum`
    Range,
    /// `minLength`, `maxLength`, `minItems`, `maxItems`
    Length,
    /// The tag of a union is in its mapping.
    Discriminator,
    /// `oneOf`, `anyOf`
    Branch,
    /// Every field is documented.
    Undocumented,
    /// A response has no field that is for requests only.
    WriteOnly,
    /// A successful request has no field that is for responses only.
    ReadOnly,
    /// The document rejects a request that the service calls malformed.
    Accepted,
    /// The SDK decodes the body.
    Decode,
    /// The SDK encodes every field that it decoded.
    Lost,
    /// The SDK encodes no field that it did not decode.
    Added,
    /// The SDK encodes the value that it decoded.
    Changed,
    /// The state of a resource only moves forward from recording to recording.
    State,
    /// A created resource is new, and a read resource is the requested one.
    Identity,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 26] = [
        Self::Status,
        Self::MediaType,
        Self::Body,
        Self::Header,
        Self::Document,
        Self::Type,
        Self::Nullable,
        Self::Required,
        Self::AlwaysSent,
        Self::Enum,
        Self::Pattern,
        Self::Format,
        Self::Range,
        Self::Length,
        Self::Discriminator,
        Self::Branch,
        Self::Undocumented,
        Self::WriteOnly,
        Self::ReadOnly,
        Self::Accepted,
        Self::Decode,
        Self::Lost,
        Self::Added,
        Self::Changed,
        Self::State,
        Self::Identity,
    ];

    /// Returns true if breaking the rule is a violation.
    #[must_use]
    pub fn is_violation(self) -> bool {
        !matches!(self, Self::Undocumented | Self::WriteOnly)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Status => "status",
            Self::MediaType => "media type",
            Self::Body => "body",
            Self::Header => "header",
            Self::Document => "document",
            Self::Type => "type",
            Self::Nullable => "nullable",
            Self::Required => "required",
            Self::AlwaysSent => "alwaysSent",
            Self::Enum => "enum",
            Self::Pattern => "pattern",
            Self::Format => "format",
            Self::Range => "range",
            Self::Length => "length",
            Self::Discriminator => "discriminator",
            Self::Branch => "branch",
            Self::Undocumented => "undocumented field",
            Self::WriteOnly => "writeOnly",
            Self::ReadOnly => "readOnly",
            Self::Accepted => "accepted",
            Self::Decode => "SDK cannot decode",
            Self::Lost => "SDK lost",
            Self::Added => "SDK added",
            Self::Changed => "SDK changed",
            Self::State => "state",
            Self::Identity => "identity",
        })
    }
}

/// Formats a JSON value, shortened to fit a line.
#[must_use]
pub fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text)),
        None => text,
    }
}

/// Returns the JSON type of a value by its name in OpenAPI.
#[must_use]
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
