//! Bodies that pass through and leave a copy.
//!
//! Must never wait for more of a body before what is there is passed on, nor keep more of it than the limit.

use crate::record::archive::Passed;
use crate::record::exchange::{Answer, Exchange};
use crate::record::links::Links;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

/// The copy of a body as far as it has passed; none once it is larger than the limit.
#[derive(Clone)]
pub(crate) struct Kept {
    bytes: Arc<Mutex<Option<Vec<u8>>>>,
    limit: usize,
}

impl Kept {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            bytes: Arc::new(Mutex::new(Some(Vec::new()))),
            limit,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, piece: &[u8]) {
        let mut kept = self.lock();
        match &mut *kept {
            Some(bytes) if bytes.len() + piece.len() <= self.limit => {
                bytes.extend_from_slice(piece)
            }
            kept => *kept = None,
        }
    }

    fn take(&self) -> Option<Bytes> {
        self.lock().take().map(Bytes::from)
    }
}

/// The body of a request.
pub(crate) struct RequestTee {
    pub(crate) body: Incoming,
    pub(crate) kept: Kept,
}

impl Body for RequestTee {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(piece) = frame.data_ref()
        {
            this.kept.add(piece);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An exchange whose answer is under way. Dropped before its end, it is lost.
pub(crate) struct Pending {
    pub(crate) number: u64,
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) request_headers: HeaderMap,
    pub(crate) request: Kept,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) sender: Option<Sender<Passed>>,
}

impl Pending {
    fn end(mut self, body: Option<Bytes>) {
        let passed = match (self.request.take(), body) {
            (Some(request_body), Some(body)) => Passed::Whole(Box::new(Exchange {
                number: self.number,
                method: std::mem::take(&mut self.method),
                target: std::mem::take(&mut self.target),
                request_headers: std::mem::take(&mut self.request_headers),
                request_body,
                answer: Answer {
                    status: self.status,
                    headers: std::mem::take(&mut self.headers),
                    body,
                },
            })),
            (None, _) => Passed::Lost(self.number, "the request is larger than what is kept"),
            (_, None) => Passed::Lost(self.number, "the answer is larger than what is kept"),
        };
        self.tell(passed);
    }

    fn tell(&mut self, passed: Passed) {
        // An archive that is gone has said why.
        let _ = self.sender.take().map(|sender| sender.send(passed));
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.tell(Passed::Lost(self.number, "the answer broke off"));
    }
}

/// The body of an answer.
pub(crate) struct AnswerTee {
    body: Incoming,
    kept: Kept,
    /// Where links are to lead back.
    links: Option<Links>,
    /// `None` once the answer has ended.
    pending: Option<Pending>,
}

impl AnswerTee {
    pub(crate) fn new(
        body: Incoming,
        limit: usize,
        links: Option<Links>,
        pending: Pending,
    ) -> Self {
        let mut tee = Self {
            body,
            kept: Kept::new(limit),
            links,
            pending: Some(pending),
        };
        tee.end_if_whole();
        tee
    }

    /// A body of known length is not asked again once it is there.
    fn end_if_whole(&mut self) {
        if self.body.is_end_stream() {
            self.end();
        }
    }

    fn end(&mut self) {
        if let Some(pending) = self.pending.take() {
            pending.end(self.kept.take());
        }
    }
}

impl Body for AnswerTee {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = self.get_mut();
        loop {
            let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
            let piece = match frame {
                None => {
                    this.end();
                    let rest = this.links.take().map(|mut links| links.rest());
                    let rest = rest.filter(|rest| !rest.is_empty());
                    return Poll::Ready(rest.map(|rest| Ok(Frame::data(rest))));
                }
                // What breaks off is dropped by whoever reads it, and with it the pending exchange.
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => piece,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
            };
            this.kept.add(&piece);
            this.end_if_whole();
            let passed = this
                .links
                .as_mut()
                .map_or_else(|| piece.clone(), |links| links.pass(&piece));
            if !passed.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(passed))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream() && self.links.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        if self.links.is_some() {
            SizeHint::default()
        } else {
            self.body.size_hint()
        }
    }
}
