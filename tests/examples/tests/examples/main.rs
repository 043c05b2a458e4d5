//! The examples, run as processes: each with its own sandbox, and several with one at a socket.
//!
//! Must never wait for a time to pass: a test waits for a line of a process, or for its end.
#![allow(clippy::panic, clippy::unwrap_used)]

mod alone;
mod calls;
mod deployment;
mod fleet;
mod interrupted;
mod process;
