//! A recording reverse proxy: what passes through it is written to files, without its secrets.
//!
//! The [`proxy`] forwards and keeps a copy, the [`archive`] has it [redacted](redact), [scanned](scan) and written, one
//! exchange after the other.
//!
//! Invariant: nothing is written that the scanner has not seen, and no message shows what was recorded.

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

/// Why nothing is recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The rules of redaction cannot be used.
    #[error("the rules cannot be used: {0}")]
    Rules(String),
    /// The upstream cannot be used.
    #[error("the upstream cannot be used: {0}")]
    Upstream(&'static str),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The folder for recordings has something in it: stand-ins hold for one run only.
    #[error("the folder for recordings is not empty")]
    NotEmpty,
    /// A file, a folder or the socket.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
