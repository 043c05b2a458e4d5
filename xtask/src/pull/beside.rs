//! What a new document has beside what the SDK is made of: operations nobody selected, versions nobody speaks.
//!
//! Must never change what is pulled: it is told, and what was told is remembered.

use crate::generate::SelectionFile;
use crate::workspace;
use atlas_backup_generator::{Change, DiffOptions, Pulled, Selection, Text, Unselected, diff};
use serde::Deserialize;
use std::path::Path;

/// Where the operations are kept that are known and not wanted.
pub(super) const UNSELECTED: &str = "spec/v2/unselected.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnselectedFile {
    operations: Vec<String>,
}

/// The operations that the document pulled before had beside the selected ones.
pub(super) fn known(root: &Path) -> Result<Vec<String>, String> {
    let path = root.join(UNSELECTED);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let file: UnselectedFile = toml::from_str(&workspace::read(&path)?)
        .map_err(|error| format!("error: {}: {error}", path.display()))?;
    Ok(file.operations)
}

/// Operations as the lines of a list.
pub(super) fn lines<'u>(operations: impl Iterator<Item = &'u Unselected>) -> String {
    let lines = operations.map(|Unselected { id, place }| format!("    {id:?}, # {place}\n"));
    lines.collect()
}

/// The operations that are new beside the selected ones, ready to be selected.
pub(super) fn candidates(beside: &[Unselected], known: &[String]) -> String {
    let lines = lines(beside.iter().filter(|new| !known.contains(&new.id)));
    match lines.is_empty() {
        true => lines,
        false => format!("new beside what is selected; for spec/v2/selection.toml:\n{lines}"),
    }
}

/// The versions that came or went beside those in use. The curated documents do not have them.
pub(super) fn versions(root: &Path, pulled: &Pulled, wanted: &SelectionFile) -> String {
    let Ok(there) = workspace::read(&root.join("spec/v2/upstream.yaml")) else {
        return String::new();
    };
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(&wanted.api_date),
    };
    let (old, new) = (
        text("spec/v2/upstream.yaml", there.as_str()),
        text("the document to come", pulled.upstream.as_str()),
    );
    // What is to be mended in overlays may keep the bare facts from being compared.
    let changes = diff(old, new, &options).unwrap_or_default();
    let of_versions =
        |change: &&Change| ["version-added", "version-withdrawn"].contains(&change.rule);
    let told = changes.iter().filter(of_versions).map(
        |Change {
             rule, item, reason, ..
         }| format!("  {rule:<24} {item}: {reason}\n"),
    );
    match told.collect::<String>() {
        told if told.is_empty() => told,
        told => format!("versions that the SDK does not speak\n{told}"),
    }
}
