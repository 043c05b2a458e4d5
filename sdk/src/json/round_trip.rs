//! A body through a type and back, which contract verification compares.
//!
//! Must never judge what was lost.
use serde::Serialize;

use super::fit::UNREAD;
use crate::operation::Answer;

/// What contract verification learns of a body that went through a type.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundTrip {
    /// The body, encoded again.
    pub body: serde_json::Value,
    /// The fields the type knows and whose values it could not read: they came through in [`Extra`](crate::Extra).
    pub unread: Vec<&'static str>,
}

/// Decodes `body` as a `T` and encodes it again.
pub fn round_trip<T: Answer + Serialize>(body: &[u8]) -> serde_json::Result<RoundTrip> {
    UNREAD.take();
    let answer = T::decode(body)?;
    let unread = UNREAD.take();
    let body = serde_json::to_value(answer)?;
    Ok(RoundTrip { body, unread })
}
