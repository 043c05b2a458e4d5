//! Request bodies other than JSON: text, bytes and streams.
//!
//! Invariant: a stream is not read before it is sent.

use crate::byte_stream::ByteStream;
use bytes::Bytes;
use std::fmt;
use std::sync::Arc;

/// A request body other than JSON. Text and bytes convert into it.
///
/// ```
/// use atlas_backup::{ByteStream, RequestContent};
/// let text = RequestContent::from("at,value\n");
/// let streamed = RequestContent::stream(Some(9), || ByteStream::from(bytes::Bytes::from_static(b"at,value\n")));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RequestContent {
    /// A body in memory.
    Whole(Bytes),
    /// A body that is streamed while it is sent.
    Streamed(Upload),
}

impl RequestContent {
    /// Creates a streamed body of `length` bytes, if known. Each attempt of the call opens the stream again.
    pub fn stream(
        length: Option<u64>,
        open: impl Fn() -> ByteStream + Send + Sync + 'static,
    ) -> Self {
        let open = Arc::new(open);
        Self::Streamed(Upload { length, open })
    }
}

impl From<Bytes> for RequestContent {
    fn from(bytes: Bytes) -> Self {
        Self::Whole(bytes)
    }
}

impl From<Vec<u8>> for RequestContent {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Whole(bytes.into())
    }
}

impl From<String> for RequestContent {
    fn from(text: String) -> Self {
        Self::Whole(text.into())
    }
}

impl From<&str> for RequestContent {
    fn from(text: &str) -> Self {
        Self::Whole(Bytes::copy_from_slice(text.as_bytes()))
    }
}

/// A streamed request body. It is an extension of the request for transports that
/// [take streams](crate::Transport::takes_streams); other transports get the bytes.
#[derive(Clone)]
pub struct Upload {
    length: Option<u64>,
    open: Arc<dyn Fn() -> ByteStream + Send + Sync>,
}

impl Upload {
    /// Returns the number of bytes, if known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Opens the stream from the beginning.
    #[must_use]
    pub fn open(&self) -> ByteStream {
        (self.open)()
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
