//! Code that the tests of several packages share.
//!
//! Must never be a dependency of a published crate.

pub mod arbitrary;
pub mod editing;
pub mod generated_modules;
pub mod repository;
