//! The structure of OpenAPI 3.0: which members of which object are keywords, names somebody chose, schemas, references,
//! prose, or data.
//!
//! A part of a document is what its place makes it: the same key is a keyword in one place, a name in another and data in a
//! third. One table ([`Kind::member`]) says so for every place, and the visitors follow it.
//!
//! Invariant: nothing inside data is visited. An example, a default, an enum value or an extension holds no reference, no
//! schema and no keyword.

mod origins;
mod structure;
mod visit;

pub(crate) use origins::{forget_origins, mark_origins, origin, site};
pub(crate) use structure::{Kind, component, json_path, unescaped};
pub(crate) use visit::{Place, each, each_mut, references, retain, target};
