//! Sessions through the proxy: what is forwarded, what is written, and what can go wrong in between.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod forwarding;
mod killed;
mod sdk;
mod world;
