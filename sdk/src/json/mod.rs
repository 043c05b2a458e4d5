//! Open on the way in: how JSON becomes the generated types, and goes back.
//!
//! Invariant: an answer that is a JSON object of the right outline always decodes, up to the client's bound of elements
//! and 127 levels of nesting. A value the SDK does not know or cannot read (a new enum value, a malformed identifier, a
//! string where a number was promised) costs that one field, never the answer: it is kept as it came in
//! [`Extra`](crate::Extra) and goes back out unchanged. `null` reads as absent, and what was absent is not written. Numbers
//! keep what a 64-bit integer or float can hold of them; one beyond any float becomes the string of its digits, and half of
//! a surrogate pair becomes U+FFFD.
//!
//! Invariant: types of requests are decoded strictly. A required field that is missing or `null` is an error, also if it
//! is a list, and so is a value of the wrong type; only unknown fields are kept in `Extra`. Types used in both directions
//! have no required field, because a schema with one becomes two types; they are decoded like responses.

// Which of it a crate uses depends on the document it is generated from, and on the crate's features.
#![allow(dead_code, unused_imports, unused_macros)]

mod bodies;
mod count;
mod fit;
mod macros;
mod member;
mod repair;
mod scalar_enum;
mod scalars;

pub(crate) use count::counted;
pub(crate) use count::uncounted;
pub(crate) use fit::Field;
pub(crate) use fit::{Fit, FromJson};
pub(crate) use fit::{Key, Way, kept, missing, read, strict, written};
pub(crate) use macros::{
    answer, common_field, common_fields, open_enum, paged, record, setters, tagged_union, union,
    untagged_union,
};
pub(crate) use member::Best;
pub(crate) use scalar_enum::{scalar_enum, show};

#[cfg(feature = "contract")]
pub(crate) use macros::{request_round_trips, round_trips};

/// Reads JSON text. What the parser alone refuses is repaired and read again.
pub(crate) fn from_text<T: serde::de::DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).or_else(|error| match repair::repaired(text) {
        Some(repaired) => count::recounted(|| serde_json::from_str(&repaired)),
        None => Err(error),
    })
}

/// Reads any JSON value, with its elements counted.
pub(crate) fn value(body: &[u8]) -> serde_json::Result<serde_json::Value> {
    crate::operation::decode_json(body).map(Fit::into_value)
}

/// What contract verification learns of a body that went through a type.
#[cfg(feature = "contract")]
#[derive(Clone, Debug, PartialEq)]
pub struct RoundTrip {
    /// The body, encoded again.
    pub body: serde_json::Value,
    /// The fields the type knows and whose values it could not read: they came through in [`Extra`](crate::Extra).
    pub unread: Vec<&'static str>,
}

/// Decodes `body` as a `T` and encodes it again.
#[cfg(feature = "contract")]
pub(crate) fn round_trip<T: crate::operation::Answer + serde::Serialize>(
    body: &[u8],
) -> serde_json::Result<RoundTrip> {
    fit::UNREAD.take();
    let answer = T::decode(body)?;
    let unread = fit::UNREAD.take();
    let body = serde_json::to_value(answer)?;
    Ok(RoundTrip { body, unread })
}
