//! Details of changes, and their text in sentences.

use crate::api::{Bound, Limit};
use serde::Serialize;
use std::fmt::{self, Display};

/// A changed dated version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct VersionChange {
    /// The part with the version.
    pub of: VersionedPart,
    /// The old version.
    pub old: String,
    /// The new version.
    pub new: String,
}

/// The part of a call that has a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VersionedPart {
    /// The whole call.
    Call,
    /// The response.
    Response,
    /// The request.
    Request,
}

impl Display for VersionChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self.of {
            VersionedPart::Call => "its version",
            VersionedPart::Response => "the version of its response",
            VersionedPart::Request => "the version of its request",
        };
        write!(f, "{of} changed from {} to {}", self.old, self.new)
    }
}

/// A changed output of a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum OutputChange {
    /// Its form changed.
    OutputForm {
        /// The old form.
        old: OutputForm,
        /// The new form.
        new: OutputForm,
    },
    /// Its type changed.
    Type {
        /// The old type.
        old: String,
        /// The new type.
        new: String,
    },
}

/// The form of a call's output, independent of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputForm {
    /// No body.
    Nothing,
    /// Bytes.
    Bytes,
    /// Bytes, or no body.
    OptionalBytes,
    /// A value.
    Value,
    /// A value, or no body.
    OptionalValue,
}

impl Display for OutputForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::Bytes => "bytes",
            Self::OptionalBytes => "optional bytes",
            Self::Value => "a value",
            Self::OptionalValue => "an optional value",
        })
    }
}

impl Display for OutputChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutputForm { old, new } => write!(f, "its output changed from {old} to {new}"),
            Self::Type { old, new } => write!(f, "the type changed from `{old}` to `{new}`"),
        }
    }
}

/// Added and removed statuses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Statuses {
    /// Added statuses.
    pub added: Vec<String>,
    /// Removed statuses.
    pub removed: Vec<String>,
}

impl Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_added_and_removed(&self.added, &self.removed, f)
    }
}

/// Writes the added and removed names.
fn write_added_and_removed(
    added: &[String],
    removed: &[String],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let named = |names: &[String], what: &str| {
        let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        (!quoted.is_empty()).then(|| format!("{what} {}", quoted.join(" ")))
    };
    let texts = [named(added, "added"), named(removed, "removed")];
    let texts: Vec<_> = texts.into_iter().flatten().collect();
    f.write_str(&texts.join(", "))
}

/// Added and removed headers of a response.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Headers {
    /// Status of the response.
    pub status: String,
    /// Added headers.
    pub added: Vec<String>,
    /// Removed headers.
    pub removed: Vec<String>,
}

impl Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "documented headers of the response `{}`: ", self.status)?;
        write_added_and_removed(&self.added, &self.removed, f)
    }
}

/// The notice that users had before an operation was removed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// It was not deprecated.
    None,
    /// It was deprecated, or its sunset had passed.
    Deprecated,
    /// It had a later sunset date.
    Early(String),
}

impl Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("it was not deprecated before"),
            Self::Deprecated => f.write_str("it was deprecated"),
            Self::Early(date) => write!(f, "its sunset date was {date}"),
        }
    }
}

/// A changed limit of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum LimitChange {
    /// A numeric bound.
    Bound {
        /// The keyword.
        bound: &'static str,
        /// The old number.
        old: Option<String>,
        /// The new number.
        new: Option<String>,
    },
    /// The list of allowed values.
    Values {
        /// True if more values are allowed.
        more: bool,
    },
}

impl LimitChange {
    pub(super) fn bound(bound: Bound, old: Option<&Limit>, new: Option<&Limit>) -> Self {
        let written = |limit: &Limit| match limit.exclusive {
            true => format!("{} (exclusive)", limit.text),
            false => limit.text.clone(),
        };
        Self::Bound {
            bound: bound.key(),
            old: old.map(written),
            new: new.map(written),
        }
    }
}

impl Display for LimitChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bound { bound, old, new } => {
                write!(
                    f,
                    "{bound} changed from {} to {}",
                    quoted_or_none(old),
                    quoted_or_none(new)
                )
            }
            Self::Values { more: true } => f.write_str("more values are allowed"),
            Self::Values { more: false } => f.write_str("some values are no longer allowed"),
        }
    }
}

/// A changed part of the documentation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProseChange {
    /// The summary.
    Summary(TextChange),
    /// The description.
    Description(TextChange),
    /// The link to its documentation.
    Page,
    /// The operation that replaces it.
    Successor(Option<String>),
    /// The descriptions of enum values.
    Values,
    /// The summary of a wait.
    Wait(String),
}

/// The way in which a text changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TextChange {
    /// It was added.
    Added,
    /// It was removed.
    Removed,
    /// It was changed.
    Changed,
}

impl TextChange {
    /// Compares two values; `None` if they are equal.
    pub(super) fn between<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> Option<Self> {
        match (old, new) {
            (old, new) if old == new => None,
            (None, _) => Some(Self::Added),
            (_, None) => Some(Self::Removed),
            _ => Some(Self::Changed),
        }
    }
}

impl Display for TextChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added => "was added",
            Self::Removed => "was removed",
            Self::Changed => "changed",
        })
    }
}

impl Display for ProseChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Summary(step) => write!(f, "its summary {step}"),
            Self::Description(step) => write!(f, "its description {step}"),
            Self::Page => f.write_str("the link to its documentation changed"),
            Self::Successor(successor) => f.write_str(&replaced(successor)),
            Self::Values => f.write_str("the descriptions of its values changed"),
            Self::Wait(name) => write!(f, "the summary of `{name}` changed"),
        }
    }
}

/// Describes the operation that replaces another.
pub(super) fn replaced(successor: &Option<String>) -> String {
    match successor {
        Some(successor) => format!("`{successor}` replaces it"),
        None => "nothing replaces it".to_owned(),
    }
}

/// Describes that a sunset is announced with less than the promised notice.
pub(super) fn short_notice(short_of: &Option<String>) -> String {
    match short_of {
        Some(least) => format!(", which is before {least}, a year after the newest version"),
        None => String::new(),
    }
}

/// Describes that an item was deprecated before it was removed.
pub(super) fn warned(deprecated: bool) -> &'static str {
    match deprecated {
        true => ", after it was deprecated",
        false => "",
    }
}

/// Names the body that has a media type.
pub(super) fn body_of(sent: bool) -> &'static str {
    match sent {
        true => "request",
        false => "response",
    }
}

/// Lists alternative ways to authenticate.
pub(super) fn ways_listed(ways: &[String]) -> String {
    let quoted: Vec<_> = ways.iter().map(|way| format!("`{way}`")).collect();
    quoted.join(" or ")
}

/// Describes whether a value is required.
pub(super) fn presence(required: bool) -> &'static str {
    match required {
        true => "it became required",
        false => "it became optional",
    }
}

/// Describes a value of the document, or that there is none.
pub(super) fn quoted_or_none(value: &Option<String>) -> String {
    value
        .as_ref()
        .map_or_else(|| "none".to_owned(), |value| format!("`{value}`"))
}

/// Lists names.
pub(super) fn listed(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Joins parts.
pub(super) fn joined(parts: &[impl Display], between: &str) -> String {
    let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
    parts.join(between)
}
