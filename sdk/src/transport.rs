//! How requests leave the process: the trait that a transport implements.
//!
//! Must never name an implementation.
use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use http::{HeaderMap, header};

use crate::byte_stream::ByteStream;

/// A boxed future, as object-safe asynchronous traits need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

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

pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no answer, by what it tells about whether the service saw the request.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection came about: the service certainly did not see the request.
    Connect(Cause),
    /// No connection came about, since a certificate was refused: the service certainly did not see the request, and would
    /// not the next time.
    Untrusted(Cause),
    /// Time ran out after connecting: the service may have acted on the request.
    Timeout(Cause),
    /// The exchange broke off: the service may have acted on the request.
    Interrupted(Cause),
    /// An answer came that must not be taken, and would come again: it is too large, or from elsewhere.
    Unacceptable(Cause),
}

impl TransportError {
    /// Whether the service certainly did not see the request.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Untrusted(_))
    }
}

/// Whether a body is in another form than the one asked for, such as compressed (RFC 9110 section 8.4).
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect(_) => "no connection to the service",
            Self::Untrusted(_) => "no connection to the service, for a certificate was refused",
            Self::Timeout(_) => "no answer in time",
            Self::Interrupted(_) => "the exchange broke off",
            Self::Unacceptable(_) => "the answer cannot be taken",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let (Self::Connect(cause)
        | Self::Untrusted(cause)
        | Self::Timeout(cause)
        | Self::Interrupted(cause)
        | Self::Unacceptable(cause)) = self;
        Some(&**cause)
    }
}
