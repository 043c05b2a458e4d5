//! One place where an answer, the document and the SDK disagree.
//!
//! Invariant: a finding says where (in the body and in the document), what was expected and what came instead.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A disagreement at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// JSON pointer in the answer's body, empty for the answer as a whole; or a place of the request, such as
    /// `request query pageNum` or `request body /snapshotId`.
    pub at: String,
    /// The rule that does not hold.
    pub rule: Rule,
    /// JSON pointer in the document: the schema that was not met or, for an undocumented field, that lacks it. Empty when
    /// the finding is about the SDK alone.
    pub schema: String,
    /// What the document, or the other side of the round trip, has.
    pub expected: String,
    /// What came instead.
    pub actual: String,
}

/// The rules of a recording. All but [`Undocumented`](Rule::Undocumented) and [`WriteOnly`](Rule::WriteOnly) are violations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// The status is documented for the operation.
    Status,
    /// The media type is documented for the status.
    MediaType,
    /// There is a body where one is documented, and it is JSON.
    Body,
    /// The headers of the API are documented, and are as documented.
    Header,
    /// A `$ref`, a pattern or the like can be read.
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
    /// The tag of a union is one of its mapping.
    Discriminator,
    /// `oneOf`, `anyOf`
    Branch,
    /// Every field is documented.
    Undocumented,
    /// A field that is for requests only does not come in an answer.
    WriteOnly,
    /// A field that is for answers only is not in a request that was carried out.
    ReadOnly,
    /// The document has something against a request that the service calls malformed.
    Accepted,
    /// The SDK decodes the body.
    Decode,
    /// The SDK encodes every field that it decoded.
    Lost,
    /// The SDK encodes no field that it did not decode.
    Added,
    /// The SDK encodes the value that it decoded.
    Changed,
    /// The state of a thing only moves forward, recording by recording.
    State,
    /// What was created is new, and what was read is what was asked for.
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

    /// Whether breaking the rule is a violation, and not merely news.
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

/// A JSON value, cut so that it fits a line.
#[must_use]
pub fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text)),
        None => text,
    }
}

/// The JSON type of a value, by the name OpenAPI has for it.
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
