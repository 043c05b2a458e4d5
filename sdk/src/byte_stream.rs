//! Streamed response bodies.
//!
//! Invariant: at most one chunk is in memory.
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::ambient::Clock;
use crate::deadline::Deadline;
use crate::transport_error::TransportError;

type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

/// A streamed body, in chunks. If the body ends early, the last item is the error.
pub struct ByteStream {
    pieces: Pieces,
    /// The number of bytes, if known in advance.
    length: Option<u64>,
}

impl ByteStream {
    /// Creates a body of these chunks. It is not polled again after an error.
    pub fn new(pieces: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self {
            pieces: Box::pin(pieces),
            length: None,
        }
    }

    /// Sets the number of bytes.
    #[cfg(feature = "reqwest")]
    pub(crate) fn of_length(mut self, length: Option<u64>) -> Self {
        self.length = length;
        self
    }

    /// Returns the next chunk, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Collects the whole body.
    ///
    /// # Errors
    /// The error that ended the body early, or [`TransportError::Unacceptable`] if it is longer than `limit` bytes.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, TransportError> {
        let mut body = Collected::new(self.length, limit);
        while let Some(piece) = self.next().await {
            body.add(piece?)?;
        }
        Ok(body.whole())
    }

    /// Returns the first `limit` bytes, or fewer if the body is shorter. The rest is not read.
    pub(crate) async fn beginning(mut self, limit: usize) -> Result<Bytes, TransportError> {
        let mut body = BytesMut::new();
        while body.len() < limit
            && let Some(piece) = self.next().await
        {
            let piece = piece?;
            body.extend_from_slice(&piece[..piece.len().min(limit - body.len())]);
        }
        Ok(body.freeze())
    }

    /// Adds an error if no data arrives for `limit`.
    pub(crate) fn within(self, clock: Arc<dyn Clock>, limit: Duration) -> Self {
        Self::new(Impatient {
            pieces: Some(self),
            clock,
            limit,
            deadline: None,
        })
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pieces.as_mut().poll_next(context)
    }
}

impl From<Bytes> for ByteStream {
    fn from(whole: Bytes) -> Self {
        Self::new(Once(Some(whole)))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}

/// The most memory that is reserved because a header announces a length, in bytes. A longer body takes more when it arrives.
const MOST_RESERVED: usize = 8 * 1024 * 1024;

/// Collects the chunks of a body.
pub(crate) struct Collected {
    /// The body while it is a single chunk, which needs no copy.
    first: Bytes,
    more: BytesMut,
    /// The number of bytes, if known in advance.
    length: Option<u64>,
    limit: usize,
}

impl Collected {
    pub(crate) fn new(length: Option<u64>, limit: usize) -> Self {
        Self {
            first: Bytes::new(),
            more: BytesMut::new(),
            length,
            limit,
        }
    }

    /// Adds a chunk; an error if the body exceeds the limit.
    pub(crate) fn add(&mut self, piece: Bytes) -> Result<(), TransportError> {
        let length = self.first.len() + self.more.len() + piece.len();
        if length > self.limit {
            let cause = format!("the response is larger than {} bytes", self.limit);
            return Err(TransportError::Unacceptable(cause.into()));
        }
        if length == piece.len() {
            self.first = piece;
            return Ok(());
        }
        if self.more.is_empty() {
            let known = usize::try_from(self.length.unwrap_or_default()).unwrap_or(self.limit);
            self.more
                .reserve(known.min(self.limit).min(MOST_RESERVED).max(length));
            self.more
                .extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.more.extend_from_slice(&piece);
        Ok(())
    }

    pub(crate) fn whole(self) -> Bytes {
        if self.more.is_empty() {
            self.first
        } else {
            self.more.freeze()
        }
    }
}

/// A body in memory.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().filter(|body| !body.is_empty()).map(Ok))
    }
}

/// A body that fails if no data arrives for a while.
struct Impatient {
    /// `None` after the end.
    pieces: Option<ByteStream>,
    clock: Arc<dyn Clock>,
    limit: Duration,
    /// The deadline of the next chunk.
    deadline: Option<Deadline>,
}

impl Stream for Impatient {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(pieces) = &mut this.pieces else {
            return Poll::Ready(None);
        };
        let deadline = this
            .deadline
            .get_or_insert_with(|| Deadline::new(&this.clock, this.limit));
        let next = deadline.poll(context, |context| Pin::new(pieces).poll_next(context));
        let piece = ready!(next).unwrap_or_else(|| {
            let cause = format!("no data arrived for {:?}", this.limit);
            Some(Err(TransportError::Timeout(cause.into())))
        });
        this.deadline = None;
        if !matches!(piece, Some(Ok(_))) {
            this.pieces = None;
        }
        Poll::Ready(piece)
    }
}

/// A request extension that asks for a streamed response body.
#[derive(Clone)]
pub(crate) struct AsStream;

/// The response extension with the streamed body. Only successful responses have it; the bodies of failures are read.
#[derive(Clone)]
pub(crate) struct Streamed(Arc<Mutex<Option<ByteStream>>>);

impl Streamed {
    pub(crate) fn new(stream: ByteStream) -> Self {
        Self(Arc::new(Mutex::new(Some(stream))))
    }

    pub(crate) fn take(&self) -> Option<ByteStream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
