//! Round trips of bodies: decoding and encoding, for contract verification.
//!
//! Invariant: this module does not judge differences.
use serde::Serialize;

use super::field::UNREAD;
use crate::operation::ResponseBody;

/// The outcome of decoding a body and encoding it again.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundTrip {
    /// The encoded body.
    pub body: serde_json::Value,
    /// The fields of the type whose values could not be decoded. [`Extra`](crate::Extra) contained them.
    pub unread: Vec<&'static str>,
}

/// Decodes `body` as a `T` and encodes it again.
pub fn round_trip<T: ResponseBody + Serialize>(body: &[u8]) -> serde_json::Result<RoundTrip> {
    UNREAD.take();
    let answer = T::decode(body)?;
    let unread = UNREAD.take();
    let body = serde_json::to_value(answer)?;
    Ok(RoundTrip { body, unread })
}
