//! Runs that end before any of their steps, and trees that somebody has changed before the next.

use super::files::{Disk, Files};
use super::{JOURNAL, LOCK, STAGED, apply, recover, take, whole};
use crate::workspace::{self, Change, Planned};
use atlas_backup_generator::sha256;
use serde_json::json;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// A process that dies before one of its steps: from there on nothing is done, not even tidying up.
struct Dying {
    /// How many steps it has left.
    left: Cell<usize>,
}

impl Dying {
    fn step(&self, step: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                step()
            }
            None => Err(io::Error::other("it is dead")),
        }
    }
}

impl Files for Dying {
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.create_directory(path))
    }

    fn create_directories(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.create_directories(path))
    }

    fn write(&self, path: &Path, content: &str) -> io::Result<()> {
        // A file can be written in part.
        self.step(|| Disk.write(path, &content[..content.len() / 2]))?;
        self.step(|| Disk.write(path, content))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|| Disk.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.remove(path))
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        let inner = fs::read_dir(path).into_iter().flatten();
        for entry in inner.flatten() {
            self.step(|| Disk.remove(&entry.path()))?;
        }
        self.step(|| Disk.remove_directory(path))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.sync_directory(path))
    }
}

type Contents = BTreeMap<String, String>;

/// Every file but the lock.
fn files(root: &Path) -> Contents {
    let paths = workspace::files_below(root, ".").unwrap();
    let paths = paths.iter().map(|path| path.trim_start_matches("./"));
    paths
        .filter(|path| *path != LOCK)
        .map(|path| {
            (
                path.to_owned(),
                fs::read_to_string(root.join(path)).unwrap(),
            )
        })
        .collect()
}

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn named(files: &[(&str, &str)]) -> Contents {
    let owned = files
        .iter()
        .map(|(path, content)| ((*path).to_owned(), (*content).to_owned()));
    owned.collect()
}

const BEFORE: [(&str, &str); 4] = [
    ("gone", "old"),
    ("in/gone_too", "old"),
    ("in/one", "old"),
    ("same", "old"),
];
const AFTER: [(&str, &str); 4] = [
    ("in/one", "new"),
    ("new/deep/two", "new"),
    ("same", "old"),
    ("three", "new"),
];

/// A tree as it was, and a run that changes, creates and deletes.
fn tree() -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    for (path, content) in BEFORE {
        write(tree.path(), path, content);
    }
    tree
}

fn run(root: &Path, files: &impl Files) -> Result<(), String> {
    let plan = |path: &str| Planned {
        path: path.into(),
        content: "new".into(),
    };
    let planned = ["in/one", "new/deep/two", "three"].map(plan);
    let changes = [
        Change::Update("in/one".into()),
        Change::Create("new/deep/two".into()),
        Change::Create("three".into()),
        Change::Delete("gone".into()),
        Change::Delete("in/gone_too".into()),
    ];
    apply(root, &planned, &changes, files)
}

/// A tree whose run died after so many steps; `None` if the run ended.
fn died(steps: usize) -> Option<tempfile::TempDir> {
    let tree = tree();
    let dying = Dying {
        left: Cell::new(steps),
    };
    run(tree.path(), &dying).is_err().then_some(tree)
}

#[test]
fn a_run_that_ends_before_any_of_its_steps_is_finished_or_was_never_begun() {
    let (before, after) = (named(&BEFORE), named(&AFTER));
    let (mut unbegun, mut finished) = (0, 0);
    for steps in 0.. {
        let Some(tree) = died(steps) else { break };
        let root = tree.path();
        let is_mixed = root.join(STAGED).join(JOURNAL).exists();
        assert_eq!(whole(root).is_err(), is_mixed, "{steps}");
        let found = recover(root, &Disk).unwrap();
        let expected = match is_mixed {
            true => (&after, 5),
            false if found == 0 && files(root) == after => (&after, 0),
            false => (&before, 0),
        };
        assert_eq!((&files(root), found), expected, "after {steps} steps");
        unbegun += usize::from(files(root) == before);
        finished += usize::from(files(root) == after);
    }
    assert!(unbegun > 8 && finished > 12, "{unbegun}, {finished}");
}

#[test]
fn finishing_can_end_before_any_of_its_steps_too() {
    let after = named(&AFTER);
    for steps in 0.. {
        let Some(tree) = died(steps) else { break };
        let root = tree.path();
        if whole(root).is_ok() {
            continue;
        }
        for again in 0.. {
            let dying = Dying {
                left: Cell::new(again),
            };
            if recover(root, &dying).is_ok() {
                break;
            }
        }
        recover(root, &Disk).unwrap();
        assert_eq!(files(root), after, "after {steps} steps");
    }
}

#[test]
fn a_file_that_was_changed_since_is_not_overwritten_and_nothing_else_is_written() {
    for steps in 0.. {
        let Some(tree) = died(steps) else { break };
        let root = tree.path();
        if whole(root).is_ok() {
            continue;
        }
        for path in ["in/one", "new/deep/two", "three", "gone", "in/gone_too"] {
            let there = fs::read_to_string(root.join(path)).ok();
            write(root, path, "by hand");
            let before = files(root);
            let message = recover(root, &Disk).unwrap_err();
            assert!(message.contains(path), "{message}");
            assert_eq!(files(root), before, "{path} after {steps} steps");
            match there {
                Some(there) => write(root, path, &there),
                None => fs::remove_file(root.join(path)).unwrap(),
            }
        }
        recover(root, &Disk).unwrap();
        assert_eq!(files(root), named(&AFTER));
    }
}

/// A tree with a journal, and beside it a file that is none of its business.
fn begun(journal: &serde_json::Value) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "outside", "old");
    write(place.path(), "root/one", "old");
    let path = format!("root/{STAGED}/{JOURNAL}");
    write(place.path(), &path, &journal.to_string());
    place
}

#[test]
fn a_journal_that_leaves_the_root_is_refused() {
    let (old, new) = (sha256("old"), sha256("new"));
    for path in ["../outside", "one/../../outside", "/outside", ""] {
        for journal in [
            json!({"writes": [{"path": path, "old": old, "new": new}], "deletes": []}),
            json!({"writes": [], "deletes": [{"path": path, "old": old}]}),
        ] {
            let place = begun(&journal);
            let root = place.path().join("root");
            write(&root, &format!("{STAGED}/0"), "new");
            let before = files(place.path());
            let message = recover(&root, &Disk).unwrap_err();
            assert!(message.contains("no file below the root"), "{message}");
            assert_eq!(files(place.path()), before);
        }
    }
}

#[test]
fn a_journal_whose_new_contents_are_lost_or_others_is_refused() {
    let (old, new) = (sha256("old"), sha256("new"));
    let journal = json!({"writes": [{"path": "one", "old": old, "new": new}], "deletes": []});
    for staged in [None, Some("torn")] {
        let place = begun(&journal);
        let root = place.path().join("root");
        if let Some(staged) = staged {
            write(&root, &format!("{STAGED}/0"), staged);
        }
        let before = files(place.path());
        assert!(recover(&root, &Disk).is_err(), "{staged:?}");
        assert_eq!(files(place.path()), before);
    }
}

#[test]
fn a_set_that_cannot_be_staged_leaves_the_tree_as_it_was() {
    let tree = tree();
    // The journal cannot get its place.
    fs::write(tree.path().join(STAGED), "in the way").unwrap();
    assert!(run(tree.path(), &Disk).is_err());
    fs::remove_file(tree.path().join(STAGED)).unwrap();
    assert_eq!(files(tree.path()), named(&BEFORE));
}

#[test]
fn a_tree_is_written_by_one_run_at_a_time() {
    let place = tree();
    let root = place.path();
    let first = take(root).unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _second = take(root).unwrap();
            sender.send(files(root)).unwrap();
        });
        run(root, &Disk).unwrap();
        assert!(receiver.try_recv().is_err(), "it did not wait");
        drop(first);
        assert_eq!(receiver.recv().unwrap(), named(&AFTER));
    });
}

/// What the tests of this repository read is not half of one thing and half of another.
#[test]
fn no_run_was_interrupted_here() {
    whole(&workspace::root()).unwrap();
}
