//! The SDK's side of the contract: its types decode a body and encode it again.
//!
//! Invariant: this is the only place that calls the SDK.

use serde_json::Value;

/// Decodes `body` into the type of a successful answer to `operation` and encodes that again.
///
/// `None` when the SDK has no such operation, or its answer has no body.
#[must_use]
pub fn round_trip(
    api: &str,
    operation: &str,
    body: &[u8],
) -> Option<Result<Value, serde_json::Error>> {
    match api {
        "v2" => atlas_backup::v2::round_trip(operation, body),
        "v1.0" => atlas_backup::v1::round_trip(operation, body),
        _ => None,
    }
}
