//! Decoding of the bytes of a body.
//!
//! Invariant: text that can be repaired without a guess is not rejected.
use serde::de::{DeserializeOwned, Error as _};

use super::decoded::Decoded;
use super::{count, repair};

/// Decodes JSON. The body is checked once to be UTF-8, which is faster than a check of every string.
///
/// # Errors
/// If the body is not UTF-8, or not JSON of the type `T`.
pub fn decode_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    let text = std::str::from_utf8(body).map_err(serde_json::Error::custom)?;
    // RFC 8259 section 8.1 allows a parser to ignore a byte order mark.
    from_text(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Decodes JSON text. If the parser rejects text that can be repaired, it is repaired and decoded again.
fn from_text<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).or_else(|error| match repair::repaired(text) {
        Some(repaired) => count::recounted(|| serde_json::from_str(&repaired)),
        None => Err(error),
    })
}

/// Decodes any JSON value, and counts its elements.
pub(crate) fn value(body: &[u8]) -> serde_json::Result<serde_json::Value> {
    decode_json(body).map(Decoded::into_value)
}
