//! The severity of each kind of finding: `severity.toml`, overridden by the user's file.
//!
//! Invariant: every kind has a severity; a file that names an unknown kind is refused.

use crate::verify::finding::Rule;
use crate::verify::verdict::{Judged, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The severities that apply unless the user's file overrides them.
const DEFAULT: &str = include_str!("severity.toml");

/// A severity, in increasing order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Listed only in the details.
    Note,
    /// Reported and counted.
    Warning,
    /// The run fails.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A kind of finding: a broken rule, or a property of a whole recording or correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Kind {
    /// A broken rule.
    Rule(Rule),
    /// A property of a whole recording or correction.
    Whole(Whole),
}

/// The kinds about a whole recording or correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Whole {
    /// The file is not a recording.
    Unreadable,
    /// The SDK does not have the operation.
    NotInSdk,
    /// No document has the operation.
    NoOperation,
    /// The recording is valid only because of a correction.
    Corrected,
    /// The recording is of an older dated version than the SDK's.
    OlderVersion,
    /// No recording needs the correction.
    StaleCorrection,
}

/// A severity for each kind.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Severities(BTreeMap<Kind, Severity>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kinds: BTreeMap<Kind, Severity>,
    #[serde(default)]
    spec: BTreeMap<Kind, Severity>,
}

impl Severities {
    /// Reads `severity.toml` and applies the user's file to it.
    ///
    /// `ours` is true if the user maintains the documents and can correct them.
    ///
    /// # Errors
    /// When a file is invalid.
    pub fn read(user: Option<&str>, ours: bool) -> Result<Self, String> {
        let mut severities = BTreeMap::new();
        for text in std::iter::once(DEFAULT).chain(user) {
            let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
            severities.extend(file.kinds);
            if !ours {
                severities.extend(file.spec);
            }
        }
        Ok(Self(severities))
    }

    /// Returns the severity of a kind.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Severity {
        self.0.get(&kind).copied().unwrap_or(Severity::Error)
    }

    /// Returns the severity of a broken rule.
    #[must_use]
    pub fn of_rule(&self, rule: Rule) -> Severity {
        self.of(Kind::Rule(rule))
    }

    /// Returns the severity of a recording's verdict, if that is a kind of its own.
    #[must_use]
    pub fn of_whole(&self, judged: &Judged) -> Option<Severity> {
        let whole = match judged.verdict {
            Verdict::Unreadable => Some(Whole::Unreadable),
            Verdict::NotInSdk => Some(Whole::NotInSdk),
            Verdict::NoOperation => Some(Whole::NoOperation),
            Verdict::Corrected => Some(Whole::Corrected),
            Verdict::OlderVersion => Some(Whole::OlderVersion),
            Verdict::Ok | Verdict::Undocumented | Verdict::Violates => None,
        };
        whole.map(|whole| self.of(Kind::Whole(whole)))
    }

    /// Returns the severities of all findings about a recording.
    pub fn of_recording(&self, judged: &Judged) -> impl Iterator<Item = Severity> {
        // An unreadable file has a finding without a rule.
        let readable = judged.verdict != Verdict::Unreadable;
        let unaccepted = judged.findings.iter().filter(|class| !class.accepted);
        let findings = unaccepted.filter(move |_| readable);
        let rules = findings.map(|class| self.of_rule(class.finding.rule));
        self.of_whole(judged).into_iter().chain(rules)
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Severities, Severity, Whole};
    use crate::verify::finding::Rule;

    #[test]
    fn every_kind_has_a_severity() {
        let severities = Severities::read(None, true).unwrap();
        let whole = [
            Whole::Unreadable,
            Whole::NotInSdk,
            Whole::NoOperation,
            Whole::Corrected,
            Whole::OlderVersion,
            Whole::StaleCorrection,
        ];
        let kinds = Rule::ALL
            .map(Kind::Rule)
            .into_iter()
            .chain(whole.map(Kind::Whole));
        let kinds = kinds.collect::<Vec<_>>();
        for kind in &kinds {
            assert!(severities.0.contains_key(kind), "{kind:?}");
        }
        assert_eq!(severities.0.len(), kinds.len());
    }

    #[test]
    fn the_users_file_overrides_the_kinds_it_names() {
        let user = "[kinds]\nstaleCorrection = 'error'\n[spec]\nenum = 'note'";
        for (user, ours, expected) in [
            (
                None,
                true,
                [Severity::Warning, Severity::Error, Severity::Error],
            ),
            (
                None,
                false,
                [Severity::Warning, Severity::Error, Severity::Warning],
            ),
            (
                Some(user),
                true,
                [Severity::Error, Severity::Error, Severity::Error],
            ),
            (
                Some(user),
                false,
                [Severity::Error, Severity::Note, Severity::Warning],
            ),
        ] {
            let severities = Severities::read(user, ours).unwrap();
            let kinds = [
                Kind::Whole(Whole::StaleCorrection),
                Kind::Rule(Rule::Enum),
                Kind::Rule(Rule::Undocumented),
            ];
            assert_eq!(
                kinds.map(|kind| severities.of(kind)),
                expected,
                "{user:?} {ours}"
            );
        }
    }

    #[test]
    fn an_unknown_kind_or_severity_is_refused() {
        for user in [
            "[kinds]\nenums = 'note'",
            "[kinds]\nenum = 'fatal'",
            "[kind]",
            "enum = 'note'",
        ] {
            assert!(Severities::read(Some(user), true).is_err(), "{user}");
        }
    }
}
