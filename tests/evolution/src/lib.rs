//! The history: a document, and one file for each change to it, with the effects on users of the SDK.
//!
//! A file lists the rules of the diff that fire and their classes, and the version of the next release. It
//! also has a *consumer*: code that compiles with the SDK before the change. If it does not compile after the
//! change, the file lists the errors, and has the same code after the migration, which compiles.

pub mod xtask;

use atlas_backup_generator::{Selection, Source, Target, Text, curated};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The API date at the start of the history.
pub const API_DATE: &str = "2025-03-12";

/// One change, in `history/NN_name.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The name of the file, which describes the change.
    #[serde(skip)]
    pub name: String,
    /// The rules of the diff that fire.
    pub rules: BTreeSet<String>,
    /// The classes of these rules.
    pub classes: BTreeSet<String>,
    /// The version of the release that follows, without the API date.
    pub version: String,
    /// True if a person chose that version.
    #[serde(default)]
    pub declared: bool,
    /// The API date from here on, if it changes.
    pub api_date: Option<String>,
    /// The operations that are removed from the selection.
    #[serde(default)]
    pub unselected: BTreeSet<String>,
    /// Code of a user; it names the SDK `sdk`.
    pub consumer: String,
    /// True if the change breaks calls but no code.
    #[serde(default)]
    pub breaks_calls_only: bool,
    /// The compiler's errors for the consumer after the change; none if it compiles.
    #[serde(default)]
    pub fails: BTreeSet<String>,
    /// The compiler's lints that warn about the consumer after the change but not before.
    #[serde(default)]
    pub warns: BTreeSet<String>,
    /// The consumer after the migration, if the change breaks it.
    pub migrated: Option<String>,
    /// The change, as actions of an OpenAPI overlay.
    #[serde(default)]
    pub actions: Vec<Value>,
}

/// The state of the history after some of its changes.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The API date.
    pub api_date: String,
    /// All changes so far, as one overlay.
    pub overlay: String,
    /// The ids of the selected operations.
    pub operations: Vec<String>,
}

/// Returns the base, and the revision after each change.
///
/// # Errors
/// When a change does not fit its document.
pub fn revisions(base: &str, steps: &[Step]) -> io::Result<Vec<Revision>> {
    let mut revisions = Vec::new();
    let (mut actions, mut unselected) = (Vec::new(), BTreeSet::new());
    let mut api_date = API_DATE.to_owned();
    for step in std::iter::once(None).chain(steps.iter().map(Some)) {
        if let Some(step) = step {
            actions.extend(step.actions.iter().cloned());
            unselected.extend(step.unselected.iter().cloned());
            api_date = step.api_date.clone().unwrap_or(api_date);
        }
        let overlay = serde_json::json!({
            "overlay": "1.0.0",
            "info": {"title": "History", "version": "1"},
            "actions": actions,
        });
        let overlay = overlay.to_string();
        let mut operations = operations(base, &overlay)?;
        operations.retain(|id| !unselected.contains(id));
        revisions.push(Revision {
            api_date: api_date.clone(),
            overlay,
            operations,
        });
    }
    Ok(revisions)
}

/// Returns the ids of all operations.
fn operations(base: &str, overlay: &str) -> io::Result<Vec<String>> {
    let source = Source {
        document: Text {
            name: "base.yaml",
            text: base,
        },
        overlays: vec![Text {
            name: "history",
            text: overlay,
        }],
        selection: Selection::All,
        released: None,
        api_date: None,
        documented: false,
        curated: "history",
        target: Target {
            crate_name: "history",
            directory: "api",
            receiver: "Client",
            features: false,
        },
    };
    let document = curated(&source).map_err(|found| io::Error::other(found.to_string()))?;
    let paths = document.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flat_map(serde_json::Map::values);
    let operations = items.filter_map(Value::as_object).flatten();
    let ids = operations.filter_map(|(_, operation)| operation.get("operationId")?.as_str());
    Ok(ids.map(str::to_owned).collect())
}

/// Returns the folder of the history.
#[must_use]
pub fn history() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("history")
}

/// Reads all changes, in order.
///
/// # Errors
/// When a file cannot be read, or is not a change.
pub fn steps() -> io::Result<Vec<Step>> {
    let mut steps = Vec::new();
    for entry in fs::read_dir(history())? {
        let path = entry?.path();
        let Some(name) = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
        else {
            continue;
        };
        if name == "base" {
            continue;
        }
        let mut step: Step = serde_saphyr::from_str(&fs::read_to_string(&path)?)
            .map_err(|error| io::Error::other(format!("{name}: {error}")))?;
        step.name = name;
        steps.push(step);
    }
    steps.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(steps)
}
