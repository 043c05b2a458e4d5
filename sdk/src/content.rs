//! Request bodies other than JSON: text, bytes and streams.
//!
//! Invariant: a stream is not read before it is sent, and one of another length than declared is not sent as a whole.

use crate::byte_stream::ByteStream;
use crate::transport_error::TransportError;
use bytes::Bytes;
use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

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
    /// Creates a streamed body of `length` bytes, if known. Each attempt of the call opens the stream again. An attempt
    /// fails if the stream has more or fewer bytes.
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

    /// Opens the stream from the beginning. It ends in an error if it does not have the declared length.
    #[must_use]
    pub fn open(&self) -> ByteStream {
        let pieces = (self.open)();
        match self.length {
            Some(length) => ByteStream::new(Measured {
                pieces: Some(pieces),
                length,
                left: length,
                last: None,
            }),
            None => pieces,
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// A stream with a declared length.
struct Measured {
    /// `None` after the end.
    pieces: Option<ByteStream>,
    length: u64,
    left: u64,
    /// The last piece of this length. It waits for the end of the stream, because HTTP clients ignore what follows it.
    last: Option<Bytes>,
}

impl Stream for Measured {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while let Some(pieces) = &mut this.pieces {
            let found = match ready!(Pin::new(pieces).poll_next(context)) {
                Some(Ok(piece)) if piece.is_empty() => continue,
                Some(Ok(piece)) => match this.left.checked_sub(piece.len() as u64) {
                    Some(0) => {
                        (this.left, this.last) = (0, Some(piece));
                        continue;
                    }
                    Some(left) => {
                        this.left = left;
                        return Poll::Ready(Some(Ok(piece)));
                    }
                    None => "more".to_owned(),
                },
                None if this.left > 0 => (this.length - this.left).to_string(),
                None => {
                    this.pieces = None;
                    return Poll::Ready(this.last.take().map(Ok));
                }
                Some(Err(error)) => {
                    this.pieces = None;
                    return Poll::Ready(Some(Err(error)));
                }
            };
            this.pieces = None;
            let cause = format!("the stream has {found}, not {} bytes", this.length);
            return Poll::Ready(Some(Err(TransportError::Interrupted(cause.into()))));
        }
        Poll::Ready(None)
    }
}
