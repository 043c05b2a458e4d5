//! A file of known findings that are accepted.
//!
//! Invariant: an accepted finding is identified by recording, place, rule and schema, so that another finding
//! at the same place is not accepted with it.

use crate::report::Report;
use crate::verify::Error;
use crate::verify::finding::Rule;
use crate::verify::verdict::{Class, Judged, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// The accepted findings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    accepted: BTreeSet<Accepted>,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The recording, as reports name it.
    pub recording: String,
    /// The place in the response or in the request.
    pub at: String,
    /// The broken rule.
    pub rule: Rule,
    /// The place in the document.
    pub schema: String,
}

impl Accepted {
    fn of(judged: &Judged, class: &Class) -> Self {
        let finding = &class.finding;
        Self {
            recording: judged.recording.clone(),
            at: finding.at.clone(),
            rule: finding.rule,
            schema: finding.schema.clone(),
        }
    }
}

impl Baseline {
    /// Reads a file that [`Baseline::write`] wrote.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a list of accepted findings.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        serde_json::from_str(&text).map_err(|error| Error::Baseline {
            path: path.to_owned(),
            message: error.to_string(),
        })
    }

    /// Accepts every finding of a report, except for unreadable files.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let readable = report.recordings.iter();
        let readable = readable.filter(|judged| judged.verdict != Verdict::Unreadable);
        let accepted = readable.flat_map(|judged| {
            let findings = judged.findings.iter();
            findings.map(|class| Accepted::of(judged, class))
        });
        Self {
            accepted: accepted.collect(),
        }
    }

    /// Writes the file atomically.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::Report {
            path: path.to_owned(),
            message: error.to_string(),
        })?;
        crate::report::write(path, &(text + "\n"))
    }

    /// Marks accepted findings, and returns the entries that match no finding.
    pub(crate) fn apply(&self, recordings: &mut [Judged]) -> Vec<Accepted> {
        let mut stale = self.accepted.clone();
        for judged in recordings {
            for index in 0..judged.findings.len() {
                let Some(class) = judged.findings.get(index) else {
                    continue;
                };
                let found = Accepted::of(judged, class);
                let accepted = self.accepted.contains(&found);
                stale.remove(&found);
                if let Some(class) = judged.findings.get_mut(index) {
                    class.accepted = accepted && judged.verdict != Verdict::Unreadable;
                }
            }
        }
        stale.into_iter().collect()
    }
}
