//! The files of the repository, and their differences from planned files.

use crate::output::{print, print_message};
use std::ffi::OsString;
use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// A planned file, relative to the root of the repository.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) path: String,
    pub(crate) content: String,
}

/// A difference between a file on disk and a planned one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Create(String),
    Update(String),
    Delete(String),
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Create(path) => write!(f, "create {path}"),
            Self::Update(path) => write!(f, "update {path}"),
            Self::Delete(path) => write!(f, "delete {path}"),
        }
    }
}

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// Returns the root for a command: the given one, else the checkout in which this program was built.
///
/// # Errors
/// If no root is given and the working directory is in another checkout.
pub(crate) fn chosen_root(given: Option<PathBuf>, here: &Path) -> Result<PathBuf, String> {
    let Some(own) = given else {
        let own = root();
        let is_same = |other: &Path| match (other.canonicalize(), own.canonicalize()) {
            (Ok(other), Ok(own)) => other == own,
            _ => false,
        };
        return match checkout_of(here).filter(|other| !is_same(other)) {
            None => Ok(own),
            Some(other) => Err(format!(
                "error: this program was built in {} and works there, but the working directory is in {}; \
                 run `cargo xtask` of that checkout, or pass `--root DIR`",
                own.display(),
                other.display()
            )),
        };
    };
    Ok(own)
}

/// Returns the checkout that contains a directory.
fn checkout_of(directory: &Path) -> Option<&Path> {
    let is_root = |path: &&Path| {
        let files = ["xtask/Cargo.toml", "spec/v2/selection.toml"];
        files.iter().all(|file| path.join(file).is_file())
    };
    directory.ancestors().find(is_root)
}

/// Reads a file; errors name the path.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path)
        .map_err(|error| format!("error: cannot read {}: {error}", path.display()))
}

/// Reads a file; `None` if it does not exist.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>, String> {
    match path.try_exists() {
        Ok(false) => Ok(None),
        _ => read(path).map(Some),
    }
}

/// Runs a program of this workspace on the same terminal and returns its exit code. Cargo's progress is shown only on a
/// terminal, so that redirected output is the program's.
pub(crate) fn run_program(program: &[&str], arguments: Vec<OsString>) -> ExitCode {
    let mut cargo = Command::new(env!("CARGO"));
    let quiet = (!std::io::stderr().is_terminal()).then_some("--quiet");
    cargo
        .arg("run")
        .args(quiet)
        .args(program)
        .arg("--manifest-path")
        .arg(root().join("Cargo.toml"))
        .arg("--")
        .args(arguments);
    match verdict(&mut cargo) {
        Ok(code) => code,
        Err(error) => {
            print_message(format_args!("error: cannot run cargo: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Replaces this process, so that Ctrl-C reaches the program alone, which may need time to stop.
#[cfg(unix)]
fn verdict(program: &mut Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(program.exec())
}

#[cfg(not(unix))]
fn verdict(program: &mut Command) -> std::io::Result<ExitCode> {
    let status = program.status()?;
    Ok(ExitCode::from(u8::from(!status.success())))
}

/// Returns the changes below `root` after which the `owned` directories contain exactly the planned files.
pub(crate) fn changes(
    root: &Path,
    planned: &[Planned],
    owned: &[String],
) -> Result<Vec<Change>, String> {
    let mut changes = Vec::new();
    for file in planned {
        match fs::read(root.join(&file.path)) {
            Ok(content) if content == file.content.as_bytes() => {}
            Ok(_) => changes.push(Change::Update(file.path.clone())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                changes.push(Change::Create(file.path.clone()))
            }
            Err(error) => return Err(format!("error: cannot read {}: {error}", file.path)),
        }
    }
    for directory in owned {
        for path in files_below(root, directory)? {
            if planned.iter().all(|file| file.path != path) {
                changes.push(Change::Delete(path));
            }
        }
    }
    Ok(changes)
}

/// Prints each change as made, or as one that would be made.
pub(crate) fn print_changes(changes: &[Change], made: bool) -> Result<(), String> {
    let prefix = if made { "" } else { "would " };
    let lines = changes.iter().map(|change| format!("{prefix}{change}\n"));
    Ok(print(&lines.collect::<String>())?)
}

/// Lists the files below `root/directory`, sorted, as paths relative to `root`.
///
/// Symbolic links to directories are refused, because files outside of `root` would be written and deleted.
pub(crate) fn files_below(root: &Path, directory: &str) -> Result<Vec<String>, String> {
    if root.join(directory).is_symlink() {
        return Err(format!(
            "error: {directory} is a symbolic link to a directory: replace it by a directory"
        ));
    }
    let entries = match fs::read_dir(root.join(directory)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!("error: cannot list {directory}: {error}")),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| format!("error: cannot list {directory}: {error}"))?;
        let path = format!("{directory}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            found.extend(files_below(root, &path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Change, Planned, changes, chosen_root, root};
    use crate::tree;

    #[test]
    fn a_working_directory_in_another_checkout_is_refused_unless_a_root_is_given() {
        let other = tempfile::tempdir().unwrap();
        let inside = other.path().join("sdk/src");
        std::fs::create_dir_all(&inside).unwrap();
        assert_eq!(chosen_root(None, &inside), Ok(root()));
        for file in ["xtask/Cargo.toml", "spec/v2/selection.toml"] {
            let path = other.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let refused = chosen_root(None, &inside).unwrap_err();
        for place in [root().as_path(), other.path()] {
            assert!(refused.contains(&place.display().to_string()), "{refused}");
        }
        let given = other.path().to_owned();
        assert_eq!(chosen_root(Some(given.clone()), &inside), Ok(given));
        assert_eq!(chosen_root(None, &root().join("sdk")), Ok(root()));
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_to_a_directory_is_refused_and_not_followed() {
        let [root, other] = [0, 1].map(|_| tempfile::tempdir().unwrap());
        std::fs::write(other.path().join("mine.rs"), "mine").unwrap();
        let owned = ["src".to_owned()];
        for link in ["src/linked", "src"] {
            let link = root.path().join(link);
            let _ = std::fs::remove_dir_all(&link);
            std::fs::create_dir_all(link.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(other.path(), &link).unwrap();
            let refused = changes(root.path(), &[], &owned).unwrap_err();
            assert!(refused.contains("is a symbolic link"), "{refused}");
        }
    }

    #[test]
    fn stale_generated_file_is_deleted_and_a_current_one_unchanged() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("out")).unwrap();
        for (name, content) in [
            ("out/same.rs", "same"),
            ("out/old.rs", "old"),
            ("out/stale.rs", "stale"),
        ] {
            std::fs::write(root.path().join(name), content).unwrap();
        }
        let plan = |path: &str, content: &str| Planned {
            path: path.into(),
            content: content.into(),
        };
        let planned = [
            plan("out/same.rs", "same"),
            plan("out/old.rs", "new"),
            plan("out/sub/more.rs", "more"),
        ];
        let found = changes(root.path(), &planned, &["out".to_owned()]).unwrap();
        let expected = [
            Change::Update("out/old.rs".into()),
            Change::Create("out/sub/more.rs".into()),
            Change::Delete("out/stale.rs".into()),
        ];
        assert_eq!(found, expected);
        let tree = tree::take(root.path()).unwrap();
        tree.apply(&planned, &found).unwrap();
        assert_eq!(
            changes(root.path(), &planned, &["out".to_owned()]).unwrap(),
            []
        );
        assert!(!root.path().join("out/stale.rs").exists());
    }
}
