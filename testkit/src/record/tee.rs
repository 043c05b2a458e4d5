//! Bodies that are forwarded and copied at the same time.
//!
//! Must never wait for more of a body before forwarding what has arrived, nor copy more than the limit.

use crate::record::archive::Passed;
use crate::record::exchange::{Exchange, ExchangeResponse};
use crate::record::links::Links;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

/// The copy of the part that was forwarded; none once it exceeds the limit.
#[derive(Clone)]
pub(crate) struct BodyCopy {
    bytes: Arc<Mutex<Option<Vec<u8>>>>,
    limit: usize,
}

impl BodyCopy {
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
        let mut copy = self.lock();
        match &mut *copy {
            Some(bytes) if bytes.len() + piece.len() <= self.limit => {
                bytes.extend_from_slice(piece)
            }
            copy => *copy = None,
        }
    }

    fn take(&self) -> Option<Bytes> {
        self.lock().take().map(Bytes::from)
    }
}

/// The body of a request.
pub(crate) struct RequestTee {
    pub(crate) body: Incoming,
    pub(crate) copy: BodyCopy,
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
            this.copy.add(piece);
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

/// An exchange whose response is in progress; dropped before its end, it is reported as lost.
pub(crate) struct Pending {
    pub(crate) number: u64,
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) request_headers: HeaderMap,
    pub(crate) request: BodyCopy,
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
                response: ExchangeResponse {
                    status: self.status,
                    headers: std::mem::take(&mut self.headers),
                    body,
                },
            })),
            (None, _) => Passed::Lost(self.number, "the request body exceeds the limit"),
            (_, None) => Passed::Lost(self.number, "the response body exceeds the limit"),
        };
        self.send_to_archive(passed);
    }

    fn send_to_archive(&mut self, passed: Passed) {
        // A send fails only when the archive has ended, which reports that itself.
        let _ = self.sender.take().map(|sender| sender.send(passed));
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.send_to_archive(Passed::Lost(self.number, "the response was interrupted"));
    }
}

/// The body of a response.
pub(crate) struct ResponseTee {
    body: Incoming,
    copy: BodyCopy,
    /// Rewrites links, where they have to lead back to the proxy.
    links: Option<Links>,
    /// `None` once the response has ended.
    pending: Option<Pending>,
}

impl ResponseTee {
    pub(crate) fn new(
        body: Incoming,
        limit: usize,
        links: Option<Links>,
        pending: Pending,
    ) -> Self {
        let mut tee = Self {
            body,
            copy: BodyCopy::new(limit),
            links,
            pending: Some(pending),
        };
        tee.end_if_whole();
        tee
    }

    /// Ends the exchange: a body of known length is not polled again once it is complete.
    fn end_if_whole(&mut self) {
        if self.body.is_end_stream() {
            self.end();
        }
    }

    fn end(&mut self) {
        if let Some(pending) = self.pending.take() {
            pending.end(self.copy.take());
        }
    }
}

impl Body for ResponseTee {
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
                // The reader drops an interrupted body, and the pending exchange with it.
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => piece,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
            };
            this.copy.add(&piece);
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
