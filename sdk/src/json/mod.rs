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
#[cfg(feature = "contract")]
mod round_trip;
mod scalar_enum;
mod scalars;
mod seconds;
mod text;

pub(crate) use count::counted;
pub use count::uncounted;
pub(crate) use fit::Field;
pub use fit::{Fit, FromJson};
pub use fit::{Key, Way, kept, missing, read, strict, written};
pub use macros::{
    always_sent, answer, common_field, common_fields, from_variants, open_enum, paged, record,
    setters, tagged_union, union, untagged_union,
};
pub use member::Best;
pub use scalar_enum::{scalar_enum, show};
pub use text::decode_json;
pub(crate) use text::value;

#[cfg(feature = "contract")]
pub use macros::{request_round_trips, round_trips};
#[cfg(feature = "contract")]
pub use round_trip::RoundTrip;
#[cfg(feature = "contract")]
pub use round_trip::round_trip;
