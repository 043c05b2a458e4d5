//! The report on all recordings, as text, Markdown, JSON, JUnit XML or HTML.
//!
//! Invariant: a file is written to a temporary file beside it and renamed, so that no reader sees a partial
//! report.

mod github;
mod html;
mod junit;
mod outcome;
mod text;

pub use outcome::{FailOn, Outcome};

use crate::verify::Error;
use crate::verify::corrections::Action;
use crate::verify::finding::{Finding, Rule};
use crate::verify::places::Places;
use crate::verify::route::Document;
use crate::verify::severity::{Kind, Severities, Severity, Whole};
use crate::verify::verdict::{Judged, Verdict};
use crate::verify::{Accepted, Baseline};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// The result of a run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Titles of the documents that judged the recordings, then the SDK.
    pub judged_by: Vec<String>,
    /// The findings that make the outcome a violation.
    pub fail_on: FailOn,
    /// True if the report is for the maintainers of the documents.
    pub maintainer: bool,
    /// Baseline entries that match no finding any more.
    pub stale_baseline: Vec<Accepted>,
    /// Number of recordings by verdict.
    pub counts: BTreeMap<Verdict, usize>,
    /// Number of findings by severity.
    pub severities: BTreeMap<Severity, usize>,
    /// The severity of each kind of finding.
    pub severity: Severities,
    /// Every recording, in the order read.
    pub recordings: Vec<Judged>,
    /// Every operation of the documents.
    pub coverage: Vec<Coverage>,
    /// The response fields and values that recordings have.
    pub places: Places,
    /// Results of external validators, one line each.
    pub referees: Vec<String>,
    /// Every correction of the documents, where they are known.
    pub corrections: Vec<Correction>,
}

/// A correction, and the places that need it.
#[derive(Debug, Serialize)]
pub struct Correction {
    /// The correction.
    #[serde(flatten)]
    pub action: Action,
    /// Places where the uncorrected document disagrees with a recording; empty if the correction is stale.
    pub sites: Vec<Site>,
}

/// A place where the document disagrees with recordings unless it is corrected.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Site {
    /// JSON pointer in the uncorrected document.
    pub schema: String,
    /// The rule that would be broken.
    pub rule: Rule,
    /// The recordings that break it, in the order read.
    pub recordings: Vec<String>,
}

/// The recorded and the unrecorded responses of an operation.
#[derive(Debug, Serialize)]
pub struct Coverage {
    /// The operation's name.
    pub operation: String,
    /// Number of recordings by status.
    pub seen: BTreeMap<u16, usize>,
    /// Number of successful recordings by media type, which names the dated version.
    pub versions: BTreeMap<String, usize>,
    /// Documented statuses that no recording has.
    pub never: Vec<String>,
}

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for people, in a terminal.
    Text,
    /// GitHub workflow annotations, followed by the text.
    Github,
    /// `.md`
    Markdown,
    /// `.json`
    Json,
    /// JUnit XML: `.xml`
    Junit,
    /// A self-contained HTML page: `.html`
    Html,
}

impl Format {
    /// Returns true if the last line of this format is the verdict.
    #[must_use]
    pub fn ends_with_verdict(self) -> bool {
        matches!(self, Self::Text | Self::Github | Self::Markdown)
    }

    /// Chooses the format by a file's extension.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "md" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            "xml" => Some(Self::Junit),
            "html" => Some(Self::Html),
            _ => None,
        }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text().trim_end())
    }
}

impl Report {
    /// Summarises recordings that were judged by `documents` and explained by `corrections`.
    #[must_use]
    pub fn new(
        documents: &[Document],
        corrections: &[Action],
        recordings: Vec<Judged>,
        severity: Severities,
    ) -> Self {
        let all = [
            Verdict::Ok,
            Verdict::Corrected,
            Verdict::OlderVersion,
            Verdict::NotInSdk,
            Verdict::NoOperation,
            Verdict::Undocumented,
            Verdict::Violates,
            Verdict::Unreadable,
        ];
        let count = |verdict| {
            recordings
                .iter()
                .filter(|judged| judged.verdict == verdict)
                .count()
        };
        let counts = all
            .into_iter()
            .map(|verdict| (verdict, count(verdict)))
            .collect();
        let operations = documents.iter().flat_map(|document| &document.operations);
        let coverage = operations.map(|operation| {
            let mut seen = BTreeMap::new();
            let name = operation.name();
            for judged in recordings
                .iter()
                .filter(|judged| judged.operation.as_ref() == Some(&name))
            {
                if let Some(status) = judged.status {
                    *seen.entry(status).or_default() += 1;
                }
            }
            let is_unseen = |status: &&String| {
                status
                    .parse()
                    .is_ok_and(|status: u16| !seen.contains_key(&status))
            };
            let never = operation
                .statuses
                .iter()
                .filter(is_unseen)
                .cloned()
                .collect();
            Coverage {
                operation: name,
                seen,
                versions: BTreeMap::new(),
                never,
            }
        });
        let titles = documents.iter().map(Document::title);
        let sdk = format!("atlas-backup {}", env!("CARGO_PKG_VERSION"));
        let mut report = Self {
            judged_by: titles.chain([sdk]).collect(),
            fail_on: FailOn::default(),
            maintainer: false,
            stale_baseline: Vec::new(),
            counts,
            severities: BTreeMap::new(),
            severity,
            coverage: coverage.collect(),
            places: Places::default(),
            referees: Vec::new(),
            corrections: needs(corrections, &recordings),
            recordings,
        };
        report.severities = report.count();
        report
    }

    /// Returns the corrections that no recording needs.
    pub fn stale(&self) -> impl Iterator<Item = &Action> {
        let unneeded = |correction: &&Correction| correction.sites.is_empty();
        let stale = self.corrections.iter().filter(unneeded);
        stale.map(|correction| &correction.action)
    }

    fn count(&self) -> BTreeMap<Severity, usize> {
        let all = [Severity::Error, Severity::Warning, Severity::Note];
        let mut counts = BTreeMap::from(all.map(|severity| (severity, 0)));
        let recordings = self.recordings.iter();
        let stale = self.severity.of(Kind::Whole(Whole::StaleCorrection));
        let found = recordings
            .flat_map(|judged| self.severity.of_recording(judged))
            .chain(self.stale().map(|_| stale))
            .chain(self.stale_baseline.iter().map(|_| Severity::Warning));
        found.for_each(|severity| *counts.entry(severity).or_default() += 1);
        counts
    }

    /// Accepts the findings of a baseline.
    pub fn accept(&mut self, baseline: &Baseline) {
        self.stale_baseline = baseline.apply(&mut self.recordings);
        self.severities = self.count();
    }

    /// Returns a summary such as `23 recordings: 19 ok, 4 not in this SDK, …; 0 skipped`.
    #[must_use]
    pub fn summary(&self) -> String {
        let counts = self
            .counts
            .iter()
            .map(|(verdict, count)| format!("{count} {verdict}"));
        let counts = counts.collect::<Vec<_>>().join(", ");
        // Nothing is skipped: every file has a verdict, even one that is not a recording.
        let severities = self.severities.iter().rev();
        let severities = severities.map(|(severity, count)| match count {
            1 => format!("1 {severity}"),
            _ => format!("{count} {severity}s"),
        });
        format!(
            "{} recordings: {counts}; 0 skipped\n{}",
            self.recordings.len(),
            severities.collect::<Vec<_>>().join(", ")
        )
    }

    /// Writes the report to a file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path, format: Format) -> Result<(), Error> {
        write(path, &self.formatted(format))
    }

    /// Formats the report.
    #[must_use]
    pub fn formatted(&self, format: Format) -> String {
        match format {
            Format::Text => self.text(),
            Format::Github => self.github(),
            Format::Markdown => self.markdown(),
            Format::Junit => self.junit(),
            Format::Html => self.html(),
            Format::Json => self.json(),
        }
    }

    fn json(&self) -> String {
        /// The report with its outcome and verdict.
        #[derive(Serialize)]
        struct Whole<'a> {
            outcome: Outcome,
            verdict: String,
            #[serde(flatten)]
            report: &'a Report,
        }
        let whole = Whole {
            outcome: self.outcome(),
            verdict: self.verdict(),
            report: self,
        };
        // Serialising cannot fail, because all keys of a report are strings.
        serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
    }
}

/// Writes a file atomically: whole or not at all.
pub(crate) fn write(path: &Path, content: &str) -> Result<(), Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Report {
        path: path.to_owned(),
        message: error.to_string(),
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    file.write_all(content.as_bytes())
        .map_err(|error| failed(&error))?;
    file.persist(path).map_err(|error| failed(&error))?;
    Ok(())
}

fn needs(actions: &[Action], recordings: &[Judged]) -> Vec<Correction> {
    let sites = |action: &Action| {
        let mut sites: Vec<Site> = Vec::new();
        for judged in recordings {
            let corrected = judged.corrected.iter();
            for corrected in corrected.filter(|one| one.action == action.number) {
                let Finding { schema, rule, .. } = &corrected.class.finding;
                let known = |site: &&mut Site| site.schema == *schema && site.rule == *rule;
                match sites.iter_mut().find(known) {
                    Some(site) if site.recordings.last() == Some(&judged.recording) => {}
                    Some(site) => site.recordings.push(judged.recording.clone()),
                    None => sites.push(Site {
                        schema: schema.clone(),
                        rule: *rule,
                        recordings: vec![judged.recording.clone()],
                    }),
                }
            }
        }
        sites
    };
    let needed = |action: &Action| Correction {
        action: action.clone(),
        sites: sites(action),
    };
    actions.iter().map(needed).collect()
}

#[cfg(test)]
mod tests;
