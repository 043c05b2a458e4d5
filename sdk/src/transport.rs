//! How requests leave the process: a trait, and its default over `reqwest`.
//!
//! Must never follow a redirect, repeat a request or read credentials.
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use crate::error::Error;

/// A boxed future, as object-safe asynchronous traits need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request and collects its answer. Any status is an answer, not an error.
///
/// An implementation must not follow redirects: the request carries credentials. It need not limit time, and must
/// not send anything twice: both are the client's business. A send that takes too long is dropped.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request once.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no answer, by what it tells about whether the service saw the request.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection came about: the service certainly did not see the request.
    Connect(Cause),
    /// Time ran out after connecting: the service may have acted on the request.
    Timeout(Cause),
    /// The exchange broke off, or the answer was not acceptable: the service may have acted on the
    /// request.
    Interrupted(Cause),
}

impl TransportError {
    /// Whether the service certainly did not see the request.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(self, Self::Connect(_))
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect(_) => "no connection to the service",
            Self::Timeout(_) => "no answer in time",
            Self::Interrupted(_) => "the exchange broke off",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let (Self::Connect(cause) | Self::Timeout(cause) | Self::Interrupted(cause)) = self;
        Some(&**cause)
    }
}

/// The default transport.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    max_body: usize,
}

impl HttpTransport {
    /// The largest body that is collected unless said otherwise: 64 MiB.
    pub const MAX_BODY: usize = 64 * 1024 * 1024;

    /// Sends through `client`, best one of [`HttpTransport::client_builder`]: an answer that came by
    /// a redirect is refused.
    #[must_use]
    pub fn new(client: reqwest::Client) -> Self {
        Self {
            client,
            max_body: Self::MAX_BODY,
        }
    }

    /// Limits the body, in bytes, so that no answer can exhaust memory.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The HTTP client that a [`Client`](crate::Client) uses by default, for settings of your own:
    /// TLS by rustls with the trust roots of the platform, and no redirects.
    ///
    /// # Errors
    /// When the platform's trust roots cannot be read.
    pub fn client_builder() -> Result<reqwest::ClientBuilder, Error> {
        let tls = tls()
            .map_err(|error| Error::configuration(format!("TLS cannot be set up: {error}")))?;
        let builder = reqwest::Client::builder().tls_backend_preconfigured(tls);
        Ok(builder.redirect(reqwest::redirect::Policy::none()))
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(judge)?;
        let asked = request.url().clone();
        let mut answer = self.client.execute(request).await.map_err(judge)?;
        if *answer.url() != asked {
            let cause = "the HTTP client followed a redirect; it must not";
            return Err(TransportError::Interrupted(cause.into()));
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(judge)? {
            if body.len() + chunk.len() > self.max_body {
                let cause = format!("the answer is larger than {} bytes", self.max_body);
                return Err(TransportError::Interrupted(cause.into()));
            }
            body.extend_from_slice(&chunk);
        }
        let mut collected = http::Response::new(body.freeze());
        *collected.status_mut() = answer.status();
        *collected.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(collected)
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

fn tls() -> Result<rustls::ClientConfig, Cause> {
    use rustls_platform_verifier::BuilderVerifierExt as _;
    // The provider is named here, because installing one process-wide is the application's right.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn judge(error: reqwest::Error) -> TransportError {
    let (connect, timeout) = (error.is_connect() || error.is_builder(), error.is_timeout());
    let cause = error.without_url().into();
    match (connect, timeout) {
        (true, _) => TransportError::Connect(cause),
        (false, true) => TransportError::Timeout(cause),
        (false, false) => TransportError::Interrupted(cause),
    }
}
