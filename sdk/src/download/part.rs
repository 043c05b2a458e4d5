//! The partial file of a download, and the record for resuming it.
//!
//! Invariant: the bytes up to the length in the record's last line are on disk and are the beginning of the record's
//! content, whenever the process is killed or the power fails. Bytes beyond them are not used.
//! Invariant: nothing is written after a failed write.
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::content::Content;
use super::error::DownloadError;
use crate::file_system::{FileSystem, OpenFile, PathKind};
use crate::secret_url::SecretUrl;

/// Number of bytes between two syncs, and the maximum to download again after a kill.
const CHECKPOINT: u64 = 32 * 1024 * 1024;

/// Maximum size of a record, in bytes.
const LARGEST_RECORD: usize = 4 * 1024 * 1024;

const RECORDING: &str = "recording the download beside the destination";
pub(super) const WRITING: &str = "writing the part beside the destination";
const LOOKING: &str = "looking at the destination";
const FINISHING: &str = "putting the file in place";

pub(super) struct Part {
    files: Arc<dyn FileSystem>,
    destination: PathBuf,
    overwrite: bool,
    path: PathBuf,
    link: String,
    record: Record,
    /// True if the record of an earlier download is damaged.
    pub(super) is_record_damaged: bool,
    /// `None` until the partial file exists.
    body: Option<Body>,
}

/// The record of a partial file, locked while it is open, so that there is one writer. Its first line is a [`Beginning`];
/// each other line is a length that was on disk before the line was written.
struct Record {
    path: PathBuf,
    file: Box<dyn OpenFile>,
    /// The offset of the next line; 0 if there is no partial file.
    end: u64,
}

/// The description of the content. It has a digest of the URL, because validators of different URLs are not comparable.
#[derive(Serialize, Deserialize)]
struct Beginning {
    link: String,
    validator: String,
    total: Option<u64>,
}

struct Body {
    file: Box<dyn OpenFile>,
    /// Number of bytes written successfully.
    written: u64,
    /// Number of bytes on disk and in the record, if there is a record.
    kept: u64,
    /// True after a failed write or sync, and for discarded bytes. Data may be missing, because a sync after a failed one
    /// can succeed without it.
    lost: bool,
}

impl Part {
    /// Opens the partial file of an earlier download; returns its content and length.
    pub(super) fn open(
        files: Arc<dyn FileSystem>,
        destination: &Path,
        overwrite: bool,
        link: &SecretUrl,
    ) -> Result<(Self, (Content, u64)), DownloadError> {
        // A path with a separator or `.` at its end has the name of a directory.
        let ends_with = |name: &OsStr| {
            let path = destination.as_os_str().as_encoded_bytes();
            path.ends_with(name.as_encoded_bytes())
        };
        let Some(name) = destination.file_name().filter(|name| ends_with(name)) else {
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
        refuse_existing(&*files, destination, overwrite)?;
        let locked = files.lock(&record_path);
        let Some(file) = locked.map_err(DownloadError::io(RECORDING))? else {
            return Err(DownloadError::Busy);
        };
        let digest = Sha256::digest(link.expose());
        let mut part = Self {
            files,
            destination: destination.to_owned(),
            overwrite,
            path,
            link: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            record: Record {
                path: record_path,
                file,
                end: 0,
            },
            is_record_damaged: false,
            body: None,
        };
        let left = part.take_over()?;
        Ok((part, left.unwrap_or_default()))
    }

    fn take_over(&mut self) -> Result<Option<(Content, u64)>, DownloadError> {
        let read = self.record.read().map_err(DownloadError::io(RECORDING))?;
        self.is_record_damaged = read.is_none() && self.record.end > 0;
        let Some((beginning, kept)) = read.filter(|(beginning, _)| beginning.link == self.link)
        else {
            return Ok(None);
        };
        let mut file = match self.files.open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(DownloadError::io(WRITING)(error)),
        };
        let length = file.len().map_err(DownloadError::io(WRITING))?;
        if kept == 0 || length < kept || beginning.total.is_some_and(|total| length > total) {
            return Ok(None);
        }
        file.truncate(kept).map_err(DownloadError::io(WRITING))?;
        self.body = Some(Body {
            file,
            written: kept,
            kept,
            lost: false,
        });
        let content = Content {
            validator: Some(beginning.validator),
            total: beginning.total,
        };
        Ok(Some((content, kept)))
    }

    /// Creates a partial file for this content.
    pub(super) fn begin(&mut self, content: &Content) -> Result<(), DownloadError> {
        self.body = None;
        // The record is changed while there is no partial file.
        remove(&*self.files, &self.path).map_err(DownloadError::io(WRITING))?;
        let recorded = self.record.begin(&self.link, content);
        recorded.map_err(DownloadError::io(RECORDING))?;
        let made = self.files.create(&self.path);
        let file = made.map_err(|error| {
            self.record.end = 0;
            DownloadError::io(WRITING)(error)
        })?;
        self.body = Some(Body {
            file,
            written: 0,
            kept: 0,
            lost: false,
        });
        Ok(())
    }

    /// Discards the bytes. They are neither written to nor kept.
    pub(super) fn discard(&mut self) {
        if let Some(body) = &mut self.body {
            body.lost = true;
        }
    }

    /// Writes at offset `at`, which has to be the number of bytes written. Therefore every write after a failed one is refused.
    pub(super) fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), DownloadError> {
        let body = good(&mut self.body)?;
        if at != body.written {
            let gap = io::Error::other("what comes before it was not written");
            return Err(DownloadError::io(WRITING)(gap));
        }
        let written = write_all(&mut *body.file, &mut body.written, bytes);
        written.map_err(DownloadError::io(WRITING))?;
        if body.written - body.kept >= CHECKPOINT && self.record.end > 0 {
            self.keep()?;
        }
        Ok(())
    }

    /// Syncs the written bytes and records their length.
    pub(super) fn keep(&mut self) -> Result<(), DownloadError> {
        let Some(body) = &mut self.body else {
            return Ok(());
        };
        if body.kept == body.written {
            return Ok(());
        }
        let mut synced = body.file.sync();
        if synced.is_ok() && body.kept == 0 {
            // The name must not refer to an older file after a crash.
            synced = self.files.sync_directory(directory(&self.path));
        }
        synced.map_err(|error| {
            body.lost = true;
            DownloadError::io(WRITING)(error)
        })?;
        if self.record.end > 0 {
            let noted = self.record.note(body.written);
            noted.map_err(DownloadError::io(RECORDING))?;
        }
        body.kept = body.written;
        Ok(())
    }

    /// Moves the partial file of `expected` bytes to the destination.
    pub(super) fn finish(mut self, expected: u64) -> Result<(), DownloadError> {
        if let Err(error) = self.place(expected) {
            self.leave();
            return Err(error);
        }
        // The destination is complete; later failures do not fail the download.
        let _ = self.record.remove(&*self.files);
        Ok(())
    }

    fn place(&mut self, expected: u64) -> Result<(), DownloadError> {
        self.keep()?;
        let body = good(&mut self.body)?;
        let received = body.file.len().map_err(DownloadError::io(WRITING))?;
        if received != expected || body.written != expected {
            // Another program wrote to the file.
            body.lost = true;
            return Err(DownloadError::Length { received, expected });
        }
        let is_own = body.file.is_at(&self.path);
        if !is_own.map_err(DownloadError::io(FINISHING))? {
            body.lost = true;
            let other = io::Error::other("another program replaced the part");
            return Err(DownloadError::io(FINISHING)(other));
        }
        refuse_existing(&*self.files, &self.destination, self.overwrite)?;
        let placed = self.files.rename(&self.path, &self.destination);
        placed.map_err(DownloadError::io(FINISHING))
    }

    /// Syncs the directory of the destination.
    pub(super) fn sync_names(&self) -> impl FnOnce() -> io::Result<()> + Send + 'static {
        let (files, destination) = (self.files.clone(), self.destination.clone());
        move || files.sync_directory(directory(&destination))
    }

    /// Keeps the partial file for a later download if it can be resumed.
    ///
    /// The download has already failed, so failures here are not reported; the bytes are downloaded again.
    pub(super) fn leave(mut self) {
        if self.body.as_ref().is_some_and(|body| !body.lost) {
            let _ = self.keep();
        }
        let resumable = |body: &Body| self.record.end > 0 && body.kept > 0 && !body.lost;
        if let Some(mut body) = self.body.take_if(|body| !resumable(body)) {
            let is_own = body.file.is_at(&self.path).unwrap_or(true);
            drop(body);
            if is_own && remove(&*self.files, &self.path).is_err() {
                let _ = self.record.file.truncate(0);
                return;
            }
            self.record.end = 0;
        }
        if self.record.end == 0 {
            let _ = self.record.remove(&*self.files);
        }
    }
}

impl Record {
    /// Reads the content and the length on disk.
    fn read(&mut self) -> io::Result<Option<(Beginning, u64)>> {
        let text = read_all(&mut *self.file)?;
        self.end = text.len() as u64;
        if text.is_empty() {
            return Ok(None);
        }
        let mut lines = text.split_inclusive(|byte| *byte == b'\n');
        let mut whole = lines.by_ref().take_while(|line| line.ends_with(b"\n"));
        let first = whole.next();
        let beginning = first.and_then(|line| Some((line, serde_json::from_slice(line).ok()?)));
        let Some((line, beginning)) = beginning else {
            return Ok(None);
        };
        let (mut end, mut kept) = (line.len() as u64, 0);
        // Text after the last complete line was not written completely.
        for line in whole {
            match serde_json::from_slice(line) {
                Ok(length) if length > kept => kept = length,
                _ => break,
            }
            end += line.len() as u64;
        }
        self.end = end;
        Ok(Some((beginning, kept)))
    }

    fn begin(&mut self, link: &str, content: &Content) -> io::Result<()> {
        self.end = 0;
        self.file.truncate(0)?;
        if let Some(validator) = content.validator.clone() {
            let beginning = serde_json::to_string(&Beginning {
                link: link.to_owned(),
                validator,
                total: content.total,
            })?;
            self.append(&format!("{beginning}\n"))?;
        }
        // Synced before the partial file exists; otherwise the record of an earlier content could reappear after a power
        // failure.
        self.file.sync()
    }

    /// Removes the record, unless another one has its place.
    fn remove(&mut self, files: &dyn FileSystem) -> io::Result<()> {
        match self.file.is_at(&self.path)? {
            true => remove(files, &self.path),
            false => Ok(()),
        }
    }

    fn note(&mut self, length: u64) -> io::Result<()> {
        self.append(&format!("{length}\n"))?;
        self.file.sync()
    }

    /// Appends a line, so that the previous lines stay valid if the write is incomplete.
    fn append(&mut self, line: &str) -> io::Result<()> {
        let mut end = self.end;
        write_all(&mut *self.file, &mut end, line.as_bytes())?;
        self.end = end;
        Ok(())
    }
}

fn good(body: &mut Option<Body>) -> Result<&mut Body, DownloadError> {
    body.as_mut().filter(|body| !body.lost).ok_or_else(|| {
        let none = io::Error::other("there is no part that could be written to");
        DownloadError::io(WRITING)(none)
    })
}

/// Writes all bytes at `end` and advances `end` by those written.
fn write_all(file: &mut dyn OpenFile, end: &mut u64, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(*end, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(taken) => {
                bytes = bytes.get(taken..).unwrap_or_default();
                *end += taken as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads a record, up to about the maximum size.
fn read_all(file: &mut dyn OpenFile) -> io::Result<Vec<u8>> {
    let (mut content, mut buffer) = (Vec::new(), [0; 8 * 1024]);
    while content.len() <= LARGEST_RECORD {
        match file.read(content.len() as u64, &mut buffer) {
            Ok(0) => break,
            Ok(read) => content.extend_from_slice(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(content)
}

fn refuse_existing(
    files: &dyn FileSystem,
    destination: &Path,
    overwrite: bool,
) -> Result<(), DownloadError> {
    match files.kind(destination) {
        Ok(None) => Ok(()),
        Ok(Some(PathKind::Other)) => Err(DownloadError::NotAFile),
        Ok(Some(PathKind::File)) if overwrite => Ok(()),
        Ok(Some(PathKind::File)) => Err(DownloadError::Exists),
        Err(error) => Err(DownloadError::io(LOOKING)(error)),
    }
}

fn remove(files: &dyn FileSystem, path: &Path) -> io::Result<()> {
    match files.remove(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn directory(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
