//! Errors of downloads.
//!
//! Invariant: neither `Display` nor `Debug` shows any part of the URL.
use std::fmt;
use std::io;
use std::time::Duration;

use http::StatusCode;

use crate::error::Error;
use crate::failure::Failure;
use crate::printable::Printable;
use crate::transport_error::TransportError;

/// The error of a download. Lengths are in bytes.
///
/// After any of them, another call of [`Download::to_file`](crate::Download::to_file) resumes the download.
#[derive(Debug)]
#[non_exhaustive]
pub enum DownloadError {
    /// The URL is invalid; nothing was sent.
    Link(&'static str),
    /// There is a file at the destination, and [`overwrite`](crate::Download::overwrite) is not set.
    Exists,
    /// The destination is not a regular file but a symbolic link, directory, FIFO, socket or device. It is not replaced.
    NotAFile,
    /// Another download to the same destination is in progress, in this process or another.
    Busy,
    /// The URL expired or is unknown to the delivery host (401, 403, 404, 410). Create another restore job for a new URL.
    Expired {
        /// The status of the response.
        status: StatusCode,
    },
    /// The delivery host sent a redirect. It is not followed, because the URL is a secret.
    Redirect {
        /// The status of the response.
        status: StatusCode,
    },
    /// The delivery host sent another error status.
    Status {
        /// The status of the response.
        status: StatusCode,
        /// The delay of `Retry-After`, if any.
        retry_after: Option<Duration>,
        /// Number of bytes received.
        received: u64,
        /// Number of requests sent.
        attempts: u32,
    },
    /// The connection failed or was interrupted, or the throughput was too low
    /// ([`min_throughput`](crate::Download::min_throughput)).
    Transport {
        /// The cause.
        cause: TransportError,
        /// The delivery host.
        host: String,
        /// Number of bytes received.
        received: u64,
        /// Number of requests sent.
        attempts: u32,
        /// The time since the download began.
        elapsed: Duration,
    },
    /// The delivery host did not resume but sent the content from the beginning: it changed, or the host does not support
    /// ranges. Only for a writer, because written data cannot be taken back; a file is started again.
    Changed {
        /// Number of bytes written.
        received: u64,
    },
    /// The delivery host sent a range that does not continue the received bytes. It was not written.
    Range {
        /// Number of bytes received.
        received: u64,
    },
    /// The delivery host sent an encoded (for example compressed) body, although the request accepts only `identity`. It was
    /// not written, because it is not the archive and could not be resumed.
    Encoded,
    /// The content is larger than [`max_bytes`](crate::Download::max_bytes).
    TooLarge {
        /// The limit.
        limit: u64,
        /// The size of the content, if the delivery host sent it.
        total: Option<u64>,
    },
    /// The download took longer than [`max_time`](crate::Download::max_time).
    Overdue {
        /// The limit.
        limit: Duration,
        /// Number of bytes received.
        received: u64,
        /// Number of requests sent.
        attempts: u32,
    },
    /// The body is shorter or longer than announced.
    Length {
        /// Number of bytes received.
        received: u64,
        /// The announced size.
        expected: u64,
    },
    /// The destination cannot be read or written.
    Io {
        /// The failed action.
        doing: &'static str,
        /// The cause of the failure.
        source: io::Error,
    },
    /// The client cannot block here. See [`Client::block_on`](crate::Client#method.block_on).
    Client(Error),
}

impl DownloadError {
    pub(super) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }

    /// The name in traces.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Link(_) => "link",
            Self::Exists => "exists",
            Self::NotAFile => "not_a_file",
            Self::Busy => "busy",
            Self::Expired { .. } => "expired",
            Self::Redirect { .. } => "redirect",
            Self::Status { .. } => "status",
            Self::Transport { cause, .. } => match cause {
                TransportError::Connect(_) => "connect",
                TransportError::Untrusted(_) => "untrusted",
                TransportError::Timeout(_) => "timeout",
                TransportError::Interrupted(_) => "transport",
                TransportError::Unacceptable(_) => "unacceptable",
                TransportError::Configuration(_) => "configuration",
            },
            Self::Changed { .. } => "changed",
            Self::Range { .. } => "range",
            Self::Encoded => "encoded",
            Self::TooLarge { .. } => "too_large",
            Self::Overdue { .. } => "overdue",
            Self::Length { .. } => "length",
            Self::Io { .. } => "io",
            Self::Client(_) => "client",
        }
    }

    /// Returns the failure for the retry policy; `None` if a retry cannot help.
    pub(super) fn failure(&self) -> Option<Failure> {
        match self {
            Self::Status {
                status,
                retry_after,
                ..
            } => Some(Failure::Status {
                status: *status,
                retry_after: *retry_after,
            }),
            Self::Transport { cause, .. } => match cause {
                TransportError::Connect(_) => Some(Failure::Connect),
                TransportError::Timeout(_) => Some(Failure::Timeout),
                TransportError::Interrupted(_) => Some(Failure::Interrupted),
                TransportError::Unacceptable(_)
                | TransportError::Untrusted(_)
                | TransportError::Configuration(_) => None,
            },
            Self::Length { received, expected } if received < expected => {
                Some(Failure::Interrupted)
            }
            Self::Range { .. } => Some(Failure::Interrupted),
            _ => None,
        }
    }
}

impl fmt::Display for DownloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(why) => write!(f, "nothing was downloaded: the link {why}"),
            Self::Exists => f.write_str(
                "nothing was downloaded: there is a file at the destination; name another, or allow to overwrite it",
            ),
            Self::NotAFile => f.write_str(
                "nothing was downloaded: at the destination is a symbolic link, a directory or a device, which is not \
                 replaced; name another",
            ),
            Self::Busy => f.write_str(
                "nothing was downloaded: another download to this destination is under way; wait for it",
            ),
            Self::Expired { status } => write!(
                f,
                "the delivery host answered {}: the link has expired; create another restore job",
                status.as_u16()
            ),
            Self::Redirect { status } => write!(
                f,
                "the delivery host answered {}: redirects are not followed; take the link from the restore job again",
                status.as_u16()
            ),
            Self::Status {
                status,
                received,
                attempts,
                ..
            } => write!(
                f,
                "the delivery host answered {} after {received} bytes, at request {attempts}; \
                 try again as long as the link holds",
                status.as_u16()
            ),
            Self::Transport {
                cause,
                host,
                received,
                attempts,
                elapsed,
            } => {
                let what = match cause {
                    TransportError::Connect(_) => "no connection to the delivery host",
                    TransportError::Untrusted(_) => "no connection to the delivery host: a certificate was refused",
                    TransportError::Timeout(_) => "too little data arrived from the delivery host in time",
                    TransportError::Interrupted(_) => "the connection to the delivery host was lost",
                    TransportError::Unacceptable(_) => "the response of the delivery host was rejected",
                    TransportError::Configuration(_) => "the transport cannot be set up",
                };
                write!(
                    f,
                    "{what} ({}) after {received} bytes, at request {attempts}, {elapsed:.1?} after the first; \
                     try again as long as the link holds",
                    Printable(host)
                )
            }
            Self::Changed { received } => write!(
                f,
                "after {received} bytes the delivery host began from the start: the content has changed, or the host \
                 cannot resume; discard the written bytes and download again, to a file if this repeats"
            ),
            Self::Range { received } => write!(
                f,
                "after {received} bytes the delivery host sent another range than the missing one; \
                 discard the written bytes and download again"
            ),
            Self::Encoded => f.write_str(
                "the delivery host sends the content encoded (`Content-Encoding`), although the request did not accept that; \
                 check for a proxy that compresses",
            ),
            Self::TooLarge {
                limit,
                total: Some(total),
            } => write!(
                f,
                "the content has {total} bytes, but the limit is {limit}; increase it with `max_bytes`"
            ),
            Self::TooLarge { limit, total: None } => write!(
                f,
                "the content has more bytes than the limit of {limit}; increase it with `max_bytes`"
            ),
            Self::Overdue {
                limit,
                received,
                attempts,
            } => write!(
                f,
                "{received} bytes were received by {attempts} requests in {limit:?}; increase the time with `max_time`, \
                 or resume with another call while the link is valid"
            ),
            Self::Length { received, expected } => write!(
                f,
                "the body does not have the announced {expected} bytes: {received} were received; download again"
            ),
            Self::Io { doing, source } => write!(f, "{doing} failed: {source}"),
            Self::Client(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DownloadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport { cause, .. } => cause.source(),
            Self::Io { source, .. } => source.source(),
            Self::Client(error) => error.source(),
            _ => None,
        }
    }
}

impl From<Error> for DownloadError {
    fn from(error: Error) -> Self {
        Self::Client(error)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io;
    use std::time::Duration;

    use super::DownloadError;
    use crate::failure::Failure;
    use crate::transport_error::TransportError;

    #[test]
    fn source_of_a_failure_is_not_in_its_message() {
        let inner = || TransportError::Interrupted("the cause".into());
        let transport = DownloadError::Transport {
            cause: inner(),
            host: "h.example".to_owned(),
            received: 0,
            attempts: 1,
            elapsed: Duration::ZERO,
        };
        let disk = DownloadError::Io {
            doing: "writing",
            source: io::Error::other(inner()),
        };
        for error in [transport, disk] {
            let source = error.source().map(ToString::to_string);
            assert_eq!(source.as_deref(), Some("the cause"), "{error:?}");
        }
        assert!(DownloadError::Encoded.source().is_none());
    }

    #[test]
    fn only_a_truncated_body_counts_as_interrupted() {
        let failure = |received| {
            let expected = 5;
            DownloadError::Length { received, expected }.failure()
        };
        assert_eq!(failure(4), Some(Failure::Interrupted));
        assert_eq!((failure(5), failure(6)), (None, None));
    }
}
