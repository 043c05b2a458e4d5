//! Acceptors: data that maps a field of a response to the outcome of a wait.
//!
//! Invariant: this module names no operation. Generated code and users name fields and values.
use serde_json::Value;

/// Maps a field of a response to the outcome of a wait.
///
/// The first acceptor that applies decides. If none applies, the wait continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acceptor {
    /// The job succeeded.
    Success(&'static str, Matcher),
    /// The job failed.
    Failure(&'static str, Matcher),
    /// The job was cancelled.
    Cancelled(&'static str, Matcher),
    /// The job succeeded, but its result is no longer available.
    Expired(&'static str, Matcher),
    /// The job has not ended. Later acceptors are not consulted.
    Pending(&'static str, Matcher),
}

impl Acceptor {
    /// Returns the field and its matcher.
    fn parts(self) -> (&'static str, Matcher) {
        let (Self::Success(field, matcher)
        | Self::Failure(field, matcher)
        | Self::Cancelled(field, matcher)
        | Self::Expired(field, matcher)
        | Self::Pending(field, matcher)) = self;
        (field, matcher)
    }

    /// Returns the field that decides.
    pub(super) fn field(self) -> &'static str {
        self.parts().0
    }

    /// Returns true if the acceptor applies to a response.
    pub(super) fn applies(self, response: &Value) -> bool {
        let (field, matcher) = self.parts();
        matcher.applies(response.get(field).unwrap_or(&Value::Null))
    }

    /// Returns the state in a response: the text of the field that the acceptor compares with values.
    pub(super) fn state(self, response: &Value) -> Option<&str> {
        match (self, self.parts()) {
            (Self::Pending(..), _) | (_, (_, Matcher::Present)) => None,
            (_, (field, Matcher::Is(_))) => response.get(field)?.as_str(),
        }
    }
}

/// The condition under which an [`Acceptor`] applies to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Matcher {
    /// The field is one of these values, in upper or lower case. Booleans are `true` and `false`.
    Is(&'static [&'static str]),
    /// The field is present and is not `null`, an empty text or an empty list.
    Present,
}

impl Matcher {
    fn applies(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Is(values), Value::String(text)) => {
                values.iter().any(|value| value.eq_ignore_ascii_case(text))
            }
            (Self::Is(values), other) => {
                let text = other.to_string();
                values.iter().any(|value| *value == text)
            }
            (Self::Present, Value::Null) => false,
            (Self::Present, Value::String(text)) => !text.is_empty(),
            (Self::Present, Value::Array(items)) => !items.is_empty(),
            (Self::Present, _) => true,
        }
    }
}
