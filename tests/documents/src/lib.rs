//! Documents in the styles of other vendors, and their OpenAPI 3.0 constructs.
//!
//! A construct may be in the supported or in the refused part of a document.
//!
//! Must never list a construct by hand: it is found in a document, or it is not there.

mod coverage;
mod objects;
pub mod synthesis;

pub use coverage::{Construct, Coverage, Mark, constructs, coverage};

use atlas_backup_support::repository::root;
use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Returns the directory with the documents and their overlays.
///
/// Each overlay removes the parts that the generator refuses.
#[must_use]
pub fn makers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("makers")
}

/// Runs `cargo xtask generate --spec` with further arguments.
///
/// # Errors
/// If cargo cannot be started.
pub fn generate(
    spec: &Path,
    overlay: Option<&Path>,
    out: &Path,
    arguments: &[&str],
) -> io::Result<Output> {
    let mut generate = Command::new(env!("CARGO"));
    generate.current_dir(root());
    generate.args(["run", "--quiet", "--package", "xtask", "--", "generate"]);
    generate.arg("--spec").arg(spec).arg("--out").arg(out);
    generate.args(["--api-date", "2025-03-12"]).args(arguments);
    if let Some(overlay) = overlay {
        generate.arg("--overlay").arg(overlay);
    }
    generate.output()
}

/// A document of one vendor.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file's name without its extension.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The overlay that removes the refused parts, if there are any.
    pub overlay: Option<PathBuf>,
    /// The parts that the overlay removes: diagnostic codes by JSON pointer.
    pub refused: BTreeMap<String, String>,
    /// The original document.
    pub whole: Value,
    /// The document without the refused parts.
    pub supported: Value,
}

/// An overlay that only removes parts, each with the reason.
#[derive(Deserialize)]
struct Overlay {
    actions: Vec<Removal>,
}

#[derive(Deserialize)]
struct Removal {
    target: String,
    #[serde(rename = "x-refused-as")]
    code: String,
}

/// Reads every document.
///
/// # Errors
/// When a file cannot be read, or an overlay removes nothing.
pub fn documents() -> Result<Vec<Document>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(makers())? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        match name {
            Some(name) if !name.ends_with(".overlay") => found.push(document(name, path)?),
            _ => {}
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

fn document(name: String, path: PathBuf) -> Result<Document, Box<dyn Error>> {
    let whole: Value = serde_saphyr::from_str(&fs::read_to_string(&path)?)?;
    let overlay = Some(path.with_file_name(format!("{name}.overlay.yaml")))
        .filter(|overlay| overlay.exists());
    let mut refused = BTreeMap::new();
    if let Some(overlay) = &overlay {
        let overlay: Overlay = serde_saphyr::from_str(&fs::read_to_string(overlay)?)?;
        for removal in overlay.actions {
            let located = JsonPath::parse(&removal.target)?.query_located(&whole);
            let place = located
                .exactly_one()
                .map_err(|error| format!("{name}: {}: {error}", removal.target))?;
            refused.insert(place.location().to_json_pointer(), removal.code);
        }
    }
    let mut supported = whole.clone();
    // From the last on, so that earlier items of a list keep their index.
    for pointer in refused.keys().rev() {
        let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
        match supported.pointer_mut(parent) {
            Some(Value::Object(parent)) => {
                parent.remove(&key.replace("~1", "/").replace("~0", "~"));
            }
            Some(Value::Array(parent)) => {
                parent.remove(key.parse()?);
            }
            _ => return Err(format!("{name}: {pointer} is within something refused").into()),
        }
    }
    Ok(Document {
        name,
        path,
        overlay,
        refused,
        whole,
        supported,
    })
}
