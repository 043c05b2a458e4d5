//! Names of clusters.

use crate::env;
use crate::error::Error;
use crate::json::{Decoded, FromJson, strict};
use crate::printable::Quoted;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The name of a cluster: ASCII letters, digits and hyphens, not starting with a hyphen.
///
/// ```
/// use atlas_backup::ClusterName;
/// let name: ClusterName = "Cluster0".parse()?;
/// assert_eq!(name.as_str(), "Cluster0");
/// assert!("../Cluster0".parse::<ClusterName>().is_err());
/// # Ok::<(), atlas_backup::InvalidClusterName>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterName(String);

/// The text is not a cluster name. Displays the text, shortened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidClusterName {
    quoted: String,
}

impl fmt::Display for InvalidClusterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { quoted } = self;
        write!(
            f,
            "{quoted} is not a cluster name: that has ASCII letters, digits and hyphens only, and does not start with a hyphen"
        )
    }
}

impl std::error::Error for InvalidClusterName {}

impl ClusterName {
    /// Reads an environment variable.
    ///
    /// # Errors
    /// If the variable is not set or is not a cluster name. The error has the variable and its value.
    pub fn from_env(variable: &str) -> Result<Self, Error> {
        env::read(variable)
    }

    /// Returns true if a text is a cluster name.
    fn is_valid(text: &str) -> bool {
        let letters = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        letters && !text.is_empty() && !text.starts_with('-')
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClusterName {
    type Err = InvalidClusterName;

    fn from_str(text: &str) -> Result<Self, InvalidClusterName> {
        if Self::is_valid(text) {
            Ok(Self(text.to_owned()))
        } else {
            let quoted = Quoted(text).to_string();
            Err(InvalidClusterName { quoted })
        }
    }
}

impl TryFrom<&str> for ClusterName {
    type Error = InvalidClusterName;

    fn try_from(text: &str) -> Result<Self, InvalidClusterName> {
        text.parse()
    }
}

impl AsRef<str> for ClusterName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClusterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ClusterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClusterName({})", self.0)
    }
}

impl FromJson for ClusterName {
    #[inline]
    fn of_str(value: &str) -> Decoded<Self> {
        match Self::is_valid(value) {
            true => Decoded::Valid(Self(value.to_owned())),
            false => Decoded::Invalid(value.into()),
        }
    }
}

impl<'de> Deserialize<'de> for ClusterName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        strict(deserializer, "a cluster name")
    }
}

impl Serialize for ClusterName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ClusterName;

    #[test]
    fn cluster_name_cannot_change_the_path() {
        for (text, valid) in [
            ("Cluster0", true),
            ("a-b", true),
            ("0", true),
            ("-a", false),
            ("a_b", false),
            ("..", false),
            ("a/b", false),
            ("ä", false),
            ("", false),
        ] {
            let parsed = ClusterName::try_from(text);
            assert_eq!(parsed.is_ok(), valid, "{text:?}");
            if let Err(error) = parsed {
                let quoted = format!("\"{text}\" is not a cluster name");
                assert!(error.to_string().starts_with(&quoted), "{error}");
            }
        }
    }
}
