//! The unfinished file beside a destination, and the record by which it can be continued.
//!
//! Invariant: a part holds the beginning of one content, that of its record. What tokio does on other threads can outlive
//! a dropped download; so a new beginning is a new file, and whatever has to do with a name is done at once.
use std::ffi::OsString;
use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt as _, BufWriter};

use super::content::Content;
use super::error::DownloadError;
use crate::secret_url::SecretUrl;

/// What is written to disk at once, in bytes: pieces come smaller than a disk likes them.
const BUFFER: usize = 256 * 1024;

/// No record is larger, in bytes.
const LARGEST_RECORD: u64 = 64 * 1024;

const RECORDING: &str = "recording the download beside the destination";
const WRITING: &str = "writing the part beside the destination";
const LOOKING: &str = "looking at the destination";
const FINISHING: &str = "putting the file in place";

pub(super) struct Part {
    destination: PathBuf,
    overwrite: bool,
    path: PathBuf,
    record_path: PathBuf,
    /// Locked as long as this lives, so that a part has one writer.
    record: fs::File,
    link: String,
    /// `None` before there is a part.
    file: Option<BufWriter<File>>,
}

/// What is kept of a content. Validators of two links cannot be compared, so its link is known by a digest.
#[derive(Serialize, Deserialize)]
struct Record {
    link: String,
    validator: String,
    total: Option<u64>,
}

impl Part {
    /// Takes over what an earlier download left: so many bytes of a content.
    pub(super) fn open(
        destination: &Path,
        overwrite: bool,
        link: &SecretUrl,
    ) -> Result<(Self, (Content, u64)), DownloadError> {
        let Some(name) = destination.file_name() else {
            let nameless = io::Error::new(io::ErrorKind::InvalidInput, "it names no file");
            return Err(DownloadError::io(LOOKING)(nameless));
        };
        let beside = |end: &str| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(end);
            destination.with_file_name(hidden)
        };
        let (path, record_path) = (beside(".part"), beside(".part.json"));
        refuse_existing(destination, overwrite)?;
        let record = locked(&record_path)?;
        let digest = Sha256::digest(link.expose());
        let mut part = Self {
            destination: destination.to_owned(),
            overwrite,
            path,
            record_path,
            record,
            link: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            file: None,
        };
        let left = part.take_over().map_err(DownloadError::io(WRITING))?;
        Ok((part, left.unwrap_or_default()))
    }

    fn take_over(&mut self) -> io::Result<Option<(Content, u64)>> {
        let known = serde_json::from_reader((&self.record).take(LARGEST_RECORD)).ok();
        let Some(record) = known.filter(|record: &Record| record.link == self.link) else {
            return Ok(None);
        };
        let mut file = match OpenOptions::new().write(true).open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let length = file.seek(SeekFrom::End(0))?;
        if length == 0 || record.total.is_some_and(|total| length > total) {
            return Ok(None);
        }
        self.file = Some(buffered(file));
        let content = Content {
            validator: Some(record.validator),
            total: record.total,
        };
        Ok(Some((content, length)))
    }

    /// Makes a new part for this content.
    pub(super) fn begin(&mut self, content: &Content) -> Result<(), DownloadError> {
        self.file = None;
        remove(&self.path).map_err(DownloadError::io(WRITING))?;
        // While there is no part, the record is of none.
        self.keep(content).map_err(DownloadError::io(RECORDING))?;
        let made = private().write(true).create_new(true).open(&self.path);
        self.file = Some(buffered(made.map_err(DownloadError::io(WRITING))?));
        Ok(())
    }

    fn keep(&mut self, content: &Content) -> io::Result<()> {
        self.record.set_len(0)?;
        let Some(validator) = content.validator.clone() else {
            return Ok(());
        };
        let record = Record {
            link: self.link.clone(),
            validator,
            total: content.total,
        };
        self.record.rewind()?;
        self.record.write_all(&serde_json::to_vec(&record)?)
    }

    pub(super) async fn write(&mut self, piece: &[u8]) -> Result<(), DownloadError> {
        let Some(file) = &mut self.file else {
            let none = io::Error::other("there is no part");
            return Err(DownloadError::io(WRITING)(none));
        };
        let written = file.write_all(piece).await;
        written.map_err(DownloadError::io(WRITING))
    }

    /// Puts the part, which has so many bytes, in the place of the destination.
    pub(super) async fn finish(mut self, expected: u64) -> Result<(), DownloadError> {
        if let Some(mut file) = self.file.take() {
            let received = written(&mut file)
                .await
                .map_err(DownloadError::io(WRITING))?;
            if received != expected {
                return Err(DownloadError::Length { received, expected });
            }
        }
        refuse_existing(&self.destination, self.overwrite)?;
        let placed = fs::rename(&self.path, &self.destination);
        placed.map_err(DownloadError::io(FINISHING))?;
        // The file is there: what fails from here on is no failure of the download.
        let _ = remove(&self.record_path);
        #[cfg(unix)]
        if let Ok(directory) = fs::File::open(directory(&self.destination)) {
            let _ = File::from_std(directory).sync_all().await;
        }
        Ok(())
    }

    /// Leaves the part for a later download, unless none could go on with it.
    pub(super) async fn leave(mut self) {
        let recorded = self.record.metadata().map_or(true, |file| file.len() > 0);
        // The download has failed already; what is not written is downloaded again.
        let _ = match self.file.take() {
            Some(mut file) if recorded => file.flush().await,
            Some(_) => remove(&self.path),
            None => Ok(()),
        };
        if !recorded {
            let _ = remove(&self.record_path);
        }
    }
}

fn buffered(file: fs::File) -> BufWriter<File> {
    BufWriter::with_capacity(BUFFER, File::from_std(file))
}

/// Writes everything to disk, and tells the length it has there.
async fn written(file: &mut BufWriter<File>) -> io::Result<u64> {
    file.flush().await?;
    file.get_ref().sync_all().await?;
    Ok(file.get_ref().metadata().await?.len())
}

fn refuse_existing(destination: &Path, overwrite: bool) -> Result<(), DownloadError> {
    match fs::symlink_metadata(destination) {
        Ok(there) if overwrite && !there.is_dir() => Ok(()),
        Ok(_) => Err(DownloadError::Exists),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(DownloadError::io(LOOKING)(error)),
    }
}

fn locked(path: &Path) -> Result<fs::File, DownloadError> {
    let opened = private()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    let file = opened.map_err(DownloadError::io(RECORDING))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DownloadError::Busy),
        Err(TryLockError::Error(error)) => Err(DownloadError::io(RECORDING)(error)),
    }
}

/// What is made is for its owner only: it is somebody's data.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn directory(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
