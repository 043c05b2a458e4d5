// @generated from spec/v1/curated.yaml by `cargo xtask generate`. Do not edit.

//! x



/// SHA-256 of the curated document this code was generated from, in lower-case hex.
pub const SPEC_SHA256: &str = "6709b0f96399b02bc7d755f037bc3fbcee546d97af38272961956266338cf4a5";
/// Every operation of this version, by module.
pub static OPERATIONS: &[&crate::Operation] = &[];

/// Decodes a success body of an operation and encodes it again; `None` for an operation without a body.
///
/// # Errors
/// What `serde_json` says of a body that is not the operation's.
#[cfg(feature = "contract")]
pub fn round_trip(
    operation: &str,
    body: &[u8],
) -> Option<serde_json::Result<serde_json::Value>> {
    use crate::json::round_trip;
    Some(
        match operation {
            _ => return None,
        },
    )
}
