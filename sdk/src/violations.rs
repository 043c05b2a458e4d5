//! Validation errors of requests by field, found before sending or by the service.
//!
//! Invariant: they do not contain the invalid value, which may be secret.
use std::fmt;

use crate::printable::Printable;

/// A validation error of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    field: String,
    description: String,
}

impl Violation {
    pub(crate) fn new(field: String, description: String) -> Self {
        Self { field, description }
    }

    /// Returns the name of a parameter, or the path of a body field with `/` as separator (`customData/0/key`). Empty for
    /// the whole body.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Returns the description, which continues the field's name: "must be 3 to 63 characters long".
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

/// The violations of a request. All of them are collected, so that a caller sees them at once.
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
    /// Adds a violation of `field`, relative to the enclosing [`Violations::within`].
    pub fn push(&mut self, field: &str, description: impl Into<String>) {
        let joint = if self.prefix.is_empty() || field.is_empty() {
            ""
        } else {
            "/"
        };
        let field = format!("{}{joint}{field}", self.prefix);
        self.found.push(Violation::new(field, description.into()));
    }

    /// Runs `check` with paths relative to `field`.
    pub fn within(&mut self, field: &str, check: impl FnOnce(&mut Self)) {
        let outer = self.prefix.len();
        if outer > 0 {
            self.prefix.push('/');
        }
        self.prefix.push_str(field);
        check(self);
        self.prefix.truncate(outer);
    }

    /// Returns true if there are no violations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Iterates over the violations in the order they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.found.iter()
    }

    pub(crate) fn into_vec(self) -> Vec<Violation> {
        self.found
    }
}
