//! Open on the way in: how JSON becomes the generated types, and goes back.
//!
//! Invariant: an answer that is a JSON object of the right outline always decodes. A value the SDK does not know or
//! cannot read (a new enum value, a malformed identifier, a string where a number was promised) costs that one field,
//! never the answer: it is kept as it came in [`Extra`](crate::Extra) and goes back out unchanged. `null` reads as absent.

mod fit;
mod macros;
mod scalars;

pub(crate) use fit::{Field, Key, read, strict};
pub(crate) use fit::{Fit, FromJson};
#[allow(unused_imports)]
pub(crate) use macros::{
    answer, open_enum, paged, record, setters, tagged_union, union, untagged_union,
};

#[cfg(feature = "contract")]
pub(crate) use macros::round_trips;

/// Decodes `body` as a `T` and encodes it again.
#[cfg(feature = "contract")]
pub(crate) fn round_trip<T: crate::operation::Answer + serde::Serialize>(
    body: &[u8],
) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::to_value(T::decode(body)?)
}
