//! The outcome of a run, and the findings that make it fail.

use super::Report;
use crate::verify::finding::Rule;
use crate::verify::severity::{Kind, Severity, Whole};
use crate::verify::verdict::{Class, Judged, Verdict};
use serde::Serialize;
use std::fmt;

/// The outcome of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Every recording keeps the contract.
    Holds,
    /// A recording breaks the contract.
    Violated,
    /// A file is not a recording and could not be judged.
    Unjudged,
}

impl Outcome {
    /// Returns the exit status for a program: 0, 1 or 2.
    #[must_use]
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Violated => 1,
            Self::Unjudged => 2,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Holds => "holds",
            Self::Violated => "violated",
            Self::Unjudged => "could not be judged",
        })
    }
}

/// The findings that make the outcome a violation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FailOn {
    /// An error.
    #[default]
    Error,
    /// An error or a warning.
    Warning,
    /// An error, or a field that the document does not have.
    Undocumented,
}

impl FailOn {
    fn fails(self, severity: Severity, rule: Option<Rule>) -> bool {
        let least = match self {
            Self::Error | Self::Undocumented => Severity::Error,
            Self::Warning => Severity::Warning,
        };
        severity >= least || (self == Self::Undocumented && rule == Some(Rule::Undocumented))
    }
}

impl Report {
    /// Returns the outcome. A violation takes precedence over an unreadable file.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let stale = self.severity.of(Kind::Whole(Whole::StaleCorrection));
        let stale_correction = self.stale().next().is_some() && self.fail_on.fails(stale, None);
        let stale_baseline =
            !self.stale_baseline.is_empty() && self.fail_on.fails(Severity::Warning, None);
        let mut readable = self.recordings.iter();
        if stale_correction || stale_baseline || readable.any(|judged| self.breaks(judged)) {
            return Outcome::Violated;
        }
        match self
            .recordings
            .iter()
            .any(|judged| self.is_unjudged(judged))
        {
            true => Outcome::Unjudged,
            false => Outcome::Holds,
        }
    }

    /// Returns true if every recording keeps the contract.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.outcome() == Outcome::Holds
    }

    /// Returns the outcome as one line: `violated: 2 of 23 recordings, 3 errors`.
    #[must_use]
    pub fn verdict(&self) -> String {
        let all = counted(self.recordings.len(), "recording");
        let breaking = self.recordings.iter().filter(|judged| self.breaks(judged));
        let found = [Severity::Error, Severity::Warning].map(|severity| {
            let count = self.severities.get(&severity).copied().unwrap_or_default();
            counted(count, &severity.to_string())
        });
        let outcome = self.outcome();
        match outcome {
            Outcome::Holds => format!("{outcome}: {all}, {}", found.join(", ")),
            Outcome::Violated => format!(
                "{outcome}: {} of {all}, {}",
                breaking.count(),
                found.join(", ")
            ),
            Outcome::Unjudged => {
                let unjudged = self.recordings.iter().filter(|one| self.is_unjudged(one));
                format!("{outcome}: {} of {all} cannot be read", unjudged.count())
            }
        }
    }

    /// Returns true if a recording makes the outcome a violation.
    pub(super) fn breaks(&self, judged: &Judged) -> bool {
        if judged.verdict == Verdict::Unreadable {
            return false;
        }
        let mut whole = self.severity.of_whole(judged).into_iter();
        whole.any(|severity| self.fail_on.fails(severity, None))
            || judged.findings.iter().any(|class| self.fails(class))
    }

    /// Returns true if a finding makes the outcome a violation.
    pub(super) fn fails(&self, class: &Class) -> bool {
        let rule = class.finding.rule;
        !class.accepted && self.fail_on.fails(self.severity.of_rule(rule), Some(rule))
    }

    fn is_unjudged(&self, judged: &Judged) -> bool {
        let severity = self.severity.of(Kind::Whole(Whole::Unreadable));
        judged.verdict == Verdict::Unreadable && self.fail_on.fails(severity, None)
    }
}

/// Returns `1 error` or `2 errors`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
