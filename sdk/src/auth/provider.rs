//! The trait of credentials providers, for credentials that change while a client runs.
//!
//! Invariant: this module does not cache; the client does.
use std::fmt;
use std::time::Duration;

use super::credentials::Credentials;
use crate::box_future::BoxFuture;
use crate::provider_error::ProviderError;

/// Provides credentials that can change while a client runs.
///
/// The source can be Vault, AWS Secrets Manager or a mounted file, for example.
///
/// The client asks the provider before its first call, when the credentials expire, and when the service refuses them
/// (401). After a refusal, the client sends the request once more if the provider returns different credentials.
/// Concurrent calls share one request to the provider, which may take as long as
/// [`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout). If the provider returns the refused
/// credentials again, or the service refuses the new ones, too, further refusals within 10 seconds are returned without
/// asking the provider. If the provider fails, a 401 with another reason, such as a missing role, remains the error of
/// its call.
///
/// ```
/// use std::time::Duration;
/// use atlas_backup::{BoxFuture, Client, Credentials, CredentialsProvider, ProvidedCredentials, ProviderError};
///
/// /// Reads a service account's secret from a file that something else keeps current.
/// struct MountedSecret;
///
/// impl CredentialsProvider for MountedSecret {
///     fn provide(&self) -> BoxFuture<'_, Result<ProvidedCredentials, ProviderError>> {
///         Box::pin(async {
///             let secret = std::fs::read_to_string("/run/secrets/atlas")
///                 .map_err(|error| ProviderError::Unavailable(error.into()))?;
///             let credentials = Credentials::service_account("mdb_sa_id_0", secret.trim());
///             Ok(ProvidedCredentials::new(credentials).valid_for(Duration::from_secs(600)))
///         })
///     }
/// }
///
/// # fn main() -> Result<(), atlas_backup::Error> {
/// let client = Client::builder().credentials_provider(MountedSecret).build()?;
/// # Ok(()) }
/// ```
pub trait CredentialsProvider: Send + Sync + 'static {
    /// Returns the credentials to use from now on. The future is dropped if it takes too long, or if no call waits for
    /// it.
    ///
    /// # Errors
    /// A [`ProviderError`], which states whether a retry can help. It must not contain a secret.
    fn provide(&self) -> BoxFuture<'_, Result<ProvidedCredentials, ProviderError>>;
}

/// Credentials with the time for which they are valid. `Debug` shows the scheme, never a secret.
#[derive(Clone)]
pub struct ProvidedCredentials {
    pub(super) credentials: Credentials,
    pub(super) valid_for: Option<Duration>,
}

impl ProvidedCredentials {
    /// Creates credentials that are used until the service refuses them.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            valid_for: None,
        }
    }

    /// Sets how long the credentials are used, from the start of the request to the provider. The first call after that
    /// time asks the provider again. Unchanged credentials keep their access token or digest nonce.
    #[must_use]
    pub fn valid_for(mut self, duration: Duration) -> Self {
        self.valid_for = Some(duration);
        self
    }
}

impl fmt::Debug for ProvidedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProvidedCredentials")
            .field("credentials", &self.credentials)
            .field("valid_for", &self.valid_for)
            .finish()
    }
}
