//! The terms of a selection, and the operations that each term matches.

use crate::document::{operation_name, string, strings};
use serde_json::Value;

/// A selection of operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every operation.
    All,
    /// Operations that match at least one term and no term with the prefix `-`. If all terms have the prefix, all
    /// other operations.
    ///
    /// | term | operations |
    /// |---|---|
    /// | `getJob` | the operation with this `operationId`, or with this name in the SDK |
    /// | `list*` | operations whose name matches; `*` matches any characters |
    /// | `tag:Jobs` | operations with this tag, which may contain `*` |
    /// | `all` | all operations |
    ///
    /// An operation that is selected by name must exist, in a version that has not reached its sunset. The other
    /// terms leave out operations that do not.
    Operations(Vec<String>),
}

impl Selection {
    /// Parses comma-separated terms.
    #[must_use]
    pub fn parse(terms: &str) -> Self {
        let terms = terms.split(',').map(str::trim);
        let terms: Vec<String> = terms
            .filter(|term| !term.is_empty())
            .map(str::to_owned)
            .collect();
        match terms.as_slice() {
            [all] if all == "all" => Self::All,
            _ => Self::Operations(terms),
        }
    }

    /// Returns true if an operation is selected.
    pub(crate) fn wants(&self, operation: &Value) -> bool {
        let terms = || self.terms();
        let is_excluded = terms().any(|term| term.excludes && term.is_about(operation));
        let mut wanted = terms().filter(|term| !term.excludes).peekable();
        let includes_all =
            wanted.peek().is_none() && (*self == Self::All || terms().next().is_some());
        !is_excluded && (includes_all || wanted.any(|term| term.is_about(operation)))
    }

    /// Returns true if an operation is selected by name.
    pub(crate) fn asks_for(&self, operation: &Value) -> bool {
        let is_name = |term: &Term<'_>| !term.excludes && matches!(term.pattern, Pattern::Name(_));
        self.terms()
            .filter(is_name)
            .any(|term| term.is_about(operation))
    }

    /// The parsed terms; empty if every operation is selected.
    pub(super) fn terms(&self) -> impl Iterator<Item = Term<'_>> {
        let terms = match self {
            Self::All => &[],
            Self::Operations(terms) => terms.as_slice(),
        };
        terms.iter().map(|term| Term::of(term))
    }
}

/// One term of a selection.
pub(super) struct Term<'t> {
    /// True if matching operations are excluded.
    excludes: bool,
    pub(super) pattern: Pattern<'t>,
}

pub(super) enum Pattern<'t> {
    All,
    Name(&'t str),
    /// A pattern for names, with `*`.
    Names(&'t str),
    Tag(&'t str),
}

impl<'t> Term<'t> {
    fn of(text: &'t str) -> Self {
        let (excludes, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let pattern = match text.strip_prefix("tag:") {
            Some(tag) => Pattern::Tag(tag.trim()),
            None if text == "all" => Pattern::All,
            None if text.contains('*') => Pattern::Names(text),
            None => Pattern::Name(text),
        };
        Self { excludes, pattern }
    }

    pub(super) fn is_about(&self, operation: &Value) -> bool {
        let mut names = names(operation).into_iter().flatten();
        match self.pattern {
            Pattern::All => true,
            Pattern::Name(wanted) => names.any(|name| name == wanted),
            Pattern::Names(pattern) => names.any(|name| fits(name, pattern)),
            Pattern::Tag(pattern) => strings(operation, "tags").any(|tag| fits(tag, pattern)),
        }
    }
}

/// Returns the names by which an operation can be selected.
pub(super) fn names(operation: &Value) -> [Option<&str>; 2] {
    [string(operation, "operationId"), operation_name(operation)]
}

/// Returns true if a text matches a pattern in which `*` matches any characters.
fn fits(text: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    // Matching each part at its first occurrence leaves the most text for the parts after it.
    for part in parts {
        match text.find(part).and_then(|at| text.get(at + part.len()..)) {
            Some(rest) => text = rest,
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{Selection, fits};
    use serde_json::json;

    #[test]
    fn star_matches_any_characters() {
        for (text, pattern, expected) in [
            ("listJobs", "list*", true),
            ("listJobs", "*Jobs", true),
            ("listJobs", "l*t*bs", true),
            ("listJobs", "*", true),
            ("listJobs", "listJobs*", true),
            ("listJobs", "list", false),
            ("listJobs", "*list", false),
            ("listJobs", "list*Jobs*s", false),
            ("aba", "ab*ba", false),
            ("ÄÖ", "Ä*", true),
        ] {
            assert_eq!(fits(text, pattern), expected, "{text} {pattern}");
        }
    }

    #[test]
    fn operation_is_selected_if_a_term_matches_and_no_excluding_term_does() {
        let operation = json!({
            "operationId": "listGroupJobs", "x-xgen-operation-id-override": "listJobs", "tags": ["Big Jobs", "Other"],
        });
        for (terms, wanted, asked) in [
            ("all", true, false),
            ("listJobs", true, true),
            ("getJob, listGroupJobs", true, true),
            ("list*", true, false),
            ("tag:Big Jobs", true, false),
            ("tag:Big*", true, false),
            ("tag:Jobs", false, false),
            ("getJob", false, false),
            ("-getJob", true, false),
            ("-listJobs", false, false),
            ("all,-tag:Other", false, false),
            ("-tag:Other,all", false, false),
            ("listJobs,-list*", false, true),
            ("list*,-get*", true, false),
            ("", false, false),
        ] {
            let selection = Selection::parse(terms);
            let found = (selection.wants(&operation), selection.asks_for(&operation));
            assert_eq!(found, (wanted, asked), "{terms}");
        }
    }
}
