//! The SDK's runtime, and the code generated from the corpus and random documents.
//!
//! The main test is that this compiles; other tests encode and decode values with it.

#![allow(
    clippy::large_enum_variant,
    reason = "random unions are as large as they happen to be"
)]
#![allow(
    macro_expanded_macro_exports_accessed_by_absolute_paths,
    reason = "`include!` makes the runtime's exported macros macro-expanded"
)]

include!(concat!(env!("OUT_DIR"), "/lib.rs"));
