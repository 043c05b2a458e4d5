//! The default transport, which uses `reqwest`.
//!
//! Invariant: it never follows a redirect, never retries, and never reads credentials.
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

/// The default transport, which uses `reqwest`.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    clients: Clients,
    max_body: usize,
}

#[derive(Debug, Clone)]
enum Clients {
    /// The client of the application, which may follow redirects.
    Given(reqwest::Client),
    Own(Arc<HttpClients>),
}

impl HttpTransport {
    /// The default maximum size of a success body: 8 MiB, which is 16 KiB for each item of the largest page.
    pub const MAX_BODY: usize = 8 * 1024 * 1024;

    /// Creates a transport that sends with `client`.
    ///
    /// Build the client with [`HttpTransport::client_builder`]. A client of another builder must not follow redirects;
    /// their responses are rejected. It must not decompress, either: call `no_gzip`, `no_brotli`, `no_deflate` and
    /// `no_zstd` if any crate enables these features of `reqwest`. The transport cannot detect decompression, and a
    /// decompressed download could not be resumed.
    ///
    /// The client uses its own proxies. Without `no_proxy`, plain `http`, which is allowed for this machine only, is
    /// sent to the proxy, which sees all of it.
    #[must_use]
    pub fn new(client: reqwest::Client) -> Self {
        Self {
            clients: Clients::Given(client),
            max_body: Self::MAX_BODY,
        }
    }

    /// Sets the maximum size of a success body, in bytes. A larger body is an error of kind
    /// [`Decode`](crate::ErrorKind::Decode). Of a failure's body only the first mebibyte is read.
    ///
    /// [`ClientBuilder::max_elements`](crate::ClientBuilder::max_elements) limits the memory of the decoded body.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Creates the builder of an HTTP client, to add your own settings.
    ///
    /// Its defaults are those of a [`Client`](crate::Client): TLS with the trust roots of the platform, no redirects
    /// and no decompression.
    ///
    /// TLS comes from the feature `rustls` if it is enabled, otherwise from `native-tls`. Without either, only `http`
    /// to this machine works. With the feature `rustls`, `reqwest`'s own builder panics in
    /// [`build`](reqwest::ClientBuilder::build) if the process has no default cryptography provider. This builder sets
    /// a provider.
    ///
    /// By default, the proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY` and related variables). A proxy
    /// sees host and port of `https` requests (method `CONNECT`), and the whole of `http` requests. A
    /// [`Client`](crate::Client) without its own HTTP client uses no proxy for this machine.
    ///
    /// This method reads the trust roots, which takes some milliseconds. A [`Client`](crate::Client) without its own
    /// HTTP client reads them at the first request that needs them, on a thread that may block.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use atlas_backup::{Client, Credentials, HttpTransport};
    /// let proxied = HttpTransport::client_builder()?
    ///     .proxy(reqwest::Proxy::https("http://proxy.example:3128")?)
    ///     .build()?;
    /// // Twice the default maximum.
    /// let transport = HttpTransport::new(proxied).max_body(2 * HttpTransport::MAX_BODY);
    /// let client = Client::builder()
    ///     .credentials(Credentials::bearer("token"))
    ///     .transport(transport)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the platform's trust roots cannot be read.
    pub fn client_builder() -> Result<reqwest::ClientBuilder, Error> {
        platform_builder()
    }

    /// Creates the default transport of a client. It reads nothing before its first request.
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

/// Converts an address to the type that `reqwest` uses.
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

/// Converts a response to one with a streamed body.
fn opened(mut answer: reqwest::Response) -> http::Response<ByteStream> {
    let length = answer.content_length();
    let head = with_head(&mut answer, ());
    head.map(|()| ByteStream::new(Pieces(answer.into())).of_length(length))
}

/// Returns a response with this body, and the status and headers of another one, from which it takes the headers.
fn with_head<T>(answer: &mut reqwest::Response, body: T) -> http::Response<T> {
    let mut response = http::Response::new(body);
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    response
}

/// A request body that is a stream.
struct Outgoing {
    /// The lock is never taken; it makes the body `Sync`, as `reqwest` requires.
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

/// The pieces of a response body, without trailers.
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

/// Returns true if either side refused the connection because of a certificate.
///
/// The type of the TLS library's error is hidden by the errors around it, so the texts are searched.
fn is_about_certificates(error: &(dyn std::error::Error + 'static)) -> bool {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let mut texts = causes.map(|cause| cause.to_string().to_ascii_lowercase());
    texts.any(|text| text.contains("certificate"))
}
