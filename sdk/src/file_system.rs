//! The file system that downloads use. It can be replaced, like the clock, so that tests can inject failures.
//!
//! The caller decides what a failure means.
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::regular_file;

/// The file system of [`Download::to_file`](crate::Download::to_file).
///
/// Methods block. The SDK calls them in `tokio::task::spawn_blocking`, except those that move the complete file to its
/// destination, which the task of the download calls. A test can return an error from any method: the download then ends
/// with the right content or with an error, and so does the next one.
pub trait FileSystem: Send + Sync + 'static {
    /// Returns the kind of the entry at `path`, without following a symbolic link; `None` if there is no entry.
    ///
    /// # Errors
    /// I/O errors.
    fn kind(&self, path: &Path) -> io::Result<Option<PathKind>>;

    /// Opens the regular file at `path` for reading and writing, and locks it while it is open. Creates it, for its owner
    /// only, if it does not exist. `None` if another process has the lock. The locked file is the one at `path`.
    ///
    /// On a file system without locks, [`OsFileSystem`] opens the file without a lock. On Windows, it does not recognise a
    /// file that another process removes and creates again at the same moment.
    ///
    /// # Errors
    /// If the entry is not a regular file, for example a symbolic link, and I/O errors.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn OpenFile>>>;

    /// Opens the regular file at `path` for reading and writing.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`], and those of [`FileSystem::lock`].
    fn open(&self, path: &Path) -> io::Result<Box<dyn OpenFile>>;

    /// Creates a file, for its owner only, and opens it for reading and writing.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if `path` exists, and I/O errors.
    fn create(&self, path: &Path) -> io::Result<Box<dyn OpenFile>>;

    /// Renames a file; replaces an existing file at `to`.
    ///
    /// # Errors
    /// I/O errors; nothing has changed then.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file. An open file stays usable.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`], and I/O errors.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Syncs a directory, so that created and renamed files survive a crash.
    ///
    /// # Errors
    /// I/O errors. A system that cannot sync directories reports success.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
}

/// A file that a [`FileSystem`] has opened.
#[allow(
    clippy::len_without_is_empty,
    reason = "the length is asked of the system and can fail"
)]
pub trait OpenFile: Send {
    /// Returns the length in bytes.
    ///
    /// # Errors
    /// I/O errors.
    fn len(&mut self) -> io::Result<u64>;

    /// Returns true if the file at `path` is this one, without following a symbolic link. On Windows, [`OsFileSystem`] returns
    /// true for any file.
    ///
    /// # Errors
    /// I/O errors.
    fn is_at(&mut self, path: &Path) -> io::Result<bool>;

    /// Reads from `offset` into `buffer`; returns the number of bytes, 0 at the end.
    ///
    /// # Errors
    /// I/O errors.
    fn read(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes at `offset`; returns the number of bytes written.
    ///
    /// # Errors
    /// I/O errors. The file's content from `offset` on is then unknown.
    fn write(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize>;

    /// Truncates the file to a length up to its current one.
    ///
    /// # Errors
    /// I/O errors. The length is then unknown.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Syncs content and length to the disk. A file system that cannot sync reports success.
    ///
    /// # Errors
    /// I/O errors. Data written since the last successful sync may be lost, even if a later sync succeeds.
    fn sync(&mut self) -> io::Result<()>;
}

/// The kind of an entry of the file system.
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
            if !regular_file::try_lock(&file)? {
                return Ok(None);
            }
            // The last holder of the lock may have removed the file in the meantime.
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
        // A directory can be writable but not readable.
        let Ok(directory) = File::open(path) else {
            return Ok(());
        };
        synced(directory.sync_all())
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

    fn is_at(&mut self, path: &Path) -> io::Result<bool> {
        is_at(&self.0, path)
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
        synced(self.0.sync_data())
    }
}

impl Drop for OsFile {
    /// Unlocks explicitly: a child process between `fork` and `exec` has a copy of the descriptor, which would hold the lock.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Options that create files for their owner only, because they contain user data.
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

/// Outside Unix, the standard library cannot compare open files. A file that was removed and created again since it was opened
/// is not recognised; then two processes download to the same file.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}

/// Returns success if the file system cannot sync; then a power failure can lose data, as with any other program.
fn synced(outcome: io::Result<()>) -> io::Result<()> {
    let cannot = |error: &io::Error| {
        error.kind() == io::ErrorKind::InvalidInput || regular_file::is_unsupported(error)
    };
    match outcome {
        Err(error) if !cannot(&error) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_failures_of_a_file_system_that_can_sync_are_errors() {
        let outcome = |code| synced(Err(io::Error::from_raw_os_error(code)));
        // macOS has ENOTSUP for a file system without `F_FULLFSYNC`.
        for code in [libc::ENOTSUP, libc::ENOSYS, libc::EINVAL] {
            assert!(outcome(code).is_ok(), "{code}");
        }
        for code in [libc::EIO, libc::ENOSPC, libc::EDQUOT] {
            assert!(outcome(code).is_err(), "{code}");
        }
    }
}
