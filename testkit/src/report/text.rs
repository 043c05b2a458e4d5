//! A report as text for a terminal or a phone, and as Markdown.
//!
//! Must never leave out what is not in order.

use super::{Correction, Report};
use crate::verify::advice;
use crate::verify::corrections::Action;
use crate::verify::places::Places;
use crate::verify::severity::{Kind, Whole};
use crate::verify::verdict::{Class, Verdict};
use std::collections::BTreeMap;

impl Report {
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
        if !self.corrections.is_empty() {
            text += &format!("corrections\n{}\n", self.correction_lines());
        }
        let mut text = format!(
            "{text}{}\n\ncoverage\n{}",
            self.summary(),
            self.coverage_lines()
        );
        if !self.referees.is_empty() {
            text += &format!("\nreferees\n{}", self.referee_lines());
        }
        text
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
            "# Contract\n\n{}\n{}{}{}{}{}",
            self.summary(),
            block("Findings", "text", &self.findings()),
            block(
                "Overlay actions for undocumented fields",
                "yaml",
                &advice::actions(&self.recordings)
            ),
            block("Corrections", "text", &self.correction_lines()),
            block("Coverage", "text", &self.coverage_lines()),
            block("Referees", "text", &self.referee_lines()),
        )
    }

    /// A finding in lines: what and where, what was expected, and by which part of the document.
    pub(super) fn described(&self, class: &Class) -> Vec<String> {
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
        let (rule, severity) = (finding.rule, self.severity.of_rule(finding.rule));
        let mut lines = vec![
            format!("{severity}: {at}: {rule}{times}"),
            format!("expected {}, got {}", finding.expected, finding.actual),
        ];
        if !finding.schema.is_empty() {
            lines.push(format!("by #{}", finding.schema));
        }
        lines
    }

    fn findings(&self) -> String {
        let mut text = String::new();
        for judged in self
            .recordings
            .iter()
            .filter(|judged| judged.verdict > Verdict::Corrected)
        {
            let status = judged.status.map(|status| status.to_string());
            let about = judged.operation.clone().into_iter().chain(status);
            let about = about.collect::<Vec<_>>().join(" ");
            text += &format!("{}: {}\n", judged.verdict, judged.recording);
            if !about.is_empty() {
                text += &format!("  {about}\n");
            }
            for class in &judged.findings {
                let [headline, rest @ ..] = &self.described(class)[..] else {
                    continue;
                };
                text += &format!("  {headline}\n");
                for line in rest {
                    text += &format!("    {line}\n");
                }
            }
        }
        if text.is_empty() { text } else { text + "\n" }
    }

    /// Each correction, once, with the places that need it.
    fn correction_lines(&self) -> String {
        let mut lines = String::new();
        for Correction { action, sites } in &self.corrections {
            let Action { number, title, .. } = action;
            let stale = match (
                sites.as_slice(),
                self.severity.of(Kind::Whole(Whole::StaleCorrection)),
            ) {
                ([], severity) => format!("{severity}: stale "),
                _ => String::new(),
            };
            lines += &format!("  {stale}correction {number}: {title}\n");
            for site in sites {
                let (rule, schema, count) = (site.rule, &site.schema, site.recordings.len());
                lines += &format!("    {rule} by #{schema}, recordings: {count}\n");
            }
            if sites.is_empty() {
                lines += &format!("    no recording needs it at {}\n", action.target);
            }
        }
        lines
    }

    pub(super) fn referee_lines(&self) -> String {
        let lines = self.referees.iter();
        lines.map(|line| format!("  {line}\n")).collect()
    }

    pub(super) fn place_lines(&self) -> String {
        let Places {
            fields,
            values,
            never,
        } = &self.places;
        if fields.all == 0 {
            return String::new();
        }
        let mut lines = format!(
            "  fields of answers: {} of {} seen; values of enums: {} of {}{}\n",
            fields.seen,
            fields.all,
            values.seen,
            values.all,
            if never.is_empty() {
                ""
            } else {
                "; never seen:"
            },
        );
        for place in never {
            lines += &format!("    {place}\n");
        }
        lines
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
                "  {}: {}{}{never}\n",
                coverage.operation,
                seen.collect::<Vec<_>>().join(" "),
                dated(&coverage.versions),
            );
        }
        for coverage in self
            .coverage
            .iter()
            .filter(|coverage| coverage.seen.is_empty())
        {
            lines += &format!("  {}: never seen\n", coverage.operation);
        }
        lines + &self.place_lines()
    }
}

/// The versions among media types, in brackets.
fn dated(versions: &BTreeMap<String, usize>) -> String {
    let dates = versions.keys().filter_map(|media_type| {
        let (date, _) = media_type
            .strip_prefix("application/vnd.atlas.")?
            .split_once('+')?;
        Some(date)
    });
    let dates: Vec<&str> = dates.collect();
    match dates.as_slice() {
        [] => String::new(),
        dates => format!(" ({})", dates.join(", ")),
    }
}
