//! What a field of a response means for a wait: the data that ends one.
//!
//! Must never know an operation: generated code and users name fields and values.
use serde_json::Value;

/// What a field of a response means for a wait. Of several, the first that applies decides; while none does, the wait
/// goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acceptor {
    /// The job succeeded.
    Success(&'static str, Matcher),
    /// The job failed.
    Failure(&'static str, Matcher),
    /// The job was cancelled.
    Cancelled(&'static str, Matcher),
    /// The job succeeded, but its result is not available any more.
    Expired(&'static str, Matcher),
    /// It has not ended, whatever later acceptors say.
    Pending(&'static str, Matcher),
}

impl Acceptor {
    /// The field, and when the acceptor applies to it.
    fn parts(self) -> (&'static str, Matcher) {
        let (Self::Success(field, matcher)
        | Self::Failure(field, matcher)
        | Self::Cancelled(field, matcher)
        | Self::Expired(field, matcher)
        | Self::Pending(field, matcher)) = self;
        (field, matcher)
    }

    /// Whether it applies to a response.
    pub(super) fn applies(self, response: &Value) -> bool {
        let (field, matcher) = self.parts();
        matcher.applies(response.get(field).unwrap_or(&Value::Null))
    }

    /// The state that a response has by this acceptor: the text of a field that is compared with some values.
    pub(super) fn state(self, response: &Value) -> Option<&str> {
        match (self, self.parts()) {
            (Self::Pending(..), _) | (_, (_, Matcher::Present)) => None,
            (_, (field, Matcher::Is(_))) => response.get(field)?.as_str(),
        }
    }
}

/// When an [`Acceptor`] applies to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Matcher {
    /// It is one of these values, in upper or lower case; a flag is `true` or `false`.
    Is(&'static [&'static str]),
    /// It has a value: it is not missing, `null`, an empty text or an empty list.
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
