//! Why there is no download.
//!
//! Invariant: neither `Display` nor `Debug` shows the link, or any part of it.
use std::fmt;
use std::io;
use std::time::Duration;

use http::StatusCode;

use crate::error::Error;
use crate::failure::Failure;
use crate::transport_error::TransportError;

/// A download that did not come to its end. Lengths are in bytes.
///
/// After any of these, [`Download::to_file`](crate::Download::to_file) goes on where it stopped when it is called again.
#[derive(Debug)]
#[non_exhaustive]
pub enum DownloadError {
    /// The link cannot be used; nothing was sent.
    Link(&'static str),
    /// There is a file at the destination, and [`overwrite`](crate::Download::overwrite) was not asked for.
    Exists,
    /// There is something else than a regular file at the destination, and it is not replaced: a symbolic link, a
    /// directory, a FIFO, a socket or a device.
    NotAFile,
    /// Another download to the same destination is under way, perhaps in another process.
    Busy,
    /// The delivery host does not know the link, or not any more (401, 403, 404, 410). Another restore job has a new
    /// one.
    Expired {
        /// What the host answered.
        status: StatusCode,
    },
    /// The delivery host redirects, which is not followed: the link would reach somebody else.
    Redirect {
        /// What the host answered.
        status: StatusCode,
    },
    /// The delivery host answered with another failure.
    Status {
        /// What the host answered.
        status: StatusCode,
        /// How long it asks to wait, if it does.
        retry_after: Option<Duration>,
        /// How much was received.
        received: u64,
        /// How many requests were sent.
        attempts: u32,
    },
    /// There was no connection, it broke off, or too little came
    /// ([`min_throughput`](crate::Download::min_throughput)).
    Transport {
        /// What happened.
        cause: TransportError,
        /// How much was received.
        received: u64,
        /// How many requests were sent.
        attempts: u32,
    },
    /// Asked for the rest, the delivery host sent the whole: the content has changed, or the host cannot resume. Only
    /// of a writer, which cannot take back what it was given; a file is begun again.
    Changed {
        /// How much was written.
        received: u64,
    },
    /// Asked for the rest, the delivery host sent something that does not continue what was received. None of it was
    /// written.
    Range {
        /// How much was received.
        received: u64,
    },
    /// The delivery host sends the content encoded, compressed for example, though only `identity` was asked for. None of
    /// it was written: it would not be the archive, and could not be resumed.
    Encoded,
    /// The content is larger than [`max_bytes`](crate::Download::max_bytes).
    TooLarge {
        /// What was allowed.
        limit: u64,
        /// How much there is, if the delivery host says so.
        total: Option<u64>,
    },
    /// The download was not done within [`max_time`](crate::Download::max_time).
    Overdue {
        /// What was allowed.
        limit: Duration,
        /// How much was received.
        received: u64,
        /// How many requests were sent.
        attempts: u32,
    },
    /// The body ended early, or goes on beyond its end.
    Length {
        /// How much was received.
        received: u64,
        /// How much the host said there is.
        expected: u64,
    },
    /// The destination cannot be read or written.
    Io {
        /// What was tried.
        doing: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// The client cannot wait here: see [`Client::block_on`](crate::Client#method.block_on).
    Client(Error),
}

impl DownloadError {
    pub(super) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }

    /// What traces call it.
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

    /// What a retry policy is asked about; `None` if it would be the same again.
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
                received,
                attempts,
            } => {
                let what = match cause {
                    TransportError::Connect(_) => "there is no connection to the delivery host",
                    TransportError::Untrusted(_) => "a certificate was refused between here and the delivery host",
                    TransportError::Timeout(_) => "too little came from the delivery host in time",
                    TransportError::Interrupted(_) => "the delivery host broke off",
                    TransportError::Unacceptable(_) => "the delivery host's answer cannot be taken",
                    TransportError::Configuration(_) => "the transport cannot be set up",
                };
                write!(
                    f,
                    "{what} after {received} bytes, at request {attempts}; try again as long as the link holds"
                )
            }
            Self::Changed { received } => write!(
                f,
                "after {received} bytes the delivery host began from the start: the content has changed, or the host \
                 cannot resume; discard what was written and download again, to a file if that goes on"
            ),
            Self::Range { received } => write!(
                f,
                "after {received} bytes the delivery host sent something else than the rest; \
                 discard what was written and download again"
            ),
            Self::Encoded => f.write_str(
                "the delivery host sends the content encoded (`Content-Encoding`), though that was not asked for; \
                 look for a proxy that compresses",
            ),
            Self::TooLarge {
                limit,
                total: Some(total),
            } => write!(
                f,
                "there are {total} bytes, and {limit} are allowed; allow more (`max_bytes`)"
            ),
            Self::TooLarge { limit, total: None } => write!(
                f,
                "there are more than the {limit} bytes that are allowed; allow more (`max_bytes`)"
            ),
            Self::Overdue {
                limit,
                received,
                attempts,
            } => write!(
                f,
                "after {limit:?}, {received} bytes had come by {attempts} requests; allow more time (`max_time`), \
                 or go on with another call as long as the link holds"
            ),
            Self::Length { received, expected } => write!(
                f,
                "the body ended after {received} of {expected} bytes, or goes on beyond them; download again"
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

    use super::DownloadError;
    use crate::failure::Failure;
    use crate::transport_error::TransportError;

    #[test]
    fn the_source_of_a_failure_is_what_its_message_does_not_say() {
        let inner = || TransportError::Interrupted("the cause".into());
        let transport = DownloadError::Transport {
            cause: inner(),
            received: 0,
            attempts: 1,
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
    fn only_a_body_that_ended_early_counts_as_interrupted() {
        let failure = |received| {
            let expected = 5;
            DownloadError::Length { received, expected }.failure()
        };
        assert_eq!(failure(4), Some(Failure::Interrupted));
        assert_eq!((failure(5), failure(6)), (None, None));
    }
}
