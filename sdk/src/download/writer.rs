//! Writes a part while the next bytes arrive.
//!
//! Invariant: when this is dropped no write is under way, and the part can be taken over by somebody else.
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::{JoinHandle, spawn_blocking};

use super::content::Content;
use super::error::DownloadError;
use super::part::{Part, WRITING};

/// What is written to disk at once, in bytes: pieces come smaller than a disk likes them.
const BUFFER: usize = 256 * 1024;

pub(super) struct Writer {
    /// `None` once it is finished or left. Whoever writes holds the lock until that is done.
    part: Arc<Mutex<Option<Part>>>,
    /// What was received and is not yet being written.
    buffer: Vec<u8>,
    /// Where in the part the buffer begins.
    at: u64,
    /// The write under way, and what comes of it; the buffer is then free again.
    writing: Option<JoinHandle<Result<Vec<u8>, DownloadError>>>,
}

impl Writer {
    /// Goes on with a part that has so many bytes.
    pub(super) fn new(part: Part, at: u64) -> Self {
        Self {
            part: Arc::new(Mutex::new(Some(part))),
            buffer: Vec::new(),
            at,
            writing: None,
        }
    }

    /// Makes a new part for this content.
    pub(super) async fn begin(&mut self, content: &Content) -> Result<(), DownloadError> {
        self.settle().await?;
        self.buffer.clear();
        self.at = 0;
        let mut held = lock(&self.part);
        held.as_mut().ok_or_else(gone)?.begin(content)
    }

    pub(super) async fn write(&mut self, piece: &[u8]) -> Result<(), DownloadError> {
        self.buffer.extend_from_slice(piece);
        if self.buffer.len() < BUFFER {
            return Ok(());
        }
        let free = self.settle().await?;
        let mut full = std::mem::replace(&mut self.buffer, free);
        let (part, at) = (self.part.clone(), self.at);
        self.at += full.len() as u64;
        self.writing = Some(spawn_blocking(move || {
            lock(&part).as_mut().ok_or_else(gone)?.write(at, &full)?;
            full.clear();
            Ok(full)
        }));
        Ok(())
    }

    /// Puts the part, which has so many bytes, in the place of the destination.
    pub(super) async fn finish(&mut self, expected: u64) -> Result<(), DownloadError> {
        self.settle().await?;
        let rest = std::mem::take(&mut self.buffer);
        let (part, at) = (self.part.clone(), self.at);
        ended(spawn_blocking(move || {
            let mut held = lock(&part);
            let part = held.as_mut().ok_or_else(gone)?;
            part.write(at, &rest)?;
            part.keep()
        }))
        .await?;
        // At once, so that a download that is dropped before has put nothing in place.
        let part = lock(&self.part).take().ok_or_else(gone)?;
        let sync_names = part.sync_names();
        part.finish(expected)?;
        // The file is there: what fails from here on is no failure of the download.
        let _ = spawn_blocking(sync_names).await;
        Ok(())
    }

    /// Leaves the part for a later download, unless none could go on with it.
    pub(super) async fn leave(mut self) {
        // That it failed is why it is left.
        let _ = self.settle().await;
        let leaving = spawn_blocking(move || drop(self));
        let _ = leaving.await;
    }

    /// Waits for the write under way, and gives its buffer back.
    async fn settle(&mut self) -> Result<Vec<u8>, DownloadError> {
        match self.writing.take() {
            Some(writing) => ended(writing).await,
            None => Ok(Vec::new()),
        }
    }
}

impl Drop for Writer {
    /// A download may be dropped at any time: what it has received so far is kept, which takes as long as the disk needs.
    fn drop(&mut self) {
        if let Some(mut part) = lock(&self.part).take() {
            // Refused if a write before it failed or has not begun.
            let _ = part.write(self.at, &self.buffer);
            part.leave();
        }
    }
}

fn lock(part: &Mutex<Option<Part>>) -> MutexGuard<'_, Option<Part>> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn ended<T>(work: JoinHandle<Result<T, DownloadError>>) -> Result<T, DownloadError> {
    // It panicked, or the runtime ends.
    work.await
        .unwrap_or_else(|error| Err(DownloadError::io(WRITING)(io::Error::other(error))))
}

fn gone() -> DownloadError {
    DownloadError::io(WRITING)(io::Error::other("the part was left"))
}
