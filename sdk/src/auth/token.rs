//! Access tokens of a service account: fetched once, shared, renewed early, given back on request.
//!
//! Invariant: at most one token request is under way, because the service limits how often tokens
//! may be asked for and how many may be active.
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

use super::secret_header::{authorised, bearer, sensitive, unusable};
use super::store::{StoredToken, TokenKey, TokenStore, TokenTurn};
use crate::box_future::BoxFuture;
use crate::error::Error;
use crate::flight::Flight;
use crate::json::{self, Fit};
use crate::operation::Operation;
use crate::trace;
use crate::wire::Wire;

/// RFC 6749 section 4.4.2.
static REQUEST_TOKEN: Operation = form("requestAccessToken", "/api/oauth/token");
/// RFC 7009 section 2.1.
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

/// How long before its end a token is renewed, so that none runs out on the way.
const MARGIN: Duration = Duration::from_secs(60);
/// How often is looked for a token that another process asks for, and for how long.
const LOOKS: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(10);
/// For how long no refused token is renewed after one was renewed in vain.
const IN_VAIN: Duration = Duration::from_secs(60);
/// The documented life of a token, for an answer that does not tell.
const LIFE: Duration = Duration::from_secs(3600);
/// No token is taken to last longer: more than any clock can count would be an end in the past.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);
/// The most elements of a token response; only an `expires_in` of the wrong type has any.
const MOST_ELEMENTS: usize = 100;

pub(crate) struct TokenCache(Arc<Cache>);

struct Cache {
    client_id: String,
    /// The id and secret, ready for the token endpoint.
    basic: HeaderValue,
    store: Option<Arc<dyn TokenStore>>,
    held: Mutex<Option<Token>>,
    /// When a token that had just been renewed was refused.
    in_vain: Mutex<Option<Instant>>,
    /// The request for a token, for all calls that need one.
    renewal: Flight<Result<Token, Error>>,
}

#[derive(Clone)]
struct Token {
    text: Arc<SecretString>,
    header: HeaderValue,
    /// For how long it is used.
    time: Duration,
    renew_at: Instant,
}

impl Token {
    /// A token that is used for `time` from `now` on; `None` if no header can carry it.
    fn new(text: &str, time: Duration, now: Instant) -> Option<Self> {
        let header = bearer(text)?;
        Some(Self {
            text: Arc::new(text.into()),
            header,
            time,
            renew_at: now.checked_add(time).unwrap_or(now),
        })
    }

    /// Whether its time was over before it could be used, since nobody polled: no request for a token takes as long.
    fn has_run_out(&self, wire: &Wire) -> bool {
        self.time > wire.timeout && self.renew_at <= wire.clock.now()
    }

    /// Whether it does not end soon, and is not the one that was refused.
    fn is_fit(&self, wire: &Wire, refused: Option<&Self>) -> bool {
        wire.clock.now() < self.renew_at
            && refused.is_none_or(|refused| refused.header != self.header)
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretText,
    token_type: String,
    /// In seconds, documented as an integer.
    #[serde(default)]
    expires_in: Option<Fit<Value>>,
}

impl Granted {
    /// How long the token lasts. Some servers write the seconds with a fraction, or as text.
    fn life(&self) -> Duration {
        let seconds = match &self.expires_in {
            Some(Fit::Is(Value::Number(seconds))) => seconds.as_f64(),
            Some(Fit::Is(Value::String(seconds))) => seconds.trim().parse().ok(),
            _ => None,
        };
        let life = seconds.map(|seconds: f64| {
            Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST_LIFE)
        });
        life.unwrap_or(LIFE).min(LONGEST_LIFE)
    }
}

/// Text that is secret from the moment it is read.
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
        // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
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
        // Revoked elsewhere, or the clocks disagree. One renewal; a second refusal stands, and for a while so does every
        // first one: where nothing helps, each call would use up a token.
        let in_vain = *self.0.in_vain();
        if in_vain.is_some_and(|since| wire.clock.now() < since + IN_VAIN) {
            return Ok(answer);
        }
        let token = self.token(wire, Some(token)).await?;
        let sent = wire.send(operation, authorised(request, token.header));
        let answer = Box::pin(sent).await?;
        let refused = answer.status() == StatusCode::UNAUTHORIZED;
        *self.0.in_vain() = refused.then(|| wire.clock.now());
        Ok(answer)
    }

    /// The held token, or a new one if it is about to end or is the one `refused`.
    async fn token(&self, wire: &Arc<Wire>, refused: Option<Token>) -> Result<Token, Error> {
        let cache = &self.0;
        let known = || {
            let held = cache.held().clone();
            held.filter(|token| token.is_fit(wire, refused.as_ref()))
                .map(Ok)
        };
        let renew = || {
            let (cache, wire, refused) = (cache.clone(), wire.clone(), refused.clone());
            let renewed = async move { cache.renew(&wire, refused).await };
            Box::pin(renewed) as BoxFuture<'static, _>
        };
        loop {
            // No request is under way as a rule, and then nobody has to be asked.
            let token = match known() {
                Some(token) => token?,
                None => Box::pin(cache.renewal.join(known, renew)).await?,
            };
            // It may have come long ago, while nobody polled this call.
            if !token.has_run_out(wire) {
                return Ok(token);
            }
        }
    }

    pub(super) async fn revoke(&self, wire: &Arc<Wire>) -> Result<(), Error> {
        let cache = &self.0;
        let held = cache.held().take();
        let token = match held {
            Some(token) => Some(token),
            None => cache.stored(wire).await,
        };
        let Some(token) = token else { return Ok(()) };
        if let Some(store) = &cache.store
            && let Err(error) = store.forget(&cache.key(wire)).await
        {
            trace::token_store(&error);
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

    /// A fit token that another process left, or a new one.
    async fn renew(&self, wire: &Wire, refused: Option<Token>) -> Result<Token, Error> {
        let fit = |token: &Token| token.is_fit(wire, refused.as_ref());
        let turn = match self.stored_or_turn(wire, fit).await {
            Ok(token) => return Ok(self.held().insert(token).clone()),
            Err(turn) => turn,
        };
        *self.held() = None;
        let token = self.request(wire, wire.clock.now()).await?;
        *self.held() = Some(token.clone());
        self.keep(wire, &token).await;
        drop(turn);
        Ok(token)
    }

    fn key(&self, wire: &Wire) -> TokenKey {
        TokenKey {
            base_url: wire.base.as_str().to_owned(),
            client_id: self.client_id.clone(),
        }
    }

    /// The token that another process left, if it lasts.
    async fn stored(&self, wire: &Wire) -> Option<Token> {
        let stored = self.store.as_ref()?.get(&self.key(wire)).await;
        let stored = stored.unwrap_or_else(|error| {
            trace::token_store(&error);
            None
        })?;
        // Whoever kept it has taken the margin off: taken off what is left at each reading, it would shrink to nothing.
        let time = stored.expires().duration_since(wire.clock.date());
        let time = Duration::try_from(time).ok()?.min(LONGEST_LIFE);
        Token::new(stored.expose(), time, wire.clock.now())
    }

    /// A fit token that another process left or is about to leave, else the turn to ask for one; no turn where there is
    /// no store, and where the one whose turn it is takes too long.
    async fn stored_or_turn(
        &self,
        wire: &Wire,
        fit: impl Fn(&Token) -> bool,
    ) -> Result<Token, Option<TokenTurn>> {
        let Some(store) = &self.store else {
            return Err(None);
        };
        let (key, began) = (self.key(wire), wire.clock.now());
        let mut turn = None;
        loop {
            // Once more with the turn: the one before may have kept a token.
            if let Some(token) = self.stored(wire).await.filter(&fit) {
                return Ok(token);
            }
            if turn.is_some() || wire.clock.now() - began >= PATIENCE {
                return Err(turn);
            }
            turn = match store.turn(&key).await {
                Ok(turn) => turn,
                Err(error) => {
                    trace::token_store(&error);
                    return Err(None);
                }
            };
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
        if let Err(error) = store.put(&self.key(wire), &stored).await {
            trace::token_store(&error);
        }
    }

    /// A new token, which is used from `now` on until shortly before its end.
    async fn request(&self, wire: &Wire, now: Instant) -> Result<Token, Error> {
        let answer = self
            .post(
                wire,
                &REQUEST_TOKEN,
                "grant_type=client_credentials".to_owned(),
            )
            .await?;
        // Neither the body nor the cause goes into the error: both may hold the token.
        let useless =
            || Error::credentials("the token endpoint's answer holds no usable bearer token");
        let granted = json::counted(MOST_ELEMENTS, || serde_json::from_slice(answer.body()));
        let granted: Granted = granted.map_err(|_| useless())?;
        if !granted.token_type.eq_ignore_ascii_case("bearer") {
            return Err(useless());
        }
        let life = granted.life();
        // A short-lived token keeps most of its life.
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
