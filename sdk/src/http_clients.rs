//! The HTTP clients of the default transport, each created at the first request that needs it.
//!
//! Creating a client reads the trust roots of the platform. Invariant: files are read only on a blocking thread.
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::task::spawn_blocking;
use url::Url;

use crate::base_url::is_loopback;
use crate::box_future::BoxFuture;
use crate::error::Error;
use crate::flight::Flight;
use crate::transport_error::TransportError;

/// The clients, by the kind of address that they are for.
pub(crate) struct HttpClients {
    connect_timeout: Duration,
    plain: Arc<Lazy>,
    direct: Arc<Lazy>,
    proxied: Arc<Lazy>,
}

/// The way in which requests to an address are sent.
#[derive(Clone, Copy)]
enum Way {
    /// `http` to this machine, without TLS and without a proxy.
    Plain,
    /// `https` to this machine, without a proxy.
    Direct,
    /// Another host, through the proxies of the environment.
    Proxied,
}

/// A client that is created once. After a failure, the next request tries again.
#[derive(Default)]
struct Lazy {
    client: OnceLock<reqwest::Client>,
    making: Flight<Result<reqwest::Client, Arc<str>>>,
}

impl HttpClients {
    pub(crate) fn new(connect_timeout: Duration) -> Self {
        Self {
            connect_timeout,
            plain: Arc::default(),
            direct: Arc::default(),
            proxied: Arc::default(),
        }
    }

    /// Returns the client for an address.
    pub(crate) async fn of(&self, url: &Url) -> Result<reqwest::Client, TransportError> {
        let (lazy, way) = match url.scheme() {
            "http" if is_loopback(url) => (&self.plain, Way::Plain),
            _ if is_loopback(url) => (&self.direct, Way::Direct),
            _ => (&self.proxied, Way::Proxied),
        };
        match lazy.client.get() {
            Some(client) => Ok(client.clone()),
            None => Box::pin(lazy.make(way, self.connect_timeout)).await,
        }
    }
}

impl fmt::Debug for HttpClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClients")
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

impl Lazy {
    /// Creates the client on a thread that may block, once for all requests that wait for it.
    async fn make(
        self: &Arc<Self>,
        way: Way,
        connect_timeout: Duration,
    ) -> Result<reqwest::Client, TransportError> {
        let made = || self.client.get().cloned().map(Ok);
        let start = || {
            let lazy = self.clone();
            let making = async move {
                let built = spawn_blocking(move || build(way, connect_timeout)).await;
                // The task panicked, or the runtime shuts down.
                let built = built.unwrap_or_else(|error| Err(error.to_string().into()));
                // The client is stored before this future completes, so that later requests find it.
                built.map(|client| lazy.client.get_or_init(|| client).clone())
            };
            Box::pin(making) as BoxFuture<'static, _>
        };
        let client = self.making.join(None, made, start).await;
        client.map_err(|why| TransportError::Configuration((*why).into()))
    }
}

fn build(way: Way, connect_timeout: Duration) -> Result<reqwest::Client, Arc<str>> {
    let tls = match way {
        Way::Plain => Tls::without_roots(),
        Way::Direct | Way::Proxied => Tls::of_platform(),
    };
    let builder = builder(tls?).connect_timeout(connect_timeout);
    let builder = match way {
        Way::Plain | Way::Direct => builder.no_proxy(),
        Way::Proxied => builder,
    };
    let built = builder.build();
    built.map_err(|error| format!("the HTTP client cannot be built: {error}").into())
}

/// Creates the builder of a client with the trust roots of the platform, which it reads.
pub(crate) fn platform_builder() -> Result<reqwest::ClientBuilder, Error> {
    let tls = Tls::of_platform().map_err(|why| Error::configuration(&*why));
    Ok(builder(tls?))
}

/// Creates a builder with the settings that all clients of the SDK share.
fn builder(tls: Tls) -> reqwest::ClientBuilder {
    // Any crate of the application can enable decompression for all clients of the process, by a feature of `reqwest`.
    let plain = reqwest::Client::builder()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd();
    // An HTTP/2 connection whose other side is dead is closed before an attempt's timeout. The retry would use it again.
    let alive = Duration::from_secs(20);
    tls.secure(plain)
        .http2_keep_alive_interval(alive)
        .http2_keep_alive_timeout(alive)
        .redirect(reqwest::redirect::Policy::none())
}

#[cfg(feature = "rustls")]
struct Tls(rustls::ClientConfig);

#[cfg(feature = "rustls")]
impl Tls {
    fn of_platform() -> Result<Self, Arc<str>> {
        use rustls_platform_verifier::BuilderVerifierExt as _;
        let builder = Self::builder()?.with_platform_verifier();
        Ok(Self::with_protocols(
            builder.map_err(unusable)?.with_no_client_auth(),
        ))
    }

    fn without_roots() -> Result<Self, Arc<str>> {
        let roots = rustls::RootCertStore::empty();
        let builder = Self::builder()?.with_root_certificates(roots);
        Ok(Self::with_protocols(builder.with_no_client_auth()))
    }

    fn builder()
    -> Result<rustls::ConfigBuilder<rustls::ClientConfig, rustls::WantsVerifier>, Arc<str>> {
        // The provider is passed explicitly, because only the application may install one for the whole process.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)
    }

    fn with_protocols(mut config: rustls::ClientConfig) -> Self {
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Self(config)
    }

    fn secure(self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder.tls_backend_preconfigured(self.0)
    }
}

#[cfg(feature = "rustls")]
fn unusable(error: rustls::Error) -> Arc<str> {
    format!("TLS cannot be set up: {error}").into()
}

#[cfg(not(feature = "rustls"))]
struct Tls;

#[cfg(not(feature = "rustls"))]
impl Tls {
    fn of_platform() -> Result<Self, Arc<str>> {
        Ok(Self)
    }

    fn without_roots() -> Result<Self, Arc<str>> {
        Ok(Self)
    }

    fn secure(self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        #[cfg(feature = "native-tls")]
        let builder = builder.tls_backend_native();
        builder
    }
}
