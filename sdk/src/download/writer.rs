//! Writes a part while the next bytes arrive.
//!
//! Invariant: when this is dropped no write is under way, and the part can be taken over by somebody else.
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::{JoinHandle, spawn_blocking};

use super::content::Content;
use super::error::DownloadError;
use super::part::{Part, WRITING};
use crate::trace;

/// What is written to disk at once, in bytes: pieces come smaller than a disk likes them.
const BUFFER: usize = 256 * 1024;

pub(super) struct Writer {
    /// Whoever works on the part holds the lock until that is done.
    part: Arc<Mutex<Held>>,
    /// What was received and is not yet being written.
    buffer: Vec<u8>,
    /// Where in the part the buffer begins.
    at: u64,
    /// The write under way, and what comes of it; the buffer is then free again.
    writing: Option<JoinHandle<Result<Vec<u8>, DownloadError>>>,
}

enum Held {
    /// The part is not open yet.
    Nothing,
    Part(Part),
    /// The part was finished or left, and is not opened any more.
    Gone,
}

/// What an earlier download left: so many bytes of a content.
type Left = (Content, u64);

impl Writer {
    /// Opens a part, and goes on with what is there of it.
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
            if let Held::Gone = *held {
                return Err(gone());
            }
            let (part, left) = open()?;
            *held = Held::Part(part);
            Ok(left)
        }))
        .await?;
        // By the task, for a subscriber may listen to its thread only.
        if matches!(&*lock(&writer.part), Held::Part(part) if part.is_record_damaged) {
            trace::download_record_damaged();
        }
        writer.at = left.1;
        Ok((writer, left))
    }

    /// Makes a new part for this content.
    pub(super) async fn begin(&mut self, content: &Content) -> Result<(), DownloadError> {
        self.settle().await?;
        self.buffer.clear();
        self.at = 0;
        let content = content.clone();
        ended(self.work(move |part| part.begin(&content))).await
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

    /// Puts the part, which has so many bytes, in the place of the destination.
    pub(super) async fn finish(&mut self, expected: u64) -> Result<(), DownloadError> {
        self.settle().await?;
        let rest = std::mem::take(&mut self.buffer);
        let at = self.at;
        ended(self.work(move |part| {
            part.write(at, &rest)?;
            part.keep()
        }))
        .await?;
        // At once, so that a download that is dropped before has put nothing in place.
        let part = take(&self.part).ok_or_else(gone)?;
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

    /// Begins work on the part, on a thread that may block.
    fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Part) -> Result<T, DownloadError> + Send + 'static,
    ) -> JoinHandle<Result<T, DownloadError>> {
        let held = self.part.clone();
        spawn_blocking(move || match &mut *lock(&held) {
            Held::Part(part) => work(part),
            Held::Nothing | Held::Gone => Err(gone()),
        })
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
        if let Some(mut part) = take(&self.part) {
            // Refused if a write before it failed or has not begun.
            let _ = part.write(self.at, &self.buffer);
            part.leave();
        }
    }
}

fn lock(part: &Mutex<Held>) -> MutexGuard<'_, Held> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The part, for the last time.
fn take(part: &Mutex<Held>) -> Option<Part> {
    match std::mem::replace(&mut *lock(part), Held::Gone) {
        Held::Part(part) => Some(part),
        Held::Nothing | Held::Gone => None,
    }
}

async fn ended<T>(work: JoinHandle<Result<T, DownloadError>>) -> Result<T, DownloadError> {
    // It panicked, or the runtime ends.
    work.await
        .unwrap_or_else(|error| Err(DownloadError::io(WRITING)(io::Error::other(error))))
}

fn gone() -> DownloadError {
    DownloadError::io(WRITING)(io::Error::other("the part was left"))
}
