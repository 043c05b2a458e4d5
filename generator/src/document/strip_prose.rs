//! Reduces a document to bare facts: every sentence goes (descriptions, summaries, titles, examples, links
//! to further reading), names, types and constraints stay.
//!
//! Invariant: a property that happens to be *called* `description` or `example` is a fact and stays, and so is data.

use crate::document::walk::{self, Kind};
use serde_json::Value;

/// Strips the whole document; the document's own title stays, for OpenAPI requires it. Whom to ask about the sentences and
/// what they may be used for goes with them.
pub(crate) fn strip_prose(document: &mut Value) {
    walk::retain(document, Kind::Document, |kind| !kind.is_for_people());
    walk::each_mut(document, Kind::Document, "", &mut |_, kind, part| {
        // What is left of prose is under names, which are facts.
        if kind == Kind::Prose {
            *part = Value::String(String::new());
        }
    });
}
