//! The errors of a provider of credentials.
//!
//! Invariant: this module does not decide about a retry. The retry policy does.
use std::fmt;

use crate::transport_error::Cause;

/// The reason why a [`CredentialsProvider`](crate::CredentialsProvider) gave no credentials.
///
/// It is the [`source`](std::error::Error::source) of the [`Error`](crate::Error) of each call that waited for the
/// credentials, and has the provider's own error as its source. `Debug` shows that error, so it must not hold a secret.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProviderError {
    /// The provider's source could not be reached, or did not respond in time. Calls are retried, as after a failed
    /// connection.
    Unavailable(Cause),
    /// The provider's source has no credentials for this client, or refuses to give them. Calls are not retried.
    Refused(Cause),
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable(_) => "the credentials provider is unavailable",
            Self::Refused(_) => "the credentials provider has no credentials for this client",
        })
    }
}

impl std::error::Error for ProviderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let (Self::Unavailable(cause) | Self::Refused(cause)) = self;
        Some(&**cause)
    }
}
