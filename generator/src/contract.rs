//! Data for contract verification besides the curated document: other dated versions, and uncorrected documents.
//!
//! Both come from an early stage of the one pipeline and are plain data, so that verification does not need the
//! generator.

use crate::diagnostic::Diagnostics;
use crate::document::{Text, child, load, read, select, to_yaml, versions};
use crate::recipe::{Recipe, Stage};
use crate::source::Source;
use serde::Serialize;
use serde_json::{Value, json};

/// A correction, and the difference it makes to the document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    /// Position of the correction in its overlay, counted from 1.
    pub number: usize,
    /// The correction's target, as written in the overlay.
    pub target: String,
    /// The correction's description, as written in the overlay.
    pub title: String,
    /// JSON Patch (RFC 6902) with `add` and `remove` operations that undoes the correction in the curated document.
    pub without: Vec<Value>,
}

/// Returns all final versions up to the API date of each operation that has several, as YAML.
///
/// # Errors
/// As [`generate`](crate::generate).
pub fn dated_versions(source: &Source<'_>) -> Result<String, Diagnostics> {
    let mut document = Recipe::of(source)
        .run(Stage::Select, &mut |_, _| {})?
        .document;
    if let Some(date) = source.api_date {
        versions::retain_versions_by(&mut document, date);
        select::prune(&mut document);
    }
    let notice = format!(
        "# @generated from {} and its overlays by `cargo xtask generate`: every dated version of the operations that have\n# several. Do not edit.\n",
        source.document.name
    );
    to_yaml(&document, &notice)
}

/// Returns each action of a corrections overlay with the difference it makes, if the document is valid without it.
///
/// # Errors
/// As [`generate`](crate::generate), and if the overlay is invalid.
pub fn corrections_left_out(
    source: &Source<'_>,
    overlay: Text<'_>,
) -> Result<Vec<LeftOut>, Diagnostics> {
    let document = load(source.document)?;
    let curate = |text: &str| -> Result<Value, Diagnostics> {
        let name = overlay.name;
        let corrected = Source {
            overlays: vec![Text { name, text }],
            ..source.clone()
        };
        let output = Recipe::of(&corrected).run_loaded(document.clone(), Stage::Versions)?;
        Ok(output.document)
    };
    let whole = curate(overlay.text)?;
    let parsed: Value = read(overlay.text).map_err(|error| {
        let mut found = Diagnostics::about(overlay.name);
        found.report("bad-overlay", "", error.to_string(), "write it as YAML");
        found
    })?;
    let actions = parsed.get("actions").and_then(Value::as_array);
    let mut all = Vec::new();
    for (index, action) in actions.into_iter().flatten().enumerate() {
        let mut rest = parsed.clone();
        if let Some(actions) = rest.get_mut("actions").and_then(Value::as_array_mut) {
            actions.remove(index);
        }
        let text = |key: &str| {
            let text = action.get(key).and_then(Value::as_str).unwrap_or_default();
            text.trim().to_owned()
        };
        // Some corrections are required, such as one that adds a selected operation: without them there is no
        // document.
        let Ok(uncorrected) = curate(&rest.to_string()) else {
            continue;
        };
        let mut without = Vec::new();
        patch(&whole, &uncorrected, "", &mut without);
        all.push(LeftOut {
            number: index + 1,
            target: text("target"),
            title: text("description"),
            without,
        });
    }
    Ok(all)
}

/// Collects the patch operations that turn `from` into `to`. Arrays are replaced as a whole.
fn patch(from: &Value, to: &Value, pointer: &str, found: &mut Vec<Value>) {
    let (Value::Object(before), Value::Object(after)) = (from, to) else {
        if from != to {
            found.push(json!({"op": "add", "path": pointer, "value": to}));
        }
        return;
    };
    for (name, value) in before {
        match after.get(name) {
            Some(other) => patch(value, other, &child(pointer, name), found),
            None => found.push(json!({"op": "remove", "path": child(pointer, name)})),
        }
    }
    for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        found.push(json!({"op": "add", "path": child(pointer, name), "value": value}));
    }
}
