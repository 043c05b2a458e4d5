//! The source of a client's credentials: fixed credentials or a provider.
//!
//! Invariant: the types of this module contain no secret themselves.
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::Either;

use super::authentication::Authentication;
use super::credentials::Credentials;
use super::provider::CredentialsProvider;
use super::rotation::Rotation;
use super::store::TokenStore;
use crate::error::Error;
use crate::operation::Operation;
use crate::wire::Wire;

/// The source of credentials that a client is built with.
pub(crate) enum CredentialsSource {
    Fixed(Credentials),
    Provider(Arc<dyn CredentialsProvider>),
}

/// The state of one client's authentication, shared by its clones.
pub(crate) enum Authenticator {
    Fixed(Authentication),
    Provided(Rotation),
}

impl Authenticator {
    pub(crate) fn new(
        source: CredentialsSource,
        store: Option<Arc<dyn TokenStore>>,
    ) -> Result<Self, Error> {
        Ok(match source {
            CredentialsSource::Fixed(credentials) => {
                Self::Fixed(Authentication::new(credentials, store)?)
            }
            CredentialsSource::Provider(provider) => Self::Provided(Rotation::new(provider, store)),
        })
    }

    /// Authorises and sends the request, and returns the last response, which can be a 401.
    ///
    /// The future of an `async fn` would contain the request twice. The future of a provider is boxed, so that the
    /// future of clients without a provider stays small.
    pub(crate) fn send<'a>(
        &'a self,
        wire: &'a Arc<Wire>,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> impl Future<Output = Result<http::Response<Bytes>, Error>> + Send + 'a {
        match self {
            Self::Fixed(authentication) => {
                Either::Left(authentication.send(wire, operation, request))
            }
            Self::Provided(rotation) => {
                Either::Right(Box::pin(rotation.send(wire, operation, request)))
            }
        }
    }

    /// Explains a 401. See [`Authentication::refusal`].
    pub(crate) fn refusal(&self, error: &Error) -> Option<String> {
        match self {
            Self::Fixed(authentication) => authentication.refusal(error),
            Self::Provided(rotation) => rotation.refusal(error),
        }
    }

    pub(crate) async fn revoke(&self, wire: &Arc<Wire>) -> Result<(), Error> {
        match self {
            Self::Fixed(authentication) => authentication.revoke(wire).await,
            Self::Provided(rotation) => Box::pin(rotation.revoke(wire)).await,
        }
    }
}

impl fmt::Debug for CredentialsSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(credentials) => credentials.fmt(f),
            Self::Provider(_) => f.write_str("CredentialsProvider"),
        }
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(authentication) => authentication.fmt(f),
            Self::Provided(_) => f.write_str("CredentialsProvider"),
        }
    }
}
