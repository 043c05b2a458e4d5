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
    refuses_collisions: bool,
    /// True if a missing description is an error.
    refuses_undescribed: bool,
    /// True if an unsupported construct is an error. False for documents that are only compared.
    refuses_uncarried: bool,
}

/// Results of the stages up to the one at which the run stopped.
#[derive(Default)]
pub(crate) struct Made {
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
            refuses_collisions: source.documented,
            refuses_undescribed: source.documented,
            refuses_uncarried: true,
        }
    }

    /// The same recipe, which accepts missing descriptions.
    pub(crate) fn undescribed(self) -> Self {
        Self {
            refuses_undescribed: false,
            ..self
        }
    }

    /// The same recipe for a comparison, which also accepts unsupported constructs.
    pub(crate) fn compared(self) -> Self {
        Self {
            refuses_undescribed: false,
            refuses_uncarried: false,
            ..self
        }
    }

    /// Loads the document and runs the stages up to `until`. Diagnostics have their line numbers.
    pub(crate) fn run(
        &self,
        until: Stage,
        progress: &mut dyn FnMut(&str, String),
    ) -> Result<Made, Diagnostics> {
        self.placed(document::load(self.source.document).and_then(|document| {
            document::check_version(&document, self.source.document.name)?;
            let operations = document::operations(&document).count();
            progress("load", format!("{operations} operations"));
            self.stages(document, until, progress)
        }))
    }

    /// Like [`run`](Self::run), with a document that is already loaded.
    pub(crate) fn run_loaded(&self, document: Value, until: Stage) -> Result<Made, Diagnostics> {
        self.placed(self.stages(document, until, &mut |_, _| {}))
    }

    fn stages(
        &self,
        document: Value,
        until: Stage,
        progress: &mut dyn FnMut(&str, String),
    ) -> Result<Made, Diagnostics> {
        let source = self.source;
        let mut diagnostics = Diagnostics::about(source.curated);
        let mut made = Made {
            document,
            ..Made::default()
        };
        made.adopted = overlay::apply_all(&mut made.document, &source.overlays, progress)?;
        select::inline_path_items(&mut made.document, &mut diagnostics)?;
        bodiless::remove(&mut made.document);
        if !self.refuses_collisions {
            simplify::name_operations(&mut made.document);
        }
        let selected = select::select(&mut made.document, &source.selection, &mut diagnostics)?;
        progress("select", format!("{selected} operations"));
        if until == Stage::Select {
            return Ok(made);
        }

        made.versions = requests::versions(&made.document);
        made.omitted = self.choose_versions(&mut made.document, progress, &mut diagnostics)?;
        if until == Stage::Versions {
            return Ok(made);
        }

        let kept = carry_over::carry_over(&mut made.document, source.released, &mut diagnostics)?;
        if source.released.is_some() {
            progress("carry over", told(&kept));
        }
        made.undocumented = Diagnostics::about(source.curated);
        if source.documented {
            prose::check(&made.document, &mut made.undocumented);
        }
        if self.refuses_undescribed {
            made.undocumented.check()?;
        }
        made.operations = document::operations(&made.document).count();
        // A comparison does not write the curated document.
        if self.refuses_uncarried {
            made.curated = document::to_yaml(&made.document, &curated_notice(source))?;
        }
        if until == Stage::Curate {
            return Ok(made);
        }

        walk::mark_origins(&mut made.document);
        let simplified = simplify::simplify(
            &mut made.document,
            self.refuses_collisions,
            &mut diagnostics,
        );
        simplified.map_err(|found| found.at_origins(&made.document))?;
        progress("simplify", format!("{} passes", simplify::PASSES.len()));
        if until == Stage::Simplify {
            return Ok(made);
        }

        made.api = api::read(&made.document, &mut diagnostics);
        if self.refuses_uncarried {
            let read = diagnostics.check();
            read.map_err(|found| found.at_origins(&made.document))?;
        }
        progress(
            "read",
            format!(
                "{} types, {} modules",
                made.api.types.len(),
                made.api.modules.len()
            ),
        );
        Ok(made)
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
        let selection = match self.refuses_uncarried {
            true => &self.source.selection,
            false => &all,
        };
        let resolved = versions::resolve(document, date, selection, diagnostics)?;
        let mut omitted = resolved.omitted;
        if self.refuses_uncarried {
            let ended = versions::leave_out_ended(document, date, selection, diagnostics);
            diagnostics.check()?;
            omitted.extend(ended);
            if !omitted.is_empty() && document::operations(document).next().is_none() {
                let message = format!("no selected operation has a version at {date}");
                let help = "take another API date, or select more";
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
    pub(crate) fn located(&self, found: Diagnostics) -> Diagnostics {
        found.placed_in(&self.texts())
    }

    fn placed<T>(&self, outcome: Result<T, Diagnostics>) -> Result<T, Diagnostics> {
        outcome.map_err(|found| self.located(found))
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

fn told(kept: &carry_over::CarriedOver) -> String {
    let mut told = format!(
        "{} of the last release, {} dropped",
        kept.kept, kept.dropped
    );
    if !kept.idle.is_empty() {
        let names = kept.idle.join(", ");
        told.push_str(&format!("; to be taken out of `x-rust-removed`: {names}"));
    }
    told
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
