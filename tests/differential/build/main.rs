//! Generates progenitor's client and response types, and calls with both clients.
//!
//! They are generated from the normalised document.
//!
//! Must never leave an operation out: an operation that progenitor refuses fails the build.

mod answers;
mod calls;
mod oracle;

use atlas_backup_generator::{Selection, Source, Target, Text, normalised};
use progenitor::InterfaceStyle;
use std::path::PathBuf;
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The curated documents: module, accessor of the SDK's client, path in the repository.
const DOCUMENTS: [(&str, &str, &str); 2] = [
    ("v2", "", "spec/v2/curated.yaml"),
    ("v1", ".v1()", "spec/v1/curated.yaml"),
];

fn main() -> Outcome<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build");
    let mut library = String::new();
    for (module, accessor, path) in DOCUMENTS {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
        let text = fs::read_to_string(root.join(path))?;
        let source = Source {
            document: Text {
                name: path,
                text: &text,
            },
            overlays: Vec::new(),
            selection: Selection::All,
            released: None,
            api_date: None,
            documented: true,
            curated: path,
            target: Target {
                crate_name: "atlas_backup",
                directory: module,
                receiver: "Client",
                features: false,
            },
        };
        let document = normalised(&source).map_err(|found| found.to_string())?;
        let (client, signatures) = oracle::client(&document, InterfaceStyle::Positional)?;
        fs::write(out.join(format!("{module}_oracle.rs")), client)?;
        fs::write(out.join(format!("{module}.json")), document.to_string())?;
        let calls = calls::calls(&document, &signatures, accessor)?;
        let (types, table) = answers::answers(&document)?;
        fs::write(out.join(format!("{module}_answers.rs")), types)?;
        library.push_str(&format!(
            "/// The calls of `{path}`.\npub mod {module} {{\n    /// Progenitor's client.\n    \
             #[allow(clippy::all, clippy::unwrap_used, missing_docs, unreachable_pub, unused_imports, dead_code)]\n    \
             #[path = {:?}]\n    pub mod oracle;\n    /// The normalised document.\n    \
             pub const DOCUMENT: &str = include_str!({:?});\n    /// Progenitor's types of responses.\n    \
             #[allow(clippy::all, clippy::unwrap_used, missing_docs, unreachable_pub, unused_imports, dead_code)]\n    \
             #[path = {:?}]\n    pub mod answers;\n{calls}{table}}}\n",
            out.join(format!("{module}_oracle.rs")),
            out.join(format!("{module}.json")),
            out.join(format!("{module}_answers.rs")),
        ));
    }
    fs::write(out.join("calls.rs"), library)?;
    Ok(())
}
