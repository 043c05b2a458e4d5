//! A user's crate without the default transport: a transport of its own, around any other one.

use atlas_backup::{BoxFuture, Transport, TransportError};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the requests that it lets through.
pub struct Counting<T> {
    inner: T,
    requests: Arc<AtomicUsize>,
}

impl<T> Counting<T> {
    /// Counts into `requests`.
    pub fn new(inner: T, requests: Arc<AtomicUsize>) -> Self {
        Self { inner, requests }
    }
}

impl<T: Transport> Transport for Counting<T> {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.inner.send(request)
    }
}
