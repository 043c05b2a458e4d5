//! The trait of HTTP transports. It does not depend on an implementation.
use bytes::Bytes;
use http::{HeaderMap, header};

use crate::box_future::BoxFuture;
use crate::byte_stream::ByteStream;
use crate::transport_error::TransportError;

/// Sends HTTP requests. Every status is a response, not an error.
///
/// An implementation must not follow redirects, because requests carry credentials. Its errors must not contain the URL,
/// which may be secret. It must not retry. It needs no timeout: the client drops a send that takes too long.
///
/// Requests accept only the content coding `identity`, and the client refuses encoded bodies. An implementation that
/// decodes bodies removes `Content-Encoding`. It cannot resume downloads, because their offsets count encoded bytes.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request once and collects the body of the response.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;

    /// Sends the request once and returns the response as soon as its headers arrive, with a streamed body.
    ///
    /// The default collects the body first, which suits small bodies.
    fn open(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        let answer = self.send(request);
        Box::pin(async { Ok(answer.await?.map(ByteStream::from)) })
    }

    /// Returns true if the transport sends the extension [`Upload`](crate::Upload) of a request as its body; the body of
    /// the request is then empty. By default, the client collects the stream and sends the bytes.
    fn takes_streams(&self) -> bool {
        false
    }
}

/// Returns true if the body has a content encoding, for example a compression (RFC 9110 section 8.4).
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}
