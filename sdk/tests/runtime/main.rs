//! The public behaviour of the runtime, with recorded requests and scripted responses.
//!
//! Must never open a connection beyond loopback, and on loopback only in `http_transport`, `first_request`,
//! `download_socket` and `proxies`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs)]

mod base_url;
mod bearer;
#[cfg(feature = "blocking")]
mod blocking;
mod bounds;
mod call;
mod cancel;
mod challenges;
mod credentials;
#[cfg(feature = "download")]
mod delivery;
mod digest;
#[cfg(feature = "download")]
mod disk;
#[cfg(feature = "download")]
mod download;
#[cfg(feature = "download")]
mod download_faults;
#[cfg(feature = "download")]
mod download_file;
#[cfg(all(feature = "download", unix))]
mod download_full;
#[cfg(feature = "download")]
mod download_limits;
#[cfg(feature = "download")]
mod download_links;
#[cfg(feature = "download")]
mod download_record;
#[cfg(feature = "download")]
mod download_schedules;
#[cfg(all(feature = "download", feature = "reqwest"))]
mod download_socket;
mod envelope;
mod errors;
mod exports;
#[cfg(all(feature = "rustls", target_os = "linux"))]
mod first_request;
#[cfg(feature = "reqwest")]
mod http_transport;
mod idempotency;
mod interceptors;
mod jobs;
#[cfg(feature = "metrics")]
mod metrics;
mod missing_role;
mod pager;
mod pages;
mod parameters;
mod paused_calls;
mod provider;
#[cfg(all(feature = "download", feature = "rustls"))]
mod proxies;
#[cfg(feature = "replay")]
mod replay;
mod retry;
mod script;
mod secrets;
mod service_account;
mod stream;
#[cfg(feature = "tracing")]
mod trace;
mod wait;
mod world;
