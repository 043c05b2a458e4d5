//! The client: what every call goes through, from a draft to a judged answer.
//!
//! Invariant: `execute` is the only way out, so that no operation can skip a rule of it.
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::auth::Authentication;
use crate::builder::ClientBuilder;
use crate::call::Draft;
use crate::envelope;
use crate::error::Error;
use crate::operation::Operation;
use crate::transport::BoxFuture;
use crate::wire::Wire;

/// A client of the Atlas Administration API.
///
/// Cheap to clone and meant to be shared: clones share connections, the digest nonce and the access
/// token, so that authentication is paid once and not per call.
///
/// ```no_run
/// # fn main() -> Result<(), atlas_backup::Error> {
/// use atlas_backup::{Client, Credentials};
/// let client = Client::builder().credentials(Credentials::from_env()?).build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    wire: Wire,
    authentication: Authentication,
}

impl Client {
    /// Starts a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn new(wire: Wire, authentication: Authentication) -> Self {
        Self {
            inner: Arc::new(Inner {
                wire,
                authentication,
            }),
        }
    }

    /// Gives a service account's access token back, so that it is of no use to anybody. The next
    /// call asks for a new one. Does nothing for other credentials, or when no token is held.
    ///
    /// # Errors
    /// When the service cannot be reached or refuses; the token is forgotten here all the same.
    pub async fn revoke_token(&self) -> Result<(), Error> {
        self.inner.authentication.revoke(&self.inner.wire).await
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.inner.wire
    }

    /// Builds, authorises, sends and judges. The one asynchronous body of all operations, and boxed
    /// here, so that the generic layer above it stays small.
    pub(crate) fn execute(
        &self,
        mut draft: Draft,
    ) -> BoxFuture<'static, Result<http::Response<Bytes>, Error>> {
        let client = self.clone();
        Box::pin(async move {
            let Inner {
                wire,
                authentication,
            } = &*client.inner;
            let target = draft.target()?;
            let request = wire.request(draft.operation, &target, draft.headers, draft.body)?;
            let answer = authentication.send(wire, draft.operation, request).await?;
            let answer = if draft.envelope {
                envelope::open(answer)
            } else {
                answer
            };
            judge(draft.operation, answer)
        })
    }
}

/// Tells success from failure, by the effective status.
pub(crate) fn judge(
    operation: &'static Operation,
    answer: http::Response<Bytes>,
) -> Result<http::Response<Bytes>, Error> {
    if answer.status().is_success() {
        Ok(answer)
    } else {
        Err(Error::api(operation, answer))
    }
}

impl AsRef<Client> for Client {
    fn as_ref(&self) -> &Client {
        self
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            wire,
            authentication,
        } = &*self.inner;
        f.debug_struct("Client")
            .field("base_url", &wire.base.as_str())
            .field("authentication", authentication)
            .finish_non_exhaustive()
    }
}
