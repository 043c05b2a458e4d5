//! Checks that a release compiles, because hand-written code uses generated types.
//!
//! Invariant: no file outside of cargo's target directory changes.

use crate::output::print;
use crate::workspace;
use std::path::Path;
use std::process::Command;

/// Compiles the released packages with all features.
///
/// # Errors
/// The compiler's messages, if they do not compile.
pub(super) fn check(root: &Path) -> Result<(), String> {
    let manifest = root.join("Cargo.toml");
    // Without a workspace, nothing can be published.
    if workspace::read_if_there(&manifest)?.is_none() {
        return Ok(());
    }
    print("compiling what is released\n")?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--quiet", "--all-features", "--manifest-path"]);
    cargo.arg(&manifest).args(["--package", "atlas-backup"]);
    if root.join(super::TESTKIT).is_file() {
        cargo.args(["--package", "atlas-backup-testkit"]);
    }
    let output = cargo
        .output()
        .map_err(|error| format!("error: cannot run cargo: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{}error: nothing is released, for it does not compile: mend the hand-written code that names what the documents have no more",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use std::fs;

    #[test]
    fn code_with_a_removed_type_is_not_released_and_the_type_is_named() {
        let place = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = place.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        assert_eq!(check(place.path()), Ok(()), "there is no workspace");
        write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"sdk\"]\n",
        );
        let manifest =
            "[package]\nname = \"atlas-backup\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        write("sdk/Cargo.toml", manifest);
        write("sdk/src/lib.rs", "pub struct Kept;\nmod key;\n");
        write(
            "sdk/src/key.rs",
            "impl Clone for crate::Kept { fn clone(&self) -> Self { Self } }\n",
        );
        assert_eq!(check(place.path()), Ok(()));
        write(
            "sdk/src/key.rs",
            "impl Clone for crate::Gone { fn clone(&self) -> Self { Self } }\n",
        );
        let refused = check(place.path()).unwrap_err();
        for said in ["Gone", "sdk/src/key.rs", "nothing is released"] {
            assert!(refused.contains(said), "{refused}");
        }
    }
}
