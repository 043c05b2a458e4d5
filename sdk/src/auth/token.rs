//! Access tokens of a service account: fetched once, shared, renewed early, given back on request.
//!
//! Invariant: at most one token request is under way, because the service limits how often tokens
//! may be asked for and how many may be active.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::form_urlencoded;

use super::store::{StoredToken, TokenKey, TokenStore, TokenTurn};
use super::{sensitive, unusable};
use crate::error::Error;
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
/// The documented life of a token, for an answer that does not tell.
const LIFE: u64 = 3600;

pub(crate) struct TokenCache {
    client_id: String,
    /// The id and secret, ready for the token endpoint.
    basic: HeaderValue,
    store: Option<Arc<dyn TokenStore>>,
    held: Mutex<Held>,
    /// How many requests for a token have come to an end.
    requests: AtomicU64,
}

#[derive(Default)]
struct Held {
    token: Option<Token>,
    /// How the last request failed, and which one that was.
    failed: Option<(u64, Error)>,
}

#[derive(Clone)]
struct Token {
    text: SecretString,
    header: HeaderValue,
    renew_at: Instant,
}

impl Token {
    /// A token that lasts for `life` from `now` on; `None` if no header can carry it.
    fn new(text: &str, life: Duration, now: Instant) -> Option<Self> {
        let header = sensitive(&format!("Bearer {text}"))?;
        // A short-lived token keeps most of its life.
        let used = life.saturating_sub(MARGIN.min(life / 10));
        Some(Self {
            text: text.into(),
            header,
            renew_at: now.checked_add(used).unwrap_or(now),
        })
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretText,
    token_type: String,
    expires_in: Option<u64>,
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
        Ok(Self {
            client_id,
            basic,
            store,
            held: Mutex::default(),
            requests: AtomicU64::new(0),
        })
    }

    pub(super) async fn send(
        &self,
        wire: &Wire,
        operation: &'static Operation,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Error> {
        let token = self.token(wire, None).await?;
        let answer = wire.send(operation, authorised(&request, &token)).await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        // Revoked elsewhere, or the clocks disagree. One renewal; a second refusal stands.
        let token = self.token(wire, Some(&token)).await?;
        wire.send(operation, authorised(&request, &token)).await
    }

    /// The held token, or a new one if it is about to end or is the one `refused`.
    async fn token(&self, wire: &Wire, refused: Option<&Token>) -> Result<Token, Error> {
        let ended = self.requests.load(Ordering::Relaxed);
        let mut held = self.held.lock().await;
        let fit = |token: &Token| {
            wire.clock.now() < token.renew_at
                && refused.is_none_or(|refused| refused.header != token.header)
        };
        if let Some(token) = held.token.as_ref().filter(|token| fit(token)) {
            return Ok(token.clone());
        }
        // The request that this call waited for failed; another would fail as well, and count.
        if let Some((request, error)) = &held.failed
            && *request > ended
        {
            return Err(error.clone());
        }
        let turn = match self.stored_or_turn(wire, fit).await {
            Ok(token) => return Ok(held.token.insert(token).clone()),
            Err(turn) => turn,
        };
        held.token = None;
        let requested = self.request(wire, wire.clock.now()).await;
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        match requested {
            Ok((token, life)) => {
                held.token = Some(token.clone());
                self.keep(wire, &token, life).await;
                drop(turn);
                Ok(token)
            }
            Err(error) => {
                held.failed = Some((number, error.clone()));
                Err(error)
            }
        }
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
        let life = stored.expires().duration_since(wire.clock.date());
        Token::new(
            stored.expose(),
            Duration::try_from(life).ok()?,
            wire.clock.now(),
        )
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

    async fn keep(&self, wire: &Wire, token: &Token, life: Duration) {
        let Some(store) = &self.store else { return };
        let Ok(expires) = wire.clock.date().checked_add(life) else {
            return;
        };
        let stored = StoredToken::new(token.text.expose_secret(), expires);
        if let Err(error) = store.put(&self.key(wire), &stored).await {
            trace::token_store(&error);
        }
    }

    /// A new token, and how long it lasts.
    async fn request(&self, wire: &Wire, now: Instant) -> Result<(Token, Duration), Error> {
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
        let granted: Granted = serde_json::from_slice(answer.body()).map_err(|_| useless())?;
        if !granted.token_type.eq_ignore_ascii_case("bearer") {
            return Err(useless());
        }
        let life = Duration::from_secs(granted.expires_in.unwrap_or(LIFE));
        let token = Token::new(granted.access_token.0.expose_secret(), life, now);
        Ok((token.ok_or_else(useless)?, life))
    }

    pub(super) async fn revoke(&self, wire: &Wire) -> Result<(), Error> {
        let mut held = self.held.lock().await;
        let token = match held.token.take() {
            Some(token) => Some(token),
            None => self.stored(wire).await,
        };
        drop(held);
        let Some(token) = token else { return Ok(()) };
        if let Some(store) = &self.store
            && let Err(error) = store.forget(&self.key(wire)).await
        {
            trace::token_store(&error);
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", token.text.expose_secret())
            .append_pair("token_type_hint", "access_token")
            .finish();
        self.post(wire, &REVOKE_TOKEN, form).await.map(drop)
    }

    async fn post(
        &self,
        wire: &Wire,
        operation: &'static Operation,
        form: String,
    ) -> Result<http::Response<Bytes>, Error> {
        let mut request = wire.request(operation, operation.path, Vec::new(), Some(form.into()))?;
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

fn authorised(request: &http::Request<Bytes>, token: &Token) -> http::Request<Bytes> {
    let mut request = request.clone();
    request
        .headers_mut()
        .insert(header::AUTHORIZATION, token.header.clone());
    request
}
