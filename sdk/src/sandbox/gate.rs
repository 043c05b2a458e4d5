//! Who may ask, and how often: digest, access tokens, roles, rate limits.
//!
//! Must never trust the SDK's own arithmetic: what a digest has to be is computed here again.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, header};
use http_auth::parser::ChallengeParser;
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use super::asked::{Refusal, response};

/// How long a nonce is good for.
const NONCE: Duration = Duration::from_secs(5 * 60);
const TOKEN: Duration = Duration::from_secs(60 * 60);
/// How many tokens an account may have at a time, and may ask for in a minute.
const ACTIVE_TOKENS: usize = 100;
const TOKENS_A_MINUTE: usize = 50;

const REALM: &str = "MMS Public API";

/// Somebody who may ask.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) login: Login,
    /// None of them: all of them.
    pub(super) roles: Vec<String>,
}

#[derive(Clone)]
pub(super) enum Login {
    Key { public: String, private: String },
    Account { id: String, secret: String },
    Token(String),
}

/// How many requests of one kind a project may make.
#[derive(Debug, Clone, Copy)]
pub(super) struct RateLimit {
    pub(super) capacity: u32,
    pub(super) a_second: f64,
}

pub(super) struct Gate {
    pub(super) callers: Vec<Caller>,
    pub(super) limit: RateLimit,
    nonces: BTreeMap<String, Nonce>,
    tokens: BTreeMap<String, Token>,
    /// When tokens were asked for, by account.
    grants: BTreeMap<String, Vec<Timestamp>>,
    buckets: BTreeMap<(String, String), Bucket>,
    given: u64,
}

struct Nonce {
    given: Timestamp,
    /// The counts that were used: each once.
    used: BTreeSet<String>,
}

struct Token {
    account: String,
    expires: Timestamp,
}

struct Bucket {
    left: f64,
    at: Timestamp,
}

impl Gate {
    pub(super) fn new(callers: Vec<Caller>, limit: RateLimit) -> Self {
        Self {
            callers,
            limit,
            nonces: BTreeMap::new(),
            tokens: BTreeMap::new(),
            grants: BTreeMap::new(),
            buckets: BTreeMap::new(),
            given: 0,
        }
    }

    /// Makes every nonce and every token that was given out useless.
    pub(super) fn forget(&mut self) {
        self.nonces.clear();
        self.tokens.clear();
    }

    fn secret(&mut self, what: &str) -> String {
        self.given += 1;
        hex(&Md5::digest(format!("{what} {}", self.given)))
    }

    /// Finds out who asks.
    pub(super) fn authenticate(
        &mut self,
        method: &Method,
        target: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Caller, Refusal> {
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let (scheme, rest) = given
            .and_then(|text| text.split_once(' '))
            .unwrap_or_default();
        if scheme.eq_ignore_ascii_case("bearer") {
            return self.bearer(rest.trim(), now).ok_or_else(unauthorized);
        }
        let mut stale = false;
        if scheme.eq_ignore_ascii_case("digest") {
            match self.digest(method, target, given.unwrap_or_default(), now) {
                Digested::Right(caller) => return Ok(caller),
                Digested::Stale => stale = true,
                Digested::Wrong => {}
            }
        }
        let nonce = self.secret("nonce");
        let challenge = format!(
            r#"Digest realm="{REALM}", domain="", nonce="{nonce}", algorithm=MD5, qop="auth", stale={stale}"#
        );
        let fresh = Nonce {
            given: now,
            used: BTreeSet::new(),
        };
        self.nonces.insert(nonce, fresh);
        Err(unauthorized().with(header::WWW_AUTHENTICATE, challenge))
    }

    fn bearer(&self, token: &str, now: Timestamp) -> Option<Caller> {
        let account = self.tokens.get(token).filter(|token| token.expires > now);
        let mut callers = self.callers.iter();
        let found = callers.find(|caller| match &caller.login {
            Login::Token(own) => own == token,
            Login::Account { id, .. } => account.is_some_and(|token| token.account == *id),
            Login::Key { .. } => false,
        });
        found.cloned()
    }

    fn digest(&mut self, method: &Method, target: &str, given: &str, now: Timestamp) -> Digested {
        let parsed = ChallengeParser::new(given).next().and_then(Result::ok);
        let Some(parsed) = parsed else {
            return Digested::Wrong;
        };
        let part = |name: &str| {
            let mut parameters = parsed.params.iter();
            let found = parameters.find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map_or_else(String::new, |(_, value)| value.to_unescaped())
        };
        let known = self.callers.iter().find_map(|caller| match &caller.login {
            Login::Key { public, private } if *public == part("username") => {
                Some((caller, private))
            }
            _ => None,
        });
        let Some((caller, private)) = known else {
            return Digested::Wrong;
        };
        let (nonce, count) = (part("nonce"), part("nc"));
        let ours = md5(&format!("{}:{REALM}:{private}", part("username")));
        let theirs = md5(&format!("{method}:{target}"));
        let expected = md5(&format!(
            "{ours}:{nonce}:{count}:{}:{}:{theirs}",
            part("cnonce"),
            part("qop")
        ));
        if part("response") != expected || part("uri") != target || part("qop") != "auth" {
            return Digested::Wrong;
        }
        let fresh = self
            .nonces
            .get_mut(&nonce)
            .filter(|nonce| age(nonce.given, now) < NONCE);
        if fresh.is_some_and(|fresh| fresh.used.insert(count)) {
            return Digested::Right(caller.clone());
        }
        self.nonces.remove(&nonce);
        Digested::Stale
    }

    /// Gives an access token out (RFC 6749 section 4.4).
    pub(super) fn grant(
        &mut self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> http::Response<Bytes> {
        let Some(account) = self.account(headers) else {
            return oauth(
                401,
                "invalid_client",
                "The client is not known, or its secret is wrong.",
                now,
            );
        };
        if form(body, "grant_type").as_deref() != Some("client_credentials") {
            return oauth(
                400,
                "unsupported_grant_type",
                "Only client_credentials is.",
                now,
            );
        }
        let grants = self.grants.entry(account.clone()).or_default();
        grants.retain(|grant| age(*grant, now) < Duration::from_secs(60));
        if grants.len() >= TOKENS_A_MINUTE {
            let detail =
                format!("Resource /api/oauth/token takes {TOKENS_A_MINUTE} requests a minute.");
            let mut refusal =
                Refusal::new(429, "RATE_LIMITED", detail).with(header::RETRY_AFTER, "60");
            refusal.parameters = vec![json!("/api/oauth/token"), json!(TOKENS_A_MINUTE), json!(1)];
            return super::asked::refused(&refusal, now, false);
        }
        grants.push(now);
        self.tokens.retain(|_, token| token.expires > now);
        let active = self
            .tokens
            .values()
            .filter(|token| token.account == account);
        if active.count() >= ACTIVE_TOKENS {
            return oauth(403, "access_denied", "Access Token limit reached.", now);
        }
        let token = format!("sandbox-{}", self.secret("token"));
        let expires = now.checked_add(TOKEN).unwrap_or(now);
        self.tokens
            .insert(token.clone(), Token { account, expires });
        let body =
            json!({ "access_token": token, "expires_in": TOKEN.as_secs(), "token_type": "Bearer" });
        response(200, "application/json", Some(&body), now, false)
    }

    /// Takes a token back (RFC 7009).
    pub(super) fn revoke(
        &mut self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> http::Response<Bytes> {
        if self.account(headers).is_none() {
            return oauth(
                401,
                "invalid_client",
                "The client is not known, or its secret is wrong.",
                now,
            );
        }
        if let Some(token) = form(body, "token") {
            self.tokens.remove(&token);
        }
        response(200, "application/json", None, now, false)
    }

    fn account(&self, headers: &HeaderMap) -> Option<String> {
        let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let basic = BASE64_STANDARD
            .decode(given.strip_prefix("Basic ")?.trim())
            .ok()?;
        let basic = String::from_utf8(basic).ok()?;
        let (id, secret) = basic.split_once(':')?;
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        let (id, secret) = (decoded(id), decoded(secret));
        let mut callers = self.callers.iter();
        callers
            .any(|caller| matches!(&caller.login, Login::Account { id: own, secret: right } if *own == id && *right == secret))
            .then_some(id)
    }

    /// Takes one request from what a project may make of one kind; what is left, or how long to wait.
    pub(super) fn count(
        &mut self,
        operation: &str,
        project: &str,
        now: Timestamp,
    ) -> Result<u32, Duration> {
        let RateLimit { capacity, a_second } = self.limit;
        let key = (operation.to_owned(), project.to_owned());
        let bucket = self.buckets.entry(key).or_insert(Bucket {
            left: f64::from(capacity),
            at: now,
        });
        let refilled = age(bucket.at, now).as_secs_f64() * a_second;
        bucket.left = (bucket.left + refilled).min(f64::from(capacity));
        bucket.at = now;
        if bucket.left < 1.0 {
            let wait = (1.0 - bucket.left) / a_second.max(f64::MIN_POSITIVE);
            return Err(Duration::try_from_secs_f64(wait.ceil()).unwrap_or(Duration::MAX));
        }
        bucket.left -= 1.0;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most the capacity"
        )]
        Ok(bucket.left as u32)
    }
}

enum Digested {
    Right(Caller),
    /// Right, but for its nonce.
    Stale,
    Wrong,
}

impl Caller {
    pub(super) fn may(&self, roles: &[&str]) -> bool {
        let owns = |role: &String| roles.contains(&role.as_str()) || role.ends_with("Owner");
        self.roles.is_empty() || roles.is_empty() || self.roles.iter().any(owns)
    }
}

fn unauthorized() -> Refusal {
    Refusal::new(
        401,
        "UNEXPECTED_ERROR",
        "The credentials are not valid here.",
    )
}

fn oauth(status: u16, error: &str, description: &str, now: Timestamp) -> http::Response<Bytes> {
    let body: Value = json!({ "error": error, "error_description": description });
    response(status, "application/json", Some(&body), now, false)
}

fn form(body: &[u8], name: &str) -> Option<String> {
    url::form_urlencoded::parse(body)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn age(since: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(since)).unwrap_or_default()
}

fn md5(text: &str) -> String {
    hex(&Md5::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
