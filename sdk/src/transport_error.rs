//! The errors of a transport.
//!
//! Invariant: this module does not decide about a retry. The retry policy does.
use std::fmt;

pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The reason why there is no response, classified by its effect on the service.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// There was no connection. The service did not receive the request.
    Connect(Cause),
    /// A certificate was refused, so there was no connection. The service did not receive the request, and a retry
    /// would fail in the same way.
    Untrusted(Cause),
    /// There was no response in time. The service may have acted on the request.
    Timeout(Cause),
    /// The connection was lost during the exchange. The service may have acted on the request.
    Interrupted(Cause),
    /// The response was rejected: it is too large, or came from another origin. A retry would fail in the same way.
    Unacceptable(Cause),
    /// The transport cannot be set up, for example without trust roots. The service did not receive the request.
    Configuration(Cause),
}

impl TransportError {
    /// Returns true if the service certainly did not receive the request.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(
            self,
            Self::Connect(_) | Self::Untrusted(_) | Self::Configuration(_)
        )
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect(_) => "no connection to the service",
            Self::Untrusted(_) => "no connection to the service: a certificate was refused",
            Self::Timeout(_) => "no response in time",
            Self::Interrupted(_) => "the connection was lost",
            Self::Unacceptable(_) => "the response was rejected",
            Self::Configuration(_) => "the transport cannot be set up",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let (Self::Connect(cause)
        | Self::Untrusted(cause)
        | Self::Timeout(cause)
        | Self::Interrupted(cause)
        | Self::Unacceptable(cause)
        | Self::Configuration(cause)) = self;
        Some(&**cause)
    }
}
