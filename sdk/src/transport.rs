//! How requests leave the process: the trait that a transport implements.
//!
//! Must never name an implementation.
use bytes::Bytes;
use http::{HeaderMap, header};

use crate::box_future::BoxFuture;
use crate::byte_stream::ByteStream;
use crate::transport_error::TransportError;

/// Sends one request and collects its answer. Any status is an answer, not an error.
///
/// An implementation must not follow redirects: the request carries credentials. Its errors must not show the address,
/// which may be a secret by itself. It need not limit time, and must
/// not send anything twice: both are the client's business. A send that takes too long is dropped.
///
/// Requests accept `identity` as their only content coding, and a body that comes encoded all the same is refused. An
/// implementation that decodes bodies removes `Content-Encoding`; it cannot resume downloads, whose offsets count
/// encoded bytes.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request once.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;

    /// Sends the request once and gives the answer when its headers are there, its body as it arrives.
    ///
    /// By default the body is collected first, which is right for small ones.
    fn open(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        let answer = self.send(request);
        Box::pin(async { Ok(answer.await?.map(ByteStream::from)) })
    }

    /// Whether it sends the [`Upload`](crate::Upload) among the extensions of a request as the request's body, which is
    /// empty then. By default the client reads the stream first and gives the bytes.
    fn takes_streams(&self) -> bool {
        false
    }
}

/// Whether a body is in another form than the one asked for, such as compressed (RFC 9110 section 8.4).
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}
