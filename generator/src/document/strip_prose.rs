//! Removes the prose of a document: descriptions, summaries, titles, examples and external links. Names, types and
//! constraints stay.
//!
//! Invariant: a property that is *named* `description` or `example` stays, and so does data.

use crate::document::walk::{self, Kind};
use serde_json::Value;

/// Removes prose from the whole document, including contact and terms of use.
///
/// The document's own title stays, because OpenAPI requires it.
pub(crate) fn strip_prose(document: &mut Value) {
    walk::retain(document, Kind::Document, |kind| !kind.is_for_people());
    walk::each_mut(document, Kind::Document, "", &mut |_, kind, part| {
        // Prose under a name, such as an OAuth scope's description, becomes empty, because the name must stay.
        if kind == Kind::Prose {
            *part = Value::String(String::new());
        }
    });
}
