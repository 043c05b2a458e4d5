//! Code that the tests of several packages share.
//!
//! Must never be a dependency of what users install.

pub mod draw;
pub mod editing;
pub mod generated_modules;
pub mod repository;
