//! How grave each kind of finding is: the data of `severity.toml`, and of a file of the user's over it.
//!
//! Invariant: every kind has a severity; a file that names an unknown kind is refused.

use crate::verify::finding::Rule;
use crate::verify::verdict::{Judged, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What is said where no file of the user's says otherwise.
const DEFAULT: &str = include_str!("severity.toml");

/// How grave something is; each is graver than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Told where somebody looks for it.
    Note,
    /// Told, and counted.
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

/// What can be found: a broken rule, or something about a recording or a correction as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Kind {
    /// A broken rule of an answer.
    Rule(Rule),
    /// Something about a whole.
    Whole(Whole),
}

/// The kinds that are about a recording or a correction as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Whole {
    /// The file is no recording.
    Unreadable,
    /// The SDK does not have the operation.
    NotInSdk,
    /// No document has the operation.
    NoOperation,
    /// The recording is in order because of a correction.
    Corrected,
    /// The recording is of an older dated version than the SDK speaks.
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
    /// The severities of `severity.toml` with those of the user's file over them. `ours` says whether the documents are
    /// ours to correct.
    ///
    /// # Errors
    /// Says what is wrong with a file.
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

    /// How grave findings of one kind are.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Severity {
        self.0.get(&kind).copied().unwrap_or(Severity::Error)
    }

    /// How grave breaking a rule is.
    #[must_use]
    pub fn of_rule(&self, rule: Rule) -> Severity {
        self.of(Kind::Rule(rule))
    }

    /// How grave it is what a recording as a whole comes to, if that is a kind of its own.
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

    /// How grave each thing is that a recording is told for.
    pub fn of_recording(&self, judged: &Judged) -> impl Iterator<Item = Severity> {
        // That a file is no recording is a finding by no rule.
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
    fn every_kind_has_a_severity_of_its_own() {
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
    fn a_file_of_the_users_changes_what_it_names() {
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
    fn a_kind_or_a_severity_that_does_not_exist_is_refused() {
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
