//! The terms of a selection: which operations each of them is about.

use crate::document::{operation_name, string, strings};
use serde_json::Value;

/// Which operations of a document are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every operation.
    All,
    /// The operations that one of these terms is about, and none that starts with `-`. If all of them start with `-`, the rest.
    ///
    /// | term | operations |
    /// |---|---|
    /// | `getJob` | the one with this `operationId`, or with this name in the SDK |
    /// | `list*` | those whose name fits; `*` stands for any letters |
    /// | `tag:Jobs` | those with this tag, which may have a `*` too |
    /// | `all` | every one |
    ///
    /// What is asked for by its name has to be there, in a version that has not ended. All other terms leave out what is not.
    Operations(Vec<String>),
}

impl Selection {
    /// Reads terms with commas between them.
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

    /// Whether an operation is selected.
    pub(crate) fn wants(&self, operation: &Value) -> bool {
        let terms = || self.terms();
        let is_excluded = terms().any(|term| term.excludes && term.is_about(operation));
        let mut wanted = terms().filter(|term| !term.excludes).peekable();
        let includes_all =
            wanted.peek().is_none() && (*self == Self::All || terms().next().is_some());
        !is_excluded && (includes_all || wanted.any(|term| term.is_about(operation)))
    }

    /// Whether an operation is asked for by its name.
    pub(crate) fn asks_for(&self, operation: &Value) -> bool {
        let is_name = |term: &Term<'_>| !term.excludes && matches!(term.what, What::Name(_));
        self.terms()
            .filter(is_name)
            .any(|term| term.is_about(operation))
    }

    /// The terms; none if every operation is selected.
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
    /// Whether it takes operations out.
    excludes: bool,
    pub(super) what: What<'t>,
}

pub(super) enum What<'t> {
    All,
    Name(&'t str),
    /// Names with `*` in it.
    Names(&'t str),
    Tag(&'t str),
}

impl<'t> Term<'t> {
    fn of(text: &'t str) -> Self {
        let (excludes, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let what = match text.strip_prefix("tag:") {
            Some(tag) => What::Tag(tag.trim()),
            None if text == "all" => What::All,
            None if text.contains('*') => What::Names(text),
            None => What::Name(text),
        };
        Self { excludes, what }
    }

    pub(super) fn is_about(&self, operation: &Value) -> bool {
        let mut names = names(operation).into_iter().flatten();
        match self.what {
            What::All => true,
            What::Name(wanted) => names.any(|name| name == wanted),
            What::Names(pattern) => names.any(|name| fits(name, pattern)),
            What::Tag(pattern) => strings(operation, "tags").any(|tag| fits(tag, pattern)),
        }
    }
}

/// What an operation can be selected by.
pub(super) fn names(operation: &Value) -> [Option<&str>; 2] {
    [string(operation, "operationId"), operation_name(operation)]
}

/// Whether a text fits a pattern, in which each `*` stands for any letters.
fn fits(text: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    // The first place a part fits at leaves the most for those after it.
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
    fn a_star_stands_for_any_letters() {
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
    fn an_operation_is_selected_by_what_is_added_less_what_is_taken_out() {
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
