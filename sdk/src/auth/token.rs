//! Access tokens of a service account: fetched once, shared, renewed early, given back on request.
//!
//! Invariant: at most one token request is under way, because the service limits how often tokens
//! may be asked for and how many may be active.
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::form_urlencoded;

use super::{sensitive, unusable};
use crate::error::Error;
use crate::operation::Operation;
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
/// The documented life of a token, for an answer that does not tell.
const LIFE: u64 = 3600;

pub(crate) struct TokenCache {
    /// The id and secret, ready for the token endpoint.
    basic: HeaderValue,
    held: Mutex<Option<Token>>,
}

#[derive(Clone)]
struct Token {
    text: SecretString,
    header: HeaderValue,
    renew_at: Instant,
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
    pub(super) fn new(id: &str, secret: &SecretString) -> Result<Self, Error> {
        if id.is_empty() || secret.expose_secret().is_empty() {
            return Err(unusable("service account's id or secret"));
        }
        // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(id), encode(secret.expose_secret()));
        let basic = sensitive(&format!("Basic {}", BASE64_STANDARD.encode(pair)));
        let basic = basic.ok_or_else(|| unusable("service account's id or secret"))?;
        Ok(Self {
            basic,
            held: Mutex::new(None),
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
        let mut held = self.held.lock().await;
        let now = wire.clock.now();
        if let Some(token) = held.as_ref() {
            let refused = refused.is_some_and(|refused| refused.header == token.header);
            if !refused && now < token.renew_at {
                return Ok(token.clone());
            }
        }
        *held = None;
        let token = self.request(wire, now).await?;
        *held = Some(token.clone());
        Ok(token)
    }

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
        let granted: Granted = serde_json::from_slice(answer.body()).map_err(|_| useless())?;
        if !granted.token_type.eq_ignore_ascii_case("bearer") {
            return Err(useless());
        }
        let text = granted.access_token.0;
        let header = sensitive(&format!("Bearer {}", text.expose_secret())).ok_or_else(useless)?;
        let life = Duration::from_secs(granted.expires_in.unwrap_or(LIFE));
        // A short-lived token keeps most of its life.
        let used = life.saturating_sub(MARGIN.min(life / 10));
        let renew_at = now.checked_add(used).unwrap_or(now);
        Ok(Token {
            text,
            header,
            renew_at,
        })
    }

    pub(super) async fn revoke(&self, wire: &Wire) -> Result<(), Error> {
        let Some(token) = self.held.lock().await.take() else {
            return Ok(());
        };
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
