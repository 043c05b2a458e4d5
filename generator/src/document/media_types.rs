//! Chooses the media type of a body.

use super::object;
use serde_json::Value;

/// The media type of forms.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Returns the media type to use for a body: JSON, or else a form, or else any that is not `multipart`.
pub(crate) fn media_of(body: &Value) -> Option<(&String, &Value)> {
    let content = object(body, "/content");
    let rank = |name: &str| match essence(name).as_str() {
        _ if is_json(name) => 0,
        FORM => 1,
        name if name.starts_with("multipart/") => 3,
        _ => 2,
    };
    content.iter().min_by_key(|(name, _)| rank(name))
}

/// Returns a media type without its parameters.
pub(crate) fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// Returns true if a media type is JSON by name or suffix (RFC 6839), or is a range that includes JSON.
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    let is_any = ["*/*", "application/*"].contains(&essence.as_str());
    essence.ends_with("/json") || essence.ends_with("+json") || is_any
}
