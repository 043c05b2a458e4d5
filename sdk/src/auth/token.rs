//! Access tokens of a service account: requests, caching, renewal and revocation.
//!
//! Invariant: at most one token request runs at a time, because the service limits the rate of token requests and the
//! number of active tokens.
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::refused::{is_explained, not_replaced};
use super::secret_header::{authorised, bearer, sensitive, unusable};
use super::store::{StoredToken, TokenKey, TokenStore, TokenTurn};
use crate::box_future::BoxFuture;
use crate::deadline::within;
use crate::error::Error;
use crate::flight::Flight;
use crate::json::{self, Decoded};
use crate::operation::Operation;
use crate::trace;
use crate::wire::Wire;

/// The token request of RFC 6749 section 4.4.2.
static REQUEST_TOKEN: Operation = form("requestAccessToken", "/api/oauth/token");
/// The revocation request of RFC 7009 section 2.1.
static REVOKE_TOKEN: Operation = form("revokeAccessToken", "/api/oauth/revoke");

const fn form(id: &'static str, path: &'static str) -> Operation {
    Operation {
        id,
        method: Method::POST,
        path,
        accept: "application/json",
        content_type: Some("application/x-www-form-urlencoded"),
        success: &[200],
        idempotent: true,
        roles: &[],
    }
}

/// The time before its expiry at which a token is renewed, so that it does not expire during a request.
const MARGIN: Duration = Duration::from_secs(60);
/// The interval between looks for the token that another process requests, and the longest wait for it and for each
/// method of the token store.
const LOOKS: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(10);
/// The time for which refused tokens are not renewed, after a renewed token was refused, too, or a renewal failed.
const IN_VAIN: Duration = Duration::from_secs(60);
/// The documented lifetime of a token, for a response without `expires_in`.
const LIFE: Duration = Duration::from_secs(3600);
/// The maximum lifetime that is used. An expiry beyond the range of the clock would count as already expired.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);
/// The maximum number of elements of a token response. Only an `expires_in` of a wrong type has any.
const MOST_ELEMENTS: usize = 100;

pub(crate) struct TokenCache(Arc<Cache>);

struct Cache {
    client_id: String,
    /// The `Authorization` header for the token endpoint.
    basic: HeaderValue,
    store: Option<Arc<dyn TokenStore>>,
    held: Mutex<Option<Token>>,
    /// The time when a renewed token was refused without another reason, or when a renewal failed.
    in_vain: Mutex<Option<Instant>>,
    /// The token request, shared by all calls that wait for it.
    renewal: Flight<Result<Token, Error>>,
}

#[derive(Clone)]
struct Token {
    text: Arc<SecretString>,
    header: HeaderValue,
    /// The time for which the token is used.
    time: Duration,
    renew_at: Instant,
    /// True if the service refused the token without another reason. It is then not used again.
    refused: bool,
    /// True if the token was requested for a call that was then refused with a reason, such as a missing role. Later
    /// refusals with a reason do not renew it: each would add a token, of which an account can have 100.
    is_confirmed: bool,
}

impl Token {
    /// Creates a token that is used for `time` from `now` on; `None` if it has characters that a header cannot have.
    fn new(text: &str, time: Duration, now: Instant) -> Option<Self> {
        let header = bearer(text)?;
        Some(Self {
            text: Arc::new(text.into()),
            header,
            time,
            renew_at: now.checked_add(time).unwrap_or(now),
            refused: false,
            is_confirmed: false,
        })
    }

    /// Returns true if the token expired while the call was not polled.
    ///
    /// Always false if the token is not used for longer than it takes to get one: it can then expire in a polled call, too.
    fn has_run_out(&self, time_to_get: Duration, now: Instant) -> bool {
        self.time > time_to_get && self.renew_at <= now
    }

    /// Returns true if the token does not need a renewal and is not the one that was refused.
    fn is_usable(&self, wire: &Wire, refused: Option<&Self>) -> bool {
        wire.clock.now() < self.renew_at
            && !self.refused
            && refused.is_none_or(|refused| refused.header != self.header)
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretText,
    token_type: String,
    /// The lifetime in seconds, documented as an integer.
    #[serde(default)]
    expires_in: Option<Decoded<Value>>,
}

impl Granted {
    /// Returns the lifetime of the token. Some servers write the seconds as a fraction or as a string.
    fn life(&self) -> Duration {
        let seconds = match &self.expires_in {
            Some(Decoded::Valid(Value::Number(seconds))) => seconds.as_f64(),
            Some(Decoded::Valid(Value::String(seconds))) => seconds.trim().parse().ok(),
            _ => None,
        };
        let life = seconds.map(|seconds: f64| {
            Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST_LIFE)
        });
        life.unwrap_or(LIFE).min(LONGEST_LIFE)
    }
}

/// A decoded string that is a secret.
#[derive(Deserialize)]
#[serde(from = "String")]
struct SecretText(SecretString);

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl TokenCache {
    pub(super) fn new(
        client_id: String,
        secret: &SecretString,
        store: Option<Arc<dyn TokenStore>>,
    ) -> Result<Self, Error> {
        if client_id.is_empty() || secret.expose_secret().is_empty() {
            return Err(unusable("service account's id or secret"));
        }
        // RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined.
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(&client_id), encode(secret.expose_secret()));
        let basic = sensitive(&format!("Basic {}", BASE64_STANDARD.encode(pair)));
        let basic = basic.ok_or_else(|| unusable("service account's id or secret"))?;
        Ok(Self(Arc::new(Cache {
            client_id,
            basic,
            store,
            held: Mutex::default(),
            in_vain: Mutex::default(),
            renewal: Flight::default(),
        })))
    }

    pub(super) async fn send(
        &self,
        wire: &Arc<Wire>,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Error> {
        let token = self.token(wire, None).await?;
        let sent = wire.send(operation, authorised(request.clone(), token.header.clone()));
        let answer = sent.await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        // The token was revoked, or the clocks disagree, so it is renewed once. If the new token is refused, too,
        // its refusals are returned without a renewal for a while; otherwise each call would request a token.
        let in_vain = *self.0.in_vain();
        if in_vain.is_some_and(|since| wire.clock.now() < since + IN_VAIN) && self.0.holds(&token) {
            return Ok(answer);
        }
        let has_reason = is_explained(operation, &answer);
        if has_reason && token.is_confirmed {
            return Ok(answer);
        }
        if !has_reason {
            self.0.mark(&token, |held| held.refused = true);
        }
        let token = match self.token(wire, Some(token)).await {
            Ok(token) => token,
            Err(error) if has_reason => {
                // The token may be valid, and the caller lack a role.
                *self.0.in_vain() = Some(wire.clock.now());
                let reason = format!("the access token could not be renewed: {error}");
                return Ok(not_replaced(answer, reason));
            }
            Err(error) => return Err(error),
        };
        let sent = wire.send(operation, authorised(request, token.header.clone()));
        let answer = Box::pin(sent).await?;
        let refused = answer.status() == StatusCode::UNAUTHORIZED;
        let has_reason = refused && is_explained(operation, &answer);
        if has_reason {
            self.0.mark(&token, |held| held.is_confirmed = true);
        }
        *self.0.in_vain() = (refused && !has_reason).then(|| wire.clock.now());
        Ok(answer)
    }

    /// Returns the cached token, or a new one if the cached token expires soon or was `refused`.
    async fn token(&self, wire: &Arc<Wire>, refused: Option<Token>) -> Result<Token, Error> {
        let cache = &self.0;
        let known = || {
            let held = cache.held().clone();
            held.filter(|token| token.is_usable(wire, refused.as_ref()))
                .map(Ok)
        };
        let mut is_repeated = false;
        loop {
            let mut is_own = false;
            let renew = || {
                is_own = true;
                let (cache, wire, refused) = (cache.clone(), wire.clone(), refused.clone());
                let renewed = async move { cache.renew(&wire, refused).await };
                Box::pin(renewed) as BoxFuture<'static, _>
            };
            // In most calls the cached token is valid, and no shared request is needed.
            let token = match known() {
                Some(token) => token?,
                None => Box::pin(cache.renewal.join(Some(wire), known, renew)).await?,
            };
            // The request of another call may have begun before the refusal.
            let is_refused = refused
                .as_ref()
                .is_some_and(|refused| refused.header == token.header);
            if is_refused && !is_own && !is_repeated {
                is_repeated = true;
                continue;
            }
            // The token may have expired while this call was not polled.
            if !token.has_run_out(cache.time_to_get_token(wire), wire.clock.now()) {
                return Ok(token);
            }
        }
    }

    pub(super) async fn revoke(&self, wire: &Arc<Wire>) -> Result<(), Error> {
        let cache = &self.0;
        let held = cache.held().take().filter(|held| !held.refused);
        let stored = cache.stored(wire).await;
        let token = match (held, &stored) {
            (Some(held), Some(stored)) if !held.is_usable(wire, None) => Some(stored.clone()),
            (held, stored) => held.or_else(|| stored.clone()),
        };
        let Some(token) = token else { return Ok(()) };
        // Another process may have stored another token.
        if let Some(store) = &cache.store
            && stored.is_some_and(|stored| stored.header == token.header)
        {
            in_time(wire, store.forget(&cache.key(wire))).await;
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", token.text.expose_secret())
            .append_pair("token_type_hint", "access_token")
            .finish();
        cache.post(wire, &REVOKE_TOKEN, form).await.map(drop)
    }
}

impl Cache {
    fn held(&self) -> MutexGuard<'_, Option<Token>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn in_vain(&self) -> MutexGuard<'_, Option<Instant>> {
        self.in_vain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns true if the cached token is this one.
    fn holds(&self, token: &Token) -> bool {
        let held = self.held();
        held.as_ref()
            .is_some_and(|held| held.header == token.header)
    }

    /// Changes the cached token, if it is this one.
    fn mark(&self, token: &Token, change: impl FnOnce(&mut Token)) {
        let mut held = self.held();
        if let Some(held) = held.as_mut().filter(|held| held.header == token.header) {
            change(held);
        }
    }

    /// Returns a usable token that another process stored, or requests a new one.
    async fn renew(&self, wire: &Wire, refused: Option<Token>) -> Result<Token, Error> {
        let refused = refused.or_else(|| self.held().clone().filter(|held| held.refused));
        let is_usable = |token: &Token| token.is_usable(wire, refused.as_ref());
        let turn = match self.stored_or_turn(wire, is_usable).await {
            Ok(token) => return Ok(self.held().insert(token).clone()),
            Err(turn) => turn,
        };
        // The former token is replaced by a new one only: it may be valid, although a call was refused.
        let token = self.request(wire, wire.clock.now()).await?;
        *self.held() = Some(token.clone());
        self.keep(wire, &token).await;
        drop(turn);
        Ok(token)
    }

    /// Returns the longest time from the start of a token request until the token is in the store.
    fn time_to_get_token(&self, wire: &Wire) -> Duration {
        let stored = self.store.as_ref().map_or(Duration::ZERO, |_| PATIENCE);
        wire.timeout.saturating_add(stored)
    }

    fn key(&self, wire: &Wire) -> TokenKey {
        TokenKey {
            base_url: wire.base.as_str().to_owned(),
            client_id: self.client_id.clone(),
        }
    }

    /// Returns the stored token, if it has not expired.
    async fn stored(&self, wire: &Wire) -> Option<Token> {
        let key = self.key(wire);
        let stored = in_time(wire, self.store.as_ref()?.get(&key)).await??;
        // The margin is already subtracted from the stored time.
        let time = stored.expires().duration_since(wire.clock.date());
        let time = Duration::try_from(time).ok()?.min(LONGEST_LIFE);
        Token::new(stored.expose(), time, wire.clock.now())
    }

    /// Returns a usable token that another process stores, otherwise the turn to request one.
    ///
    /// There is no turn if there is no store, if it fails, or if the process with the turn takes too long.
    async fn stored_or_turn(
        &self,
        wire: &Wire,
        is_usable: impl Fn(&Token) -> bool,
    ) -> Result<Token, Option<TokenTurn>> {
        let Some(store) = &self.store else {
            return Err(None);
        };
        let (key, began) = (self.key(wire), wire.clock.now());
        let mut turn = None;
        loop {
            // Also after getting the turn: the process that had it may have stored a token.
            if let Some(token) = self.stored(wire).await.filter(&is_usable) {
                return Ok(token);
            }
            if turn.is_some() || wire.clock.now() - began >= PATIENCE {
                return Err(turn);
            }
            turn = in_time(wire, store.turn(&key)).await.ok_or(None)?;
            if turn.is_none() {
                wire.clock.sleep(LOOKS).await;
            }
        }
    }

    async fn keep(&self, wire: &Wire, token: &Token) {
        let Some(store) = &self.store else { return };
        let time = token.renew_at.saturating_duration_since(wire.clock.now());
        let Ok(expires) = wire.clock.date().checked_add(time) else {
            return;
        };
        let stored = StoredToken::new(token.text.expose_secret(), expires);
        in_time(wire, store.put(&self.key(wire), &stored)).await;
    }

    /// Requests a token, which is used from `now` until shortly before its expiry.
    async fn request(&self, wire: &Wire, now: Instant) -> Result<Token, Error> {
        let answer = self
            .post(
                wire,
                &REQUEST_TOKEN,
                "grant_type=client_credentials".to_owned(),
            )
            .await?;
        // The error has neither body nor cause, because both may contain the token.
        let useless =
            || Error::credentials("the token endpoint's response has no usable bearer token");
        let granted = json::counted(MOST_ELEMENTS, || serde_json::from_slice(answer.body()));
        let granted: Granted = granted.map_err(|_| useless())?;
        if !granted.token_type.eq_ignore_ascii_case("bearer") {
            return Err(useless());
        }
        let life = granted.life();
        // A short-lived token is used for most of its lifetime.
        let time = life.saturating_sub(MARGIN.min(life / 10));
        let token = Token::new(granted.access_token.0.expose_secret(), time, now);
        token.ok_or_else(useless)
    }

    async fn post(
        &self,
        wire: &Wire,
        operation: &'static Operation,
        form: String,
    ) -> Result<http::Response<Bytes>, Error> {
        let mut request = wire.request(operation, operation.path, &[], Some(form.into()))?;
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, self.basic.clone());
        let answer = wire.send(operation, request).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(Error::refused_credentials(operation, answer))
    }
}

/// Awaits a method of the token store for at most [`PATIENCE`]. `None` if it fails, which an event reports.
async fn in_time<T>(wire: &Wire, method: impl Future<Output = io::Result<T>>) -> Option<T> {
    let outcome = within(&wire.clock, PATIENCE, method).await;
    let outcome = outcome.unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into()));
    outcome.inspect_err(trace::token_store).ok()
}
