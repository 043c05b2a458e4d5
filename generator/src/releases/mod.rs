//! Support for releases: the diff of documents, the public API listing, carried-over operations, and unselected
//! operations.

pub(crate) mod carry_over;
pub(crate) mod diff;
pub(crate) mod public_api;
pub(crate) mod unselected;
