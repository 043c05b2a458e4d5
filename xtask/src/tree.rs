//! Writes files of the repository, one command at a time and each file whole.
//!
//! A file is written to a temporary file and renamed, so that a killed command leaves each file either old or new.
//! Files are written in the given order. If an earlier run was killed, `generate`, `api` and `pull` complete the tree,
//! and `release` refuses to run.

use crate::output::print_message;
use crate::workspace::{Change, Planned};
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The temporary file. It is in the root, because a rename works within one file system only.
const NEW: &str = ".xtask-new";
/// The lock file of the command that writes. It is never removed; otherwise two commands could each hold a lock.
const LOCK: &str = ".xtask-lock";

/// The tree, locked for one command.
pub(crate) struct Tree {
    root: PathBuf,
    _lock: File,
}

/// Locks the tree, unless the command only reads. Waits for another command to end.
pub(crate) fn take_unless(reads: bool, root: &Path) -> Result<Option<Tree>, String> {
    match reads {
        true => Ok(None),
        false => take(root).map(Some),
    }
}

/// Locks the tree. Waits for another command to end.
pub(crate) fn take(root: &Path) -> Result<Tree, String> {
    take_after(root, || {
        print_message("waiting for another `cargo xtask` to end, which writes here");
    })
}

/// Locks the tree, as [`take`] does; calls `waits` before it waits.
fn take_after(root: &Path, waits: impl FnOnce()) -> Result<Tree, String> {
    let open = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join(LOCK));
    let lock = open.map_err(failed(LOCK))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            waits();
            lock.lock().map_err(failed(LOCK))?;
        }
        Err(TryLockError::Error(error)) => return Err(failed(LOCK)(error)),
    }
    Ok(Tree {
        root: root.to_owned(),
        _lock: lock,
    })
}

impl Tree {
    /// Applies the changes in their order.
    pub(crate) fn apply(&self, planned: &[Planned], changes: &[Change]) -> Result<(), String> {
        for change in changes {
            match change {
                Change::Delete(path) => remove(&self.root.join(path)).map_err(failed(path))?,
                Change::Create(path) | Change::Update(path) => {
                    let Some(file) = planned.iter().find(|file| file.path == *path) else {
                        return Err(format!("error: nothing is planned for {path}"));
                    };
                    let replaces = matches!(change, Change::Update(_));
                    self.write(path, &file.content, replaces)
                        .map_err(failed(path))?;
                }
            }
        }
        Ok(())
    }

    fn write(&self, path: &str, content: &str, replaces: bool) -> io::Result<()> {
        let (new, target) = (self.root.join(NEW), self.root.join(path));
        let mut file = File::create(&new)?;
        file.write_all(content.as_bytes())?;
        if replaces {
            // Otherwise a power failure can replace the old file by an empty one.
            file.sync_all()?;
        } else if let Some(directory) = target.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::rename(&new, &target)
    }
}

/// Removes a file, if it exists.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn failed(path: &str) -> impl Fn(io::Error) -> String {
    move |error| format!("error: cannot write {path}: {error}")
}

#[cfg(test)]
mod tests {
    use super::{NEW, take, take_after};
    use crate::workspace::{self, Planned};
    use std::fs;
    use std::path::Path;

    fn planned() -> Vec<Planned> {
        let plan = |path: &str| Planned {
            path: path.into(),
            content: "new".into(),
        };
        ["first", "out/second", "out/new/third"].map(plan).into()
    }

    /// Creates a tree with a file to update, one to delete, and the temporary file of a killed command.
    fn tree() -> tempfile::TempDir {
        let tree = tempfile::tempdir().unwrap();
        fs::create_dir(tree.path().join("out")).unwrap();
        for (path, content) in [
            ("first", "old"),
            ("out/stale", "old"),
            (NEW, "half of it, longer"),
        ] {
            fs::write(tree.path().join(path), content).unwrap();
        }
        tree
    }

    fn write(root: &Path) -> Result<(), String> {
        let tree = take(root)?;
        let changes = workspace::changes(root, &planned(), &["out".to_owned()])?;
        tree.apply(&planned(), &changes)
    }

    fn is_written(root: &Path) -> bool {
        let changes = workspace::changes(root, &planned(), &["out".to_owned()]);
        changes.unwrap().is_empty()
    }

    #[test]
    fn an_interrupted_write_is_completed_by_the_next_after_any_number_of_files() {
        for done in 0..4 {
            let place = tree();
            let root = place.path();
            let changes = workspace::changes(root, &planned(), &["out".to_owned()]).unwrap();
            assert_eq!(changes.len(), 4);
            let tree = take(root).unwrap();
            tree.apply(&planned(), &changes[..done]).unwrap();
            drop(tree);
            assert!(!is_written(root));
            fs::write(root.join(NEW), "half").unwrap();
            write(root).unwrap();
            assert!(is_written(root), "after {done} files");
        }
    }

    #[test]
    fn unwritable_file_is_named_and_earlier_files_are_complete() {
        let place = tree();
        let root = place.path();
        let changes = workspace::changes(root, &planned(), &["out".to_owned()]).unwrap();
        // A file has the path of a directory.
        fs::write(root.join("out/new"), "").unwrap();
        let tree = take(root).unwrap();
        let message = tree.apply(&planned(), &changes).unwrap_err();
        assert!(message.contains("out/new/third"), "{message}");
        assert_eq!(fs::read_to_string(root.join("first")).unwrap(), "new");
        assert_eq!(fs::read_to_string(root.join("out/second")).unwrap(), "new");
    }

    #[test]
    fn a_second_command_waits_until_the_first_has_written() {
        let place = tree();
        let root = place.path();
        let first = take(root).unwrap();
        let changes = workspace::changes(root, &planned(), &["out".to_owned()]).unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _second = take_after(root, || sender.send(None).unwrap()).unwrap();
                sender.send(Some(is_written(root))).unwrap();
            });
            assert_eq!(receiver.recv(), Ok(None), "the tree is not locked");
            first.apply(&planned(), &changes).unwrap();
            assert!(receiver.try_recv().is_err(), "it did not wait");
            drop(first);
            assert_eq!(receiver.recv(), Ok(Some(true)));
        });
    }
}
