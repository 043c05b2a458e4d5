//! The steps in which a tree is changed, one operation of the file system each, so that a test can stop before any of them.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

pub(super) trait Files {
    fn create_directory(&self, path: &Path) -> io::Result<()>;
    fn create_directories(&self, path: &Path) -> io::Result<()>;
    /// Writes a new file, down to the disk.
    fn write(&self, path: &Path, content: &str) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// With all that is in it.
    fn remove_directory(&self, path: &Path) -> io::Result<()>;
    /// Brings the names in a directory to the disk.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
}

/// The file system there is.
pub(super) struct Disk;

impl Files for Disk {
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn create_directories(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn write(&self, path: &Path, content: &str) -> io::Result<()> {
        let mut file = File::create(path)?;
        file.write_all(content.as_bytes())?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        // Elsewhere a directory cannot be opened as a file, and a rename is written through.
        match cfg!(unix) {
            true => File::open(path)?.sync_all(),
            false => Ok(()),
        }
    }
}
