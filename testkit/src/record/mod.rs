//! A recording reverse proxy: writes the traffic to files, without its secrets.
//!
//! The [`proxy`] forwards and keeps a copy; the [`archive`] [redacts](redact), [scans](scan) and writes one
//! exchange after the other.
//!
//! Invariant: nothing is written that the scanner has not checked, and no message shows recorded data.

pub mod aliases;
pub mod archive;
pub mod exchange;
mod forward;
mod links;
pub mod proxy;
pub mod redact;
pub mod rules;
pub mod scan;
mod tee;
pub mod transport;
pub mod upstream;

use std::path::PathBuf;

/// An error that prevents recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The redaction rules are invalid.
    #[error("the redaction rules are invalid: {0}")]
    Rules(String),
    /// The upstream URL is invalid.
    #[error("the upstream URL is invalid: {0}")]
    Upstream(&'static str),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The folder for recordings is not empty: placeholders are unique within one run only.
    #[error("the folder for recordings is not empty")]
    NotEmpty,
    /// Another archive writes to the folder for recordings.
    #[error("another process or transport records into the folder; name another folder")]
    InUse,
    /// The folder for recordings is a mount point: complete files cannot be moved into it.
    #[error(
        "the folder for recordings is a mount point, and files cannot be moved into it from outside; \
         name a folder inside of it, such as {}", .0.join("recordings").display()
    )]
    MountPoint(PathBuf),
    /// The folder that contains the folder for recordings cannot be written.
    #[error(
        "unfinished files cannot be written to {}, which contains the folder for recordings: {source}; \
         name a folder inside of one that can be written", folder.display()
    )]
    Parent {
        /// The containing folder.
        folder: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file, a folder or the socket failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
