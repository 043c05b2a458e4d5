//! From the bytes of a body to values.
//!
//! Must never refuse text that can be repaired without a guess.
use serde::de::{DeserializeOwned, Error as _};

use super::fit::Fit;
use super::{count, repair};

/// Reads JSON, checking once that the body is UTF-8, which is quicker than checking every string.
///
/// # Errors
/// When the body is not UTF-8, or not JSON of the shape of `T`.
pub fn decode_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    let text = std::str::from_utf8(body).map_err(serde_json::Error::custom)?;
    // RFC 8259 section 8.1: a mark of the byte order may be passed over.
    from_text(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Reads JSON text. What the parser alone refuses is repaired and read again.
fn from_text<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).or_else(|error| match repair::repaired(text) {
        Some(repaired) => count::recounted(|| serde_json::from_str(&repaired)),
        None => Err(error),
    })
}

/// Reads any JSON value, with its elements counted.
pub(crate) fn value(body: &[u8]) -> serde_json::Result<serde_json::Value> {
    decode_json(body).map(Fit::into_value)
}
