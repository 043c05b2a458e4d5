//! Why an exchange brought no answer.
//!
//! Must never decide what follows from it: whether a request is sent again is a retry policy's business.
use std::fmt;

pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no answer, by what it tells about whether the service saw the request.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection came about: the service certainly did not see the request.
    Connect(Cause),
    /// No connection came about, since a certificate was refused: the service certainly did not see the request, and would
    /// not the next time.
    Untrusted(Cause),
    /// Time ran out after connecting: the service may have acted on the request.
    Timeout(Cause),
    /// The exchange broke off: the service may have acted on the request.
    Interrupted(Cause),
    /// An answer came that must not be taken, and would come again: it is too large, or from elsewhere.
    Unacceptable(Cause),
    /// The transport cannot be set up, for lack of trust roots for example: the service certainly did not see the request.
    Configuration(Cause),
}

impl TransportError {
    /// Whether the service certainly did not see the request.
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
            Self::Untrusted(_) => "no connection to the service, for a certificate was refused",
            Self::Timeout(_) => "no answer in time",
            Self::Interrupted(_) => "the exchange broke off",
            Self::Unacceptable(_) => "the answer cannot be taken",
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
