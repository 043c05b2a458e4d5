//! Decoding of JSON into the generated types, and encoding.
//!
//! Invariant: a response that is a JSON object of the expected outline always decodes, within the client's limit of
//! elements and 127 levels of nesting. A value that the SDK does not know or cannot decode (a new enum value, a
//! malformed identifier, a string instead of a number) affects only its field: [`Extra`](crate::Extra) contains the
//! original value, and encoding writes it unchanged. `null` is decoded as absent, and absent fields are not written.
//! Numbers have the precision of a 64-bit integer or float. A number beyond the range of floats becomes a string of its
//! digits, and a lone surrogate becomes U+FFFD.
//!
//! Invariant: types of requests are decoded strictly. A missing or `null` required field, including a list, and a value
//! of the wrong type are errors. Only unknown fields are stored in `Extra`. Types of both directions have no required
//! fields, because a schema with required fields becomes two types. They are decoded like responses.

// Some items are unused, depending on the document from which a crate is generated and on the crate's features.
#![allow(dead_code, unused_imports, unused_macros)]

mod bodies;
mod count;
mod decoded;
mod field;
mod fields;
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
pub(crate) use decoded::value;
pub use decoded::{Decoded, FromJson, decode_body, strict, valid};
pub(crate) use field::Field;
pub use field::{Direction, Key, missing, read, represented_number, unknown_field, written};
pub(crate) use fields::{fields, has_list};
pub use macros::{
    always_sent, common_field, common_fields, from_variants, open_enum, paged, record,
    response_body, setters, tagged_union, union, untagged_union,
};
pub use member::Best;
pub use scalar_enum::{scalar_enum, show};
pub use text::decode_json;

#[cfg(feature = "contract")]
pub use macros::{request_round_trips, round_trips};
#[cfg(feature = "contract")]
pub use round_trip::RoundTrip;
#[cfg(feature = "contract")]
pub use round_trip::round_trip;
