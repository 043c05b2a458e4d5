//! The authentication of one client, by one of the three schemes.
//!
//! Invariant: this module does not select credentials.
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use secrecy::ExposeSecret as _;

use super::credentials::{Credentials, Scheme};
use super::nonce::DigestSession;
use super::secret_header::{authorised, bearer, unusable};
use super::store::TokenStore;
use super::token::TokenCache;
use crate::error::Error;
use crate::operation::Operation;
use crate::wire::Wire;

/// The state of one client's authentication, shared by its clones.
pub(crate) enum Authentication {
    Digest(DigestSession),
    ServiceAccount(TokenCache),
    Bearer(HeaderValue),
}

impl Authentication {
    pub(crate) fn new(
        credentials: Credentials,
        store: Option<Arc<dyn TokenStore>>,
    ) -> Result<Self, Error> {
        Ok(match credentials.into_scheme() {
            Scheme::Digest {
                public_key,
                private_key,
            } => Self::Digest(DigestSession::new(public_key, private_key)?),
            Scheme::ServiceAccount {
                client_id,
                client_secret,
            } => Self::ServiceAccount(TokenCache::new(client_id, &client_secret, store)?),
            Scheme::Bearer(token) => {
                let header = bearer(token.expose_secret());
                Self::Bearer(header.ok_or_else(|| unusable("access token"))?)
            }
        })
    }

    /// Authorises and sends the request, and returns the last response, which can be a 401.
    pub(crate) async fn send(
        &self,
        wire: &Arc<Wire>,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Error> {
        match self {
            Self::Digest(session) => session.send(wire, operation, request).await,
            Self::ServiceAccount(tokens) => tokens.send(wire, operation, request).await,
            Self::Bearer(token) => {
                let request = authorised(request, token.clone());
                wire.send(operation, request).await
            }
        }
    }

    pub(crate) async fn revoke(&self, wire: &Arc<Wire>) -> Result<(), Error> {
        match self {
            Self::ServiceAccount(tokens) => tokens.revoke(wire).await,
            Self::Digest(_) | Self::Bearer(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digest(_) => "Digest",
            Self::ServiceAccount(_) => "ServiceAccount",
            Self::Bearer(_) => "Bearer",
        })
    }
}
