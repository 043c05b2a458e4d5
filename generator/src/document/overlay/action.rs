//! An overlay action, as diagnostics suggest it.

use crate::document::walk;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::fmt;

/// An overlay action (OpenAPI Overlay Specification 1.0).
///
/// `Display` writes it as an item of an overlay's `actions`. The author of the overlay replaces the placeholders: `…`
/// for a text, `anotherName` or `AnotherName` for a name. Names of colliding types are proposed with a number, as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlayAction {
    /// Target: a JSONPath (RFC 9535) into the document to which the overlay is applied.
    pub target: String,
    /// Change of the target.
    pub change: OverlayChange,
    /// The target as a JSON pointer.
    pub(crate) pointer: String,
}

/// The change that an overlay action makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OverlayChange {
    /// Merges this into the target.
    Update(Value),
    /// Removes the target.
    Remove,
}

impl OverlayAction {
    pub(crate) fn new(pointer: String, change: OverlayChange) -> Self {
        let target = walk::json_path(&pointer);
        Self {
            target,
            change,
            pointer,
        }
    }
}

impl Serialize for OverlayAction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let action = match &self.change {
            OverlayChange::Update(update) => json!({ "target": self.target, "update": update }),
            OverlayChange::Remove => json!({ "target": self.target, "remove": true }),
        };
        action.serialize(serializer)
    }
}

impl fmt::Display for OverlayAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yaml = serde_saphyr::to_string(&[self]).map_err(|_| fmt::Error)?;
        f.write_str(yaml.trim_end())
    }
}
