//! Code generated from many documents with one copy of the SDK's runtime.
//!
//! Each document is in a module of its own.
//!
//! Must never skip a document: the caller handles one that is refused.

use atlas_backup_generator::{Source, Target, Text, generate};
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The line of the SDK's `lib.rs` at which the runtime ends.
const END_OF_RUNTIME: &str = "// End of the runtime";

/// Returns the folder of the SDK's sources.
#[must_use]
pub fn sdk() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/src")
}

/// Copies the runtime to `out`, and returns its declarations for `lib.rs`.
///
/// # Errors
/// When a file cannot be read or written, or the end of the runtime is not marked.
pub fn runtime(out: &Path) -> Result<String, Box<dyn Error>> {
    let library = fs::read_to_string(sdk().join("lib.rs"))?;
    let (runtime, _) = library
        .split_once(END_OF_RUNTIME)
        .ok_or("the end of the runtime is not marked")?;
    copy(&sdk(), out)?;
    let declarations = runtime
        .lines()
        .filter(|line| !line.starts_with("#![") && !line.starts_with("//!"));
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
            // The index of operations that the client's documentation includes is that of the SDK.
            let text = fs::read_to_string(&path)?;
            let lines = text.lines();
            let lines = lines.filter(|line| !line.starts_with("#[doc = include_str!"));
            let copied: String = lines.map(|line| format!("{line}\n")).collect();
            fs::write(to.join(name), copied)?;
        }
    }
    Ok(())
}

/// Generates one document's code below `out`, as the module `name`.
///
/// Returns the declarations for `lib.rs`.
///
/// The code's methods are those of a type `Of…`.
///
/// # Errors
/// When a file cannot be written, or the generator refuses the document; then with all findings.
pub fn module(out: &Path, name: &str, text: &str) -> Result<String, Box<dyn Error>> {
    let receiver = &format!("Of{name}");
    let source = Source {
        api_date: Some("2025-03-12"),
        target: Target {
            crate_name: "beside",
            directory: name,
            receiver,
            features: false,
        },
        ..Source::of(Text { name, text })
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
