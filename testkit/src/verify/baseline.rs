//! Findings that somebody knows and accepts, kept in a file.
//!
//! Invariant: an accepted finding is told by its recording, place, rule and schema, so that another one at the same place
//! is not accepted with it.

use crate::report::Report;
use crate::verify::Error;
use crate::verify::finding::Rule;
use crate::verify::verdict::{Class, Judged, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// The findings that are accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    accepted: BTreeSet<Accepted>,
}

/// A finding that is accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The recording, as reports name it.
    pub recording: String,
    /// The place in the answer or in the request.
    pub at: String,
    /// The rule that does not hold.
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
    /// When it cannot be read, or is no list of accepted findings.
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

    /// Accepts every finding of a report. A file that is no recording is not accepted.
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

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::Report {
            path: path.to_owned(),
            message: error.to_string(),
        })?;
        crate::report::write(path, &(text + "\n"))
    }

    /// Marks the findings that are accepted; gives the entries that no finding is of any more.
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
