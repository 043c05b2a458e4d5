//! A body that may be interrupted.
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};

use super::content::Content;
use crate::transport_error::TransportError;

/// The bytes that arrive, followed by the end or an error.
pub(super) struct InterruptibleBody {
    left: Content,
    /// The length of the complete body.
    length: u64,
    breaks: Break,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Break {
    Never,
    /// Yields once before the error, so that the bytes before it are sent.
    Soon,
    Now,
}

impl InterruptibleBody {
    /// Creates a complete body.
    pub(super) fn whole(body: Content) -> Self {
        Self {
            length: body.len(),
            left: body,
            breaks: Break::Never,
        }
    }

    /// Creates a body that is interrupted after `bytes` bytes.
    pub(super) fn new(mut body: Content, bytes: usize) -> Self {
        let (length, bytes) = (body.len(), bytes as u64);
        body.truncate(bytes);
        Self {
            left: body,
            length,
            breaks: match bytes < length {
                true => Break::Soon,
                false => Break::Never,
            },
        }
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        let piece = self.left.piece();
        if !piece.is_empty() {
            return Poll::Ready(Some(Ok(piece)));
        }
        match self.breaks {
            Break::Never => Poll::Ready(None),
            Break::Soon => {
                self.breaks = Break::Now;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Break::Now => {
                self.breaks = Break::Never;
                Poll::Ready(Some(Err(io::Error::other(
                    "a fault interrupted the response",
                ))))
            }
        }
    }
}

impl Stream for InterruptibleBody {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_piece(context)
            .map_err(|error| TransportError::Interrupted(error.into()))
    }
}

impl Body for InterruptibleBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.poll_piece(context).map_ok(Frame::data)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }

    fn is_end_stream(&self) -> bool {
        self.length == 0
    }
}
