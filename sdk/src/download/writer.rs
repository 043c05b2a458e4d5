//! Writes a partial file while the next bytes arrive.
//!
//! Invariant: after a writer is dropped, no write is in progress and another download can resume the partial file.
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::{JoinHandle, spawn_blocking};

use super::content::Content;
use super::error::DownloadError;
use super::part::{Part, WRITING};
use crate::trace;

/// Number of bytes written to disk at once. Received chunks are smaller, which would be slow.
const BUFFER: usize = 256 * 1024;

pub(super) struct Writer {
    /// The partial file. Each action on it holds the lock until it is complete.
    part: Arc<Mutex<Held>>,
    /// The received bytes that are not yet being written.
    buffer: Vec<u8>,
    /// The offset of the buffer in the partial file.
    at: u64,
    /// The write in progress. It returns its buffer for reuse.
    writing: Option<JoinHandle<Result<Vec<u8>, DownloadError>>>,
}

enum Held {
    /// The partial file is not open yet.
    Nothing,
    Part(Part),
    /// The download has ended; the partial file is not opened again.
    Closed,
}

/// The content and the number of bytes from an earlier download.
type Left = (Content, u64);

impl Writer {
    /// Opens a partial file; returns the content and length of an earlier download.
    pub(super) async fn open(
        open: impl FnOnce() -> Result<(Part, Left), DownloadError> + Send + 'static,
    ) -> Result<(Self, Left), DownloadError> {
        let mut writer = Self {
            part: Arc::new(Mutex::new(Held::Nothing)),
            buffer: Vec::new(),
            at: 0,
            writing: None,
        };
        let held = writer.part.clone();
        let left = ended(spawn_blocking(move || {
            let mut held = lock(&held);
            if let Held::Closed = *held {
                return Err(already_closed());
            }
            let (part, left) = open()?;
            *held = Held::Part(part);
            Ok(left)
        }))
        .await?;
        // Reported by the task: a subscriber may be set for its thread only.
        if matches!(&*lock(&writer.part), Held::Part(part) if part.is_record_damaged) {
            trace::download_record_damaged();
        }
        writer.at = left.1;
        Ok((writer, left))
    }

    /// Creates a new partial file for this content.
    pub(super) async fn begin(&mut self, content: &Content) -> Result<(), DownloadError> {
        self.settle().await?;
        self.buffer.clear();
        self.at = 0;
        let content = content.clone();
        ended(self.work(move |part| part.begin(&content))).await
    }

    /// Discards the bytes. The next content replaces them; without one, the partial file is removed.
    pub(super) async fn discard(&mut self) {
        // Its failure concerns bytes that are discarded.
        let _ = self.settle().await;
        if let Held::Part(part) = &mut *lock(&self.part) {
            part.discard();
        }
    }

    pub(super) async fn write(&mut self, piece: &[u8]) -> Result<(), DownloadError> {
        self.buffer.extend_from_slice(piece);
        if self.buffer.len() < BUFFER {
            return Ok(());
        }
        let free = self.settle().await?;
        let mut full = std::mem::replace(&mut self.buffer, free);
        let at = self.at;
        self.at += full.len() as u64;
        self.writing = Some(self.work(move |part| {
            part.write(at, &full)?;
            full.clear();
            Ok(full)
        }));
        Ok(())
    }

    /// Moves the partial file of `expected` bytes to the destination.
    pub(super) async fn finish(&mut self, expected: u64) -> Result<(), DownloadError> {
        self.settle().await?;
        let rest = std::mem::take(&mut self.buffer);
        let at = self.at;
        ended(self.work(move |part| {
            part.write(at, &rest)?;
            part.keep()
        }))
        .await?;
        // Not on another thread: a download that is dropped earlier must not change the destination.
        let part = take(&self.part).ok_or_else(already_closed)?;
        let sync_names = part.sync_names();
        part.finish(expected)?;
        // The destination is complete; later failures do not fail the download.
        let _ = spawn_blocking(sync_names).await;
        Ok(())
    }

    /// Keeps the partial file for a later download if it can be resumed.
    pub(super) async fn leave(mut self) {
        // The download has already failed, so this error is not reported.
        let _ = self.settle().await;
        let leaving = spawn_blocking(move || drop(self));
        let _ = leaving.await;
    }

    /// Starts an action on the partial file, on a thread that may block.
    fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Part) -> Result<T, DownloadError> + Send + 'static,
    ) -> JoinHandle<Result<T, DownloadError>> {
        let held = self.part.clone();
        spawn_blocking(move || match &mut *lock(&held) {
            Held::Part(part) => work(part),
            Held::Nothing | Held::Closed => Err(already_closed()),
        })
    }

    /// Waits for the write in progress; returns its buffer.
    async fn settle(&mut self) -> Result<Vec<u8>, DownloadError> {
        match self.writing.take() {
            Some(writing) => ended(writing).await,
            None => Ok(Vec::new()),
        }
    }
}

impl Drop for Writer {
    /// Writes the received bytes, so that a dropped download can be resumed. Blocks until they are on disk.
    fn drop(&mut self) {
        if let Some(mut part) = take(&self.part) {
            // The write fails if an earlier one failed or has not begun.
            let _ = part.write(self.at, &self.buffer);
            part.leave();
        }
    }
}

fn lock(part: &Mutex<Held>) -> MutexGuard<'_, Held> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the partial file; it is not available after that.
fn take(part: &Mutex<Held>) -> Option<Part> {
    match std::mem::replace(&mut *lock(part), Held::Closed) {
        Held::Part(part) => Some(part),
        Held::Nothing | Held::Closed => None,
    }
}

async fn ended<T>(work: JoinHandle<Result<T, DownloadError>>) -> Result<T, DownloadError> {
    // An error means that the action panicked or the runtime is shutting down.
    work.await
        .unwrap_or_else(|error| Err(DownloadError::io(WRITING)(io::Error::other(error))))
}

fn already_closed() -> DownloadError {
    DownloadError::io(WRITING)(io::Error::other("the partial file is closed already"))
}
