//! Copies of parts of this repository that a test may change.
//!
//! Must never write into the repository itself.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files that the commands of `cargo xtask` read and write.
pub const DOCUMENTS: [&str; 10] = [
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "sdk/Cargo.toml",
    "sdk/api.txt",
    "sdk/src",
    "spec",
    "testkit/documents",
    "tests/recordings",
];

/// Returns the root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Copies parts of the repository, files or folders, to the same places below `to`.
///
/// # Errors
/// When a part does not exist, or cannot be written.
pub fn copy(parts: &[&str], to: &Path) -> io::Result<()> {
    parts
        .iter()
        .try_for_each(|part| copy_tree(&root().join(part), &to.join(part)))
}

/// Copies a file or a folder with its contents.
///
/// # Errors
/// When it does not exist, or cannot be written.
pub fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy_tree(&entry.path(), &to.join(entry.file_name()))?;
        }
    } else {
        if let Some(above) = to.parent() {
            fs::create_dir_all(above)?;
        }
        fs::copy(from, to)?;
    }
    Ok(())
}
