//! The builder of a client.
//!
//! Invariant: the builder does not read the environment. `Client::from_env` and `Credentials::from_env` do.
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::ambient::{Clock, OsRandomness, Randomness, SystemClock};
use crate::auth::{
    Authenticator, Credentials, CredentialsProvider, CredentialsSource, Profile, TokenStore,
};
use crate::base_url::{self, BaseUrl};
use crate::client::Client;
use crate::error::Error;
#[cfg(feature = "download")]
use crate::file_system::{FileSystem, OsFileSystem};
#[cfg(feature = "reqwest")]
use crate::http_transport::HttpTransport;
use crate::interceptor::Interceptor;
use crate::retry::{ExponentialBackoff, RetryPolicy};
use crate::transport::Transport;
use crate::wire::Wire;

#[cfg(feature = "reqwest")]
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_ELEMENTS: usize = 50_000;

/// Builds a [`Client`]. The credentials are required; everything else has a default.
///
/// ```
/// # fn main() -> Result<(), atlas_backup::Error> {
/// use atlas_backup::{Client, Credentials};
/// let client = Client::builder()
///     .credentials(Credentials::bearer("token"))
///     .base_url("https://cloud.mongodb.com")?
///     .build()?;
/// # Ok(()) }
/// ```
#[must_use = "a builder does nothing until built"]
pub struct ClientBuilder {
    credentials: Option<CredentialsSource>,
    base: Option<BaseUrl>,
    route: Route,
    user_agent_suffix: Option<String>,
    #[cfg(feature = "reqwest")]
    connect_timeout: Duration,
    attempt_timeout: Duration,
    operation_timeout: Option<Duration>,
    max_elements: usize,
    retry: Arc<dyn RetryPolicy>,
    interceptors: Vec<Arc<dyn Interceptor>>,
    token_store: Option<Arc<dyn TokenStore>>,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    #[cfg(feature = "download")]
    files: Arc<dyn FileSystem>,
}

/// The way in which requests are sent.
enum Route {
    Default,
    #[cfg(feature = "reqwest")]
    Http(reqwest::Client),
    Custom(Arc<dyn Transport>),
}

impl Client {
    /// Creates a builder with the default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Creates a client from environment variables. Sends nothing.
    ///
    /// [`Profile::from_env`] lists the variables. All other settings have their defaults.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), atlas_backup::Error> {
    /// use atlas_backup::{Client, ObjectId};
    /// let client = Client::from_env()?;
    /// let project = ObjectId::from_env("MONGODB_ATLAS_PROJECT_ID")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The errors of [`Profile::from_env`] and [`ClientBuilder::build`].
    #[cfg(feature = "reqwest")]
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().profile(Profile::from_env()?)?.build()
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            credentials: None,
            base: None,
            route: Route::Default,
            user_agent_suffix: None,
            #[cfg(feature = "reqwest")]
            connect_timeout: CONNECT_TIMEOUT,
            attempt_timeout: ATTEMPT_TIMEOUT,
            operation_timeout: None,
            max_elements: MAX_ELEMENTS,
            retry: Arc::new(ExponentialBackoff::default()),
            interceptors: Vec::new(),
            token_store: None,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(OsRandomness),
            #[cfg(feature = "download")]
            files: Arc::new(OsFileSystem),
        }
    }
}

impl ClientBuilder {
    /// Sets the credentials.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(CredentialsSource::Fixed(credentials));
        self
    }

    /// Sets a provider of credentials, which can then change without a new client.
    ///
    /// It replaces [`ClientBuilder::credentials`].
    pub fn credentials_provider(mut self, provider: impl CredentialsProvider) -> Self {
        self.credentials = Some(CredentialsSource::Provider(Arc::new(provider)));
        self
    }

    /// Sets the credentials and the base URL.
    ///
    /// # Errors
    /// The errors of [`ClientBuilder::base_url`].
    pub fn profile(self, profile: Profile) -> Result<Self, Error> {
        let Profile {
            credentials,
            base_url,
        } = profile;
        self.credentials(credentials).base_url(&base_url)
    }

    /// Sets the base URL of the service. The default is `https://cloud.mongodb.com`.
    ///
    /// # Errors
    /// If the scheme is neither `https`, nor `http` with a loopback host (127.0.0.0/8, `::1`, `localhost`), or if the
    /// URL has a user name, a query or a fragment.
    pub fn base_url(mut self, url: &str) -> Result<Self, Error> {
        self.base = Some(BaseUrl::parse(url)?);
        Ok(self)
    }

    /// Sets your own transport.
    ///
    /// [`ClientBuilder::attempt_timeout`] applies to it, [`ClientBuilder::connect_timeout`] does not.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.route = Route::Custom(Arc::new(transport));
        self
    }

    /// Sets your own HTTP client, with its proxies, trust roots and connection pool.
    ///
    /// Build it with [`HttpTransport::client_builder`]. A client of another builder must neither follow redirects,
    /// since their responses are rejected, nor decompress; see [`HttpTransport::new`].
    /// [`ClientBuilder::attempt_timeout`] applies to it, [`ClientBuilder::connect_timeout`] does not.
    #[cfg(feature = "reqwest")]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.route = Route::Http(client);
        self
    }

    /// Adds a suffix to the `User-Agent`, such as `app/1.2`, after the name of the SDK.
    pub fn user_agent_suffix(mut self, suffix: &str) -> Self {
        self.user_agent_suffix = Some(suffix.to_owned());
        self
    }

    /// Sets the timeout of one exchange, from connecting to the last byte. The default is 60 seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Sets the timeout of a call, including all its attempts and the waits between them.
    ///
    /// By default only the number of attempts is limited. [`Call::timeout`](crate::Call::timeout) sets the timeout of
    /// one call.
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = Some(timeout);
        self
    }

    /// Sets the maximum number of elements in the JSON of a response. The default is 50,000.
    ///
    /// Elements are the items of all lists, and fields that this SDK version does not know. The default is a hundred
    /// times the items of the largest page. A response with more elements is an error of kind
    /// [`Decode`](crate::ErrorKind::Decode).
    ///
    /// `HttpTransport::max_body` alone does not limit memory, because a decoded element of a few bytes can take a
    /// kilobyte. With the defaults, a response takes at most about 100 MB.
    pub fn max_elements(mut self, elements: usize) -> Self {
        self.max_elements = elements;
        self
    }

    /// Sets the retry policy. The default is [`ExponentialBackoff`]. [`Call::retry`](crate::Call::retry) sets the
    /// policy of one call.
    ///
    /// All retries of a client, with any policy, share one budget. After 100 retries of all calls together without a
    /// success, failures are returned without a retry until calls succeed again.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Arc::new(policy);
        self
    }

    /// Adds an interceptor, which observes each call and may add headers.
    ///
    /// Interceptors are called in the order in which they were added.
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Sets the timeout of connecting. The default is 10 seconds.
    #[cfg(feature = "reqwest")]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets a store, which shares access tokens of a service account with other processes.
    ///
    /// By default, only this client and its clones share the token.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.token_store = Some(Arc::new(store));
        self
    }

    /// Replaces the clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Replaces the source of randomness, for tests.
    pub fn randomness(mut self, randomness: impl Randomness) -> Self {
        self.randomness = Arc::new(randomness);
        self
    }

    /// Replaces the file system that downloads are written to, for tests.
    #[cfg(feature = "download")]
    pub fn file_system(mut self, files: impl FileSystem) -> Self {
        self.files = Arc::new(files);
        self
    }

    /// Builds the client. Reads no file and sends nothing.
    ///
    /// The first request to an `https` address reads the trust roots of the platform, on a thread that may block. If
    /// TLS cannot be set up, the call fails with an error of kind [`Configuration`](crate::ErrorKind::Configuration).
    ///
    /// # Errors
    /// If there are no credentials, if the credentials or the user agent have characters that are not allowed in a
    /// header, or if there is no transport and the crate has no default transport.
    pub fn build(self) -> Result<Client, Error> {
        let Some(credentials) = self.credentials else {
            return Err(Error::credentials(
                "no credentials were given to the client builder",
            ));
        };
        let authentication = Authenticator::new(credentials, self.token_store)?;
        let base = match self.base {
            Some(base) => base,
            None => BaseUrl::parse(base_url::DEFAULT)?,
        };
        let transport = match self.route {
            Route::Custom(transport) => transport,
            #[cfg(feature = "reqwest")]
            Route::Http(client) => Arc::new(HttpTransport::new(client)),
            #[cfg(feature = "reqwest")]
            Route::Default => Arc::new(HttpTransport::by_default(self.connect_timeout)),
            #[cfg(not(feature = "reqwest"))]
            Route::Default => {
                let why = "no transport: set one, or enable the feature `rustls` or `native-tls`";
                return Err(Error::configuration(why));
            }
        };
        let user_agent = user_agent(self.user_agent_suffix.as_deref())?;
        Ok(Client::new(
            Wire {
                base,
                transport,
                user_agent,
                timeout: self.attempt_timeout,
                clock: self.clock,
                randomness: self.randomness,
                #[cfg(feature = "download")]
                files: self.files,
            },
            authentication,
            self.retry,
            self.interceptors.into(),
            self.operation_timeout,
            self.max_elements,
        ))
    }
}

fn user_agent(suffix: Option<&str>) -> Result<HeaderValue, Error> {
    let own = concat!("atlas-backup/", env!("CARGO_PKG_VERSION"));
    let Some(suffix) = suffix else {
        return Ok(HeaderValue::from_static(own));
    };
    HeaderValue::from_str(&format!("{own} {suffix}")).map_err(|_| {
        Error::configuration(
            "the user agent suffix has characters that are not allowed in a header",
        )
    })
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("base_url", &self.base.as_ref().map(BaseUrl::as_str))
            .finish_non_exhaustive()
    }
}
