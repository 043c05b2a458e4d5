//! One of the two documents, read as it would be for generating.

use super::formats::{self, ByOperation};
use crate::api::{Api, Origin, Shape, TypeRef};
use crate::diagnostic::Diagnostics;
use crate::document::select::{self, Selection};
use crate::document::versions;
use crate::document::{self, Text};
use crate::recipe::{Made, Recipe, Stage};
use crate::requests::Versions;
use crate::simplify;
use crate::source::Source;
use serde_json::Value;
use std::collections::BTreeSet;

/// What of two documents is compared.
#[derive(Clone, Debug)]
pub struct DiffOptions<'a> {
    /// The operations that count, by `operationId` or by the name they go by in the SDK, in either document.
    pub selection: Selection,
    /// The date whose versions are compared (`YYYY-MM-DD`, or `preview`); `None` for the newest final ones.
    pub api_date: Option<&'a str>,
}

/// A document as it is compared.
pub(super) struct Side {
    pub(super) api: Api,
    /// The dated versions the document has of each operation, used or not.
    pub(super) versions: Versions,
    /// The Rust names of its types.
    pub(super) names: BTreeSet<String>,
    /// Where the fields of its types are, those included that only the other direction has.
    pub(super) fields: BTreeSet<Origin>,
    /// The date of its newest final version, used or not.
    pub(super) newest: Option<String>,
    /// The media types it has of bodies, used or not.
    pub(super) formats: ByOperation,
}

/// Both documents, ready to be compared.
pub(super) struct Sides {
    pub(super) old: Side,
    pub(super) new: Side,
    /// The date whose versions are compared.
    pub(super) api_date: Option<String>,
}

impl Side {
    fn of(made: Made, raw: &Value) -> Self {
        let Made { api, versions, .. } = made;
        let mut fields = BTreeSet::new();
        for definition in &api.types {
            if let Shape::Record(record) = &definition.shape {
                fields.extend(
                    record
                        .fields
                        .iter()
                        .filter_map(|field| field.origin.clone()),
                );
                fields.extend(record.other_way.iter().cloned());
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

    /// Whether an operation belongs to the module.
    pub(super) fn has_module(&self, name: &str) -> bool {
        self.api
            .operations
            .iter()
            .any(|operation| operation.module == name)
    }

    /// A type as Rust writes it.
    pub(super) fn rust(&self, value: &TypeRef) -> String {
        self.api.rust(value)
    }
}

/// Makes both documents ready, in the same way.
pub(super) fn sides(
    old: Text<'_>,
    new: Text<'_>,
    options: &DiffOptions<'_>,
) -> Result<Sides, Diagnostics> {
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
    let is_empty = |made: &Made| made.api.operations.is_empty();
    let has_any = |raw| document::operations(raw).next().is_some();
    if is_empty(&one) && is_empty(&other) && (has_any(&old_raw) || has_any(&new_raw)) {
        let mut diagnostics = Diagnostics::about(new.name);
        let date = date.unwrap_or(versions::PREVIEW);
        let message = format!("no operation of either document has a version by {date}");
        let help = "take a later API date, or leave it out to compare the newest versions";
        diagnostics.report("nothing-to-compare", "/paths", message, help);
        return Err(diagnostics);
    }
    Ok(Sides {
        old: Side::of(one, &old_raw),
        new: Side::of(other, &new_raw),
        api_date,
    })
}

/// Does the same with both documents at the same time.
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
    inlined.map_err(|found| found.placed_in(&[text]))?;
    simplify::name_operations(&mut value);
    Ok(value)
}

/// Reads a document that nobody may have curated. One that is curated, and that the generator takes, has the same model either
/// way: what differs is that names which are taken are numbered here and refused there.
fn read(
    text: Text<'_>,
    raw: &Value,
    selection: &Selection,
    api_date: Option<&str>,
) -> Result<Made, Diagnostics> {
    let source = Source {
        selection: selection.clone(),
        api_date,
        ..Source::of(text)
    };
    Recipe::of(&source)
        .compared()
        .run_loaded(raw.clone(), Stage::Read)
}
