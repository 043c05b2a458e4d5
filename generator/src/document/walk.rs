//! The structure of OpenAPI 3.0: keywords, names, schemas, references, prose and data.
//!
//! The same key is a keyword in one location, a name in another and data in a third. One table ([`Kind::member`])
//! decides this for every location, and the visitors follow it.
//!
//! Invariant: the content of data is never visited. An example, a default, an enum value or an extension contains no
//! references, schemas or keywords.

mod origins;
mod structure;
mod visit;

pub(crate) use origins::{forget_origins, mark_origins, origin, site};
pub(crate) use structure::{Kind, component, json_path, unescaped};
pub(crate) use visit::{Location, each, each_mut, references, retain, target};
