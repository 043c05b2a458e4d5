//! The destinations of downloads: a file or a writer.
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::content::Content;
use super::error::DownloadError;
use super::writer::Writer;

pub(super) enum Sink<'a> {
    Writer(&'a mut (dyn AsyncWrite + Send + Unpin)),
    File(&'a mut Writer),
}

impl Sink<'_> {
    /// Returns true if the written bytes can be discarded.
    pub(super) fn can_begin_again(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Prepares for this content from its first byte.
    pub(super) async fn begin(&mut self, content: &Content) -> Result<(), DownloadError> {
        match self {
            Self::Writer(_) => Ok(()),
            Self::File(file) => file.begin(content).await,
        }
    }

    /// Discards the bytes of a file, which the next content replaces.
    pub(super) async fn discard(&mut self) {
        match self {
            Self::Writer(_) => {}
            Self::File(file) => file.discard().await,
        }
    }

    pub(super) async fn write(&mut self, piece: &[u8]) -> Result<(), DownloadError> {
        match self {
            Self::Writer(writer) => writer
                .write_all(piece)
                .await
                .map_err(DownloadError::io("writing to the writer")),
            Self::File(file) => file.write(piece).await,
        }
    }
}
