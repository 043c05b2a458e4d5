//! Rust SDK for MongoDB Atlas cloud backup: snapshots, exports to a bucket, restores and downloads.
//!
//! # Install
//!
//! Once the crate is published on crates.io:
//!
//! ```toml
//! [dependencies]
//! atlas-backup = "0.1"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```
//!
//! Until then, depend on its path in a checkout: `atlas-backup = { path = "../atlas-backup/sdk" }`.
//!
//! # First call
//!
//! Set the credentials of a service account in `MONGODB_ATLAS_CLIENT_ID` and `MONGODB_ATLAS_CLIENT_SECRET`, or those of
//! an API key in `MONGODB_ATLAS_PUBLIC_KEY` and `MONGODB_ATLAS_PRIVATE_KEY`.
//!
//! ```no_run
//! use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
//! use atlas_backup::{Client, ClusterName, Credentials, ObjectId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder().credentials(Credentials::from_env()?).build()?;
//! let project: ObjectId = "5f0c1e2d3a4b5c6d7e8f9a0b".parse()?;
//! let cluster: ClusterName = "Cluster0".parse()?;
//!
//! // List all snapshots of a replica set, over all pages.
//! let mut snapshots = client.list_backup_snapshots(&project, &cluster).items();
//! while let Some(snapshot) = snapshots.try_next().await? {
//!     println!("{:?} {:?}", snapshot.id, snapshot.created_at);
//! }
//!
//! // Export one of them to a bucket, and wait for the export job.
//! let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
//!     export_bucket_id: "5f0c1e2d3a4b5c6d7e8f9a0c".parse()?,
//!     snapshot_id: "5f0c1e2d3a4b5c6d7e8f9a0d".parse()?,
//! });
//! let job = client.create_backup_export(&project, &cluster, &request).await?;
//! let id = job.id.ok_or("the response has no identifier")?;
//! let exported = client.wait_for_backup_export(&project, &cluster, &id).await?;
//! println!("{:?}", exported.prefix);
//! # Ok(())
//! # }
//! ```
//!
//! # Concepts
//!
//! - **Operations are methods of [`Client`]**, grouped by resource; [the index](Client#operations) lists all of them. The
//!   types of requests and responses are in [`v2`]. The two lists of the v1.0 API are apart, in [`v1`], behind
//!   [`Client::v1`].
//! - **A call is a value.** `client.list_export_buckets(&project)` sends nothing. `.await` sends the request and returns
//!   the body, [`send`](Call::send) also returns status, headers and rate limit, [`items`](Call::items) iterates over
//!   all pages.
//! - **Responses are open.** Unknown fields, unknown enum values, `null` and malformed values never make a response
//!   unreadable: fields of responses are `Option`s, and [`Extra`] has unknown and malformed fields. Requests are checked
//!   before they are sent.
//! - **Retries are safe.** Transient failures are retried, up to five attempts. A request that the service may have acted
//!   on is retried only if the operation is idempotent. With [`Call::idempotency_key`], the SDK also retries the creation of an
//!   export, and looks for the job before.
//! - **Waiters poll a job to its end**: see [`Wait`] and the `wait_for_…` methods of [`Client`].
//! - **One error type**: [`Error`] has the kind, the status, Atlas' error code and detail, and predicates such as
//!   [`is_not_found`](Error::is_not_found).
//!
//! # Cargo features
//!
//! | Feature | Default | Purpose |
//! |---|---|---|
//! | `rustls` | yes | HTTP transport with TLS by rustls and the trust roots of the platform |
//! | `native-tls` | no | HTTP transport with the TLS of the platform; use it with `default-features = false` |
//! | `reqwest` | no | HTTP transport without TLS, for a `reqwest::Client` of your own |
//! | `tracing` | yes | Spans and warnings for [`tracing`](https://docs.rs/tracing) |
//! | `download` | no | `Client::download`: resumable downloads of restore archives |
//! | `blocking` | no | `Call::send_blocking` and other methods for synchronous code |
//! | `cli-profile` | no | `Profile::from_cli` and `Profile::discover`: profiles of the Atlas CLI |
//! | `cli-keychain` | no | `cli-profile` with the keys in the keychain of the system |
//! | `metrics` | no | `CallMetrics`: metrics of calls for the crate [`metrics`](https://docs.rs/metrics) |
//! | `sandbox` | no | `sandbox::Sandbox`: simulates the service in the process or at a socket, for tests |
//! | `replay` | no | `Replay`: transport that responds from recordings, for tests |
//!
//! Without `rustls`, `native-tls` and `reqwest`, implement [`Transport`] and pass it to [`ClientBuilder::transport`].
//! The feature `contract` is for `atlas-backup-testkit`, which verifies recorded traffic against the contract.
//!
//! # Versions
//!
//! - **API date.** The crate is generated for the API date [`API_DATE`]. Each operation uses its newest version on or
//!   before that date. The date is the build metadata of the crate version: `0.1.0+2025-03-12`.
//! - **Semantic versioning.** Before 1.0, a breaking change increases the minor version. Operations that the service
//!   renames or removes stay, deprecated, for at least one release. New enum values, new fields of responses and new
//!   operations are not breaking changes.
//! - **Minimum supported Rust version**: 1.90. An increase is a minor change.
//! - **Dependencies in the public API.** `http`, `bytes` and `serde_json` are at 1.x. Three dependencies before 1.0 are
//!   public for a reason: [`Timestamp`] is that of `jiff`, so that programs can calculate with times without converting
//!   them; `reqwest::Client` is accepted, so that programs can share their connection pool, proxies and certificates; and
//!   `futures_core::Stream` is the trait that all stream combinators use. A new incompatible version of one of them is a
//!   breaking change of this crate.
//!
//! # Where next
//!
//! | Task | Documentation |
//! |---|---|
//! | Choose credentials, share access tokens | [`Credentials`], [`Profile`], [`TokenStore`] |
//! | Find an operation | [`Client`](Client#operations) |
//! | Wait for a job, show its progress | [`Wait`], [`Wait::states`] |
//! | Iterate over a list, continue it later | [`Items`], [`Pages`], [`Continuation`] |
//! | Change retries and timeouts | [`RetryPolicy`], [`ClientBuilder`] |
//! | Handle errors | [`Error`], [`ErrorKind`], [`AtlasErrorCode`] |
//! | Call an operation that the SDK lacks | [`Operation`], [`Endpoint`] |
//! | Observe calls | [`Interceptor`] |
//! | Use another HTTP client | [`Transport`] |
//!
//! The guide in the folder `docs/src` of the repository explains each topic with complete programs: authentication, jobs,
//! lists, retries, downloads, errors, limits, tests, tracing, and exports of many clusters. `sdk/examples` has a program
//! for each task. [`SECURITY.md`](https://docs.rs/crate/atlas-backup/latest/source/SECURITY.md) says how to report a
//! vulnerability and what the SDK guarantees about secrets.
//!
//! This project is not affiliated with MongoDB, Inc.
// Shows the required feature of each item in documentation built by a nightly compiler.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod ambient;
mod auth;
mod base_url;
#[cfg(feature = "blocking")]
mod blocking;
mod box_future;
mod builder;
mod byte_stream;
mod call;
#[cfg(feature = "metrics")]
mod call_metrics;
mod check;
mod client;
mod cluster_name;
pub mod codegen;
mod content;
mod deadline;
#[cfg(feature = "download")]
mod download;
mod draft;
mod env;
mod envelope;
mod error;
mod error_code;
#[cfg(any(feature = "metrics", feature = "tracing"))]
mod error_type;
mod extra;
mod failure;
#[cfg(feature = "download")]
mod file_system;
mod flight;
mod hooks;
#[cfg(feature = "reqwest")]
mod http_clients;
#[cfg(feature = "reqwest")]
mod http_transport;
mod idempotency;
mod interceptor;
mod json;
mod json_body;
mod missing_field;
mod nullable;
mod object_id;
mod operation;
mod pager;
mod parameter;
mod patch;
mod plain_text;
mod printable;
mod provider_error;
mod regular_file;
#[cfg(feature = "replay")]
mod replay;
mod response;
mod retry;
mod secret_url;
mod success;
#[cfg(feature = "tracing")]
mod trace;
#[cfg(not(feature = "tracing"))]
#[path = "untraced.rs"]
mod trace;
mod transport;
mod transport_error;
mod violations;
mod wait;
mod wire;
#[cfg(feature = "blocking")]
mod worker;

pub use ambient::{Clock, OsRandomness, Randomness, SystemClock};
pub use auth::{
    Credentials, CredentialsProvider, FileTokenStore, Profile, ProvidedCredentials, StoredToken,
    TokenKey, TokenStore, TokenTurn,
};
#[cfg(feature = "blocking")]
pub use blocking::BlockingItems;
pub use box_future::BoxFuture;
pub use builder::ClientBuilder;
pub use byte_stream::ByteStream;
pub use call::Call;
#[cfg(feature = "metrics")]
pub use call_metrics::CallMetrics;
pub use client::Client;
pub use cluster_name::{ClusterName, InvalidClusterName};
pub use content::{RequestContent, Upload};
#[cfg(feature = "download")]
pub use download::{Download, DownloadError, Downloaded, Progress};
pub use error::{Error, ErrorKind};
pub use error_code::AtlasErrorCode;
pub use extra::Extra;
pub use failure::Failure;
#[cfg(feature = "download")]
pub use file_system::{FileSystem, OpenFile, OsFileSystem, PathKind};
#[cfg(feature = "reqwest")]
pub use http_transport::HttpTransport;
pub use idempotency::{IDEMPOTENCY_KEY_LABEL, Keyed};
pub use interceptor::{Attempt, Interceptor, Outcome, RequestHeaders, ReservedHeader};
pub use jiff::Timestamp;
#[cfg(feature = "contract")]
pub use json::RoundTrip;
pub use json::decode_json;
pub use json_body::Json;
pub use missing_field::MissingField;
pub use nullable::Nullable;
pub use object_id::{InvalidObjectId, ObjectId};
pub use operation::{
    Counted, Endpoint, Enveloped, Operation, Paged, Pretty, Request, ResponseBody, Streamable,
};
pub use pager::{Continuation, InvalidContinuation, Items, Pages};
pub use parameter::ParameterStyle;
pub use patch::Patch;
pub use plain_text::PlainText;
pub use provider_error::ProviderError;
#[cfg(feature = "replay")]
pub use replay::{InvalidRecording, Recording, Replay, UnexpectedRequest, Unfinished};
pub use response::{RateLimit, Response};
pub use retry::{ExponentialBackoff, FailedAttempt, RetryDecision, RetryPolicy};
pub use secret_url::SecretUrl;
pub use transport::Transport;
pub use transport_error::TransportError;
pub use violations::{Violation, Violations};
pub use wait::{Acceptor, FailedJob, FailureReason, JobEnding, Matcher, States, Wait, WaitError};

// End of the runtime, which any generated API can use. The modules below are the versions of this API.

#[rustfmt::skip]
mod generated {
    pub mod v1;
    pub mod v2;
}
mod create_and_wait;
mod export_key;
mod newest_snapshot;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod v1_handle;

pub use create_and_wait::CreateAndWait;
pub use generated::v2::{API_DATE, SPEC_SHA256};
pub use generated::{v1, v2};
pub use newest_snapshot::{FoundSnapshot, NewestSnapshot};
pub use v1_handle::V1;
