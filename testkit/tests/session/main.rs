//! Sessions through the proxy: forwarding, recording and failures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod forwarding;
mod killed;
mod sdk;
mod world;
