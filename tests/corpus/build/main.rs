//! Generates code from the corpus and from random documents, beside the runtime it needs.
//!
//! Must never skip a document: one that is refused fails the build.

mod random;

use atlas_backup_generator::{Selection, Source, Target, Text, generate};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// How many random documents there are. Their number is their seed.
const RANDOM_DOCUMENTS: u64 = 60;

/// The line of the SDK's `lib.rs` below which it is no longer the runtime.
const END_OF_RUNTIME: &str = "// What is above is the runtime";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let corpus = here.join("../../generator/tests/corpus");
    let sdk = here.join("../../sdk/src").canonicalize()?;
    for watched in [&corpus, &sdk] {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    println!("cargo::rerun-if-changed=build");
    // The runtime's other features stay off.
    println!("cargo::rustc-check-cfg=cfg(feature, values(any()))");
    let mut library = runtime(&sdk, &out)?;
    let mut table = String::new();
    for (name, text) in documents(&corpus)? {
        let receiver = format!("Of{name}");
        library.push_str(&module(&out, &name, &receiver, &text)?);
        table.push_str(&format!(
            "    ({name:?}, include_str!(\"{name}.yaml\"), {name}::round_trip),\n"
        ));
        fs::write(out.join(format!("{name}.yaml")), text)?;
    }
    library.push_str(&format!(
        "/// A document's name, its text, and decoding and encoding again of its answers by operation.\n\
         pub type Document = (&'static str, &'static str, fn(&str, &[u8]) -> Option<serde_json::Result<RoundTrip>>);\n\
         /// Every document.\npub const DOCUMENTS: &[Document] = &[\n{table}];\n"
    ));
    fs::write(out.join("lib.rs"), library)?;
    Ok(())
}

/// Copies the runtime to `out`; its declarations for `lib.rs`.
fn runtime(sdk: &Path, out: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let library = fs::read_to_string(sdk.join("lib.rs"))?;
    let (runtime, _) = library
        .split_once(END_OF_RUNTIME)
        .ok_or("the runtime has no end")?;
    copy(sdk, out)?;
    let declarations = runtime.lines().filter(|line| !line.starts_with("#!["));
    Ok(declarations.map(|line| format!("{line}\n")).collect())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "generated" {
            copy(&path, &to.join(name))?;
        } else if path.is_file() && name != "lib.rs" {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// The corpus and the random documents, by names fit for modules.
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

/// Generates one document's code; the declarations for `lib.rs`.
fn module(
    out: &Path,
    name: &str,
    receiver: &str,
    text: &str,
) -> Result<String, Box<dyn std::error::Error>> {
    let source = Source {
        document: Text { name, text },
        overlays: Vec::new(),
        selection: Selection::All,
        released: None,
        api_date: Some("2025-03-12"),
        documented: false,
        curated: name,
        target: Target {
            crate_name: "corpus",
            directory: name,
            receiver,
            features: false,
        },
    };
    let generated =
        generate(&source, &mut |_, _| {}).map_err(|found| format!("{text}\n{found}"))?;
    fs::create_dir_all(out.join(name))?;
    for file in generated.files {
        fs::write(out.join(file.path), file.content)?;
    }
    Ok(format!(
        "#[path = {:?}]\npub mod {name};\n\
         /// Carries the methods of `{name}`.\n#[allow(non_camel_case_types)]\npub struct {receiver}(Client);\n\
         impl AsRef<Client> for {receiver} {{\n    fn as_ref(&self) -> &Client {{\n        &self.0\n    }}\n}}\n",
        out.join(name).join("mod.rs")
    ))
}
