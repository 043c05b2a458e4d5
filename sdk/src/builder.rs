//! Puts a client together from its parts.
//!
//! Must never read the environment: what is ambient is asked for by name (`Credentials::from_env`).
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

/// Makes a [`Client`]. Only the credentials have no default.
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

/// How requests leave.
enum Route {
    Default,
    #[cfg(feature = "reqwest")]
    Http(reqwest::Client),
    Custom(Arc<dyn Transport>),
}

impl Client {
    /// Starts a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Makes a client with the credentials and the base URL of the environment, which [`Profile::from_env`] names, and
    /// defaults for everything else. Sends nothing.
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
    /// As [`Profile::from_env`] and [`ClientBuilder::build`].
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
    /// Who calls.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(CredentialsSource::Fixed(credentials));
        self
    }

    /// Asks a provider for the credentials, in place of [`ClientBuilder::credentials`], so that they can change without
    /// a new client.
    pub fn credentials_provider(mut self, provider: impl CredentialsProvider) -> Self {
        self.credentials = Some(CredentialsSource::Provider(Arc::new(provider)));
        self
    }

    /// Who calls, and where the service is.
    ///
    /// # Errors
    /// As [`ClientBuilder::base_url`].
    pub fn profile(self, profile: Profile) -> Result<Self, Error> {
        let Profile {
            credentials,
            base_url,
        } = profile;
        self.credentials(credentials).base_url(&base_url)
    }

    /// Where the service is; `https://cloud.mongodb.com` by default.
    ///
    /// # Errors
    /// Unless it is `https`, or `http` to a loopback host (127.0.0.0/8, `::1`, `localhost`), with
    /// neither user name nor query nor fragment.
    pub fn base_url(mut self, url: &str) -> Result<Self, Error> {
        self.base = Some(BaseUrl::parse(url)?);
        Ok(self)
    }

    /// Sends through a transport of your own. [`ClientBuilder::attempt_timeout`] applies to it,
    /// [`ClientBuilder::connect_timeout`] does not.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.route = Route::Custom(Arc::new(transport));
        self
    }

    /// Sends through an HTTP client of your own, for its proxies, roots and pools.
    ///
    /// Start from [`HttpTransport::client_builder`], or take care that it follows no redirect: an
    /// answer that came by one is refused; and that it does not decompress: see [`HttpTransport::new`]. [`ClientBuilder::attempt_timeout`] applies to it,
    /// [`ClientBuilder::connect_timeout`] does not.
    #[cfg(feature = "reqwest")]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.route = Route::Http(client);
        self
    }

    /// Names your application in `User-Agent`, after the SDK: `app/1.2`.
    pub fn user_agent_suffix(mut self, suffix: &str) -> Self {
        self.user_agent_suffix = Some(suffix.to_owned());
        self
    }

    /// How long one exchange may take, from connecting to the last byte; 60 seconds by default.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long a call may take in all, with every attempt and every wait between them. Unlimited by default, but for
    /// the number of attempts. [`Call::timeout`](crate::Call::timeout) sets it for one call.
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = Some(timeout);
        self
    }

    /// How many elements the JSON of a response may have: the items of all its lists, and its fields that this SDK version
    /// does not know. 50,000 by default, a hundred times what a page has; a response with more is an error of kind
    /// [`Decode`](crate::ErrorKind::Decode).
    ///
    /// It bounds memory where `HttpTransport::max_body` does not, since an element of a few bytes can take a kilobyte
    /// when it is decoded. With the defaults a response takes at most about 100 MB.
    pub fn max_elements(mut self, elements: usize) -> Self {
        self.max_elements = elements;
        self
    }

    /// Decides about attempts after the first; [`ExponentialBackoff`] by default.
    /// [`Call::retry`](crate::Call::retry) sets it for one call.
    ///
    /// Whatever it decides, all retries of a client are paid from one budget: 100 of them in a row without a success,
    /// by all calls together, and failures stand until calls succeed again.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Arc::new(policy);
        self
    }

    /// Adds an interceptor, which observes each call and may add headers to its requests. Interceptors are called in the
    /// order in which they were added.
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// How long connecting may take; 10 seconds by default.
    #[cfg(feature = "reqwest")]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Keeps a service account's access token where other processes find it. By default it lives in this client and its
    /// clones only.
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

    /// Makes the client. Reads no file and sends nothing.
    ///
    /// The first request to an `https` address reads the trust roots of the platform, on a thread that may block. If TLS
    /// cannot be set up, the call fails with an error of kind [`Configuration`](crate::ErrorKind::Configuration).
    ///
    /// # Errors
    /// Without credentials, with ones that no header can carry, with a user agent that none can
    /// carry, or without a transport where none is built in.
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
                let why =
                    "there is no transport: give one, or use the feature `rustls` or `native-tls`";
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
    HeaderValue::from_str(&format!("{own} {suffix}"))
        .map_err(|_| Error::configuration("the user agent suffix holds characters no header may"))
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("base_url", &self.base.as_ref().map(BaseUrl::as_str))
            .finish_non_exhaustive()
    }
}
