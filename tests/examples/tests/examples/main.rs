//! The examples, run as the processes they are: in the sandbox that each has in it, and several against one at a socket.
//!
//! Must never wait for a time: what a test waits for is a line of a process, or its end.
#![allow(clippy::panic, clippy::unwrap_used)]

mod alone;
mod calls;
mod deployment;
mod fleet;
mod interrupted;
mod process;
