//! The default transport, over `reqwest`.
//!
//! Must never follow a redirect, repeat a request or read credentials.
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body as _;

use crate::base_url::is_loopback;
use crate::box_future::BoxFuture;
use crate::byte_stream::ByteStream;
use crate::content::Upload;
use crate::error::Error;
use crate::transport::Transport;
use crate::transport_error::TransportError;
use crate::wire::LARGEST_FAILURE;

/// The default transport.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    /// For this very machine, which no proxy has to hear of.
    direct: Option<reqwest::Client>,
    max_body: usize,
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
            client,
            direct: None,
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
        Ok(builder(Tls::of_platform()?))
    }

    /// The transport of a client that was given none.
    pub(crate) fn by_default(connect_timeout: Duration) -> Result<Self, Error> {
        let tls = Tls::of_platform()?;
        let build = |builder: reqwest::ClientBuilder| {
            let built = builder.connect_timeout(connect_timeout).build();
            let why = |error| format!("the HTTP client cannot be set up: {error}");
            built.map_err(|error| Error::configuration(why(error)))
        };
        Ok(Self {
            direct: Some(build(builder(tls.clone()).no_proxy())?),
            ..Self::new(build(builder(tls))?)
        })
    }

    async fn exchange(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<ByteStream>, TransportError> {
        let upload = request.extensions_mut().remove::<Upload>();
        let mut request = reqwest::Request::try_from(request).map_err(judge)?;
        if let Some(upload) = upload {
            *request.body_mut() = Some(reqwest::Body::wrap(Outgoing::new(&upload)));
        }
        let client = match &self.direct {
            Some(direct) if is_loopback(request.url()) => direct,
            _ => &self.client,
        };
        // Only a client of the application's own may follow redirects.
        let asked = self.direct.is_none().then(|| request.url().clone());
        let mut answer = client.execute(request).await.map_err(judge)?;
        if asked.is_some_and(|asked| *answer.url() != asked) {
            let cause = "the HTTP client followed a redirect; it must not";
            return Err(TransportError::Unacceptable(cause.into()));
        }
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let length = answer.content_length();
        let body = ByteStream::new(Pieces(answer.into())).of_length(length);
        let mut opened = http::Response::new(body);
        *opened.status_mut() = status;
        *opened.headers_mut() = headers;
        Ok(opened)
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async {
            let (parts, body) = self.exchange(request).await?.into_parts();
            let body = if parts.status.is_success() {
                body.collect(self.max_body).await?
            } else {
                body.beginning(LARGEST_FAILURE).await?
            };
            Ok(http::Response::from_parts(parts, body))
        })
    }

    fn open(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn takes_streams(&self) -> bool {
        true
    }
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

/// What all clients of the SDK have in common.
fn builder(tls: Tls) -> reqwest::ClientBuilder {
    // Any crate of the application can turn decompression on for all clients of the process.
    let plain = reqwest::Client::builder()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd();
    tls.secure(plain)
        .redirect(reqwest::redirect::Policy::none())
}

#[cfg(feature = "rustls")]
#[derive(Clone)]
struct Tls(rustls::ClientConfig);

#[cfg(feature = "rustls")]
impl Tls {
    fn of_platform() -> Result<Self, Error> {
        use rustls_platform_verifier::BuilderVerifierExt as _;
        // The provider is named here, because installing one process-wide is the application's right.
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_platform_verifier())
            .map_err(|error| Error::configuration(format!("TLS cannot be set up: {error}")))?
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(config))
    }

    fn secure(self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder.tls_backend_preconfigured(self.0)
    }
}

#[cfg(not(feature = "rustls"))]
#[derive(Clone)]
struct Tls;

#[cfg(not(feature = "rustls"))]
impl Tls {
    fn of_platform() -> Result<Self, Error> {
        Ok(Self)
    }

    fn secure(self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        #[cfg(feature = "native-tls")]
        let builder = builder.tls_backend_native();
        builder
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
