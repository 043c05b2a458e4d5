//! The stages from source texts to the typed API, in order, one call each.
//!
//! There is no other recipe: callers that need less stop at an earlier stage.

use crate::api::{self, Api};
use crate::diagnostic::Diagnostics;
use crate::document::select::{Omitted, Selection};
use crate::document::{self, Text, bodiless, overlay, prose, select, versions, walk};
use crate::releases::carry_over;
use crate::requests::{self, Versions};
use crate::simplify;
use crate::source::Source;
use serde_json::Value;

/// The stage at which a run stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Only the selected operations are left, in all their versions.
    Select,
    /// One version of each operation is left.
    Versions,
    /// Operations of the last release are carried over and the curated YAML is written.
    Curate,
    /// All simplifying passes have run.
    Simplify,
    /// The document is read into the typed API.
    Read,
}

/// A source and the strictness with which it is processed.
pub(crate) struct Recipe<'s> {
    source: &'s Source<'s>,
    /// True if a name collision is an error, as in curated documents. Otherwise the later name gets a number.
    rejects_collisions: bool,
    /// True if a missing description is an error.
    rejects_undescribed: bool,
    /// True if an unsupported construct is an error. False for documents that are only compared.
    rejects_unsupported: bool,
}

/// Results of the stages up to the one at which the run stopped.
#[derive(Default)]
pub(crate) struct RecipeOutput {
    pub(crate) document: Value,
    /// Overlay actions that changed nothing.
    pub(crate) adopted: Diagnostics,
    /// Every version of each operation; the document itself has only one of them.
    pub(crate) versions: Versions,
    /// Number of operations, once the document has one version of each.
    pub(crate) operations: usize,
    /// Selected operations that have no usable version at the API date.
    pub(crate) omitted: Vec<Omitted>,
    /// Parts without a description.
    pub(crate) undocumented: Diagnostics,
    /// The curated document as YAML.
    pub(crate) curated: String,
    pub(crate) api: Api,
}

impl<'s> Recipe<'s> {
    /// A recipe for generating code.
    pub(crate) fn of(source: &'s Source<'s>) -> Self {
        Self {
            source,
            rejects_collisions: source.documented,
            rejects_undescribed: source.documented,
            rejects_unsupported: true,
        }
    }

    /// The same recipe, which accepts missing descriptions.
    pub(crate) fn allowing_undescribed(self) -> Self {
        Self {
            rejects_undescribed: false,
            ..self
        }
    }

    /// The same recipe for a comparison, which also accepts unsupported constructs.
    pub(crate) fn for_comparison(self) -> Self {
        Self {
            rejects_undescribed: false,
            rejects_unsupported: false,
            ..self
        }
    }

    /// Loads the document and runs the stages up to `until`. Diagnostics have their line numbers.
    pub(crate) fn run(
        &self,
        until: Stage,
        progress: &mut dyn FnMut(&str, String),
    ) -> Result<RecipeOutput, Diagnostics> {
        self.map_lines(document::load(self.source.document).and_then(|document| {
            document::check_version(&document, self.source.document.name)?;
            let operations = document::operations(&document).count();
            progress("load", format!("{operations} operations"));
            self.stages(document, until, progress)
        }))
    }

    /// Like [`run`](Self::run), with a document that is already loaded.
    pub(crate) fn run_loaded(
        &self,
        document: Value,
        until: Stage,
    ) -> Result<RecipeOutput, Diagnostics> {
        self.map_lines(self.stages(document, until, &mut |_, _| {}))
    }

    fn stages(
        &self,
        document: Value,
        until: Stage,
        progress: &mut dyn FnMut(&str, String),
    ) -> Result<RecipeOutput, Diagnostics> {
        let source = self.source;
        let mut diagnostics = Diagnostics::about(source.curated);
        let mut output = RecipeOutput {
            document,
            ..RecipeOutput::default()
        };
        output.adopted = overlay::apply_all(&mut output.document, &source.overlays, progress)?;
        select::inline_path_items(&mut output.document, &mut diagnostics)?;
        bodiless::remove(&mut output.document);
        versions::inline_dated(&mut output.document);
        if !self.rejects_collisions {
            simplify::name_operations(&mut output.document);
        }
        let selected = select::select(&mut output.document, &source.selection, &mut diagnostics)?;
        progress("select", format!("{selected} operations"));
        if until == Stage::Select {
            return Ok(output);
        }

        output.versions = requests::versions(&output.document);
        output.omitted = self.choose_versions(&mut output.document, progress, &mut diagnostics)?;
        if until == Stage::Versions {
            return Ok(output);
        }

        let report =
            carry_over::carry_over(&mut output.document, source.released, &mut diagnostics)?;
        if source.released.is_some() {
            progress("carry over", carry_over_summary(&report));
        }
        output.undocumented = Diagnostics::about(source.curated);
        if source.documented {
            prose::check(&output.document, &mut output.undocumented);
        }
        if self.rejects_undescribed {
            output.undocumented.check()?;
        }
        output.operations = document::operations(&output.document).count();
        // A comparison does not write the curated document.
        if self.rejects_unsupported {
            output.curated = document::to_yaml(&output.document, &curated_notice(source))?;
        }
        if until == Stage::Curate {
            return Ok(output);
        }

        walk::mark_origins(&mut output.document);
        let simplified = simplify::simplify(
            &mut output.document,
            self.rejects_collisions,
            &mut diagnostics,
        );
        simplified.map_err(|found| found.at_origins(&output.document))?;
        progress("simplify", format!("{} passes", simplify::PASSES.len()));
        if until == Stage::Simplify {
            return Ok(output);
        }

        output.api = api::read(&output.document, &mut diagnostics);
        if self.rejects_unsupported {
            let read = diagnostics.check();
            read.map_err(|found| found.at_origins(&output.document))?;
        }
        progress(
            "read",
            format!(
                "{} types, {} modules",
                output.api.types.len(),
                output.api.modules.len()
            ),
        );
        Ok(output)
    }

    /// Reduces each operation to one version and its references; returns the operations that are left out.
    fn choose_versions(
        &self,
        document: &mut Value,
        progress: &mut dyn FnMut(&str, String),
        diagnostics: &mut Diagnostics,
    ) -> Result<Vec<Omitted>, Diagnostics> {
        let Some(date) = self.source.api_date else {
            return Ok(Vec::new());
        };
        // A comparison selects everything, so that an operation without a version at the date is left out instead of
        // reported.
        let all = Selection::All;
        let selection = match self.rejects_unsupported {
            true => &self.source.selection,
            false => &all,
        };
        let resolved = versions::resolve(document, date, selection, diagnostics)?;
        let mut omitted = resolved.omitted;
        if self.rejects_unsupported {
            let ended = versions::remove_ended(document, date, selection, diagnostics);
            diagnostics.check()?;
            omitted.extend(ended);
            if !omitted.is_empty() && document::operations(document).next().is_none() {
                let message = format!("no selected operation has a version at {date}");
                let help = "choose another API date, or select more operations";
                diagnostics.report("nothing-selected", "/paths", message, help);
            }
            diagnostics.check()?;
        }
        select::prune(document);
        let mut report = format!("{} other versions dropped for {date}", resolved.dropped);
        if !omitted.is_empty() {
            report.push_str(&format!("; {} operations left out", omitted.len()));
        }
        progress("versions", report);
        Ok(omitted)
    }

    /// Adds line numbers to diagnostics.
    pub(crate) fn with_lines(&self, found: Diagnostics) -> Diagnostics {
        found.with_lines_from(&self.texts())
    }

    fn map_lines<T>(&self, outcome: Result<T, Diagnostics>) -> Result<T, Diagnostics> {
        outcome.map_err(|found| self.with_lines(found))
    }

    /// All texts that a diagnostic can point into.
    fn texts(&self) -> Vec<Text<'s>> {
        let source = self.source;
        let overlays = source.overlays.iter().copied();
        std::iter::once(source.document)
            .chain(overlays)
            .chain(source.released)
            .collect()
    }
}

fn carry_over_summary(report: &carry_over::Report) -> String {
    let mut summary = format!(
        "{} of the last release, {} dropped",
        report.carried, report.dropped
    );
    if !report.idle.is_empty() {
        let names = report.idle.join(", ");
        summary.push_str(&format!("; remove from `x-rust-removed`: {names}"));
    }
    summary
}

fn curated_notice(source: &Source<'_>) -> String {
    if source.overlays.is_empty() {
        return String::new();
    }
    format!(
        "# @generated from {} and its overlays by `cargo xtask generate`. Do not edit.\n",
        source.document.name
    )
}
