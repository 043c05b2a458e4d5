//! The body of an answer as it arrives.
//!
//! Must never hold more of it than the piece at hand.
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

/// The body of an answer, piece by piece. What ends it early is its last item.
pub struct ByteStream {
    pieces: Pieces,
    /// The number of bytes, where it is known beforehand.
    length: Option<u64>,
}

impl ByteStream {
    /// A body of these pieces. It is not read on after an error.
    pub fn new(pieces: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self {
            pieces: Box::pin(pieces),
            length: None,
        }
    }

    /// The same, with the number of its bytes.
    #[cfg(feature = "reqwest")]
    pub(crate) fn of_length(mut self, length: Option<u64>) -> Self {
        self.length = length;
        self
    }

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// All pieces in one.
    ///
    /// # Errors
    /// What ended the body early, and [`TransportError::Unacceptable`] when it is longer than `limit` bytes.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, TransportError> {
        let mut body = Collected::new(self.length, limit);
        while let Some(piece) = self.next().await {
            body.add(piece?)?;
        }
        Ok(body.whole())
    }

    /// The first `limit` bytes, or all if there are fewer. The rest is not read.
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

    /// The same, with an error when nothing comes for `limit`.
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

/// The pieces of a body that have come, in one.
pub(crate) struct Collected {
    /// The body, as long as it is a single piece: most are, and need no copy.
    first: Bytes,
    more: BytesMut,
    /// The number of bytes, where it is known beforehand.
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

    /// Adds a piece, unless the body gets longer than the limit.
    pub(crate) fn add(&mut self, piece: Bytes) -> Result<(), TransportError> {
        let length = self.first.len() + self.more.len() + piece.len();
        if length > self.limit {
            let cause = format!("the answer is larger than {} bytes", self.limit);
            return Err(TransportError::Unacceptable(cause.into()));
        }
        if length == piece.len() {
            self.first = piece;
            return Ok(());
        }
        if self.more.is_empty() {
            let known = usize::try_from(self.length.unwrap_or_default()).unwrap_or(self.limit);
            self.more.reserve(known.min(self.limit).max(length));
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

/// A body that is there already.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().filter(|body| !body.is_empty()).map(Ok))
    }
}

/// Pieces that must not keep their reader waiting.
struct Impatient {
    /// `None` once it is over.
    pieces: Option<ByteStream>,
    clock: Arc<dyn Clock>,
    limit: Duration,
    /// Of the piece that is waited for.
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
            let cause = format!("nothing came for {:?}", this.limit);
            Some(Err(TransportError::Timeout(cause.into())))
        });
        this.deadline = None;
        if !matches!(piece, Some(Ok(_))) {
            this.pieces = None;
        }
        Poll::Ready(piece)
    }
}

/// Asks, among a request's extensions, for the answer's body as a stream.
#[derive(Clone)]
pub(crate) struct AsStream;

/// Where, among an answer's extensions, the stream is that was asked for. A success only has one: failures are read.
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
