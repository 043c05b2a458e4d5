//! The crate's version, `MAJOR.MINOR.PATCH+API-DATE`, and its successor.

use atlas_backup_generator::Bump;
use std::fmt;

/// `MAJOR.MINOR.PATCH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl Version {
    /// Parses a version; build metadata after `+` is ignored.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (numbers, _) = text.split_once('+').unwrap_or((text, ""));
        let mut parts = numbers.split('.').map(str::parse);
        let mut part = || parts.next()?.ok();
        let version = Self {
            major: part()?,
            minor: part()?,
            patch: part()?,
        };
        parts.next().is_none().then_some(version)
    }

    /// Returns the next version. Before 1.0, a breaking change increments the minor version, any other change the patch
    /// version, as Cargo interprets them.
    pub(crate) fn after(self, bump: Bump) -> Self {
        let Self {
            major,
            minor,
            patch,
        } = self;
        let (major, minor, patch) = match (major, bump) {
            (_, Bump::None) => (major, minor, patch),
            (0, Bump::Major) => (0, minor + 1, 0),
            (_, Bump::Major) => (major + 1, 0, 0),
            (1.., Bump::Minor) => (major, minor + 1, 0),
            (_, Bump::Minor | Bump::Patch) => (major, minor, patch + 1),
        };
        Self {
            major,
            minor,
            patch,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;
    use atlas_backup_generator::Bump;

    #[test]
    fn before_1_0_what_breaks_raises_the_minor_version_and_all_else_the_patch() {
        for (from, bump, to) in [
            ("0.1.0+2025-03-12", Bump::Major, "0.2.0"),
            ("0.1.3", Bump::Minor, "0.1.4"),
            ("0.1.3", Bump::Patch, "0.1.4"),
            ("1.2.3", Bump::Major, "2.0.0"),
            ("1.2.3", Bump::Minor, "1.3.0"),
            ("1.2.3", Bump::Patch, "1.2.4"),
            ("1.2.3", Bump::None, "1.2.3"),
        ] {
            let next = Version::parse(from).unwrap().after(bump);
            assert_eq!(next.to_string(), to, "{from} {bump:?}");
        }
    }

    #[test]
    fn invalid_version_is_refused() {
        for text in ["", "1.2", "1.2.3.4", "1.2.x"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}
