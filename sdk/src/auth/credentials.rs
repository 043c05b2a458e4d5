//! The credentials of a caller.
//!
//! Invariant: `Debug` and errors show no secret, and both values of a pair are required.
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;

/// The credentials of a caller. `Debug` shows only the scheme.
#[derive(Clone)]
pub struct Credentials(Scheme);

#[derive(Clone)]
pub(crate) enum Scheme {
    Digest {
        public_key: String,
        private_key: SecretString,
    },
    ServiceAccount {
        client_id: String,
        client_secret: SecretString,
    },
    Bearer(SecretString),
}

const CLIENT_ID: &str = "MONGODB_ATLAS_CLIENT_ID";
const CLIENT_SECRET: &str = "MONGODB_ATLAS_CLIENT_SECRET";
const PUBLIC_KEY: &str = "MONGODB_ATLAS_PUBLIC_KEY";
const PRIVATE_KEY: &str = "MONGODB_ATLAS_PRIVATE_KEY";
const ACCESS_TOKEN: &str = "MONGODB_ATLAS_ACCESS_TOKEN";

impl Credentials {
    /// Creates credentials of a programmatic API key, for HTTP Digest (RFC 7616).
    #[must_use]
    pub fn digest(public_key: impl Into<String>, private_key: impl Into<String>) -> Self {
        let private_key = private_key.into().into();
        Self(Scheme::Digest {
            public_key: public_key.into(),
            private_key,
        })
    }

    /// Creates credentials of a service account.
    ///
    /// The client requests access tokens with OAuth 2.0 client credentials (RFC 6749 section 4.4), caches and renews
    /// them.
    #[must_use]
    pub fn service_account(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        let client_secret = client_secret.into().into();
        Self(Scheme::ServiceAccount {
            client_id: client_id.into(),
            client_secret,
        })
    }

    /// Creates credentials of an existing access token, which is never renewed.
    #[must_use]
    pub fn bearer(token: impl Into<String>) -> Self {
        Self(Scheme::Bearer(token.into().into()))
    }

    /// Reads credentials from the environment.
    ///
    /// The first of these that is set is used: `MONGODB_ATLAS_CLIENT_ID` and `MONGODB_ATLAS_CLIENT_SECRET`,
    /// `MONGODB_ATLAS_PUBLIC_KEY` and `MONGODB_ATLAS_PRIVATE_KEY`, `MONGODB_ATLAS_ACCESS_TOKEN`. An empty variable
    /// counts as unset.
    ///
    /// # Errors
    /// If none is set, or only one variable of a pair. The error names the missing variable.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads credentials from variables that a function returns by name.
    ///
    /// The names are those of [`Credentials::from_env`].
    ///
    /// # Errors
    /// The errors of [`Credentials::from_env`].
    ///
    /// ```
    /// # use atlas_backup::Credentials;
    /// let half = |name: &str| (name == "MONGODB_ATLAS_PUBLIC_KEY").then(|| "abcdwxyz".to_owned());
    /// let error = Credentials::from_lookup(half).unwrap_err();
    /// assert!(error.to_string().contains("MONGODB_ATLAS_PRIVATE_KEY"));
    /// ```
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let get = |name| lookup(name).filter(|value| !value.is_empty());
        let pair = |first, second| match (get(first), get(second)) {
            (Some(one), Some(other)) => Ok(Some((one, other))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(half(first, second)),
            (None, Some(_)) => Err(half(second, first)),
        };
        if let Some((id, secret)) = pair(CLIENT_ID, CLIENT_SECRET)? {
            return Ok(Self::service_account(id, secret));
        }
        if let Some((public, private)) = pair(PUBLIC_KEY, PRIVATE_KEY)? {
            return Ok(Self::digest(public, private));
        }
        get(ACCESS_TOKEN).map(Self::bearer).ok_or_else(|| {
            Error::credentials(format!(
                "no credentials in the environment: set {CLIENT_ID} and {CLIENT_SECRET}, \
                 {PUBLIC_KEY} and {PRIVATE_KEY}, or {ACCESS_TOKEN}"
            ))
        })
    }

    /// Returns true if any variable of credentials is set.
    #[cfg(feature = "cli-profile")]
    pub(crate) fn any_in(lookup: impl Fn(&str) -> Option<String>) -> bool {
        [
            CLIENT_ID,
            CLIENT_SECRET,
            PUBLIC_KEY,
            PRIVATE_KEY,
            ACCESS_TOKEN,
        ]
        .into_iter()
        .any(|name| lookup(name).is_some_and(|value| !value.is_empty()))
    }

    /// Returns true if both are the same credentials.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let same =
            |one: &SecretString, other: &SecretString| one.expose_secret() == other.expose_secret();
        match (&self.0, &other.0) {
            (
                Scheme::Digest {
                    public_key,
                    private_key,
                },
                Scheme::Digest {
                    public_key: other_public,
                    private_key: other_private,
                },
            ) => public_key == other_public && same(private_key, other_private),
            (
                Scheme::ServiceAccount {
                    client_id,
                    client_secret,
                },
                Scheme::ServiceAccount {
                    client_id: other_id,
                    client_secret: other_secret,
                },
            ) => client_id == other_id && same(client_secret, other_secret),
            (Scheme::Bearer(token), Scheme::Bearer(other)) => same(token, other),
            _ => false,
        }
    }

    pub(crate) fn into_scheme(self) -> Scheme {
        self.0
    }
}

fn half(set: &str, missing: &str) -> Error {
    Error::credentials(format!("{set} is set but {missing} is not"))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.0 {
            Scheme::Digest { .. } => "digest",
            Scheme::ServiceAccount { .. } => "service account",
            Scheme::Bearer(_) => "bearer",
        };
        write!(f, "Credentials({scheme})")
    }
}
