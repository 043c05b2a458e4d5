//! Credentials with the base URL of their service, from code or from the environment.
//!
//! Invariant: credentials and base URL come from the same source.
use std::fmt;

use super::credentials::Credentials;
use crate::base_url::{self, BaseUrl};
use crate::error::Error;

const BASE_URL: &str = "MONGODB_ATLAS_BASE_URL";

/// Credentials and the base URL of their service.
///
/// ```no_run
/// # fn main() -> Result<(), atlas_backup::Error> {
/// use atlas_backup::{Client, Profile};
/// let client = Client::builder().profile(Profile::from_env()?)?.build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Profile {
    pub(crate) credentials: Credentials,
    pub(crate) base_url: String,
}

impl Profile {
    /// Creates a profile for the public service, `https://cloud.mongodb.com`.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self::at(credentials, base_url::DEFAULT)
    }

    /// Creates a profile for Atlas for Government, `https://cloud.mongodbgov.com`.
    #[must_use]
    pub fn government(credentials: Credentials) -> Self {
        Self::at(credentials, base_url::GOVERNMENT)
    }

    fn at(credentials: Credentials, base_url: &str) -> Self {
        let base_url = base_url.to_owned();
        Self {
            credentials,
            base_url,
        }
    }

    /// Reads the variables of [`Credentials::from_env`], and the optional `MONGODB_ATLAS_BASE_URL`.
    ///
    /// # Errors
    /// The errors of [`Credentials::from_env`], and if the base URL is invalid. The error names the variable.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads a profile from variables that a function returns by name.
    ///
    /// The names are those of [`Profile::from_env`].
    ///
    /// # Errors
    /// The errors of [`Profile::from_env`].
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let credentials = Credentials::from_lookup(&lookup)?;
        let base_url = lookup(BASE_URL).filter(|url| !url.is_empty());
        Ok(match base_url {
            Some(base_url) => {
                let named = |error| Error::configuration(format!("{BASE_URL}: {error}"));
                BaseUrl::parse(&base_url).map_err(named)?;
                Self::at(credentials, &base_url)
            }
            None => Self::new(credentials),
        })
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("credentials", &self.credentials)
            .field("base_url", &self.base_url)
            .finish()
    }
}
