//! The client: what every call goes through, from a draft to a judged answer.
//!
//! Invariant: `execute` is the only way to the service, and its loop the only one that sends to it again.
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::auth::Authentication;
use crate::builder::ClientBuilder;
use crate::byte_stream::AsStream;
use crate::call::Draft;
use crate::deadline::within;
use crate::envelope;
use crate::error::Error;
use crate::idempotency::SETTLING;
use crate::operation::Operation;
use crate::retry::{FailedAttempt, Failure, RetryBudget, RetryDecision, RetryPolicy};
use crate::trace;
use crate::transport::{BoxFuture, TransportError};
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
    retry: Arc<dyn RetryPolicy>,
    budget: RetryBudget,
    operation_timeout: Option<Duration>,
    deprecations: trace::Deprecations,
    #[cfg(feature = "blocking")]
    worker: crate::blocking::Worker,
}

impl Client {
    /// Starts a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn new(
        wire: Wire,
        authentication: Authentication,
        retry: Arc<dyn RetryPolicy>,
        operation_timeout: Option<Duration>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                wire,
                authentication,
                retry,
                budget: RetryBudget::full(),
                operation_timeout,
                deprecations: trace::Deprecations::default(),
                #[cfg(feature = "blocking")]
                worker: crate::blocking::Worker::default(),
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

    pub(crate) fn operation_timeout(&self) -> Option<Duration> {
        self.inner.operation_timeout
    }

    /// The wait before another attempt, by `policy` or else the client's; it is paid for. `None` if the failure stands.
    pub(crate) fn again(
        &self,
        policy: Option<&dyn RetryPolicy>,
        number: u32,
        failure: Failure,
        idempotent: bool,
        elapsed: Duration,
    ) -> Option<Duration> {
        let policy = policy.unwrap_or(&*self.inner.retry);
        let decision = policy.decide(&FailedAttempt {
            number,
            failure,
            idempotent,
            elapsed,
            random: self.random(),
        });
        match decision {
            RetryDecision::After(wait) if self.inner.budget.pay() => Some(wait),
            RetryDecision::After(_) | RetryDecision::Stop => None,
        }
    }

    /// What a success gives back to the retry budget.
    pub(crate) fn earn(&self, retried: bool) {
        self.inner.budget.earn(retried);
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn worker(&self) -> &crate::blocking::Worker {
        &self.inner.worker
    }

    /// Builds, authorises, sends, judges, and does so again as long as the retry policy says. The one asynchronous
    /// body of all operations, and boxed here, so that the generic layer above it stays small.
    pub(crate) fn execute(
        &self,
        draft: Draft,
    ) -> BoxFuture<'static, Result<http::Response<Bytes>, Error>> {
        let client = self.clone();
        let operation = draft.operation;
        Box::pin(async move { trace::call(operation, client.run(draft)).await })
    }

    /// Whether the failure of something that may be asked twice could pass, and the budget pays for asking again.
    pub(crate) fn may_ask_again(&self, error: &Error) -> bool {
        let failure = Failure::of(error, None);
        failure.is_some_and(|failure| failure.may_be_repeated(true)) && self.inner.budget.pay()
    }

    /// From 0 to 1. Without randomness 1: the longest wait can do no harm.
    pub(crate) fn random(&self) -> f64 {
        let mut bytes = [0; 4];
        match self.inner.wire.randomness.fill(&mut bytes) {
            Ok(()) => f64::from(u32::from_ne_bytes(bytes)) / (f64::from(u32::MAX) + 1.0),
            Err(_) => 1.0,
        }
    }

    pub(crate) async fn find_created(
        &self,
        mut draft: Draft,
    ) -> Result<Option<http::Response<Bytes>>, Error> {
        draft.target()?;
        let Some(key) = &draft.key else {
            return Err(Error::unsendable(
                draft.operation,
                "there is no idempotency key",
            ));
        };
        key.find(self, &draft).await
    }

    async fn run(&self, mut draft: Draft) -> Result<http::Response<Bytes>, Error> {
        let inner = &*self.inner;
        let target = draft.target()?;
        let (operation, clock) = (draft.operation, &*inner.wire.clock);
        let headers = std::mem::take(&mut draft.headers);
        let mut request = inner
            .wire
            .request(operation, &target, headers, draft.body.clone())?;
        if draft.stream {
            request.extensions_mut().insert(AsStream);
        }
        let limit = draft.timeout.or(inner.operation_timeout);
        let began = clock.now();
        let left = || limit.map(|limit| limit.saturating_sub(clock.now() - began));
        let mut number = 1;
        loop {
            let attempt = inner.attempt(operation, request.clone(), draft.envelope);
            let in_time = async {
                let outcome = within(clock, left(), attempt).await;
                outcome.unwrap_or_else(|| Err(overdue(operation, limit)))
            };
            let error = match trace::attempt(&inner.wire.base, operation, number, in_time).await {
                Ok(answer) => {
                    self.earn(number > 1);
                    return Ok(answer);
                }
                Err(error) => error.after(number),
            };
            let Some(failure) = Failure::of(&error, Some(clock.date())) else {
                return Err(error);
            };
            // It may be the one that asks for a token: then the request itself was not sent.
            let failed = error.operation().unwrap_or(operation);
            let sent = std::ptr::eq(failed, operation);
            let policy = draft.retry.as_deref();
            let idempotent = failed.idempotent || draft.key.is_some();
            let elapsed = clock.now() - began;
            let retry = self.again(policy, number, failure, idempotent, elapsed);
            let lost = draft
                .key
                .as_ref()
                .filter(|_| sent && failure.is_ambiguous());
            let wait = match lost {
                Some(_) => Some(retry.unwrap_or_default().max(SETTLING)),
                None => retry,
            };
            match wait {
                Some(wait) if left().is_none_or(|left| wait < left) => {
                    trace::retry(&error, wait);
                    clock.sleep(wait).await;
                }
                _ => return Err(error),
            }
            if let Some(key) = lost {
                match within(clock, left(), key.find(self, &draft)).await {
                    Some(Ok(Some(found))) => return Ok(found),
                    Some(Ok(None)) => {}
                    Some(Err(_)) | None => return Err(error),
                }
            }
            if retry.is_none() {
                return Err(error);
            }
            number += 1;
        }
    }
}

impl Inner {
    async fn attempt(
        &self,
        operation: &'static Operation,
        request: http::Request<Bytes>,
        envelope: bool,
    ) -> Result<http::Response<Bytes>, Error> {
        let answer = self
            .authentication
            .send(&self.wire, operation, request)
            .await?;
        self.deprecations.notice(operation, answer.headers());
        let answer = if envelope {
            envelope::open(answer)
        } else {
            answer
        };
        judge(operation, answer)
    }
}

fn overdue(operation: &'static Operation, limit: Option<Duration>) -> Error {
    let cause = format!("the call took longer than {:?}", limit.unwrap_or_default());
    Error::transport(operation, TransportError::Timeout(cause.into()))
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
            ..
        } = &*self.inner;
        f.debug_struct("Client")
            .field("base_url", &wire.base.as_str())
            .field("authentication", authentication)
            .finish_non_exhaustive()
    }
}
