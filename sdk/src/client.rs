//! The client, which sends every call and retries failures.
//!
//! Invariant: `execute` is the only way to the service, and its loop the only code that retries.
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;

use crate::auth::{Authenticator, NotReplaced};
use crate::box_future::BoxFuture;
use crate::byte_stream::AsStream;
use crate::deadline::Stopwatch;
use crate::draft::{Draft, IdempotencyKey};
use crate::envelope;
use crate::error::{Error, ErrorKind};
use crate::failure::Failure;
use crate::hooks::{Hooks, Interceptors};
use crate::json;
use crate::operation::Operation;
use crate::retry::{
    FailedAttempt, LONGEST_RETRY_AFTER, Retry, RetryBudget, RetryDecision, RetryPolicy,
};
use crate::success::Success;
use crate::trace;
use crate::transport_error::TransportError;
use crate::wire::Wire;

/// A client of the Atlas Administration API.
///
/// A client is cheap to clone, and should be shared: clones share connections, the digest nonce and the access token,
/// so not every call needs to authenticate anew.
///
/// ```no_run
/// # fn main() -> Result<(), atlas_backup::Error> {
/// use atlas_backup::{Client, Credentials};
/// let client = Client::builder().credentials(Credentials::from_env()?).build()?;
/// # Ok(()) }
/// ```
///
#[doc = include_str!("generated/v2/operations.md")]
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    wire: Arc<Wire>,
    authentication: Authenticator,
    retry: Arc<dyn RetryPolicy>,
    interceptors: Interceptors,
    budget: RetryBudget,
    operation_timeout: Option<Duration>,
    /// Maximum number of elements of a response.
    max_elements: usize,
    deprecations: trace::Deprecations,
    #[cfg(feature = "blocking")]
    worker: crate::worker::Worker,
}

impl Client {
    pub(crate) fn new(
        wire: Wire,
        authentication: Authenticator,
        retry: Arc<dyn RetryPolicy>,
        interceptors: Interceptors,
        operation_timeout: Option<Duration>,
        max_elements: usize,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                wire: Arc::new(wire),
                authentication,
                retry,
                interceptors,
                budget: RetryBudget::full(),
                operation_timeout,
                max_elements,
                deprecations: trace::Deprecations::default(),
                #[cfg(feature = "blocking")]
                worker: crate::worker::Worker::default(),
            }),
        }
    }

    /// Revokes the access token of a service account. The next call uses or requests another one.
    ///
    /// Does nothing if the client has other credentials or no token. The token of a token store is revoked if the client
    /// has none, or if the client's own is due for renewal. Otherwise a different token in the store is left as it is: it
    /// belongs to another process.
    ///
    /// # Errors
    /// If the service cannot be reached or refuses the request. The client no longer uses the token in this case, too.
    pub async fn revoke_token(&self) -> Result<(), Error> {
        let revoked = self.inner.authentication.revoke(&self.inner.wire).await;
        revoked.map_err(|error| error.after(1))
    }

    pub(crate) fn wire(&self) -> &Arc<Wire> {
        &self.inner.wire
    }

    pub(crate) fn operation_timeout(&self) -> Option<Duration> {
        self.inner.operation_timeout
    }

    /// Returns a retry that is paid from the retry budget; `None` if the policy or the budget does not allow one.
    pub(crate) fn again(
        &self,
        policy: Option<&dyn RetryPolicy>,
        number: u32,
        failure: Failure,
        idempotent: bool,
        elapsed: Duration,
    ) -> Option<Retry> {
        let policy = policy.unwrap_or(&*self.inner.retry);
        let decision = policy.decide(&FailedAttempt {
            number,
            failure,
            idempotent,
            elapsed,
            random: self.random(),
        });
        match decision {
            RetryDecision::After(wait) => {
                let payment = self.inner.budget.pay()?;
                Some(Retry { wait, payment })
            }
            RetryDecision::Stop => None,
        }
    }

    /// Returns retries to the budget after a success.
    pub(crate) fn earn(&self, retried: bool) {
        self.inner.budget.earn(retried);
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn worker(&self) -> &crate::worker::Worker {
        &self.inner.worker
    }

    /// Sends a call, with retries as the retry policy decides.
    ///
    /// All operations share this code, and its future is boxed, so that the generic layer above it stays small.
    pub(crate) fn execute(&self, draft: Draft) -> BoxFuture<'static, Result<Success, Error>> {
        let client = self.clone();
        let operation = draft.operation;
        Box::pin(async move {
            // Futures are pinned here and below: an `async fn` that takes a future by value contains it twice and
            // copies it.
            let inner = &client.inner;
            let mut hooks = Hooks::of(&inner.interceptors, &inner.wire.clock, operation);
            let outcome = {
                let run = pin!(client.run(draft, &mut hooks));
                trace::call(operation, run).await
            };
            if let Some(hooks) = hooks {
                hooks.after_call(&outcome);
            }
            outcome
        })
    }

    /// Returns a random number from 0 to 1. Without randomness it is 1, which gives the longest wait.
    pub(crate) fn random(&self) -> f64 {
        let mut bytes = [0; 4];
        match self.inner.wire.randomness.fill(&mut bytes) {
            Ok(()) => f64::from(u32::from_ne_bytes(bytes)) / (f64::from(u32::MAX) + 1.0),
            Err(_) => 1.0,
        }
    }

    pub(crate) fn success(&self, answer: http::Response<Bytes>, attempts: u32) -> Success {
        Success {
            answer,
            attempts,
            max_elements: self.inner.max_elements,
        }
    }

    async fn run(
        &self,
        mut draft: Draft,
        hooks: &mut Option<Box<Hooks>>,
    ) -> Result<Success, Error> {
        let inner = &*self.inner;
        let target = draft.target()?;
        let (operation, clock) = (draft.operation, &inner.wire.clock);
        let limit = draft.timeout.or(inner.operation_timeout);
        let mut time = Stopwatch::start(clock, limit);
        let mut number = 1;
        // True if the service may have acted on one of the attempts.
        let mut unknown = false;
        loop {
            // Building the request for each attempt is cheaper than a copy for retries, which most calls do not need.
            let mut request = inner.request(&draft, &target)?;
            if let Some(hooks) = hooks {
                hooks.before_attempt(&mut request);
            }
            let outcome = {
                let in_time = pin!(async {
                    let attempt = pin!(inner.attempt(operation, request, draft.envelope));
                    let outcome = time.within(time.left(), attempt).await;
                    outcome.unwrap_or_else(|| Err(overdue(operation, limit)))
                });
                trace::attempt(&inner.wire.base, operation, number, in_time).await
            };
            let outcome = outcome.and_then(|answer| {
                let success = self.success(answer, number);
                match &draft.key {
                    Some(key) => key.readable(success),
                    None => Ok(success),
                }
            });
            if let Some(hooks) = hooks {
                hooks.after_attempt(&outcome);
            }
            let error = match outcome {
                Ok(success) => {
                    self.earn(number > 1);
                    return Ok(success);
                }
                Err(error) => error.at(|| inner.wire.base.authority(), number, time.elapsed()),
            };
            let failure = failure(&error, &draft, clock.date());
            // The failed operation may be a token request; then the request of the call was not sent.
            let failed = error.operation().unwrap_or(operation);
            let sent = failed.id == operation.id;
            let ambiguous = sent && failure.is_some_and(|failure| failure.is_ambiguous());
            unknown |= ambiguous;
            let policy = draft.retry.as_deref();
            let idempotent = failed.idempotent || draft.key.is_some();
            let retry = failure
                .and_then(|failure| self.again(policy, number, failure, idempotent, time.elapsed()))
                .filter(|retry| time.left().is_none_or(|left| retry.wait < left));
            let lost = draft.key.as_ref().filter(|_| unknown);
            if let Some(key) = lost {
                let asked = failure.and_then(|failure| failure.retry_after());
                let asked = asked.unwrap_or_default();
                if asked > LONGEST_RETRY_AFTER {
                    return Err(error);
                }
                let least = retry.as_ref().map_or(asked, |retry| retry.wait.max(asked));
                let times = if ambiguous {
                    let window = draft.look_up_for.max(least);
                    (FIRST_LOOK_UP.min(window).max(asked), window)
                } else {
                    // The look-ups after the failure that made the outcome unknown have already taken their time.
                    (least, least)
                };
                let look_up = self.look_up(&**key, &draft, times, &mut time);
                match Box::pin(look_up).await {
                    Sought::Found(answer) => return Ok(self.success(answer, number)),
                    Sought::Nothing => {}
                    Sought::Unknown => return Err(error),
                }
            }
            let Some(retry) = retry else {
                return Err(error);
            };
            if let Some(hooks) = hooks {
                // The look-up of a lost request took at least as long as the wait.
                let wait = lost.map_or(retry.wait, |_| Duration::ZERO);
                hooks.before_retry(wait);
            }
            if lost.is_none() {
                trace::retry(&error, retry.wait);
                time.sleep(retry.wait).await;
            }
            retry.payment.spend();
            number += 1;
        }
    }

    /// Looks for the resource of a request whose outcome is unknown.
    ///
    /// The service may take a while to finish the request and to list the resource, so look-ups are repeated at growing
    /// intervals. The first look-up is after the first `pause`, the last one after the `window`.
    async fn look_up(
        &self,
        key: &dyn IdempotencyKey,
        draft: &Draft,
        (mut pause, window): (Duration, Duration),
        time: &mut Stopwatch,
    ) -> Sought {
        let mut waited = Duration::ZERO;
        loop {
            if time.left().is_some_and(|left| pause >= left) {
                return Sought::Unknown;
            }
            time.sleep(pause).await;
            waited += pause;
            match time.within(time.left(), key.find(draft)).await {
                Some(Ok(Some(found))) => return Sought::Found(found),
                Some(Ok(None)) if waited >= window => return Sought::Nothing,
                Some(Ok(None)) => pause = pause.saturating_mul(2).min(window - waited),
                Some(Err(_)) | None => return Sought::Unknown,
            }
        }
    }
}

/// The outcome of the look-ups of a lost request.
enum Sought {
    Found(http::Response<Bytes>),
    /// The list does not have the resource.
    Nothing,
    /// The list could not be read.
    Unknown,
}

/// The wait before the first look-up after an attempt whose outcome is unknown. Each later wait is twice as long.
const FIRST_LOOK_UP: Duration = Duration::from_secs(5);

/// Classifies the failure of an attempt; `None` if it is permanent.
///
/// For a call with an idempotency key, a successful response that cannot be decoded is a failure, because the resource
/// that it created can be looked up.
fn failure(error: &Error, draft: &Draft, date: Timestamp) -> Option<Failure> {
    if draft.key.is_some() && error.kind() == ErrorKind::Decode {
        return Some(Failure::Unreadable);
    }
    error.failure(Some(date))
}

impl Inner {
    fn request(&self, draft: &Draft, target: &str) -> Result<http::Request<Bytes>, Error> {
        let Draft {
            operation, headers, ..
        } = draft;
        let body = draft.body.clone();
        let mut request = self.wire.request(operation, target, headers, body)?;
        if let Some(upload) = &draft.upload {
            request.extensions_mut().insert(upload.clone());
        }
        if draft.stream {
            request.extensions_mut().insert(AsStream);
        }
        Ok(request)
    }

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
            json::counted(self.max_elements, || envelope::open(answer))
        } else {
            answer
        };
        let not_replaced = match answer.status() {
            StatusCode::UNAUTHORIZED => answer.extensions().get::<NotReplaced>().cloned(),
            _ => None,
        };
        judge(operation, answer).map_err(|error| {
            let why = match not_replaced {
                Some(NotReplaced(reason)) => Some(reason),
                None => self.authentication.refusal(&error),
            };
            error.refused_for(why)
        })
    }
}

pub(crate) fn overdue(operation: &'static Operation, limit: Option<Duration>) -> Error {
    let cause = format!("the call took longer than {:?}", limit.unwrap_or_default());
    Error::transport(operation, TransportError::Timeout(cause.into()))
}

/// Converts a response with a status that is not a success into an error.
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::call::Call;
    use crate::transport::Transport;
    use crate::{Credentials, Endpoint, ResponseBody};

    struct Nowhere;

    impl Transport for Nowhere {
        fn send(
            &self,
            _: http::Request<Bytes>,
        ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
            Box::pin(std::future::pending())
        }
    }

    struct Nothing;

    impl ResponseBody for Nothing {
        fn decode(_: &[u8]) -> Result<Self, serde_json::Error> {
            Ok(Self)
        }
    }

    static ROW: Operation = Operation {
        id: "nothing",
        method: http::Method::GET,
        path: "/nothing",
        accept: "application/json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &[],
    };

    impl Endpoint for Nothing {
        type Output = Self;
        const OPERATION: &'static Operation = &ROW;
    }

    /// Fills buffers with one byte.
    struct Same(u8);

    impl crate::ambient::Randomness for Same {
        fn fill(&self, buffer: &mut [u8]) -> std::io::Result<()> {
            buffer.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn random_numbers_are_from_0_to_less_than_1() {
        let random = |byte| {
            let builder = Client::builder().credentials(Credentials::bearer("t"));
            let client = builder.transport(Nowhere).randomness(Same(byte)).build();
            client.unwrap().random()
        };
        assert_eq!(random(0), 0.0);
        assert!(random(u8::MAX) < 1.0);
        assert!(random(u8::MAX) > 0.999_999);
    }

    /// Futures are copied when they are moved. Copying futures of 28 kB took nine tenths of a call's instructions.
    #[test]
    fn futures_of_calls_are_small() {
        let builder = Client::builder().credentials(Credentials::bearer("t"));
        let client = builder.transport(Nowhere).build().unwrap();
        let call = || Call::<Nothing>::new(&client);
        let request = http::Request::new(Bytes::new());
        for (future, size, most) in [
            ("send", size_of_val(&call().send()), 1_024),
            (
                "run",
                size_of_val(&client.run(call().draft, &mut None)),
                4_608,
            ),
            (
                "attempt",
                size_of_val(&client.inner.attempt(&ROW, request, false)),
                3_072,
            ),
        ] {
            assert!(size <= most, "{future}: {size} bytes");
        }
    }
}
