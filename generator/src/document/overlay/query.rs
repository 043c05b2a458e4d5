//! Evaluation of an action's target.

use serde_json::Value;
use serde_json_path::JsonPath;

/// Returns the JSON pointers of the parts that a path selects.
pub(super) fn pointers(path: &JsonPath, document: &Value) -> Vec<String> {
    let found = path.query_located(document);
    found
        .locations()
        .map(serde_json_path::NormalizedPath::to_json_pointer)
        .collect()
}
