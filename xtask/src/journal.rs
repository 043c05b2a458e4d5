//! Writing several files as one: all of them, whenever the process ends.
//!
//! The new contents are written into a directory of their own. A journal that says where they belong is the moment from which
//! they count: a run that ends before leaves the tree as it was, and after one that ends later the next run moves the rest.
//! Between the two the tree is mixed. Whoever only reads is told so; whoever writes finishes first.
//!
//! Must never touch a file of the tree before the journal is on the disk, nor one that somebody has changed since.

mod files;

use crate::workspace::{Change, Planned};
use atlas_backup_generator::sha256;
use files::{Disk, Files};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// Beside the files, since a rename does not leave its file system.
const STAGED: &str = ".xtask-staged";
const JOURNAL: &str = "journal.json";
/// Locked by the one run that may write; it stays, since removing it would let two runs hold two locks.
const LOCK: &str = ".xtask-lock";

/// What is left to do.
#[derive(Serialize, Deserialize)]
struct Journal {
    /// The staged files are called `0`, `1`, …, in this order.
    writes: Vec<Write>,
    deletes: Vec<Delete>,
}

#[derive(Serialize, Deserialize)]
struct Write {
    /// Where it belongs, relative to the root.
    path: String,
    /// SHA-256 of what was there; `None` if nothing was.
    old: Option<String>,
    /// SHA-256 of what will be.
    new: String,
}

#[derive(Serialize, Deserialize)]
struct Delete {
    path: String,
    /// SHA-256 of what was there.
    old: String,
}

/// The tree, while no other run writes it.
pub(crate) struct Tree {
    root: PathBuf,
    _lock: File,
}

/// Takes the tree for writing: waits for another run to end, and finishes what an interrupted one had begun.
pub(crate) fn take(root: &Path) -> Result<Tree, String> {
    let open = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join(LOCK));
    let lock = open.map_err(failed(LOCK))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("waiting for another `cargo xtask` to end, which writes here");
            lock.lock().map_err(failed(LOCK))?;
        }
        Err(TryLockError::Error(error)) => return Err(failed(LOCK)(error)),
    }
    let finished = recover(root, &Disk)?;
    if finished > 0 {
        println!("finished what an interrupted run had begun: {finished} files");
    }
    Ok(Tree {
        root: root.to_owned(),
        _lock: lock,
    })
}

/// Takes the tree for writing or, where nothing may be written, makes sure that it is whole.
pub(crate) fn take_unless(reads: bool, root: &Path) -> Result<Option<Tree>, String> {
    match reads {
        true => whole(root).map(|()| None),
        false => take(root).map(Some),
    }
}

/// Refuses a tree that an interrupted run has left mixed; changes nothing.
pub(crate) fn whole(root: &Path) -> Result<(), String> {
    match root.join(STAGED).join(JOURNAL).exists() {
        false => Ok(()),
        true => Err(format!(
            "error: a run of `cargo xtask` was interrupted, or is still writing: some files are new and some old ({STAGED}/{JOURNAL}); \
             `cargo xtask generate` finishes it"
        )),
    }
}

impl Tree {
    /// Carries the changes out, all or none.
    pub(crate) fn apply(&self, planned: &[Planned], changes: &[Change]) -> Result<(), String> {
        apply(&self.root, planned, changes, &Disk)
    }
}

fn failed(path: &str) -> impl Fn(io::Error) -> String {
    move |error| format!("error: cannot write {path}: {error}")
}

fn apply(
    root: &Path,
    planned: &[Planned],
    changes: &[Change],
    files: &impl Files,
) -> Result<(), String> {
    if changes.is_empty() {
        return Ok(());
    }
    let staged = root.join(STAGED);
    let journal = stage(root, planned, changes, files).inspect_err(|_| {
        // The tree is as it was; what is left of the directory, the next run removes.
        let _ = files.remove_directory(&staged);
    })?;
    finish(root, &journal, files)
}

/// Writes the new contents, and then the journal.
fn stage(
    root: &Path,
    planned: &[Planned],
    changes: &[Change],
    files: &impl Files,
) -> Result<Journal, String> {
    let staged = root.join(STAGED);
    files.create_directory(&staged).map_err(failed(STAGED))?;
    let mut journal = Journal {
        writes: Vec::new(),
        deletes: Vec::new(),
    };
    for change in changes {
        match change {
            Change::Delete(path) => {
                if let Some(old) = digest(root, path)? {
                    let path = path.clone();
                    journal.deletes.push(Delete { path, old });
                }
            }
            Change::Create(path) | Change::Update(path) => {
                let Some(file) = planned.iter().find(|file| file.path == *path) else {
                    return Err(format!("error: nothing is planned for {path}"));
                };
                let name = staged.join(journal.writes.len().to_string());
                files.write(&name, &file.content).map_err(failed(path))?;
                journal.writes.push(Write {
                    path: path.clone(),
                    old: digest(root, path)?,
                    new: sha256(&file.content),
                });
            }
        }
    }
    let text = serde_json::to_string(&journal).map_err(|error| format!("error: {error}"))?;
    let begun = staged.join("journal.new");
    files.write(&begun, &text).map_err(failed(JOURNAL))?;
    files
        .rename(&begun, &staged.join(JOURNAL))
        .and_then(|()| files.sync_directory(&staged))
        .and_then(|()| files.sync_directory(root))
        .map_err(failed(JOURNAL))?;
    Ok(journal)
}

/// Finishes what an earlier run had begun to move, and drops what it had not; how many files it finished.
fn recover(root: &Path, files: &impl Files) -> Result<usize, String> {
    let staged = root.join(STAGED);
    match fs::read_to_string(staged.join(JOURNAL)) {
        Ok(text) => {
            let journal: Journal = serde_json::from_str(&text).map_err(|error| {
                format!("error: {STAGED}/{JOURNAL}: {error}; remove {STAGED} to give up what it stands for")
            })?;
            finish(root, &journal, files)?;
            Ok(journal.writes.len() + journal.deletes.len())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            absent(files.remove_directory(&staged)).map_err(failed(STAGED))?;
            Ok(0)
        }
        Err(error) => Err(failed(STAGED)(error)),
    }
}

/// Moves what is not moved yet, removes what is still there, and forgets about it.
fn finish(root: &Path, journal: &Journal, files: &impl Files) -> Result<(), String> {
    let staged = root.join(STAGED);
    // Before anything is moved: nothing is done by halves for a reason that was there to be seen.
    let moves = left(root, journal)?;
    for (index, path) in moves {
        let target = root.join(path);
        if let Some(directory) = target.parent() {
            files.create_directories(directory).map_err(failed(path))?;
        }
        files
            .rename(&staged.join(index.to_string()), &target)
            .map_err(failed(path))?;
    }
    for Delete { path, .. } in &journal.deletes {
        absent(files.remove(&root.join(path))).map_err(failed(path))?;
    }
    for directory in directories(root, journal) {
        absent(files.sync_directory(&directory)).map_err(failed(STAGED))?;
    }
    files
        .remove(&staged.join(JOURNAL))
        .and_then(|()| files.remove_directory(&staged))
        .map_err(failed(STAGED))
}

/// What is still to be moved, by its number; an error if a file is neither what it was nor what it will be.
fn left<'j>(root: &Path, journal: &'j Journal) -> Result<Vec<(usize, &'j str)>, String> {
    let changed = |path: &str| {
        format!(
            "error: an interrupted run of `cargo xtask` would write {path}, which has changed since; \
             nothing is written: put the file back, or remove {STAGED} to give the run up, and look at the other files it had written"
        )
    };
    let mut moves = Vec::new();
    for (index, Write { path, old, new }) in journal.writes.iter().enumerate() {
        inside(path)?;
        let there = digest(root, path)?;
        let waiting = digest(root, &format!("{STAGED}/{index}"))?;
        match waiting {
            None if there.as_ref() == Some(new) => {}
            Some(waiting) if waiting == *new && there == *old => moves.push((index, path.as_str())),
            // Moved by hand meanwhile, or by a disk that kept both names.
            Some(_) if there.as_ref() == Some(new) => {}
            _ => return Err(changed(path)),
        }
    }
    for Delete { path, old } in &journal.deletes {
        inside(path)?;
        if digest(root, path)?.is_some_and(|there| there != *old) {
            return Err(changed(path));
        }
    }
    Ok(moves)
}

/// Refuses a path that leaves the root.
fn inside(path: &str) -> Result<(), String> {
    let is_name = |part| matches!(part, Component::Normal(_));
    match !path.is_empty() && Path::new(path).components().all(is_name) {
        true => Ok(()),
        false => Err(format!(
            "error: {STAGED}/{JOURNAL} names `{path}`, which is no file below the root; remove {STAGED}"
        )),
    }
}

/// Every directory between the root and what was changed, so that names are on the disk, too.
fn directories(root: &Path, journal: &Journal) -> BTreeSet<PathBuf> {
    let writes = journal.writes.iter().map(|write| &write.path);
    let deletes = journal.deletes.iter().map(|delete| &delete.path);
    let above = writes
        .chain(deletes)
        .flat_map(|path| Path::new(path).ancestors().skip(1));
    above.map(|directory| root.join(directory)).collect()
}

/// SHA-256 of a file; `None` if there is none.
fn digest(root: &Path, path: &str) -> Result<Option<String>, String> {
    match fs::read(root.join(path)) {
        Ok(content) => Ok(Some(sha256(&content))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("error: cannot read {path}: {error}")),
    }
}

/// What is not there has been dealt with.
fn absent(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests;
