//! The report as text and as Markdown.
//!
//! Must never leave out a finding.

use super::outcome::counted;
use super::{Correction, Report};
use crate::verify::advice;
use crate::verify::corrections::Action;
use crate::verify::places::Places;
use crate::verify::severity::{Kind, Whole};
use crate::verify::verdict::{Class, Judged, Verdict};
use std::collections::{BTreeMap, BTreeSet};

impl Report {
    /// Formats the report as text, which ends with the verdict.
    #[must_use]
    pub fn text(&self) -> String {
        let text = match self.maintainer {
            true => self.maintainers_text(),
            false => self.users_text(),
        };
        format!("{text}{}\n", self.verdict())
    }

    /// Formats the findings, then a few lines whatever the number of recordings.
    fn users_text(&self) -> String {
        let mut text = self.findings();
        text += &format!("judged by {}\n", self.judged_by.join(", "));
        text += &format!("{}\n", self.counted_verdicts());
        let recorded = self.coverage.iter().filter(|one| !one.seen.is_empty());
        text += &format!(
            "{} of {} operations are recorded\n",
            recorded.count(),
            self.coverage.len()
        );
        if let Some(older) = self.older() {
            text += &format!("{older}\n");
        }
        text + &self.baseline_lines()
    }

    /// Returns counts such as `23 recordings: 19 ok, 4 older version`.
    pub(super) fn counted_verdicts(&self) -> String {
        let counts = self.counts.iter().filter(|(_, count)| **count > 0);
        let counts = counts.map(|(verdict, count)| format!("{count} {verdict}"));
        let all = counted(self.recordings.len(), "recording");
        format!("{all}: {}", counts.collect::<Vec<_>>().join(", "))
    }

    /// Returns the older versions that were recorded, and the date on which the first of them ends.
    pub(super) fn older(&self) -> Option<String> {
        let older = self
            .recordings
            .iter()
            .filter_map(|judged| judged.older.as_ref());
        let versions: BTreeSet<&str> = older.clone().map(|older| older.version.as_str()).collect();
        if versions.is_empty() {
            return None;
        }
        let versions = versions.into_iter().collect::<Vec<_>>().join(", ");
        let sunset = older.filter_map(|older| older.sunset.as_deref()).min();
        let sunset = sunset.map(|date| format!("; the first of them ends on {date}"));
        Some(format!(
            "older dated versions: {versions}{}",
            sunset.unwrap_or_default()
        ))
    }

    /// Formats the accepted findings and the stale entries of the baseline.
    pub(super) fn baseline_lines(&self) -> String {
        let findings = self.recordings.iter().flat_map(|judged| &judged.findings);
        let accepted = findings.filter(|class| class.accepted).count();
        let mut lines = String::new();
        if accepted > 0 {
            lines += &format!(
                "{} accepted by the baseline\n",
                counted(accepted, "finding")
            );
        }
        for stale in &self.stale_baseline {
            let at = if stale.at.is_empty() {
                "the answer"
            } else {
                &stale.at
            };
            lines += &format!(
                "warning: the baseline has {}: {at}: {}, which is no longer found; update it with --write-baseline\n",
                stale.recording, stale.rule
            );
        }
        lines
    }

    /// Formats the findings, the summary and the coverage.
    fn maintainers_text(&self) -> String {
        let mut text = self.findings();
        let actions = advice::actions(&self.recordings);
        if !actions.is_empty() {
            text += &format!(
                "to document these fields, add these actions to the corrections, each with a reason:\n{actions}\n"
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
            text += &format!("\nexternal validators\n{}", self.external_validator_lines());
        }
        text + &self.baseline_lines()
    }

    /// Formats the report as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let block = |heading: &str, language: &str, content: &str| {
            if content.is_empty() {
                String::new()
            } else {
                format!("\n## {heading}\n\n```{language}\n{content}```\n")
            }
        };
        let (summary, advice) = match self.maintainer {
            true => (self.summary(), advice::actions(&self.recordings)),
            false => (self.counted_verdicts(), String::new()),
        };
        let older = self.older().map(|older| format!("{older}\n"));
        format!(
            "# Contract: {}\n\n{summary}\n\nJudged by {}.\n{}{}{}{}{}{}\n**{}**\n",
            self.outcome(),
            self.judged_by.join(", "),
            block("Findings", "text", &self.findings()),
            block("Overlay actions for undocumented fields", "yaml", &advice),
            block(
                "Older versions and the baseline",
                "text",
                &(older.unwrap_or_default() + &self.baseline_lines())
            ),
            block("Corrections", "text", &self.correction_lines()),
            block("Coverage", "text", &self.coverage_lines()),
            block(
                "External validators",
                "text",
                &self.external_validator_lines()
            ),
            self.verdict(),
        )
    }

    /// Formats a finding as lines: place and rule, expected and actual value, part of the document.
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
            .filter(|judged| self.is_listed(judged))
        {
            let status = judged.status.map(|status| status.to_string());
            let about = judged.operation.clone().into_iter().chain(status);
            let about = about.collect::<Vec<_>>().join(" ");
            text += &format!("{}: {}\n", judged.verdict, judged.place());
            if !about.is_empty() {
                text += &format!("  {about}\n");
            }
            for class in judged.findings.iter().filter(|class| !class.accepted) {
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

    /// Returns true if a recording has an entry of its own.
    ///
    /// Users see an entry only for recordings with findings.
    fn is_listed(&self, judged: &Judged) -> bool {
        let found = judged.findings.iter().any(|class| !class.accepted);
        found || (self.maintainer && judged.verdict > Verdict::Corrected)
    }

    /// Formats each correction once, with the places that need it.
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

    pub(super) fn external_validator_lines(&self) -> String {
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
            "  response fields: {} of {} seen; enum values: {} of {}{}\n",
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

/// Returns the dated versions among media types, in brackets.
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
