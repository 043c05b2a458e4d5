//! Generates code from the corpus and from random documents, with the runtime it needs.
//!
//! Must never skip a document: one that is refused fails the build.

mod random;

use atlas_backup_support::generated_modules::{module, runtime, sdk};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Number of random documents; the index of a document is its seed.
const RANDOM_DOCUMENTS: u64 = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let corpus = here.join("../../generator/tests/corpus");
    for watched in [&corpus, &sdk()] {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    println!("cargo::rerun-if-changed=build");
    // The runtime's other features stay off.
    println!("cargo::rustc-check-cfg=cfg(feature, values(any()))");
    let mut library = runtime(&out)?;
    let mut table = String::new();
    for (name, text) in documents(&corpus)? {
        library.push_str(&module(&out, &name, &text)?);
        table.push_str(&format!(
            "    ({name:?}, include_str!(\"{name}.yaml\"), {name}::round_trip, {name}::round_trip_request),\n"
        ));
        fs::write(out.join(format!("{name}.yaml")), text)?;
    }
    library.push_str(&format!(
        "/// A document's name, its text, and and the round trips of its responses and requests by operation.\n\
         pub type Document = (&'static str, &'static str, fn(&str, &[u8]) -> Option<serde_json::Result<RoundTrip>>, fn(&str, &[u8]) -> Option<serde_json::Result<serde_json::Value>>);\n\
         /// Every document.\npub const DOCUMENTS: &[Document] = &[\n{table}];\n"
    ));
    fs::write(out.join("lib.rs"), library)?;
    Ok(())
}

/// Returns the corpus and the random documents, with names that are valid for modules.
fn documents(corpus: &Path) -> io::Result<Vec<(String, String)>> {
    let mut documents = Vec::new();
    for entry in fs::read_dir(corpus)? {
        let path = entry?.path();
        let stem = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        if let (Some(stem), true) = (stem, path.extension().is_some_and(|kind| kind == "yaml")) {
            documents.push((format!("corpus_{stem}"), fs::read_to_string(&path)?));
        }
    }
    documents.sort();
    documents.extend(
        (0..RANDOM_DOCUMENTS)
            .map(|seed| (format!("random_{seed}"), random::document(seed).to_string())),
    );
    Ok(documents)
}
