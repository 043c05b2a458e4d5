//! An action of an overlay, as findings suggest it.

use crate::document::walk;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::fmt;

/// An overlay action (OpenAPI Overlay Specification 1.0). Printed, it is an item of an overlay's `actions`. An ellipsis (`…`)
/// stands for a text, `anotherName` and `AnotherName` for a name that the author has to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlayAction {
    /// What it changes: a JSONPath (RFC 9535) into the document as the overlay finds it.
    pub target: String,
    /// What it does there.
    pub change: OverlayChange,
    /// The JSON pointer to the same part.
    pub(crate) pointer: String,
}

/// What an overlay action does.
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
