//! For generated code only: the parts of the runtime that code from `cargo xtask generate` needs, in this crate or in a crate
//! that is generated against it (`--against`).
//!
//! Programs do not use this module. It is exempt from semantic versioning: generate such a crate again with the version of
//! the generator that belongs to the new version of `atlas-backup`.

#![allow(
    unused_imports,
    reason = "the generated code of a document may need a part of it"
)]

pub use crate::extra::Extra;
pub use crate::json::{
    Best, Decoded, Direction, FromJson, Key, always_sent, common_field, common_fields, decode_body,
    from_variants, missing, open_enum, paged, read, record, represented_number, response_body,
    scalar_enum, setters, show, strict, tagged_union, union, unknown_field, untagged_union, valid,
    written,
};
#[cfg(feature = "contract")]
pub use crate::json::{RoundTrip, request_round_trips, round_trip, round_trips};
pub use crate::missing_field::MissingField;
pub use crate::operation::{Endpoint, Paged, Request, ResponseBody};
pub use crate::patch::Patch;
pub use crate::violations::Violations;
pub use crate::{ClusterName, ObjectId, Timestamp};
