//! Contract verification, recording and a sandbox for users of the MongoDB Atlas backup API.
//!
//! The curated documents of this SDK version are inside: nothing here needs a repository or a network to judge.
#![forbid(unsafe_code)]

pub mod record;
pub mod report;
pub mod verify;
