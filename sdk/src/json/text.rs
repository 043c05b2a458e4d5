//! Decoding of the bytes of a body.
//!
//! Invariant: text that can be repaired without a guess is not rejected.
use super::{count, repair};
use serde::de::{DeserializeOwned, Error as _};
use serde_json::Deserializer;
use serde_json::de::StrRead;

/// Decodes JSON. The body is checked once to be UTF-8, which is faster than a check of every string.
///
/// # Errors
/// If the body is not UTF-8, or not JSON of the type `T`.
pub fn decode_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    let mut decoded = None;
    with_text(body, &mut |deserializer| {
        decoded = Some(T::deserialize(deserializer)?);
        Ok(())
    })?;
    decoded.ok_or_else(|| serde_json::Error::custom("nothing was decoded"))
}

/// Calls `decode` with a parser of a body. If text is rejected that can be repaired, it is called again with the repaired
/// text.
pub(super) fn with_text(
    body: &[u8],
    decode: &mut dyn FnMut(&mut Deserializer<StrRead<'_>>) -> serde_json::Result<()>,
) -> serde_json::Result<()> {
    let mut decode = |text: &str| {
        let mut deserializer = Deserializer::from_str(text);
        decode(&mut deserializer)?;
        deserializer.end()
    };
    let text = std::str::from_utf8(body).map_err(serde_json::Error::custom)?;
    // RFC 8259 section 8.1 allows a parser to ignore a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    decode(text).or_else(|error| match repair::repaired(text) {
        Some(repaired) => count::recounted(|| decode(&repaired)),
        None => Err(error),
    })
}
