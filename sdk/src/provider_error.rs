//! The error of a credentials provider.
//!
//! Invariant: it does not decide about retries; the retry policy does.
use std::fmt;

use crate::transport_error::Cause;

/// The error of a [`CredentialsProvider`](crate::CredentialsProvider) that returns no credentials.
///
/// It is the [`source`](std::error::Error::source) of the [`Error`](crate::Error) of each call that waited for the
/// credentials. Its own source is the provider's error, which `Debug` shows, so that error must not contain a secret.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProviderError {
    /// The provider's source could not be reached, or did not respond in time. Calls are retried, as after a failed
    /// connection.
    Unavailable(Cause),
    /// The provider's source has no credentials for this client, or does not release them. Calls are not retried.
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
