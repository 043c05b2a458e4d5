//! Contract verification: recorded answers of the service against the documents and through the SDK's types.
//!
//! A file becomes a [`recording`], its request finds an operation ([`route`]), request and answer are held against the
//! document and the answer through the SDK ([`verdict`]), then against the document without one correction each
//! ([`corrections`]) and beside other recordings of the same thing ([`sequence`]), and all verdicts make a [`report`](crate::report).
//!
//! Invariant: nothing here asks the network, the clock or the environment; the same files give the same report.

pub mod advice;
pub mod answer;
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

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not an OpenAPI document.
    #[error("{} is not an OpenAPI document: {message}", path.display())]
    Document {
        /// Which one.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// A file does not say how grave findings are.
    #[error("{}: {message}", path.display())]
    Severity {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A file is no list of accepted findings.
    #[error("{} is no baseline: {message}", path.display())]
    Baseline {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The order of states cannot be read.
    #[error("sequences.toml: {0}")]
    Sequences(String),
    /// There is nothing to judge, which must not pass for success.
    #[error("there are no recordings in {0}")]
    NoRecordings(String),
    /// The report cannot be written.
    #[error("cannot write {}: {message}", path.display())]
    Report {
        /// The file it was meant for.
        path: PathBuf,
        /// Why.
        message: String,
    },
}
