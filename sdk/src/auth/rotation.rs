//! A cache of the credentials of a provider, until they expire or are refused.
//!
//! Invariant: at most one request to the provider runs at a time. Every call that waits for it polls it, so a call that
//! is not polled or is dropped does not delay the others.
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::StatusCode;

use super::authentication::Authentication;
use super::credentials::Credentials;
use super::provider::{CredentialsProvider, ProvidedCredentials};
use super::refused::{is_explained, not_replaced};
use super::store::TokenStore;
use crate::box_future::BoxFuture;
use crate::deadline::within;
use crate::error::Error;
use crate::flight::Flight;
use crate::operation::Operation;
use crate::provider_error::ProviderError;
use crate::wire::Wire;

/// The time for which the provider is not asked again, after it was asked about a refusal without success.
const IN_VAIN: Duration = Duration::from_secs(10);

pub(crate) struct Rotation(Arc<Cache>);

struct Cache {
    provider: Arc<dyn CredentialsProvider>,
    store: Option<Arc<dyn TokenStore>>,
    held: Mutex<Option<Held>>,
    /// The request to the provider, shared by all calls that wait for it.
    fetch: Flight<Result<Held, Failed>>,
}

/// Credentials in use.
#[derive(Clone)]
struct Held {
    credentials: Credentials,
    authentication: Arc<Authentication>,
    /// `None` if they do not expire.
    expires: Option<Instant>,
    /// Until this time, a refusal is returned without asking the provider.
    final_until: Option<Instant>,
}

impl Held {
    fn is_expired(&self, now: Instant) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Returns true if these credentials were `refused` and the provider may be asked for others.
    fn is_refused(&self, refused: Option<&Held>, now: Instant) -> bool {
        refused.is_some_and(|refused| refused.is_same(self))
            && self.final_until.is_none_or(|until| until <= now)
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.authentication, &other.authentication)
    }
}

/// The reason why there are no credentials, for each call that waited for them.
#[derive(Clone)]
enum Failed {
    Provider(Arc<ProviderError>),
    /// The credentials have characters that are not allowed in a header.
    Unusable(Error),
}

impl Rotation {
    pub(super) fn new(
        provider: Arc<dyn CredentialsProvider>,
        store: Option<Arc<dyn TokenStore>>,
    ) -> Self {
        Self(Arc::new(Cache {
            provider,
            store,
            held: Mutex::default(),
            fetch: Flight::default(),
        }))
    }

    pub(super) async fn send(
        &self,
        wire: &Arc<Wire>,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Error> {
        let held = self.held(wire, operation, None).await?;
        let sent = held.authentication.send(wire, operation, request.clone());
        let outcome = sent.await;
        if !is_refusal(&outcome) {
            return outcome;
        }
        let replacement = match (self.held(wire, operation, Some(&held)).await, &outcome) {
            (Ok(replacement), _) => replacement,
            (Err(error), Ok(answer)) if is_explained(operation, answer) => {
                self.0.stands(&held, wire.clock.now());
                let reason = error.detail().unwrap_or_default();
                let reason = format!("the credentials could not be replaced: {reason}");
                return outcome.map(|answer| not_replaced(answer, reason));
            }
            (Err(error), _) => return Err(error),
        };
        if replacement.is_same(&held) {
            return outcome;
        }
        let sent = replacement.authentication.send(wire, operation, request);
        let outcome = sent.await;
        if is_refusal(&outcome) {
            self.0.stands(&replacement, wire.clock.now());
        }
        outcome
    }

    /// Returns the cached credentials, or those of the provider if the cached ones are expired or `refused`.
    async fn held(
        &self,
        wire: &Arc<Wire>,
        operation: &'static Operation,
        refused: Option<&Held>,
    ) -> Result<Held, Error> {
        let mut held = self.fetched(wire, operation, refused).await?;
        // The request to the provider may have started before the refusal.
        if held.is_refused(refused, wire.clock.now()) {
            held = self.fetched(wire, operation, refused).await?;
        }
        Ok(held)
    }

    async fn fetched(
        &self,
        wire: &Arc<Wire>,
        operation: &'static Operation,
        refused: Option<&Held>,
    ) -> Result<Held, Error> {
        let cache = &self.0;
        let known = || {
            let (held, now) = (cache.held().clone()?, wire.clock.now());
            let usable = !held.is_expired(now) && !held.is_refused(refused, now);
            usable.then_some(Ok(held))
        };
        let start = || {
            let (cache, wire, refused) = (cache.clone(), wire.clone(), refused.cloned());
            let fetched = async move { cache.fetch(&wire, refused).await };
            Box::pin(fetched) as BoxFuture<'static, _>
        };
        // Credentials that can be used are used at once, also while the provider is asked about a refusal.
        let fetched = match known() {
            Some(fetched) => fetched,
            None => Box::pin(cache.fetch.join(Some(wire), known, start)).await,
        };
        fetched.map_err(|failed| match failed {
            Failed::Provider(cause) => Error::provider(operation, cause),
            Failed::Unusable(error) => error,
        })
    }

    /// Explains a 401. See [`Authentication::refusal`].
    pub(super) fn refusal(&self, error: &Error) -> Option<String> {
        let held = self.0.held();
        held.as_ref()?.authentication.refusal(error)
    }

    /// Revokes the cached access token. Does not ask the provider.
    pub(super) async fn revoke(&self, wire: &Arc<Wire>) -> Result<(), Error> {
        let held = self.0.held().clone();
        match held {
            Some(held) => held.authentication.revoke(wire).await,
            None => Ok(()),
        }
    }
}

impl Cache {
    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the provider, and caches the credentials before the future completes.
    async fn fetch(&self, wire: &Wire, refused: Option<Held>) -> Result<Held, Failed> {
        let asked = wire.clock.now();
        let provided = pin!(self.provider.provide());
        let provided = within(&wire.clock, wire.timeout, provided).await;
        let late = || {
            let cause = format!("it gave no credentials within {:?}", wire.timeout);
            Err(ProviderError::Unavailable(cause.into()))
        };
        let provided = provided.unwrap_or_else(late);
        let ProvidedCredentials {
            credentials,
            valid_for,
        } = provided.map_err(|error| Failed::Provider(Arc::new(error)))?;
        let mut held = self.held();
        let authentication = match &*held {
            // Unchanged credentials keep their nonce or token.
            Some(before) if before.credentials.is_same(&credentials) => {
                before.authentication.clone()
            }
            _ => {
                let store = self.store.clone();
                let made = Authentication::new(credentials.clone(), store);
                Arc::new(made.map_err(Failed::Unusable)?)
            }
        };
        let mut fetched = Held {
            credentials,
            authentication,
            expires: valid_for.and_then(|time| asked.checked_add(time)),
            final_until: None,
        };
        if refused.is_some_and(|refused| refused.is_same(&fetched)) {
            fetched.final_until = wire.clock.now().checked_add(IN_VAIN);
        }
        Ok(held.insert(fetched).clone())
    }

    /// Records that the service refused the replacement of refused credentials, too, or that there is none.
    fn stands(&self, refused: &Held, now: Instant) {
        let mut held = self.held();
        if let Some(held) = held.as_mut().filter(|held| held.is_same(refused)) {
            held.final_until = now.checked_add(IN_VAIN);
        }
    }
}

/// Returns true if the service, or the token endpoint of a service account, refused the credentials.
fn is_refusal(outcome: &Result<http::Response<Bytes>, Error>) -> bool {
    match outcome {
        Ok(answer) => answer.status() == StatusCode::UNAUTHORIZED,
        Err(error) => error.is_unauthorized(),
    }
}
