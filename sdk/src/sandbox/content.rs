//! The body of a response: bytes in memory, or a range of an archive that is generated chunk by chunk.
use std::ops::Range;

use bytes::Bytes;

use super::tar_gz::TarGz;

/// Bytes of an archive that are generated at once.
const PIECE: u64 = 64 * 1024;

pub(super) enum Content {
    Bytes(Bytes),
    Archive(TarGz, Range<u64>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl Content {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Archive(_, range) => range.end - range.start,
        }
    }

    /// Drops everything beyond `length` bytes.
    pub(super) fn truncate(&mut self, length: u64) {
        match self {
            Self::Bytes(bytes) => bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX)),
            Self::Archive(_, range) => {
                range.end = range.end.min(range.start.saturating_add(length))
            }
        }
    }

    /// Takes the next chunk; an empty one is the end.
    pub(super) fn piece(&mut self) -> Bytes {
        match self {
            Self::Bytes(bytes) => std::mem::take(bytes),
            Self::Archive(archive, range) => {
                let end = range.end.min(range.start.saturating_add(PIECE));
                let length = usize::try_from(end - range.start).unwrap_or_default();
                let mut piece = vec![0; length];
                archive.read(range.start, &mut piece);
                range.start = end;
                piece.into()
            }
        }
    }

    /// Collects the whole body.
    pub(super) fn whole(mut self) -> Bytes {
        if let Self::Bytes(bytes) = &mut self {
            return std::mem::take(bytes);
        }
        let mut whole = Vec::with_capacity(usize::try_from(self.len()).unwrap_or_default());
        loop {
            let piece = self.piece();
            if piece.is_empty() {
                return whole.into();
            }
            whole.extend_from_slice(&piece);
        }
    }
}
