//! Turns a curated OpenAPI 3.0 document of the Atlas Administration API into Rust.
//!
//! Invariant: this crate is pure. Text goes in, files and diagnostics come out; it reads no clock, no network and no file
//! system, and the same input gives the same bytes on every machine.

mod beside;
mod contract;
mod defined;
mod diagnostic;
mod diff;
mod document;
mod kept;
mod model;
mod normalise;
mod overlay;
mod position;
mod prose;
mod render;
mod requests;
mod select;
mod strip;
mod surface;
mod types;
mod usage;
mod versions;

pub use beside::{Unselected, unselected};
pub use contract::{LeftOut, corrections_left_out, dated_versions};
pub use defined::{Undefined, undefined};
pub use diagnostic::{Diagnostic, Diagnostics, Place};
pub use diff::{Bump, Change, Class, DiffOptions, Direction, RULES, Rule, bump, diff};
pub use document::Text;
pub use render::File;
pub use select::Selection;
pub use surface::{ApiChanges, api_path, compare_surfaces, surface};
pub use usage::{Call, FieldUse, Type, Usage, usage};

use serde_json::Value;
use sha2::{Digest, Sha256};

/// One version of the API, and what it is generated from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The upstream document, or one that is curated already.
    pub document: Text<'a>,
    /// Overlays, in the order they apply.
    pub overlays: Vec<Text<'a>>,
    /// The operations wanted.
    pub selection: Selection,
    /// The curated document of the last release: what it has beyond this one is kept, deprecated.
    pub released: Option<Text<'a>>,
    /// The date whose versions are wanted (`YYYY-MM-DD`); `None` where the API has no dated versions.
    pub api_date: Option<&'a str>,
    /// Whether whatever has no description is a finding: yes for documents that are curated here.
    pub documented: bool,
    /// Path of the curated document in the repository, as generated files name it.
    pub curated: &'a str,
    /// What the code becomes part of.
    pub target: Target<'a>,
}

/// What generated code becomes part of.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The crate as its users name it in code: `atlas_backup`.
    pub crate_name: &'a str,
    /// Directory of the generated code, which is also the module it is in: `v2`.
    pub directory: &'a str,
    /// The type that carries the methods: `Client`.
    pub receiver: &'a str,
    /// Whether each module is behind a cargo feature of its name.
    pub features: bool,
}

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
}

/// The main job: one document to one version of the SDK. `stage` hears the name of each stage and what it counted.
///
/// # Errors
/// Every finding of the first stage that found something it cannot carry.
pub fn generate(
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
) -> Result<Generated, Diagnostics> {
    pipeline(source, stage).map_err(|found| {
        let texts: Vec<_> = std::iter::once(source.document)
            .chain(source.overlays.iter().copied())
            .chain(source.released)
            .collect();
        found.placed_in(&texts)
    })
}

/// The document of a source as the types and operations are made from it: every normalising pass has run. It is what other
/// generators are compared on.
///
/// # Errors
/// As [`generate`].
pub fn normalised(source: &Source<'_>) -> Result<Value, Diagnostics> {
    let mut diagnostics = Diagnostics::about(source.curated);
    let mut document = curate(source, &mut |_, _| {}, &mut diagnostics)?.document;
    normalise::normalise(&mut document, source.documented, &mut diagnostics)?;
    Ok(document)
}

/// The curated document of a source, as a value: what is there to judge answers by.
///
/// # Errors
/// As [`generate`].
pub fn curated(source: &Source<'_>) -> Result<Value, Diagnostics> {
    let mut diagnostics = Diagnostics::about(source.curated);
    curate(source, &mut |_, _| {}, &mut diagnostics).map(|curated| curated.document)
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

/// What a source is curated to, described or not. All the code is made too, so that what comes of it can be generated.
///
/// # Errors
/// As [`generate`], but for what has no description.
pub fn preview(source: &Source<'_>) -> Result<Preview, Diagnostics> {
    let texts: Vec<_> = std::iter::once(source.document)
        .chain(source.overlays.iter().copied())
        .collect();
    let undescribed = Source {
        documented: false,
        ..source.clone()
    };
    let mut diagnostics = Diagnostics::about(source.curated);
    let curated = curate(&undescribed, &mut |_, _| {}, &mut diagnostics)
        .map_err(|found| found.placed_in(&texts))?;
    code(&curated, source, &mut |_, _| {}, &mut diagnostics)
        .map_err(|found| found.placed_in(&texts))?;
    let mut undocumented = Diagnostics::about(source.curated);
    // What is found is the answer, not a failure.
    let _ = prose::check(&curated.document, &mut undocumented);
    Ok(Preview {
        curated: curated.text,
        adopted: curated.adopted.placed_in(&texts),
        undocumented,
    })
}

/// The stages, in order. Each is one call.
fn pipeline(
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
) -> Result<Generated, Diagnostics> {
    let mut diagnostics = Diagnostics::about(source.curated);
    let curated = curate(source, stage, &mut diagnostics)?;
    let requests = requests::requests(&curated.document, &curated.versions);
    let (files, modules) = code(&curated, source, stage, &mut diagnostics)?;
    Ok(Generated {
        curated: curated.text,
        requests,
        files,
        modules,
    })
}

/// The second half of the stages: from the curated document to the code, and the names of its modules.
fn code(
    curated: &Curated,
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
    diagnostics: &mut Diagnostics,
) -> Result<(Vec<File>, Vec<String>), Diagnostics> {
    let mut document = curated.document.clone();
    normalise::normalise(&mut document, source.documented, diagnostics)?;
    stage("normalise", format!("{} passes", normalise::PASSES.len()));

    let fields = types::field_types(&document, diagnostics)?;
    stage("types", format!("{} records", fields.len()));

    let api = model::build(&document, &fields, diagnostics)?;
    stage("model", format!("{} modules", api.modules.len()));

    let pins = render::Pins {
        document: source.curated,
        api_date: source.api_date,
        sha256: &sha256(&curated.text),
    };
    let files = render::render(&api, source.target, pins);
    let lines: usize = files.iter().map(|file| file.content.lines().count()).sum();
    stage("render", format!("{} files, {lines} lines", files.len()));
    let modules = api.modules.into_iter().map(|module| module.name).collect();
    Ok((files, modules))
}

/// A curated document.
struct Curated {
    document: Value,
    /// The same as YAML.
    text: String,
    /// Every version of each operation, of which the document has one.
    versions: requests::Versions,
    /// What of the overlays changed nothing.
    adopted: Diagnostics,
}

/// A document with its overlays, before one version of each operation is chosen.
struct Overlaid {
    document: Value,
    /// What of the overlays changed nothing.
    adopted: Diagnostics,
}

/// The first stages: from the texts to the selected operations in all their versions.
fn overlaid(
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
    diagnostics: &mut Diagnostics,
) -> Result<Overlaid, Diagnostics> {
    let document = document::load(source.document)?;
    document::check_version(&document, source.document.name)?;
    stage(
        "load",
        format!("{} operations", document::operations(&document).count()),
    );
    apply_overlays(document, source, stage, diagnostics)
}

/// The stages after loading, up to the selection.
fn apply_overlays(
    mut document: Value,
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
    diagnostics: &mut Diagnostics,
) -> Result<Overlaid, Diagnostics> {
    let (mut actions, mut adopted) = (0, Diagnostics::default());
    let mut refused = Diagnostics::default();
    for overlay in &source.overlays {
        match overlay::apply(&mut document, *overlay) {
            Ok(applied) => {
                actions += applied.actions;
                adopted.extend(applied.adopted);
            }
            Err(found) => refused.extend(found),
        }
    }
    refused.check()?;
    let idle = match adopted.found().len() {
        0 => String::new(),
        count => format!(", {count} of them adopted by upstream: `pull` names them"),
    };
    stage("overlay", format!("{actions} actions{idle}"));

    let selected = select::select(&mut document, &source.selection, diagnostics)?;
    stage("select", format!("{selected} operations"));
    Ok(Overlaid { document, adopted })
}

/// The first half of the stages: from the texts to the curated document.
fn curate(
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
    diagnostics: &mut Diagnostics,
) -> Result<Curated, Diagnostics> {
    let Overlaid {
        mut document,
        adopted,
    } = overlaid(source, stage, diagnostics)?;
    let versions = requests::versions(&document);
    choose_versions(&mut document, source, stage, diagnostics)?;

    let kept = kept::keep(&mut document, source.released, diagnostics)?;
    if source.released.is_some() {
        stage("kept", told(&kept));
    }

    if source.documented {
        prose::check(&document, diagnostics)?;
    }
    let text = document::to_yaml(&document, &curated_notice(source))?;
    Ok(Curated {
        document,
        text,
        versions,
        adopted,
    })
}

/// Leaves one version of each operation, and what it needs.
fn choose_versions(
    document: &mut Value,
    source: &Source<'_>,
    stage: &mut dyn FnMut(&str, String),
    diagnostics: &mut Diagnostics,
) -> Result<(), Diagnostics> {
    if let Some(date) = source.api_date {
        let resolved = versions::resolve(document, date, &source.selection, diagnostics)?;
        versions::check_sunsets(document, date, diagnostics);
        diagnostics.check()?;
        select::prune(document);
        let mut report = format!("{} other versions dropped for {date}", resolved.dropped);
        if !resolved.absent.is_empty() {
            let (count, names) = (resolved.absent.len(), resolved.absent.join(", "));
            report.push_str(&format!("; {count} operations have none by then: {names}"));
        }
        stage("versions", report);
    }
    Ok(())
}

fn told(kept: &kept::Kept) -> String {
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
    let operations = select::select(&mut value, selection, &mut diagnostics)?;
    strip::strip(&mut value);
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
