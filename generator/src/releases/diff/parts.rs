//! Parts of changes that are more than a name, and how sentences write them.

use crate::api::{Bound, Limit};
use serde::Serialize;
use std::fmt::{self, Display};

/// The versions that a call speaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spoken {
    /// Of what.
    pub of: SpokenBy,
    /// The version there was.
    pub old: String,
    /// The version there is.
    pub new: String,
}

/// What has a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SpokenBy {
    /// The whole call.
    Call,
    /// What it receives.
    Response,
    /// What it sends.
    Request,
}

impl Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self.of {
            SpokenBy::Call => "it",
            SpokenBy::Response => "its answer",
            SpokenBy::Request => "its body",
        };
        write!(f, "{of} speaks {}, and spoke {}", self.new, self.old)
    }
}

/// What a call gives, and gave.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Given {
    /// It is around the type.
    Form {
        /// What it was.
        old: Form,
        /// What it is.
        new: Form,
    },
    /// It is the type itself.
    Type {
        /// The type there was.
        old: String,
        /// The type there is.
        new: String,
    },
}

/// What surrounds the type that a call gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// There is no body.
    Nothing,
    /// The body as it is.
    Bytes,
    /// The body as it is, or none.
    OptionalBytes,
    /// A type.
    Value,
    /// A type, or nothing.
    OptionalValue,
}

impl Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::Bytes => "bytes",
            Self::OptionalBytes => "bytes, if there are any",
            Self::Value => "a value",
            Self::OptionalValue => "a value, if there is one",
        })
    }
}

impl Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form { old, new } => write!(f, "it gives {new}, and gave {old}"),
            Self::Type { old, new } => write!(f, "`{old}` became `{new}`"),
        }
    }
}

/// The statuses that came and went.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Statuses {
    /// Those that are new.
    pub added: Vec<String>,
    /// Those that are gone.
    pub removed: Vec<String>,
}

impl Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        came_and_went(&self.added, &self.removed, f)
    }
}

/// With what, and without what, something is documented.
fn came_and_went(added: &[String], removed: &[String], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let named = |names: &[String], what: &str| {
        let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        (!quoted.is_empty()).then(|| format!("{what} {}", quoted.join(" ")))
    };
    let told = [named(added, "with"), named(removed, "without")];
    let told: Vec<_> = told.into_iter().flatten().collect();
    f.write_str(&told.join(" and "))
}

/// The headers of one response that came and went.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Headers {
    /// The status of the response.
    pub status: String,
    /// Those that are new.
    pub added: Vec<String>,
    /// Those that are gone.
    pub removed: Vec<String>,
}

impl Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the response `{}` is documented ", self.status)?;
        came_and_went(&self.added, &self.removed, f)
    }
}

/// What was said of an operation before it went.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// Nothing: it was not called deprecated.
    None,
    /// It was called deprecated, or its end was over.
    Deprecated,
    /// It was to end on a later day.
    Early(String),
}

impl Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("it was not deprecated before"),
            Self::Deprecated => f.write_str("it was deprecated"),
            Self::Early(date) => write!(f, "it was to end on {date} only"),
        }
    }
}

/// One of the limits of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum LimitChange {
    /// A bound.
    Bound {
        /// The keyword.
        bound: &'static str,
        /// The number there was.
        old: Option<String>,
        /// The number there is.
        new: Option<String>,
    },
    /// The values one by one.
    Values {
        /// Whether there are more.
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
                write!(f, "{bound} is {}, and was {}", said(new), said(old))
            }
            Self::Values { more: true } => f.write_str("more values are allowed"),
            Self::Values { more: false } => f.write_str("some values are not allowed any more"),
        }
    }
}

/// What of the documentation is another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProseChange {
    /// The summary of the thing.
    Summary(Step),
    /// The description of the thing.
    Description(Step),
    /// The address of its page.
    Page,
    /// What replaces it.
    Successor(Option<String>),
    /// What is said of the values of an enum.
    Values,
    /// The summary of a wait.
    Wait(String),
}

/// Whether something came, went or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// There was none.
    Added,
    /// There is none.
    Removed,
    /// It is another.
    Changed,
}

impl Step {
    /// What happened between two values, if anything did.
    pub(super) fn between<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> Option<Self> {
        match (old, new) {
            (old, new) if old == new => None,
            (None, _) => Some(Self::Added),
            (_, None) => Some(Self::Removed),
            _ => Some(Self::Changed),
        }
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added => "is new",
            Self::Removed => "is gone",
            Self::Changed => "is another",
        })
    }
}

impl Display for ProseChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Summary(step) => write!(f, "its summary {step}"),
            Self::Description(step) => write!(f, "its description {step}"),
            Self::Page => f.write_str("its page is another"),
            Self::Successor(successor) => f.write_str(&replaced(successor)),
            Self::Values => f.write_str("the descriptions of its values are others"),
            Self::Wait(name) => write!(f, "the summary of `{name}` is another"),
        }
    }
}

/// Which operation replaces another.
pub(super) fn replaced(successor: &Option<String>) -> String {
    match successor {
        Some(successor) => format!("`{successor}` replaces it"),
        None => "nothing replaces it".to_owned(),
    }
}

/// That an end is announced with less notice than the service promises.
pub(super) fn short_notice(short_of: &Option<String>) -> String {
    match short_of {
        Some(least) => format!(", which is sooner than {least}, a year after the newest version"),
        None => String::new(),
    }
}

/// That something was deprecated before it went.
pub(super) fn warned(deprecated: bool) -> &'static str {
    match deprecated {
        true => ", after it was deprecated",
        false => "",
    }
}

/// Whose media type it is.
pub(super) fn offered(sent: bool) -> &'static str {
    match sent {
        true => "the service takes its body",
        false => "the service answers",
    }
}

/// Ways to authenticate, each of which is enough.
pub(super) fn ways_listed(ways: &[String]) -> String {
    let quoted: Vec<_> = ways.iter().map(|way| format!("`{way}`")).collect();
    quoted.join(" or ")
}

/// Whether something has to be there.
pub(super) fn presence(required: bool) -> &'static str {
    match required {
        true => "it has to be there now",
        false => "it may be left out now",
    }
}

/// A value of the document, or that there is none.
pub(super) fn said(value: &Option<String>) -> String {
    value
        .as_ref()
        .map_or_else(|| "none".to_owned(), |value| format!("`{value}`"))
}

/// Names, as a sentence lists them.
pub(super) fn listed(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Parts one after the other.
pub(super) fn joined(parts: &[impl Display], between: &str) -> String {
    let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
    parts.join(between)
}
