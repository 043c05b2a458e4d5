//! Generates Rust code from a curated OpenAPI 3.0 document of the Atlas Administration API.
//!
//! Invariant: this crate is pure. Its input is text and its output is files and diagnostics. It does not read the
//! clock, the network or the file system, and the same input gives the same bytes on every machine.

mod api;
mod contract;
mod diagnostic;
mod document;
mod pull;
mod recipe;
mod releases;
mod render;
mod requests;
mod simplify;
mod source;
mod undefined;

pub use contract::{LeftOut, corrections_left_out, dated_versions};
pub use diagnostic::{Diagnostic, Diagnostics, SourceLocation};
pub use document::Text;
pub use document::overlay::action::{OverlayAction, OverlayChange};
pub use document::overlay::edits::EditedOverlay;
pub use document::select::{Omission, Omitted, Selection};
pub use pull::{follow_renames, prune};
pub use releases::diff::{
    Bump, Change, ChangeKind, Class, DiffOptions, Direction, Headers, Item, LimitChange, Notice,
    OtherLocation, OutputChange, OutputForm, ProseChange, RULES, Rule, Statuses, TextChange,
    VersionChange, VersionedPart, bump, diff,
};
pub use releases::public_api::{ApiChanges, api_path, compare_public_apis, public_api};
pub use releases::unselected::{Unselected, unselected};
pub use render::File;
pub use source::{Source, Target};
pub use undefined::{Undefined, undefined};

use document::{select, strip_prose, versions, walk};
use recipe::{Recipe, RecipeOutput, Stage};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Result of a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The curated document as YAML.
    pub curated: String,
    /// Request rules as JSON: `{operations: {ID: {operationId, versions, parameters, body}}, components}`.
    pub requests: String,
    /// Index of the operations by resource: a section of Markdown for the documentation of the receiver.
    pub index: String,
    /// The Rust files.
    pub files: Vec<File>,
    /// Names of the generated modules, in alphabetical order.
    pub modules: Vec<String>,
    /// Number of operations.
    pub operations: usize,
    /// Operations that a glob, a tag or `all` selected and that the API does not have at the API date.
    pub omitted: Vec<Omitted>,
    /// Missing descriptions of a document that must be described. [`generate`] reports them as errors.
    pub undescribed: Diagnostics,
}

/// Generates the code of one SDK version from one document.
///
/// `stage` is called after each stage with the stage's name and its counts.
///
/// # Errors
/// All diagnostics of the first stage that reports any.
pub fn generate(
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
) -> Result<Generated, Diagnostics> {
    generated(&Recipe::of(source), source, stage)
}

/// Generates the code of one SDK version from one document that need not be described yet.
///
/// # Errors
/// Those of [`generate`], except that missing descriptions are not errors.
pub fn generate_undescribed(
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
) -> Result<Generated, Diagnostics> {
    let recipe = Recipe::of(source).allowing_undescribed();
    generated(&recipe, source, stage)
}

fn generated(
    recipe: &Recipe<'_>,
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
) -> Result<Generated, Diagnostics> {
    let output = recipe.run(Stage::Read, stage)?;
    let requests = requests::requests(&output.api, &output.versions);
    let RecipeOutput {
        api,
        curated,
        omitted,
        operations,
        undocumented,
        ..
    } = output;
    let pins = render::Pins {
        document: source.curated,
        api_date: source.api_date,
        sha256: &sha256(&curated),
    };
    let files = render::render(&api, source.target, pins);
    let index = render::operations_index(&api, source.target);
    let lines: usize = files.iter().map(|file| file.content.lines().count()).sum();
    stage("render", format!("{} files, {lines} lines", files.len()));
    let modules = api.modules.into_iter().map(|module| module.name).collect();
    Ok(Generated {
        curated,
        requests,
        index,
        files,
        modules,
        operations,
        omitted,
        undescribed: recipe.with_lines(undocumented),
    })
}

/// Returns the document after all simplifying passes, from which types and operations are generated.
///
/// Tests compare other generators with this document.
///
/// # Errors
/// As [`generate`].
pub fn normalised(source: &Source<'_>) -> Result<Value, Diagnostics> {
    let mut document = Recipe::of(source)
        .run(Stage::Simplify, &mut |_, _| {})?
        .document;
    walk::forget_origins(&mut document);
    Ok(document)
}

/// Returns the curated document of a source as a JSON value. The contract tests check responses against it.
///
/// # Errors
/// As [`generate`].
pub fn curated(source: &Source<'_>) -> Result<Value, Diagnostics> {
    let output = Recipe::of(source).run(Stage::Curate, &mut |_, _| {})?;
    Ok(output.document)
}

/// A curated document that may still lack descriptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The document as YAML.
    pub curated: String,
    /// Overlay actions, or parts of them (`overlay-action-partly-idle`), that change nothing because the upstream
    /// document already says the same.
    pub adopted: Diagnostics,
    /// Parts of the document that have no description.
    pub undocumented: Diagnostics,
}

/// Curates a source, whether or not everything is described.
///
/// Also reads the document into the typed API, so that every problem of a later generation is reported here.
///
/// # Errors
/// As [`generate`], except that missing descriptions are not errors.
pub fn preview(source: &Source<'_>) -> Result<Preview, Diagnostics> {
    let recipe = Recipe::of(source).allowing_undescribed();
    let output = recipe.run(Stage::Read, &mut |_, _| {})?;
    Ok(Preview {
        curated: output.curated,
        adopted: recipe.with_lines(output.adopted),
        undocumented: output.undocumented,
    })
}

/// An upstream document reduced to names, types and constraints, without prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// The document as YAML.
    pub upstream: String,
    /// The version that the document states.
    pub version: String,
    /// The revision that the document states it was made from (`x-xgen-sha`).
    pub revision: String,
    /// SHA-256 of the input text, in lower-case hex.
    pub sha256: String,
    /// Date of the newest dated media type among all operations.
    pub newest: String,
    /// Number of selected operations.
    pub operations: usize,
    /// The `operationId`s of the selected operations.
    pub ids: Vec<String>,
}

/// Reduces a new upstream document to the selected operations and what they reference, without prose.
///
/// With the previous document in `before`, an operation that was removed is reported differently from one that never
/// existed.
///
/// # Errors
/// If the document cannot be read or lacks a selected operation.
pub fn pull(
    document: Text<'_>,
    before: Option<Text<'_>>,
    selection: &Selection,
) -> Result<Pulled, Diagnostics> {
    reduce(document, before, selection).map_err(|found| found.with_lines_from(&[document]))
}

fn reduce(
    document: Text<'_>,
    before: Option<Text<'_>>,
    selection: &Selection,
) -> Result<Pulled, Diagnostics> {
    let mut value = document::load(document)?;
    document::check_version(&value, document.name)?;
    let newest = versions::newest(&value).unwrap_or_default();
    let mut diagnostics = Diagnostics::about(document.name);
    if let Some(before) = before {
        select::check_removed(
            &value,
            &document::load(before)?,
            selection,
            &mut diagnostics,
        );
        diagnostics.check()?;
    }
    select::inline_path_items(&mut value, &mut diagnostics)?;
    let operations = select::select(&mut value, selection, &mut diagnostics)?;
    strip_prose::strip_prose(&mut value);
    let selected = document::operations(&value);
    let ids = selected.filter_map(|(.., operation)| document::string(operation, "operationId"));
    let ids = ids.map(str::to_owned).collect();
    let fact = |pointer| {
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (version, revision) = (fact("/info/version"), fact("/info/x-xgen-sha"));
    let upstream = document::to_yaml(
        &value,
        "# @generated by `cargo xtask pull`: bare facts of the upstream document. Do not edit.\n",
    )?;
    Ok(Pulled {
        upstream,
        version,
        revision,
        sha256: sha256(document.text),
        newest,
        operations,
        ids,
    })
}

/// Returns the SHA-256 of some content, in lower-case hex. Of a curated document, it is the generated `SPEC_SHA256`.
#[must_use]
pub fn sha256(content: impl AsRef<[u8]>) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
