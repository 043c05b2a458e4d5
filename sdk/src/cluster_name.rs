//! Names of clusters.

use crate::json::{Fit, FromJson, strict};
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

/// The text is not a cluster name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidClusterName;

impl fmt::Display for InvalidClusterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cluster name has ASCII letters, digits and hyphens only, and does not start with a hyphen")
    }
}

impl std::error::Error for InvalidClusterName {}

impl ClusterName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClusterName {
    type Err = InvalidClusterName;

    fn from_str(text: &str) -> Result<Self, InvalidClusterName> {
        let letters = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if letters && !text.is_empty() && !text.starts_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidClusterName)
        }
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
    fn of_str(value: &str) -> Fit<Self> {
        value
            .parse()
            .map_or_else(|_| Fit::Not(value.into()), Fit::Is)
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
    fn a_cluster_name_cannot_leave_its_place_in_a_path() {
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
            assert_eq!(text.parse::<ClusterName>().is_ok(), valid, "{text:?}");
        }
    }
}
