//! The file system as downloads use it, a part of the surroundings like the clock, so that tests decide what fails.
//!
//! Must never decide what a failure means.
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::regular_file;

/// Files and their names, as [`Download::to_file`](crate::Download::to_file) uses them.
///
/// Calls block. They are made on threads that may block (`tokio::task::spawn_blocking`), except those that put the whole
/// file in place of the destination, which the task of the download makes. A test's file system fails where the test
/// wants it to: whatever fails, a download ends in the right content or in an error, and so does the next one.
pub trait FileSystem: Send + Sync + 'static {
    /// What is at `path`, without following a symbolic link; `None` if there is nothing.
    ///
    /// # Errors
    /// When that cannot be found out.
    fn kind(&self, path: &Path) -> io::Result<Option<PathKind>>;

    /// Opens the regular file at `path` for reading and writing; makes one, for its owner only, if there is nothing.
    /// Locks it for as long as it is open; `None` if it is open elsewhere. The locked file is the one at `path`.
    ///
    /// # Errors
    /// When there is something else than a regular file, a symbolic link for example, and those of the system.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn OpenFile>>>;

    /// Opens the regular file at `path` for reading and writing.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`], and as [`FileSystem::lock`].
    fn open(&self, path: &Path) -> io::Result<Box<dyn OpenFile>>;

    /// Makes a file, for its owner only, and opens it for reading and writing.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if there is anything at `path`, and those of the system.
    fn create(&self, path: &Path) -> io::Result<Box<dyn OpenFile>>;

    /// Gives a file another name, in the place of what has it.
    ///
    /// # Errors
    /// Those of the system; nothing has changed then.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a name; an open file stays usable without one.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`], and those of the system.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Waits until the names in a directory are as safe as its file system makes them.
    ///
    /// # Errors
    /// Those of the system, unless it cannot do this for directories at all.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
}

/// A file that a [`FileSystem`] has opened.
#[allow(
    clippy::len_without_is_empty,
    reason = "the length is asked of the system and can fail"
)]
pub trait OpenFile: Send {
    /// The length in bytes.
    ///
    /// # Errors
    /// Those of the system.
    fn len(&mut self) -> io::Result<u64>;

    /// Reads from `offset` on, up to as many bytes as there is room for; none at the end.
    ///
    /// # Errors
    /// Those of the system.
    fn read(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes at `offset`, and says how many of the bytes.
    ///
    /// # Errors
    /// Those of the system. The file's content from `offset` on is then unknown.
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize>;

    /// Cuts the file to this length, which is not beyond its end.
    ///
    /// # Errors
    /// Those of the system. The length is then unknown.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Waits until content and length are on disk.
    ///
    /// # Errors
    /// Those of the system. What was written since the last success may be lost, whatever a later call says.
    fn sync(&mut self) -> io::Result<()>;
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathKind {
    /// A regular file.
    File,
    /// A directory, a symbolic link, a FIFO, a socket or a device.
    Other,
}

/// The file system of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsFileSystem;

impl FileSystem for OsFileSystem {
    fn kind(&self, path: &Path) -> io::Result<Option<PathKind>> {
        match fs::symlink_metadata(path) {
            Ok(there) if there.is_file() => Ok(Some(PathKind::File)),
            Ok(_) => Ok(Some(PathKind::Other)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn OpenFile>>> {
        loop {
            let file = regular_file::open_own(path, private().create(true))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // Its last holder may have removed it in between.
            if is_at(&file, path)? {
                return Ok(Some(Box::new(OsFile(file))));
            }
        }
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn OpenFile>> {
        let file = regular_file::open_own(path, &mut private())?;
        Ok(Box::new(OsFile(file)))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn OpenFile>> {
        let file = private().create_new(true).open(path)?;
        Ok(Box::new(OsFile(file)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    #[cfg(unix)]
    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        // Who may write to a directory need not be allowed to read it.
        let Ok(directory) = File::open(path) else {
            return Ok(());
        };
        match directory.sync_all() {
            Err(error) if !unsupported(&error) => Err(error),
            _ => Ok(()),
        }
    }

    #[cfg(not(unix))]
    fn sync_directory(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

struct OsFile(File);

impl OpenFile for OsFile {
    fn len(&mut self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.seek(SeekFrom::Start(offset))?;
        self.0.read(buffer)
    }

    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        self.0.seek(SeekFrom::Start(offset))?;
        self.0.write(bytes)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

impl Drop for OsFile {
    /// A process that is just being started has a copy of the file, which would keep the lock until the other program
    /// runs.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// What is made is for its owner only: it is somebody's data.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let own = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (own.dev(), own.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// An open file cannot be removed there.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(unix)]
fn unsupported(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}
