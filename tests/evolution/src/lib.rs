//! The history: a document, and one file for each change it went through, with what that does to users of the SDK.
//!
//! A file says which rules of the diff fire, which version the next release has, and holds a *consumer*: code that compiles
//! with the SDK before the change. Where it does not compile with the SDK after it, the file says with which errors.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The API date every revision is generated for.
pub const API_DATE: &str = "2025-03-12";

/// One change, in `history/NN_name.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What the file is called, which is what happens.
    #[serde(skip)]
    pub name: String,
    /// The rules of the diff that fire.
    pub rules: BTreeSet<String>,
    /// The version of the release that follows, without the API date.
    pub version: String,
    /// Code of a user; it names the SDK `sdk`.
    pub consumer: String,
    /// The compiler's errors about the consumer after the change; none if it compiles.
    #[serde(default)]
    pub fails: BTreeSet<String>,
    /// The compiler's lints that warn about the consumer after the change, and did not before.
    #[serde(default)]
    pub warns: BTreeSet<String>,
    /// The change, as actions of an OpenAPI overlay.
    pub actions: Vec<Value>,
}

impl Step {
    /// The change as an overlay.
    #[must_use]
    pub fn overlay(&self) -> String {
        let overlay = serde_json::json!({
            "overlay": "1.0.0",
            "info": {"title": self.name, "version": "1"},
            "actions": self.actions,
        });
        overlay.to_string()
    }
}

/// Where the history is.
#[must_use]
pub fn history() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("history")
}

/// All changes, in order.
///
/// # Errors
/// When a file cannot be read, or is no change.
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
