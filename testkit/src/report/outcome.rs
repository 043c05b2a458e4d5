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
    /// A file is not a recording and could not be judged, or no recording is of an operation of the documents.
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
    /// Returns the outcome. A violation takes precedence over what cannot be judged.
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
        match self.unread() > 0 || self.is_foreign() {
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
            Outcome::Unjudged => match self.unread() {
                0 => format!("{outcome}: none of {all} is of an operation of the documents"),
                unread => format!("{outcome}: {unread} of {all} cannot be read"),
            },
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

    /// Returns the number of unreadable files, unless they have a severity that is accepted.
    fn unread(&self) -> usize {
        let severity = self.severity.of(Kind::Whole(Whole::Unreadable));
        if !self.fail_on.fails(severity, None) {
            return 0;
        }
        let unreadable = |judged: &&Judged| judged.verdict == Verdict::Unreadable;
        self.recordings.iter().filter(unreadable).count()
    }

    /// Returns true if no recording is of a documented operation: such recordings show nothing about the
    /// contract.
    fn is_foreign(&self) -> bool {
        let mut operations = self.recordings.iter().map(|judged| &judged.operation);
        operations.all(Option::is_none)
    }
}

/// Returns `1 error` or `2 errors`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
