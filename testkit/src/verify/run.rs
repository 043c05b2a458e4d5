//! A run: judges recordings one at a time and builds the report.
//!
//! Invariant: a recording's body is dropped once it is judged, so that a run's memory is that of its report.

use crate::report::Report;
use crate::verify::corrections::Corrections;
use crate::verify::finding::Finding;
use crate::verify::places::FieldCoverage;
use crate::verify::recording::{Recording, Unreadable};
use crate::verify::response::body_of;
use crate::verify::route::Document;
use crate::verify::sequence::Sequences;
use crate::verify::severity::Severities;
use crate::verify::verdict::{Judged, RoundTrip, Verdict, classes, judge};
use std::collections::BTreeMap;
use std::mem;

/// A run in progress.
pub struct Run<'a> {
    documents: &'a [Document],
    sdk: RoundTrip<'a>,
    corrections: Option<Corrections>,
    sequences: Sequences,
    judged: Vec<Judged>,
    field_coverage: FieldCoverage,
    /// Number of responses by operation and media type.
    versions: BTreeMap<String, BTreeMap<String, usize>>,
}

impl<'a> Run<'a> {
    /// Starts a run; `corrections` are those of the first of the `documents`.
    #[must_use]
    pub fn new(
        documents: &'a [Document],
        sdk: RoundTrip<'a>,
        corrections: Option<Corrections>,
        sequences: Sequences,
    ) -> Self {
        Self {
            documents,
            sdk,
            corrections,
            sequences,
            judged: Vec::new(),
            field_coverage: FieldCoverage::of(documents),
            versions: BTreeMap::new(),
        }
    }

    /// Judges one recording, whose file has the same name.
    pub fn judge(&mut self, name: &str, read: &Result<Recording, Unreadable>) {
        self.judge_file(name, name, read);
    }

    /// Judges one recording of a file.
    pub fn judge_file(&mut self, file: &str, name: &str, read: &Result<Recording, Unreadable>) {
        let mut judged = judge(self.documents, self.sdk, name, read);
        file.clone_into(&mut judged.file);
        let is_current = judged.older.is_none();
        if let (Some(corrections), Some(whole), true) =
            (&mut self.corrections, self.documents.first(), is_current)
        {
            corrections.explain(whole, read, &mut judged);
        }
        let number = self.judged.len();
        if let (Ok(recording), Some(operation), Some(200..=299)) =
            (read, &judged.operation, judged.status)
            && let Some(body) = body_of(recording)
        {
            if is_current {
                self.field_coverage.see(self.documents, operation, &body);
            }
            let media_type = recording.media_type.clone().unwrap_or_default();
            let versions = self.versions.entry(operation.clone()).or_default();
            *versions.entry(media_type).or_default() += 1;
            let wrong = self.sequences.see(number, operation, recording, &body);
            add(&mut judged, wrong);
        }
        self.judged.push(judged);
    }

    /// Judges the sequences of all recordings and returns the report.
    ///
    /// `None` if nothing was judged.
    #[must_use]
    pub fn report(mut self, severity: Severities) -> Option<Report> {
        let sequences = mem::take(&mut self.sequences);
        for (number, finding) in sequences.findings() {
            if let Some(judged) = self.judged.get_mut(number) {
                add(judged, Some(finding));
            }
        }
        if self.judged.is_empty() {
            return None;
        }
        let actions = self.corrections.map(|corrections| corrections.actions);
        let actions = actions.unwrap_or_default();
        let mut report = Report::new(self.documents, &actions, self.judged, severity);
        report.places = self.field_coverage.places();
        for coverage in &mut report.coverage {
            coverage.versions = self
                .versions
                .remove(&coverage.operation)
                .unwrap_or_default();
        }
        Some(report)
    }
}

/// Adds a violation to a judged recording.
fn add(judged: &mut Judged, finding: Option<Finding>) {
    if let Some(finding) = finding {
        judged.verdict = judged.verdict.max(Verdict::Violates);
        judged.findings.extend(classes(vec![finding]));
    }
}
