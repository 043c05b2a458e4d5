//! Delivery URLs, which are secrets.

use crate::json::{Decoded, FromJson, strict};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use url::{Origin, Url};

/// The delivery URL of a snapshot. Its path contains a token, so anyone who has the URL can download the snapshot.
///
/// `Debug` prints the origin only, and there is no `Display`. `Serialize` writes the whole URL.
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
    /// Returns the whole URL. Keep it out of logs.
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
        // Parsed as the HTTP client parses it; another parser could take a part of the path for the host.
        let url = Url::parse(&self.0).ok();
        let origin = url.map(|url| url.origin());
        match origin.filter(Origin::is_tuple) {
            Some(origin) => write!(f, "SecretUrl({}/…)", origin.ascii_serialization()),
            None => f.write_str("SecretUrl(…)"),
        }
    }
}

impl FromJson for SecretUrl {
    #[inline]
    fn of_str(value: &str) -> Decoded<Self> {
        Decoded::Valid(Self(value.to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_scheme_host_and_port_and_nothing_else() {
        for (link, shown) in [
            ("https://h.example/s3cr3t", "https://h.example/…"),
            (
                "https://h.example:27017/s3cr3t",
                "https://h.example:27017/…",
            ),
            ("https://h.example:443/s3cr3t", "https://h.example/…"),
            ("https://h.example\\s3cr3t/a", "https://h.example/…"),
            ("https:\\\\h.example\\s3cr3t", "https://h.example/…"),
            ("https:h.example/s3cr3t", "https://h.example/…"),
            ("https:///h.example/s3cr3t", "https://h.example/…"),
            ("https://h.ex\tample\n/s3cr3t", "https://h.example/…"),
            (" https://h.example?s3cr3t", "https://h.example/…"),
            ("https://h.example#s3cr3t", "https://h.example/…"),
            ("https://s3cr3t@h.example/", "https://h.example/…"),
            (
                "https://u:s3cr3t@h.example\\@i.example/",
                "https://h.example/…",
            ),
            ("HTTPS://H.EXAMPLE/s3cr3t", "https://h.example/…"),
            ("http://[::1]:80/s3cr3t", "http://[::1]/…"),
            ("other://s3cr3t/path", "…"),
            ("data:s3cr3t", "…"),
            ("https://", "…"),
            ("s3cr3t", "…"),
            ("", "…"),
        ] {
            let url = SecretUrl::from(link.to_owned());
            assert_eq!(
                format!("{url:?}"),
                format!("SecretUrl({shown})"),
                "{link:?}"
            );
        }
    }
}
