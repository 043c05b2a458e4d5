//! Contract verification: judges recorded responses by the documents and the SDK's types.
//!
//! A file becomes a [`recording`], and its request selects an operation ([`route`]). Request and response are
//! judged by the document, and the response by the SDK ([`verdict`]); then by the document without each
//! correction ([`corrections`]) and together with other recordings of the same resource ([`sequence`]). All
//! verdicts make a [`report`](crate::report).
//!
//! Invariant: nothing here uses the network, the clock or the environment; the same files give the same
//! report.

pub mod advice;
mod baseline;
pub mod corrections;
pub mod documents;
pub mod finding;
mod header;
pub mod older;
mod options;
pub mod places;
pub mod pointer;
pub mod recording;
mod request;
pub mod response;
pub mod round_trip;
pub mod route;
pub mod run;
mod schema;
pub mod sdk;
pub mod sequence;
pub mod severity;
pub mod verdict;

use std::path::PathBuf;

pub use baseline::{Accepted, Baseline};
pub use options::{Options, verify};

/// An error that prevents a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file is not an OpenAPI document.
    #[error("{} is not an OpenAPI document: {message}", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// The cause.
        message: String,
    },
    /// A file of severities is invalid.
    #[error("{}: {message}", path.display())]
    Severity {
        /// The file.
        path: PathBuf,
        /// The error in it.
        message: String,
    },
    /// A file is not a list of accepted findings.
    #[error("{} is not a baseline: {message}", path.display())]
    Baseline {
        /// The file.
        path: PathBuf,
        /// The error in it.
        message: String,
    },
    /// The data of state sequences is invalid.
    #[error("sequences.toml: {0}")]
    Sequences(String),
    /// There are no recordings; that must not count as success.
    #[error("there are no recordings in {0}")]
    NoRecordings(String),
    /// The report cannot be written.
    #[error("cannot write {}: {message}", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// The cause.
        message: String,
    },
}
