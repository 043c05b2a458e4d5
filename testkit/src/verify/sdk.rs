//! The SDK's side of the contract: its types decode a body and encode it again.
//!
//! Invariant: this is the only place that calls the SDK.

use atlas_backup::RoundTrip;
use serde::de::Error as _;
use serde_json::Value;

/// Decodes `body` into the type of a successful answer to `operation` and encodes that again.
///
/// `None` when the SDK has no such operation, or its answer has no body. A value the type has a field for and cannot read
/// is an error here, although the SDK itself carries it along.
#[must_use]
pub fn round_trip(
    api: &str,
    operation: &str,
    body: &[u8],
) -> Option<Result<Value, serde_json::Error>> {
    Some(
        tolerant(api, operation, body)?.and_then(|trip| match trip.unread.as_slice() {
            [] => Ok(trip.body),
            unread => Err(serde_json::Error::custom(format_args!(
                "the types cannot read {}",
                unread.join(", ")
            ))),
        }),
    )
}

/// The same as users of the SDK see it: what a type cannot read is carried along.
#[must_use]
pub fn tolerant(
    api: &str,
    operation: &str,
    body: &[u8],
) -> Option<Result<RoundTrip, serde_json::Error>> {
    match api {
        "v2" => atlas_backup::v2::round_trip(operation, body),
        "v1.0" => atlas_backup::v1::round_trip(operation, body),
        _ => None,
    }
}
