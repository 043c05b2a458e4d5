//! Turns a curated OpenAPI 3.0 document of the Atlas Administration API into Rust.
//!
//! Invariant: this crate is pure. Text goes in, files and diagnostics come out; it reads no clock, no network and no file
//! system, and the same input gives the same bytes on every machine.

mod api;
mod contract;
mod defined;
mod diagnostic;
mod document;
mod pull;
mod recipe;
mod releases;
mod render;
mod requests;
mod simplify;
mod source;

pub use contract::{LeftOut, corrections_left_out, dated_versions};
pub use defined::{Undefined, undefined};
pub use diagnostic::{Diagnostic, Diagnostics, Place};
pub use document::Text;
pub use document::overlay::action::{OverlayAction, OverlayChange};
pub use document::overlay::edits::EditedOverlay;
pub use document::select::{Omission, Omitted, Selection};
pub use pull::{follow_renames, prune};
pub use releases::diff::{
    Bump, Change, Class, DiffOptions, Direction, Elsewhere, Form, Given, Headers, Item,
    LimitChange, Notice, ProseChange, RULES, Rule, Spoken, SpokenBy, Statuses, Step, What, bump,
    diff,
};
pub use releases::public_api::{ApiChanges, api_path, compare_surfaces, surface};
pub use releases::unselected::{Unselected, unselected};
pub use render::File;
pub use source::{Source, Target};

use document::{select, strip, versions, walk};
use recipe::{Made, Recipe, Stage};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The curated document as YAML.
    pub curated: String,
    /// What requests must be, as JSON: `{operations: {ID: {operationId, versions, parameters, body}}, components}`.
    pub requests: String,
    /// The Rust files.
    pub files: Vec<File>,
    /// The modules among them, in alphabetical order.
    pub modules: Vec<String>,
    /// How many operations there are.
    pub operations: usize,
    /// The operations that were selected, though not by their names, and that the API does not have by the date.
    pub omitted: Vec<Omitted>,
}

/// The main job: one document to one version of the SDK. `stage` hears the name of each stage and what it counted.
///
/// # Errors
/// Every finding of the first stage that found something it cannot carry.
pub fn generate(
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
) -> Result<Generated, Diagnostics> {
    let made = Recipe::of(source).run(Stage::Read, stage)?;
    let requests = requests::requests(&made.api, &made.versions);
    let Made {
        api,
        curated,
        omitted,
        operations,
        ..
    } = made;
    let pins = render::Pins {
        document: source.curated,
        api_date: source.api_date,
        sha256: &sha256(&curated),
    };
    let files = render::render(&api, source.target, pins);
    let lines: usize = files.iter().map(|file| file.content.lines().count()).sum();
    stage("render", format!("{} files, {lines} lines", files.len()));
    let modules = api.modules.into_iter().map(|module| module.name).collect();
    Ok(Generated {
        curated,
        requests,
        files,
        modules,
        operations,
        omitted,
    })
}

/// The document of a source as the types and operations are made from it: every simplifying pass has run. It is what other
/// generators are compared on.
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

/// The curated document of a source, as a value: what is there to judge answers by.
///
/// # Errors
/// As [`generate`].
pub fn curated(source: &Source<'_>) -> Result<Value, Diagnostics> {
    let made = Recipe::of(source).run(Stage::Curate, &mut |_, _| {})?;
    Ok(made.document)
}

/// A curated document before it is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The document as YAML.
    pub curated: String,
    /// The actions of overlays, or the parts of them (`overlay-action-partly-idle`), that change nothing, since the document
    /// says the same already.
    pub adopted: Diagnostics,
    /// What nobody has described yet.
    pub undocumented: Diagnostics,
}

/// What a source is curated to, described or not. Everything is read too, so that what comes of it can be generated.
///
/// # Errors
/// As [`generate`], but for what has no description.
pub fn preview(source: &Source<'_>) -> Result<Preview, Diagnostics> {
    let recipe = Recipe::of(source).undescribed();
    let made = recipe.run(Stage::Read, &mut |_, _| {})?;
    Ok(Preview {
        curated: made.curated,
        adopted: recipe.located(made.adopted),
        undocumented: made.undocumented,
    })
}

/// An upstream document reduced to bare facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// The document as YAML.
    pub upstream: String,
    /// The version the document says it has.
    pub version: String,
    /// The revision the document says it was made from (`x-xgen-sha`).
    pub revision: String,
    /// SHA-256 of the text that was read, in lower-case hex.
    pub sha256: String,
    /// Date of the newest dated media type among all operations.
    pub newest: String,
    /// How many operations were kept.
    pub operations: usize,
    /// Their `operationId`s.
    pub ids: Vec<String>,
}

/// Takes in a new upstream document: the selected operations and what they reach, without a sentence of prose. Beside the one
/// there was `before`, a selected operation that vanished is told from one that never was.
///
/// # Errors
/// When the document is unreadable or lacks a selected operation.
pub fn pull(
    document: Text<'_>,
    before: Option<Text<'_>>,
    selection: &Selection,
) -> Result<Pulled, Diagnostics> {
    facts(document, before, selection).map_err(|found| found.placed_in(&[document]))
}

fn facts(
    document: Text<'_>,
    before: Option<Text<'_>>,
    selection: &Selection,
) -> Result<Pulled, Diagnostics> {
    let mut value = document::load(document)?;
    document::check_version(&value, document.name)?;
    let newest = versions::newest(&value).unwrap_or_default();
    let mut diagnostics = Diagnostics::about(document.name);
    if let Some(before) = before {
        select::check_vanished(
            &value,
            &document::load(before)?,
            selection,
            &mut diagnostics,
        );
        diagnostics.check()?;
    }
    select::inline_path_items(&mut value, &mut diagnostics)?;
    let operations = select::select(&mut value, selection, &mut diagnostics)?;
    strip::strip(&mut value);
    let kept = document::operations(&value);
    let ids = kept.filter_map(|(.., operation)| document::string(operation, "operationId"));
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

/// SHA-256 of what a file holds, in lower-case hex: of a curated document what the generated `SPEC_SHA256` says.
#[must_use]
pub fn sha256(content: impl AsRef<[u8]>) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
