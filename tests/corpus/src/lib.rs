//! The runtime of the SDK and, on top of it, what the generator makes of every document of its corpus and of a batch of
//! random ones. That this compiles is the point; the tests send values through it.

#![allow(
    clippy::large_enum_variant,
    reason = "random unions are as large as they happen to be"
)]

include!(concat!(env!("OUT_DIR"), "/lib.rs"));
