//! Responses without a body: those with certain statuses, and all responses to `HEAD` (RFC 9110, section 6.4.1).
//!
//! Invariant: no media type is removed, because its name has the version's date and is sent in `Accept`.

use super::values::{child, object, operations, resolved};
use serde_json::Value;

/// Returns true if a response to `method` with the status `status` has no body.
pub(crate) fn has_no_body(method: &str, status: &str) -> bool {
    let is_informational = status.len() == 3 && status.starts_with('1');
    method.eq_ignore_ascii_case("head")
        || is_informational
        || matches!(status, "204" | "205" | "304")
}

/// Removes the descriptions of bodies from responses that have none.
pub(crate) fn remove(document: &mut Value) {
    let mut found = Vec::new();
    for (pointer, _, method, operation) in operations(document) {
        for (status, response) in object(operation, "/responses") {
            if has_no_body(method, status)
                && let Some(bare) = bare(document, response)
            {
                found.push((child(&format!("{pointer}/responses"), status), bare));
            }
        }
    }
    for (pointer, bare) in found {
        if let Some(response) = document.pointer_mut(&pointer) {
            *response = bare;
        }
    }
}

/// Returns the response without its body; `None` if it does not describe one.
///
/// A reference is replaced by a copy of its component, which responses with bodies may share.
fn bare(document: &Value, response: &Value) -> Option<Value> {
    let response = resolved(document, response)?;
    const BODY_KEYWORDS: [&str; 4] = ["schema", "example", "examples", "encoding"];
    let describes_body = |media: &Value| BODY_KEYWORDS.iter().any(|key| media.get(key).is_some());
    let content = response.get("content")?.as_object()?;
    if !content.values().any(describes_body) {
        return None;
    }
    let mut response = response.clone();
    let content = response.get_mut("content").and_then(Value::as_object_mut);
    for media in content.into_iter().flat_map(|content| content.values_mut()) {
        if let Some(media) = media.as_object_mut() {
            for key in BODY_KEYWORDS {
                media.shift_remove(key);
            }
        }
    }
    Some(response)
}
