//! The report on all recordings: as text for a terminal or a phone, as Markdown, as JSON.
//!
//! Invariant: a file is written to a temporary beside it and renamed, so that no reader sees half of it.

use crate::route::Document;
use crate::verdict::{Judged, Verdict};
use crate::{Error, advice};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Everything there is to say about a run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// How many recordings each verdict has.
    pub counts: BTreeMap<Verdict, usize>,
    /// Whether an undocumented field is a failure: it is where the documents are ours to correct.
    pub strict: bool,
    /// Every recording, in the order read.
    pub recordings: Vec<Judged>,
    /// Every operation of the documents.
    pub coverage: Vec<Coverage>,
}

/// Which documented answers of an operation were recorded.
#[derive(Debug, Serialize)]
pub struct Coverage {
    /// The operation's name.
    pub operation: String,
    /// Status and the number of recordings that have it.
    pub seen: BTreeMap<u16, usize>,
    /// Documented statuses that no recording has.
    pub never: Vec<String>,
}

/// How a report is written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.md`
    Markdown,
    /// `.json`
    Json,
}

impl Format {
    /// The format that a file's name asks for.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "md" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

impl Report {
    /// Sums up what was judged against `documents`.
    #[must_use]
    pub fn new(documents: &[Document], recordings: Vec<Judged>, strict: bool) -> Self {
        let all = [
            Verdict::Ok,
            Verdict::NotInSdk,
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
            for judged in recordings.iter().filter(|judged| judged.operation == name) {
                *seen.entry(judged.status).or_default() += 1;
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
                never,
            }
        });
        Self {
            counts,
            strict,
            coverage: coverage.collect(),
            recordings,
        }
    }

    /// Whether the contract is broken.
    #[must_use]
    pub fn failed(&self) -> bool {
        let worst = if self.strict {
            Verdict::Undocumented
        } else {
            Verdict::Violates
        };
        self.recordings.iter().any(|judged| judged.verdict >= worst)
    }

    /// `23 recordings: 19 ok, 4 not in this SDK, …; 0 skipped`
    #[must_use]
    pub fn summary(&self) -> String {
        let counts = self
            .counts
            .iter()
            .map(|(verdict, count)| format!("{count} {verdict}"));
        let skipped = self.recordings.len() - self.counts.values().sum::<usize>();
        let counts = counts.collect::<Vec<_>>().join(", ");
        format!(
            "{} recordings: {counts}; {skipped} skipped",
            self.recordings.len()
        )
    }

    /// The report as text: what is not in order, the summary, the coverage.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.findings();
        let actions = advice::actions(&self.recordings);
        if !actions.is_empty() {
            text += &format!(
                "to document what was seen, say why and add to the corrections:\n{actions}\n"
            );
        }
        format!(
            "{text}{}\n\ncoverage\n{}",
            self.summary(),
            self.coverage_lines()
        )
    }

    /// The report as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let block = |heading: &str, language: &str, content: &str| {
            if content.is_empty() {
                String::new()
            } else {
                format!("\n## {heading}\n\n```{language}\n{content}```\n")
            }
        };
        format!(
            "# Contract\n\n{}\n{}{}{}",
            self.summary(),
            block("Findings", "text", &self.findings()),
            block(
                "Overlay actions for undocumented fields",
                "yaml",
                &advice::actions(&self.recordings)
            ),
            block("Coverage", "text", &self.coverage_lines()),
        )
    }

    /// Writes the report to a file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path, format: Format) -> Result<(), Error> {
        let failed = |error: &dyn std::fmt::Display| Error::Report {
            path: path.to_owned(),
            message: error.to_string(),
        };
        let content = match format {
            Format::Markdown => self.markdown(),
            Format::Json => {
                serde_json::to_string_pretty(self).map_err(|error| failed(&error))? + "\n"
            }
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

    fn findings(&self) -> String {
        let mut text = String::new();
        for judged in self
            .recordings
            .iter()
            .filter(|judged| judged.verdict != Verdict::Ok)
        {
            let status = if judged.status == 0 {
                String::new()
            } else {
                format!(" ({} {})", judged.operation, judged.status)
            };
            text += &format!("{}: {}{status}\n", judged.verdict, judged.recording);
            for class in &judged.findings {
                let finding = &class.finding;
                let at = if finding.at.is_empty() {
                    "the answer"
                } else {
                    &finding.at
                };
                let times = if class.count > 1 {
                    format!(" ×{}", class.count)
                } else {
                    String::new()
                };
                text += &format!(
                    "  {at}: {}{times}\n    expected {}\n    got {}\n",
                    finding.rule, finding.expected, finding.actual
                );
                if !finding.schema.is_empty() {
                    text += &format!("    by #{}\n", finding.schema);
                }
            }
        }
        if text.is_empty() { text } else { text + "\n" }
    }

    fn coverage_lines(&self) -> String {
        let mut lines = String::new();
        for coverage in self
            .coverage
            .iter()
            .filter(|coverage| !coverage.seen.is_empty())
        {
            let seen = coverage
                .seen
                .iter()
                .map(|(status, count)| format!("{status}×{count}"));
            let never = if coverage.never.is_empty() {
                String::new()
            } else {
                format!("; never {}", coverage.never.join(" "))
            };
            lines += &format!(
                "  {}: {}{never}\n",
                coverage.operation,
                seen.collect::<Vec<_>>().join(" ")
            );
        }
        for coverage in self
            .coverage
            .iter()
            .filter(|coverage| coverage.seen.is_empty())
        {
            lines += &format!("  {}: never seen\n", coverage.operation);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, Report};
    use crate::finding::{Finding, Rule};
    use crate::route::Document;
    use crate::verdict::{Class, Judged, Verdict};
    use std::path::Path;

    const DOCUMENT: &str = r"
paths:
  /api/atlas/v2/jobs: {get: {operationId: list, responses: {'200': {}, '401': {}}}}
  /api/atlas/v2/job: {get: {operationId: one, responses: {'200': {}}}}
";

    fn judged(verdict: Verdict, findings: &[(&str, Rule, usize)]) -> Judged {
        let class = |&(at, rule, count): &(&str, Rule, usize)| Class {
            finding: Finding {
                at: at.to_owned(),
                rule,
                schema: "/components/schemas/Job".to_owned(),
                expected: "a".to_owned(),
                actual: "string".to_owned(),
            },
            count,
        };
        Judged {
            recording: "jobs/list.http".to_owned(),
            operation: "v2 list".to_owned(),
            status: 200,
            verdict,
            findings: findings.iter().map(class).collect(),
        }
    }

    fn report(recordings: Vec<Judged>, strict: bool) -> Report {
        Report::new(&[Document::parse(DOCUMENT).unwrap()], recordings, strict)
    }

    #[test]
    fn the_text_has_what_is_not_in_order_then_the_summary_then_the_coverage() {
        let broken = [
            ("/results/*/state", Rule::Enum, 3),
            ("/results/*/shard", Rule::Undocumented, 1),
        ];
        let text = report(
            vec![judged(Verdict::Ok, &[]), judged(Verdict::Violates, &broken)],
            true,
        )
        .text();
        let expected = "\
violates: jobs/list.http (v2 list 200)
  /results/*/state: enum ×3
    expected a
    got string
    by #/components/schemas/Job
  /results/*/shard: undocumented field
    expected a
    got string
    by #/components/schemas/Job

to document what was seen, say why and add to the corrections:
- target: $.components.schemas.Job.properties
  description: the document lacks a field
  x-evidence: [jobs/list.http]
  update:
    shard:
      readOnly: true
      type: string

2 recordings: 1 ok, 0 not in this SDK, 0 undocumented field, 1 violates, 0 unreadable; 0 skipped

coverage
  v2 list: 200×2; never 401
  v2 one: never seen
";
        assert_eq!(text, expected);
    }

    #[test]
    fn undocumented_fields_fail_where_the_documents_are_ours() {
        for (verdict, strict, expected) in [
            (Verdict::Ok, true, false),
            (Verdict::NotInSdk, true, false),
            (Verdict::Undocumented, true, true),
            (Verdict::Undocumented, false, false),
            (Verdict::Violates, false, true),
            (Verdict::Unreadable, false, true),
        ] {
            assert_eq!(
                report(vec![judged(verdict, &[])], strict).failed(),
                expected,
                "{verdict} {strict}"
            );
        }
    }

    #[test]
    fn a_report_is_written_as_its_name_asks() {
        let folder = tempfile::tempdir().unwrap();
        let report = report(
            vec![judged(Verdict::Violates, &[("/id", Rule::Type, 1)])],
            true,
        );
        for (name, start) in [("a.md", "# Contract\n"), ("a.json", "{\n")] {
            let path = folder.path().join(name);
            report.write(&path, Format::of(&path).unwrap()).unwrap();
            let content = std::fs::read_to_string(&path).unwrap();
            assert!(
                content.starts_with(start) && content.contains("violates"),
                "{content}"
            );
        }
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            2,
            "no temporary is left"
        );
        assert_eq!(Format::of(Path::new("a.pdf")), None);
    }
}
