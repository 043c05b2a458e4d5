#![doc = include_str!("../README.md")]
// Says of each item which feature it needs, where a nightly compiler builds the documentation.
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
mod check;
mod client;
mod cluster_name;
mod content;
mod deadline;
#[cfg(feature = "download")]
mod download;
mod draft;
mod env;
mod envelope;
mod error;
mod error_code;
mod extra;
mod failure;
#[cfg(feature = "download")]
mod file_system;
mod flight;
#[cfg(feature = "reqwest")]
mod http_transport;
mod idempotency;
mod json;
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
pub use jiff::Timestamp;
#[cfg(feature = "contract")]
pub use json::RoundTrip;
pub use json::decode_json;
pub use missing_field::MissingField;
pub use nullable::Nullable;
pub use object_id::{InvalidObjectId, ObjectId};
pub use operation::{
    Answer, Counted, Endpoint, Enveloped, Operation, Paged, Pretty, Request, Streamable,
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

// What is above is the runtime, which any generated API can be put on. What is below is the versions of this one.

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
