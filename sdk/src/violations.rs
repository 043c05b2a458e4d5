//! Reasons why a request is refused, by field; found here before sending, or by the service.
//!
//! Must never hold the value that was refused: it may be a secret.
use std::fmt;

use crate::printable::Printable;

/// One field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    field: String,
    description: String,
}

impl Violation {
    pub(crate) fn new(field: String, description: String) -> Self {
        Self { field, description }
    }

    /// Where: a parameter's name, or the path of a body field with `/` between its steps
    /// (`customData/0/key`). Empty for the body as a whole.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong, worded to follow the field's name: "must be 3 to 63 characters long".
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field.is_empty() {
            "body"
        } else {
            &self.field
        };
        write!(f, "{} {}", Printable(field), Printable(&self.description))
    }
}

/// Collects every violation of one request, so that the caller learns all of them at once.
///
/// ```
/// let mut violations = atlas_backup::Violations::default();
/// violations.within("customData/0", |inner| inner.push("key", "must not be empty"));
/// assert_eq!(violations.iter().next().map(|v| v.field()), Some("customData/0/key"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Violations {
    found: Vec<Violation>,
    prefix: String,
}

impl Violations {
    /// Notes what is wrong with `field`, which is relative to the enclosing [`Violations::within`].
    pub fn push(&mut self, field: &str, description: impl Into<String>) {
        let joint = if self.prefix.is_empty() || field.is_empty() {
            ""
        } else {
            "/"
        };
        let field = format!("{}{joint}{field}", self.prefix);
        self.found.push(Violation::new(field, description.into()));
    }

    /// Runs `check` one level deeper: what it notes is about a field of `field`.
    pub fn within(&mut self, field: &str, check: impl FnOnce(&mut Self)) {
        let outer = self.prefix.len();
        if outer > 0 {
            self.prefix.push('/');
        }
        self.prefix.push_str(field);
        check(self);
        self.prefix.truncate(outer);
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found, in the order it was noted.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.found.iter()
    }

    pub(crate) fn into_vec(self) -> Vec<Violation> {
        self.found
    }
}
