//! MongoDB Atlas cloud backup: export snapshots to a bucket and restore them.
//!
//! A [`Client`] is built once and shared; every operation of the API is a method that returns a
//! [`Call`]. Awaiting the call gives the decoded body, [`Call::send`] gives a [`Response`] with
//! status and headers, and `items()` walks every page of a list.
//!
//! This root must hold declarations and re-exports only, never behaviour.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod ambient;
mod auth;
mod base_url;
mod builder;
mod call;
mod check;
mod client;
mod cluster_name;
mod envelope;
mod error;
mod error_code;
mod extra;
mod json;
mod object_id;
mod operation;
mod pager;
mod response;
mod secret_url;
mod transport;
mod violations;
mod wire;

#[rustfmt::skip]
mod generated {
    pub mod v1;
    pub mod v2;
}

pub use ambient::{Clock, OsRandomness, Randomness, SystemClock};
pub use auth::Credentials;
pub use builder::ClientBuilder;
pub use call::Call;
pub use client::{Client, V1};
pub use cluster_name::{ClusterName, InvalidClusterName};
pub use error::{Error, ErrorKind};
pub use error_code::AtlasErrorCode;
pub use extra::Extra;
pub use generated::v2::{API_DATE, SPEC_SHA256};
pub use generated::{v1, v2};
pub use jiff::Timestamp;
pub use object_id::{InvalidObjectId, ObjectId};
pub use operation::{
    Answer, Counted, Endpoint, Enveloped, Operation, Paged, Pretty, Request, decode_json,
};
pub use pager::Items;
pub use response::{RateLimit, Response};
pub use secret_url::SecretUrl;
pub use transport::{BoxFuture, HttpTransport, Transport, TransportError};
pub use violations::{Violation, Violations};
