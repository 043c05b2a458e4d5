//! Opens regular files, and refuses what may stand in their place: a FIFO, a socket, a device, a directory.
//!
//! Invariant: opening never waits, and nothing is truncated.
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file that the SDK has made itself, so a symbolic link in its place is refused too.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] unless it is a regular file, and those of the system.
pub(crate) fn open_own(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink());
    // Elsewhere than on Unix no flag refuses a link, so that there is a moment between looking and opening.
    if cfg!(not(unix)) && is_link(path) {
        return Err(irregular());
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    open(path, options).map_err(|error| if is_link(path) { irregular() } else { error })
}

/// Reads a file that somebody else keeps: symbolic links are followed, as a mounted secret is one.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] unless it leads to a regular file, and those of the system.
#[cfg(any(feature = "cli-profile", feature = "replay"))]
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let mut content = Vec::new();
    io::Read::read_to_end(&mut open(path, &options)?, &mut content)?;
    Ok(content)
}

/// Refuses to replace anything but a regular file; there need be nothing.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`], and those of the system.
pub(crate) fn refuse_other(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => Err(irregular()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    match options.open(path) {
        Ok(file) if file.metadata()?.is_file() => Ok(file),
        Ok(_) => Err(irregular()),
        // Some of what is no file cannot be opened at all.
        Err(error) => Err(match fs::metadata(path) {
            Ok(there) if !there.is_file() => irregular(),
            _ => error,
        }),
    }
}

fn irregular() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "there is something else than a regular file in its place; remove it",
    )
}
