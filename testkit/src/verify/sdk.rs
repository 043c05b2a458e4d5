//! Decodes and encodes bodies with the SDK's types.
//!
//! Invariant: only this module calls the SDK.

use atlas_backup::RoundTrip;
use serde::de::Error as _;
use serde_json::Value;

/// Decodes `body` into the type of a successful response to `operation` and encodes it again.
///
/// `None` if the SDK has no such operation, or its response has no body. A value of a known field that cannot
/// be decoded is an error here, although the SDK itself carries it along.
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

/// Does the same as the SDK does for users: values that cannot be decoded are carried along.
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
