//! A position in a list, as text.
//!
//! Invariant: a position holds a query only. Host and path are those of the call that resumes from it.
use std::fmt;
use std::str::FromStr;

use crate::draft::Draft;

/// A position in a list from which a later listing can resume. See [`Items::continuation`](crate::Items::continuation) and
/// [`Call::continue_from`](crate::Call::continue_from).
///
/// Its text can be stored in a file or a database. It holds the query of the next page; it holds no credentials and no path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Continuation {
    pub(crate) operation: String,
    /// Number of items of the page that were already returned.
    pub(crate) skip: usize,
    pub(crate) query: String,
}

impl Continuation {
    pub(super) fn new(draft: &Draft, skip: usize) -> Self {
        Self {
            operation: draft.operation.id.to_owned(),
            skip,
            query: draft.query(),
        }
    }
}

impl fmt::Display for Continuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}?{}", self.operation, self.skip, self.query)
    }
}

impl FromStr for Continuation {
    type Err = InvalidContinuation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (place, query) = text.split_once('?').ok_or(InvalidContinuation)?;
        let (operation, skip) = place.split_once('+').ok_or(InvalidContinuation)?;
        let printable = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'#')
        };
        if operation.is_empty() || !printable(operation) || !printable(query) {
            return Err(InvalidContinuation);
        }
        Ok(Self {
            operation: operation.to_owned(),
            skip: skip.parse().map_err(|_| InvalidContinuation)?,
            query: query.to_owned(),
        })
    }
}

/// The error for a text that is not a position in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidContinuation;

impl fmt::Display for InvalidContinuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a position in a list; expected the text of an earlier continuation")
    }
}

impl std::error::Error for InvalidContinuation {}
