//! The media types of bodies, including those that are not used.

use crate::document::{object, operations, reference, successes, versions};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The media types of an operation, without versions.
pub(super) struct Formats {
    /// Media types of the request.
    pub(super) sent: BTreeSet<String>,
    /// Media types of successful responses.
    pub(super) received: BTreeSet<String>,
}

/// Media types of each operation, by its pointer.
pub(super) type ByOperation = BTreeMap<String, Formats>;

/// Reads a document that still has all of its versions.
pub(super) fn formats(document: &Value) -> ByOperation {
    let resolved = |part: &'_ Value| -> BTreeSet<String> {
        let target = reference(part).and_then(|target| document.pointer(target));
        let content = object(target.unwrap_or(part), "/content");
        content.keys().map(|name| without_version(name)).collect()
    };
    let of = |operation: &Value| {
        let wanted = successes(operation);
        let responses = object(operation, "/responses").iter();
        let responses = responses.filter(|(status, _)| wanted.contains(*status));
        Formats {
            sent: operation
                .get("requestBody")
                .map(resolved)
                .unwrap_or_default(),
            received: responses
                .flat_map(|(_, response)| resolved(response))
                .collect(),
        }
    };
    let all = operations(document);
    all.map(|(pointer, .., operation)| (pointer, of(operation)))
        .collect()
}

/// Returns a media type with its version replaced by `…`.
pub(super) fn without_version(media_type: &str) -> String {
    match versions::version(media_type) {
        Some(version) => media_type.replacen(version, "…", 1),
        None => media_type.to_owned(),
    }
}
