//! The default transport, over `reqwest`.
//!
//! Must never follow a redirect, repeat a request or read credentials.
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::Uri;
use http_body::Body as _;
use url::Url;

use crate::box_future::BoxFuture;
use crate::byte_stream::{ByteStream, Collected};
use crate::content::Upload;
use crate::error::Error;
use crate::http_clients::{HttpClients, platform_builder};
use crate::transport::Transport;
use crate::transport_error::TransportError;
use crate::wire::LARGEST_FAILURE;

/// The default transport.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    clients: Clients,
    max_body: usize,
}

#[derive(Debug, Clone)]
enum Clients {
    /// The application's, which may follow redirects.
    Given(reqwest::Client),
    Own(Arc<HttpClients>),
}

impl HttpTransport {
    /// The largest body of a success that is collected unless said otherwise: 8 MiB, which is 16 KiB for each element of
    /// the largest page.
    pub const MAX_BODY: usize = 8 * 1024 * 1024;

    /// Sends through `client`, best one of [`HttpTransport::client_builder`]: an answer that came by
    /// a redirect is refused. A client of another builder must not decompress either (`no_gzip` and its like, where a
    /// crate turns on such a feature of `reqwest`), which shows in no answer: a download would be stored decompressed,
    /// and could not be resumed. Its proxies are its own business: plain `http`, which is for this machine only, goes
    /// through them whole unless it has `no_proxy`.
    #[must_use]
    pub fn new(client: reqwest::Client) -> Self {
        Self {
            clients: Clients::Given(client),
            max_body: Self::MAX_BODY,
        }
    }

    /// Limits the body of a success, in bytes; a larger one is an error of kind [`Decode`](crate::ErrorKind::Decode). Of the
    /// body of a failure only the first mebibyte is read.
    ///
    /// What a body becomes in memory is limited by [`ClientBuilder::max_elements`](crate::ClientBuilder::max_elements).
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The HTTP client that a [`Client`](crate::Client) uses by default, for settings of your own:
    /// TLS with the trust roots of the platform, no redirects and no decompression.
    ///
    /// TLS is that of the feature `rustls`, else that of `native-tls`; with neither, only `http` to this machine works.
    /// With the feature `rustls`, `reqwest`'s own builder panics in [`build`](reqwest::ClientBuilder::build) unless the
    /// process has a default provider of cryptography; this one brings its own.
    ///
    /// Proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY` and their like), unless set here. A proxy learns
    /// host and port of what goes by `https` (the method `CONNECT`), and all of what goes by `http`. A
    /// [`Client`](crate::Client) that was given no HTTP client asks this machine without any.
    ///
    /// Reads the trust roots, which takes some milliseconds: a [`Client`](crate::Client) that was given no HTTP client
    /// reads them at its first request that needs them, on a thread that may block.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use atlas_backup::{Client, Credentials, HttpTransport};
    /// let proxied = HttpTransport::client_builder()?
    ///     .proxy(reqwest::Proxy::https("http://proxy.example:3128")?)
    ///     .build()?;
    /// // Twice the body that is collected by default.
    /// let transport = HttpTransport::new(proxied).max_body(2 * HttpTransport::MAX_BODY);
    /// let client = Client::builder()
    ///     .credentials(Credentials::bearer("token"))
    ///     .transport(transport)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When the platform's trust roots cannot be read.
    pub fn client_builder() -> Result<reqwest::ClientBuilder, Error> {
        platform_builder()
    }

    /// The transport of a client that was given none. Reads nothing before its first request.
    pub(crate) fn by_default(connect_timeout: Duration) -> Self {
        Self {
            clients: Clients::Own(Arc::new(HttpClients::new(connect_timeout))),
            max_body: Self::MAX_BODY,
        }
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<reqwest::Response, TransportError> {
        let (mut head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, url(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(match head.extensions.remove::<Upload>() {
            Some(upload) => reqwest::Body::wrap(Outgoing::new(&upload)),
            None => body.into(),
        });
        let client = match &self.clients {
            Clients::Own(clients) => {
                let client = clients.of(request.url()).await?;
                return client.execute(request).await.map_err(judge);
            }
            Clients::Given(client) => client,
        };
        let asked = request.url().clone();
        let answer = client.execute(request).await.map_err(judge)?;
        if *answer.url() != asked {
            let cause = "the HTTP client followed a redirect; it must not";
            return Err(TransportError::Unacceptable(cause.into()));
        }
        Ok(answer)
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async {
            let mut answer = self.exchange(request).await?;
            if !answer.status().is_success() {
                let (parts, body) = opened(answer).into_parts();
                let body = Box::pin(body.beginning(LARGEST_FAILURE)).await?;
                return Ok(http::Response::from_parts(parts, body));
            }
            let mut body = Collected::new(answer.content_length(), self.max_body);
            while let Some(piece) = answer.chunk().await.map_err(judge)? {
                body.add(piece)?;
            }
            Ok(with_head(&mut answer, body.whole()))
        })
    }

    fn open(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        Box::pin(async { Ok(opened(self.exchange(request).await?)) })
    }

    fn takes_streams(&self) -> bool {
        true
    }
}

/// The address as `reqwest` takes it.
fn url(uri: &Uri) -> Result<Url, TransportError> {
    let (scheme, authority) = (uri.scheme_str(), uri.authority());
    let (scheme, authority) = (
        scheme.unwrap_or_default(),
        authority.map_or("", |authority| authority.as_str()),
    );
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    let text = [scheme, "://", authority, target].concat();
    Url::parse(&text).map_err(|error| TransportError::Connect(error.into()))
}

/// The answer with its body as it arrives.
fn opened(mut answer: reqwest::Response) -> http::Response<ByteStream> {
    let length = answer.content_length();
    let head = with_head(&mut answer, ());
    head.map(|()| ByteStream::new(Pieces(answer.into())).of_length(length))
}

/// A body with status and headers of an answer, from which the headers are taken.
fn with_head<T>(answer: &mut reqwest::Response, body: T) -> http::Response<T> {
    let mut response = http::Response::new(body);
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    response
}

/// A request body that is a stream.
struct Outgoing {
    /// Behind a lock that is never taken, for a body has to be `Sync`.
    stream: Mutex<ByteStream>,
    left: Option<u64>,
}

impl Outgoing {
    fn new(upload: &Upload) -> Self {
        Self {
            stream: Mutex::new(upload.open()),
            left: upload.length(),
        }
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, TransportError>>> {
        let stream = self.stream.get_mut();
        let stream = stream.unwrap_or_else(PoisonError::into_inner);
        let piece = ready!(Pin::new(stream).poll_next(context));
        if let (Some(Ok(piece)), Some(left)) = (&piece, &mut self.left) {
            *left = left.saturating_sub(piece.len() as u64);
        }
        Poll::Ready(piece.map(|piece| piece.map(http_body::Frame::data)))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.left.map_or_else(
            http_body::SizeHint::default,
            http_body::SizeHint::with_exact,
        )
    }
}

/// The pieces of a body; its trailers are passed over.
struct Pieces(reqwest::Body);

impl Stream for Pieces {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let body = &mut self.get_mut().0;
        loop {
            match std::task::ready!(Pin::new(&mut *body).poll_frame(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(judge(error)))),
                Some(Ok(frame)) => {
                    if let Ok(piece) = frame.into_data() {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
            }
        }
    }
}

fn judge(error: reqwest::Error) -> TransportError {
    let (connect, timeout) = (error.is_connect() || error.is_builder(), error.is_timeout());
    let untrusted = connect && is_about_certificates(&error);
    let cause = error.without_url().into();
    match (connect, timeout) {
        (true, _) if untrusted => TransportError::Untrusted(cause),
        (true, _) => TransportError::Connect(cause),
        (false, true) => TransportError::Timeout(cause),
        (false, false) => TransportError::Interrupted(cause),
    }
}

/// Whether a connection was refused for a certificate, by either side. No TLS library tells it by type through another
/// library's errors, but each says so.
fn is_about_certificates(error: &(dyn std::error::Error + 'static)) -> bool {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let mut texts = causes.map(|cause| cause.to_string().to_ascii_lowercase());
    texts.any(|text| text.contains("certificate"))
}
