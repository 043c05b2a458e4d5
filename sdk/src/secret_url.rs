//! Links that are a secret by themselves.

use crate::json::{Fit, FromJson, strict};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A link that lets whoever has it download a snapshot: the token is in the path.
///
/// `Debug` shows where it leads and nothing else; there is no `Display`. It is written whole when its record is
/// serialised.
///
/// ```
/// use atlas_backup::SecretUrl;
/// let url: SecretUrl = serde_json::from_str(r#""https://restore.example.net:27017/s3cret/a.tar.gz""#)?;
/// assert_eq!(format!("{url:?}"), "SecretUrl(https://restore.example.net:27017/…)");
/// assert!(url.expose().ends_with("/a.tar.gz"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// The whole link. Keep it out of logs.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.0.split_once("://").and_then(|(scheme, rest)| {
            let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
            Some((scheme, host))
        });
        match origin {
            Some((scheme, host)) => write!(f, "SecretUrl({scheme}://{host}/…)"),
            None => f.write_str("SecretUrl(…)"),
        }
    }
}

impl FromJson for SecretUrl {
    fn of_str(value: &str) -> Fit<Self> {
        Fit::Is(Self(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for SecretUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        strict(deserializer, "a link")
    }
}

impl Serialize for SecretUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
