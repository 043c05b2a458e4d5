//! An in-memory disk with injected faults, which loses unsynced data on a power failure.
//!
//! Must never be more reliable than a real disk: unsynced names and contents may be there, missing or zeros.
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use atlas_backup::{FileSystem, OpenFile, PathKind};

use crate::world::Chance;

/// A fault of one operation, or of all operations from one on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Fails once, without an effect.
    Fails(io::ErrorKind),
    /// A write writes one byte; any other operation succeeds.
    Short,
    /// A write writes half and reports a failure; any other operation fails without an effect.
    Torn,
    /// From here on, every operation that needs space fails.
    Full,
    /// From here on, no operation has an effect: the process was killed.
    Killed,
}

impl Fault {
    pub(crate) const ALL: [Self; 6] = [
        Self::Fails(io::ErrorKind::StorageFull),
        Self::Fails(io::ErrorKind::Other),
        Self::Short,
        Self::Torn,
        Self::Full,
        Self::Killed,
    ];
}

#[derive(Clone, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    names: BTreeMap<PathBuf, usize>,
    safe_names: BTreeMap<PathBuf, usize>,
    files: Vec<Contents>,
    operations: Vec<&'static str>,
    /// The thread of each operation.
    threads: Vec<ThreadId>,
    fault: Option<(usize, Fault)>,
}

#[derive(Default)]
struct Contents {
    now: Vec<u8>,
    safe: Vec<u8>,
    locked: bool,
}

impl Disk {
    /// Injects a fault at the operation of this number from now on, counted from 0.
    pub(crate) fn fails(&self, operation: usize, fault: Fault) {
        let mut state = self.0.lock().unwrap();
        let at = state.operations.len() + operation;
        state.fault = Some((at, fault));
    }

    /// Returns true if an operation had the fault.
    #[allow(dead_code, reason = "the simulation uses it")]
    pub(crate) fn has_failed(&self) -> bool {
        let state = self.0.lock().unwrap();
        state
            .fault
            .is_some_and(|(at, _)| state.operations.len() > at)
    }

    /// Returns true if the process was killed by an operation.
    #[allow(dead_code, reason = "the simulation uses it")]
    pub(crate) fn has_killed(&self) -> bool {
        let killed = matches!(self.0.lock().unwrap().fault, Some((_, Fault::Killed)));
        killed && self.has_failed()
    }

    pub(crate) fn clear_fault(&self) {
        self.0.lock().unwrap().fault = None;
    }

    pub(crate) fn operations(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().operations.clone()
    }

    /// Returns the operations on the calling thread.
    pub(crate) fn operations_of_this_thread(&self) -> Vec<&'static str> {
        let state = self.0.lock().unwrap();
        let all = state.operations.iter().zip(&state.threads);
        let own = all.filter(|(_, thread)| **thread == thread::current().id());
        own.map(|(name, _)| *name).collect()
    }

    pub(crate) fn read(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.0.lock().unwrap();
        Some(state.files[*state.names.get(path)?].now.clone())
    }

    /// Writes a file and syncs it.
    pub(crate) fn put(&self, path: &Path, content: &[u8]) {
        let mut state = self.0.lock().unwrap();
        let number = state.files.len();
        state.files.push(Contents {
            now: content.to_vec(),
            safe: content.to_vec(),
            locked: false,
        });
        state.names.insert(path.to_owned(), number);
        state.safe_names.insert(path.to_owned(), number);
    }

    pub(crate) fn names(&self) -> Vec<PathBuf> {
        self.0.lock().unwrap().names.keys().cloned().collect()
    }

    /// Lets enough time pass for everything to be synced.
    pub(crate) fn sync_all(&self) {
        let state = &mut *self.0.lock().unwrap();
        state.safe_names = state.names.clone();
        for file in &mut state.files {
            file.safe.clone_from(&file.now);
        }
    }

    /// Simulates a power failure: a random part of the unsynced data survives.
    pub(crate) fn loses_power(&self, chance: &mut Chance) {
        let state = &mut *self.0.lock().unwrap();
        let both = state.names.keys().chain(state.safe_names.keys());
        let paths: Vec<_> = both.cloned().collect();
        for path in paths {
            if chance.below(2) == 0 {
                match state.safe_names.get(&path) {
                    Some(number) => state.names.insert(path, *number),
                    None => state.names.remove(&path),
                };
            }
        }
        state.safe_names = state.names.clone();
        for file in &mut state.files {
            let length = file.now.len();
            match chance.below(4) {
                0 => {}
                1 => file.now = file.safe.clone(),
                // The length was written, but not the content.
                2 => {
                    file.now = file.safe.clone();
                    file.now.resize(length, 0);
                }
                _ => {
                    let synced = file.safe.len().min(length);
                    let more = chance.below((length - synced) as u64 + 1) as usize;
                    file.now.truncate(synced + more);
                }
            }
            file.safe = file.now.clone();
        }
    }
}

impl State {
    /// Counts an operation and returns its fault.
    fn outcome(&mut self, name: &'static str) -> io::Result<Option<Fault>> {
        let number = self.operations.len();
        self.operations.push(name);
        self.threads.push(thread::current().id());
        let needs_space = matches!(name, "create" | "lock" | "write" | "sync" | "rename");
        match self.fault {
            Some((at, Fault::Full)) if number >= at && needs_space => {
                Err(io::ErrorKind::StorageFull.into())
            }
            Some((at, Fault::Killed)) if number >= at => Err(io::Error::other("killed")),
            Some((at, Fault::Fails(kind))) if number == at => Err(kind.into()),
            Some((at, Fault::Torn)) if number == at && name != "write" => {
                Err(io::Error::other("an input or output error"))
            }
            Some((at, fault)) if number == at => Ok(Some(fault)),
            _ => Ok(None),
        }
    }

    fn number(&self, path: &Path) -> io::Result<usize> {
        let number = self.names.get(path).copied();
        number.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn create(&mut self, path: &Path) -> usize {
        self.files.push(Contents::default());
        self.names.insert(path.to_owned(), self.files.len() - 1);
        self.files.len() - 1
    }
}

impl FileSystem for Disk {
    fn kind(&self, path: &Path) -> io::Result<Option<PathKind>> {
        let mut state = self.0.lock().unwrap();
        state.outcome("kind")?;
        Ok(state.names.contains_key(path).then_some(PathKind::File))
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn OpenFile>>> {
        let mut state = self.0.lock().unwrap();
        state.outcome("lock")?;
        let number = state.number(path).unwrap_or_else(|_| state.create(path));
        if std::mem::replace(&mut state.files[number].locked, true) {
            return Ok(None);
        }
        Ok(Some(Box::new(Open(self.clone(), number, true))))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn OpenFile>> {
        let mut state = self.0.lock().unwrap();
        state.outcome("open")?;
        Ok(Box::new(Open(self.clone(), state.number(path)?, false)))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn OpenFile>> {
        let mut state = self.0.lock().unwrap();
        state.outcome("create")?;
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok(Box::new(Open(self.clone(), state.create(path), false)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.outcome("rename")?;
        let number = state.number(from)?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), number);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.outcome("remove")?;
        state.number(path)?;
        state.names.remove(path);
        Ok(())
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        let state = &mut *self.0.lock().unwrap();
        state.outcome("sync_directory")?;
        if path.as_os_str().is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let here = Path::new(".");
        let directory = here.join(path);
        let inside = |file: &Path| here.join(file).parent() == Some(&directory);
        state.safe_names.retain(|file, _| !inside(file));
        let now = state.names.iter().filter(|(file, _)| inside(file));
        let now = now.map(|(file, number)| (file.clone(), *number));
        state.safe_names.extend(now);
        Ok(())
    }
}

/// An open file by its number, and true if it is locked.
struct Open(Disk, usize, bool);

impl OpenFile for Open {
    fn len(&mut self) -> io::Result<u64> {
        let mut state = self.0.0.lock().unwrap();
        state.outcome("len")?;
        Ok(state.files[self.1].now.len() as u64)
    }

    fn is_at(&mut self, path: &Path) -> io::Result<bool> {
        let mut state = self.0.0.lock().unwrap();
        state.outcome("is_at")?;
        Ok(state.number(path).is_ok_and(|number| number == self.1))
    }

    fn read(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.0.0.lock().unwrap();
        state.outcome("read")?;
        let rest = &state.files[self.1].now[offset as usize..];
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }

    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.0.lock().unwrap();
        let fault = state.outcome("write")?;
        let taken = match fault {
            Some(Fault::Short) => 1,
            Some(Fault::Torn) => bytes.len() / 2,
            _ => bytes.len(),
        };
        let (now, end) = (&mut state.files[self.1].now, offset as usize + taken);
        now.resize(now.len().max(end), 0);
        now[offset as usize..end].copy_from_slice(&bytes[..taken]);
        if fault == Some(Fault::Torn) {
            return Err(io::Error::other("an input or output error"));
        }
        Ok(taken)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        let mut state = self.0.0.lock().unwrap();
        state.outcome("truncate")?;
        state.files[self.1].now.truncate(length as usize);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.0.0.lock().unwrap();
        let outcome = state.outcome("sync").map(drop);
        let file = &mut state.files[self.1];
        if outcome.is_err() {
            // The system drops data that it could not write, and the next sync succeeds.
            let length = file.now.len();
            file.now.clone_from(&file.safe);
            file.now.resize(length, 0);
        } else {
            file.safe.clone_from(&file.now);
        }
        outcome
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.2 {
            self.0.0.lock().unwrap().files[self.1].locked = false;
        }
    }
}
