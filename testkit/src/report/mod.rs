//! The report on all recordings: as text for a terminal or a phone, as Markdown, as JSON, as JUnit's XML, as a page.
//!
//! Invariant: a file is written to a temporary beside it and renamed, so that no reader sees half of it.

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

/// Everything there is to say about a run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What the recordings were judged by: the documents, by what they call themselves, then the SDK.
    pub judged_by: Vec<String>,
    /// What makes the outcome a violation.
    pub fail_on: FailOn,
    /// Whether it is for the maintainers of the documents.
    pub maintainer: bool,
    /// The entries of the baseline that no finding is of any more.
    pub stale_baseline: Vec<Accepted>,
    /// How many recordings each verdict has.
    pub counts: BTreeMap<Verdict, usize>,
    /// How many findings there are of each severity.
    pub severities: BTreeMap<Severity, usize>,
    /// How grave each kind of finding is.
    pub severity: Severities,
    /// Every recording, in the order read.
    pub recordings: Vec<Judged>,
    /// Every operation of the documents.
    pub coverage: Vec<Coverage>,
    /// The fields and values of answers that recordings have.
    pub places: Places,
    /// What programs nobody here wrote have judged, a line each.
    pub referees: Vec<String>,
    /// Every correction of the documents, where they are known.
    pub corrections: Vec<Correction>,
}

/// A correction, and the places that need it.
#[derive(Debug, Serialize)]
pub struct Correction {
    /// Which one.
    #[serde(flatten)]
    pub action: Action,
    /// The places of the document that disagree with a recording without it; without any, it is stale.
    pub sites: Vec<Site>,
}

/// A place of the document that disagrees with recordings, but for a correction.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Site {
    /// JSON pointer in the document without the correction.
    pub schema: String,
    /// The rule that would not hold.
    pub rule: Rule,
    /// The recordings that show it, in the order read.
    pub recordings: Vec<String>,
}

/// Which documented answers of an operation were recorded.
#[derive(Debug, Serialize)]
pub struct Coverage {
    /// The operation's name.
    pub operation: String,
    /// Status and the number of recordings that have it.
    pub seen: BTreeMap<u16, usize>,
    /// Media types of successes, which have the version in them, and the number of recordings that have it.
    pub versions: BTreeMap<String, usize>,
    /// Documented statuses that no recording has.
    pub never: Vec<String>,
}

/// How a report is written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people, in a terminal.
    Text,
    /// Annotations of GitHub's workflows, with the text behind them.
    Github,
    /// `.md`
    Markdown,
    /// `.json`
    Json,
    /// JUnit's XML: `.xml`
    Junit,
    /// A page that needs nothing but itself: `.html`
    Html,
}

impl Format {
    /// Whether the last line of this format is the verdict.
    #[must_use]
    pub fn ends_with_verdict(self) -> bool {
        matches!(self, Self::Text | Self::Github | Self::Markdown)
    }

    /// The format that a file's name asks for.
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
    /// Sums up what was judged against `documents` and explained by `corrections`.
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

    /// The corrections that no recording needs.
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

    /// Takes the findings of a baseline for known.
    pub fn accept(&mut self, baseline: &Baseline) {
        self.stale_baseline = baseline.apply(&mut self.recordings);
        self.severities = self.count();
    }

    /// `23 recordings: 19 ok, 4 not in this SDK, …; 0 skipped`
    #[must_use]
    pub fn summary(&self) -> String {
        let counts = self
            .counts
            .iter()
            .map(|(verdict, count)| format!("{count} {verdict}"));
        let counts = counts.collect::<Vec<_>>().join(", ");
        // Every file read has a verdict, also one that is no recording.
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

    /// The report in a format.
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
        /// The report with what follows from it.
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
        // A report has no keys but texts.
        serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
    }
}

/// Writes a file whole or not at all.
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
