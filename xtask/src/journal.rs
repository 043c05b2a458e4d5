//! Writing several files as one: all of them, whenever the process ends.
//!
//! The new contents are written into a directory of their own. A journal that says where they belong is the moment from which
//! they count: a run that ends before leaves the tree as it was, and after one that ends later the next run moves the rest.
//!
//! Must never touch a file of the tree before the journal is on the disk.

use crate::workspace::{Change, Planned};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// Beside the files, since a rename does not leave its file system.
const STAGED: &str = ".xtask-staged";
const JOURNAL: &str = "journal.json";

/// What is left to do.
#[derive(Serialize, Deserialize)]
struct Journal {
    /// Where each staged file belongs, relative to the root; they are called `0`, `1`, ….
    writes: Vec<String>,
    /// What goes, relative to the root.
    deletes: Vec<String>,
}

fn failed(path: &str) -> impl Fn(std::io::Error) -> String {
    move |error| format!("error: cannot write {path}: {error}")
}

/// Carries the changes out, all or none.
pub(crate) fn apply(root: &Path, planned: &[Planned], changes: &[Change]) -> Result<(), String> {
    recover(root)?;
    let mut journal = Journal {
        writes: Vec::new(),
        deletes: Vec::new(),
    };
    let staged = root.join(STAGED);
    fs::create_dir(&staged).map_err(failed(STAGED))?;
    let stage = |name: &str, content: &str, path: &str| -> Result<(), String> {
        let mut file = File::create(staged.join(name)).map_err(failed(path))?;
        file.write_all(content.as_bytes()).map_err(failed(path))?;
        file.sync_all().map_err(failed(path))
    };
    let stage_all = |journal: &mut Journal| -> Result<(), String> {
        for change in changes {
            match change {
                Change::Delete(path) => journal.deletes.push(path.clone()),
                Change::Create(path) | Change::Update(path) => {
                    let file = planned.iter().find(|file| file.path == *path);
                    let content = file.map_or("", |file| &file.content);
                    stage(&journal.writes.len().to_string(), content, path)?;
                    journal.writes.push(path.clone());
                }
            }
        }
        let text = serde_json::to_string(&journal).map_err(|error| format!("error: {error}"))?;
        stage("journal.new", &text, JOURNAL)?;
        fs::rename(staged.join("journal.new"), staged.join(JOURNAL)).map_err(failed(JOURNAL))
    };
    if let Err(message) = stage_all(&mut journal) {
        // The tree is as it was; what is left of the directory, the next run removes.
        let _ = fs::remove_dir_all(&staged);
        return Err(message);
    }
    finish(root, &journal)
}

/// Finishes what an earlier run had begun to move, and drops what it had not.
pub(crate) fn recover(root: &Path) -> Result<(), String> {
    let staged = root.join(STAGED);
    match fs::read_to_string(staged.join(JOURNAL)) {
        Ok(text) => {
            let journal: Journal = serde_json::from_str(&text)
                .map_err(|error| format!("error: {STAGED}/{JOURNAL}: {error}"))?;
            finish(root, &journal)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => absent(fs::remove_dir_all(&staged)),
        Err(error) => Err(failed(STAGED)(error)),
    }
}

/// Moves what is not moved yet, removes what is still there, and forgets about it.
fn finish(root: &Path, journal: &Journal) -> Result<(), String> {
    let staged = root.join(STAGED);
    for (index, path) in journal.writes.iter().enumerate() {
        let target = root.join(path);
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory).map_err(failed(path))?;
        }
        absent(fs::rename(staged.join(index.to_string()), &target))?;
    }
    for path in &journal.deletes {
        absent(fs::remove_file(root.join(path)))?;
    }
    fs::remove_file(staged.join(JOURNAL)).map_err(failed(JOURNAL))?;
    fs::remove_dir_all(&staged).map_err(failed(STAGED))
}

/// What is not there has been dealt with.
fn absent(done: std::io::Result<()>) -> Result<(), String> {
    match done {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(STAGED)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{JOURNAL, STAGED, apply, recover};
    use crate::workspace::{Change, Planned};
    use std::fs;

    fn write(root: &std::path::Path, path: &str, content: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    #[test]
    fn what_was_staged_without_a_journal_is_dropped_and_what_has_one_is_finished() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let read = |path: &str| fs::read_to_string(root.join(path)).ok();
        write(root, "one", "old");
        write(root, "gone", "old");
        for (journal, one, gone) in [
            (None, Some("old"), Some("old")),
            // The first of two was moved already.
            (
                Some(r#"{"writes":["two","one"],"deletes":["gone"]}"#),
                Some("new"),
                None,
            ),
        ] {
            write(root, &format!("{STAGED}/1"), "new");
            if let Some(journal) = journal {
                write(root, &format!("{STAGED}/{JOURNAL}"), journal);
            }
            recover(root).unwrap();
            assert_eq!(
                (read("one").as_deref(), read("gone").as_deref()),
                (one, gone)
            );
            assert!(!root.join(STAGED).exists());
        }
    }

    #[test]
    fn a_set_that_cannot_be_staged_leaves_the_tree_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        write(root, "one", "old");
        // The journal cannot get its place.
        let planned = [Planned {
            path: "one".into(),
            content: "new".into(),
        }];
        fs::write(root.join(STAGED), "in the way").unwrap();
        assert!(apply(root, &planned, &[Change::Update("one".into())]).is_err());
        assert_eq!(fs::read_to_string(root.join("one")).unwrap(), "old");
    }
}
