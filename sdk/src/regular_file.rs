//! Opens and locks regular files, and refuses FIFOs, sockets, devices and directories.
//!
//! Invariant: opening does not block and does not truncate.
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// Opens a file that the SDK created, without following a symbolic link.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] if it is not a regular file, and I/O errors.
pub(crate) fn open_own(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink());
    // Outside Unix no flag refuses links, so a link can appear between this check and opening.
    if cfg!(not(unix)) && is_link(path) {
        return Err(irregular());
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    open(path, options).map_err(|error| if is_link(path) { irregular() } else { error })
}

/// Reads a file of the user. Symbolic links are followed, because mounted secrets are links.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] if it is not a regular file, and I/O errors.
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

/// Checks that `path` is a regular file or does not exist.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] for anything else, and I/O errors.
pub(crate) fn refuse_other(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => Err(irregular()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Locks a file; returns false if another process has the lock. On a file system without locks, every process succeeds.
///
/// # Errors
/// I/O errors.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    locked(file.try_lock())
}

fn locked(outcome: Result<(), TryLockError>) -> io::Result<bool> {
    match outcome {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) if is_unsupported(&error) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Returns true if the file system does not support locks or the sync of this file.
pub(crate) fn is_unsupported(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        let codes = [libc::ENOLCK, libc::ENOSYS, libc::ENOTSUP, libc::EOPNOTSUPP];
        if error
            .raw_os_error()
            .is_some_and(|code| codes.contains(&code))
        {
            return true;
        }
    }
    error.kind() == io::ErrorKind::Unsupported
}

fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    match options.open(path) {
        Ok(file) if file.metadata()?.is_file() => Ok(file),
        Ok(_) => Err(irregular()),
        // Sockets, for example, cannot be opened.
        Err(error) => Err(match fs::metadata(path) {
            Ok(there) if !there.is_file() => irregular(),
            _ => error,
        }),
    }
}

fn irregular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file; remove it")
}

#[cfg(all(test, unix))]
mod lock_tests {
    use super::*;

    #[test]
    fn file_systems_without_locks_lock_for_every_process() {
        for code in [libc::ENOLCK, libc::ENOSYS, libc::ENOTSUP, libc::EOPNOTSUPP] {
            let error = io::Error::from_raw_os_error(code);
            let outcome = locked(Err(TryLockError::Error(error)));
            assert!(matches!(outcome, Ok(true)), "{code}: {outcome:?}");
        }
        for code in [libc::EIO, libc::EBADF, libc::EINVAL] {
            let error = io::Error::from_raw_os_error(code);
            assert!(locked(Err(TryLockError::Error(error))).is_err(), "{code}");
        }
        assert!(matches!(locked(Err(TryLockError::WouldBlock)), Ok(false)));
    }
}

#[cfg(all(test, unix, any(feature = "cli-profile", feature = "replay")))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    #[test]
    fn only_regular_files_are_opened_and_links_only_to_files_of_the_user() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("file"), "content").unwrap();
        symlink(at("file"), at("link")).unwrap();
        symlink(at("fifo"), at("link to a fifo")).unwrap();
        symlink(at("nothing"), at("dangling")).unwrap();
        let made = Command::new("mkfifo").arg(at("fifo")).status().unwrap();
        assert!(made.success());
        let _socket = UnixListener::bind(at("socket")).unwrap();
        fs::create_dir(at("directory")).unwrap();

        let invalid = Some(io::ErrorKind::InvalidInput);
        let missing = Some(io::ErrorKind::NotFound);
        for (name, own, foreign) in [
            ("file", None, None),
            ("link", invalid, None),
            ("link to a fifo", invalid, invalid),
            ("fifo", invalid, invalid),
            ("socket", invalid, invalid),
            ("directory", invalid, invalid),
            ("/dev/null", invalid, invalid),
            ("dangling", invalid, missing),
            ("nothing", missing, missing),
        ] {
            for options in [
                OpenOptions::new().read(true),
                OpenOptions::new().read(true).write(true),
                OpenOptions::new().write(true),
            ] {
                let opened = open_own(&at(name), options);
                assert_eq!(opened.err().map(|error| error.kind()), own, "{name}");
            }
            let read = read(&at(name));
            assert_eq!(read.err().map(|error| error.kind()), foreign, "{name}");
            let replaced = refuse_other(&at(name)).err().map(|error| error.kind());
            assert_eq!(
                replaced,
                own.filter(|kind| Some(*kind) == invalid),
                "{name}"
            );
        }
        let made = open_own(&at("dangling"), OpenOptions::new().write(true).create(true));
        assert!(made.is_err() && !at("nothing").exists());
        assert_eq!(fs::read_to_string(at("file")).unwrap(), "content");
    }
}
