//! Reads the two documents that are compared.

use super::formats::{self, ByOperation};
use crate::api::{Api, Origin, Shape, TypeRef};
use crate::diagnostic::Diagnostics;
use crate::document::select::{self, Selection};
use crate::document::versions;
use crate::document::{self, Text};
use crate::recipe::{Recipe, RecipeOutput, Stage};
use crate::requests::Versions;
use crate::simplify;
use crate::source::Source;
use serde_json::Value;
use std::collections::BTreeSet;

/// Options of a comparison.
#[derive(Clone, Debug)]
pub struct DiffOptions<'a> {
    /// Selected operations, by `operationId` or SDK name in either document.
    pub selection: Selection,
    /// API date (`YYYY-MM-DD`, or `preview`) of the compared versions; `None` for the newest final ones.
    pub api_date: Option<&'a str>,
}

/// One of the compared documents.
pub(super) struct Input {
    pub(super) api: Api,
    /// Dated versions of each operation, used or not.
    pub(super) versions: Versions,
    /// Rust names of the types.
    pub(super) names: BTreeSet<String>,
    /// Pointers of all fields, including those that only the other direction has.
    pub(super) fields: BTreeSet<Origin>,
    /// Date of the newest final version, used or not.
    pub(super) newest: Option<String>,
    /// Media types of bodies, used or not.
    pub(super) formats: ByOperation,
}

/// The two compared documents.
pub(super) struct Inputs {
    pub(super) old: Input,
    pub(super) new: Input,
    /// API date of the compared versions.
    pub(super) api_date: Option<String>,
}

impl Input {
    fn of(output: RecipeOutput, raw: &Value) -> Self {
        let RecipeOutput { api, versions, .. } = output;
        let mut fields = BTreeSet::new();
        for definition in &api.types {
            if let Shape::Record(record) = &definition.shape {
                fields.extend(
                    record
                        .fields
                        .iter()
                        .filter_map(|field| field.origin.clone()),
                );
                fields.extend(record.other_direction.iter().cloned());
            }
        }
        Self {
            names: api
                .types
                .iter()
                .map(|definition| definition.name.clone())
                .collect(),
            api,
            versions,
            fields,
            newest: versions::newest(raw),
            formats: formats::formats(raw),
        }
    }

    /// Returns true if an operation belongs to the module.
    pub(super) fn has_module(&self, name: &str) -> bool {
        self.api
            .operations
            .iter()
            .any(|operation| operation.module == name)
    }

    /// Returns a type as it is written in Rust.
    pub(super) fn rust(&self, value: &TypeRef) -> String {
        self.api.rust(value)
    }
}

/// Reads both documents in the same way.
pub(super) fn inputs(
    old: Text<'_>,
    new: Text<'_>,
    options: &DiffOptions<'_>,
) -> Result<Inputs, Diagnostics> {
    let (old_raw, new_raw) = at_once(|| load(old), || load(new))?;
    let [old_selection, new_selection] =
        select::in_both(&options.selection, [&old_raw, &new_raw], new.name)?;
    let newest = [&old_raw, &new_raw]
        .into_iter()
        .filter_map(versions::newest);
    let api_date = options.api_date.map(str::to_owned).or(newest.max());
    let date = api_date.as_deref();
    let (one, other) = at_once(
        || read(old, &old_raw, &old_selection, date),
        || read(new, &new_raw, &new_selection, date),
    )?;
    let is_empty = |output: &RecipeOutput| output.api.operations.is_empty();
    let has_any = |raw| document::operations(raw).next().is_some();
    if is_empty(&one) && is_empty(&other) && (has_any(&old_raw) || has_any(&new_raw)) {
        let mut diagnostics = Diagnostics::about(new.name);
        let date = date.unwrap_or(versions::PREVIEW);
        let message = format!("no operation of either document has a version by {date}");
        let help = "choose a later API date, or omit it to compare the newest versions";
        diagnostics.report("nothing-to-compare", "/paths", message, help);
        return Err(diagnostics);
    }
    Ok(Inputs {
        old: Input::of(one, &old_raw),
        new: Input::of(other, &new_raw),
        api_date,
    })
}

/// Runs a task for each document in parallel.
fn at_once<T: Send>(
    old: impl FnOnce() -> Result<T, Diagnostics> + Send,
    new: impl FnOnce() -> Result<T, Diagnostics>,
) -> Result<(T, T), Diagnostics> {
    std::thread::scope(|scope| {
        let old = scope.spawn(old);
        let new = new();
        let old = old
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((old?, new?))
    })
}

fn load(text: Text<'_>) -> Result<Value, Diagnostics> {
    let mut value = document::load(text)?;
    document::check_version(&value, text.name)?;
    let mut diagnostics = Diagnostics::about(text.name);
    let inlined = select::inline_path_items(&mut value, &mut diagnostics);
    inlined.map_err(|found| found.with_lines_from(&[text]))?;
    simplify::name_operations(&mut value);
    Ok(value)
}

/// Reads a document without requiring that it is curated.
///
/// A curated document yields the same model either way. The only difference is that name collisions are resolved here
/// and are errors during generation.
fn read(
    text: Text<'_>,
    raw: &Value,
    selection: &Selection,
    api_date: Option<&str>,
) -> Result<RecipeOutput, Diagnostics> {
    let source = Source {
        selection: selection.clone(),
        api_date,
        ..Source::of(text)
    };
    Recipe::of(&source)
        .for_comparison()
        .run_loaded(raw.clone(), Stage::Read)
}
