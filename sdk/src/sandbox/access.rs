//! Access control: digests, access tokens and roles.
//!
//! Must never rely on the SDK's computation: expected digests are computed here independently. Everything
//! here uses the time that clients measure, which is not accelerated.
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, header};
use http_auth::parser::ChallengeParser;
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};
use sha2::Sha256;

use super::limits::{Limits, RateLimit};
use super::nonces::Nonces;
use super::operation_call::{Refusal, response};

const TOKEN: Duration = Duration::from_secs(60 * 60);
/// Maximum number of an account's valid tokens, and of its token requests per minute.
const ACTIVE_TOKENS: usize = 100;
const TOKENS_A_MINUTE: usize = 50;

const REALM: &str = "MMS Public API";

/// The current time: the service's date, and the instant from which clients measure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) date: Timestamp,
    pub(super) at: Instant,
}

/// The hash algorithm of digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// MD5, which the service uses.
    #[default]
    Md5,
    /// SHA-256.
    Sha256,
}

impl DigestAlgorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    fn of(self, text: &str) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
        }
    }
}

/// An API key, account or token.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) login: Login,
    /// An empty list has all roles.
    pub(super) roles: Vec<String>,
}

#[derive(Clone)]
pub(super) enum Login {
    Key { public: String, private: String },
    Account { id: String, secret: String },
    Token(String),
}

pub(super) struct AccessControl {
    pub(super) callers: Vec<Caller>,
    pub(super) limits: Limits,
    algorithm: DigestAlgorithm,
    nonces: Nonces,
    tokens: HashMap<String, Token>,
    /// Times of token requests by account.
    grants: BTreeMap<String, Vec<Instant>>,
    given: u64,
}

struct Token {
    account: String,
    expires: Instant,
}

impl AccessControl {
    pub(super) fn new(callers: Vec<Caller>, limit: RateLimit, algorithm: DigestAlgorithm) -> Self {
        Self {
            callers,
            limits: Limits::new(limit),
            algorithm,
            nonces: Nonces::default(),
            tokens: HashMap::new(),
            grants: BTreeMap::new(),
            given: 0,
        }
    }

    /// Invalidates all nonces and tokens.
    pub(super) fn forget(&mut self) {
        self.nonces.forget();
        self.tokens.clear();
    }

    fn secret(&mut self, what: &str) -> String {
        self.given += 1;
        hex(&Md5::digest(format!("{what} {}", self.given)))
    }

    /// Authenticates a request.
    pub(super) fn authenticate(
        &mut self,
        method: &Method,
        target: &str,
        headers: &HeaderMap,
        now: Instant,
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
            r#"Digest realm="{REALM}", domain="", nonce="{nonce}", algorithm={}, qop="auth", stale={stale}"#,
            self.algorithm.name()
        );
        self.nonces.give(nonce, now);
        Err(unauthorized().with(header::WWW_AUTHENTICATE, challenge))
    }

    fn bearer(&self, token: &str, now: Instant) -> Option<Caller> {
        let account = self.tokens.get(token).filter(|token| token.expires > now);
        let mut callers = self.callers.iter();
        let found = callers.find(|caller| match &caller.login {
            Login::Token(own) => same(own, token),
            Login::Account { id, .. } => account.is_some_and(|token| token.account == *id),
            Login::Key { .. } => false,
        });
        found.cloned()
    }

    fn digest(&mut self, method: &Method, target: &str, given: &str, now: Instant) -> Digested {
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
        let caller = caller.clone();
        let (nonce, count) = (part("nonce"), part("nc"));
        let hash = |text: String| self.algorithm.of(&text);
        let ours = hash(format!("{}:{REALM}:{private}", part("username")));
        let theirs = hash(format!("{method}:{target}"));
        let expected = hash(format!(
            "{ours}:{nonce}:{count}:{}:{}:{theirs}",
            part("cnonce"),
            part("qop")
        ));
        let digits = count.len() == 8 && count.bytes().all(|digit| digit.is_ascii_hexdigit());
        let count = u32::from_str_radix(&count, 16).ok().filter(|_| digits);
        let named = match part("algorithm").as_str() {
            "" => self.algorithm == DigestAlgorithm::Md5,
            name => name.eq_ignore_ascii_case(self.algorithm.name()),
        };
        let parts_match = part("uri") == target && part("qop") == "auth" && part("realm") == REALM;
        let right = same(&part("response"), &expected) && parts_match && named;
        let (true, Some(count)) = (right, count) else {
            return Digested::Wrong;
        };
        match self.nonces.count(&nonce, count, now) {
            true => Digested::Right(caller),
            false => Digested::Stale,
        }
    }

    /// Grants an access token (RFC 6749 section 4.4).
    pub(super) fn grant(
        &mut self,
        headers: &HeaderMap,
        body: &[u8],
        now: Now,
    ) -> http::Response<Bytes> {
        let Now { date, at } = now;
        let Some(account) = self.account(headers) else {
            return oauth(
                401,
                "invalid_client",
                "The client is not known, or its secret is wrong.",
                date,
            );
        };
        if form(body, "grant_type").as_deref() != Some("client_credentials") {
            return oauth(
                400,
                "unsupported_grant_type",
                "Only client_credentials is.",
                date,
            );
        }
        let grants = self.grants.entry(account.clone()).or_default();
        grants.retain(|grant| at.saturating_duration_since(*grant) < Duration::from_secs(60));
        if grants.len() >= TOKENS_A_MINUTE {
            let detail =
                format!("Resource /api/oauth/token takes {TOKENS_A_MINUTE} requests a minute.");
            let mut refusal =
                Refusal::new(429, "RATE_LIMITED", detail).with(header::RETRY_AFTER, "60");
            refusal.parameters = vec![json!("/api/oauth/token"), json!(TOKENS_A_MINUTE), json!(1)];
            return super::operation_call::refused(&refusal, date, false);
        }
        grants.push(at);
        self.tokens.retain(|_, token| token.expires > at);
        let active = self
            .tokens
            .values()
            .filter(|token| token.account == account);
        if active.count() >= ACTIVE_TOKENS {
            return oauth(403, "access_denied", "Access Token limit reached.", date);
        }
        let token = format!("sandbox-{}", self.secret("token"));
        let expires = at.checked_add(TOKEN).unwrap_or(at);
        self.tokens
            .insert(token.clone(), Token { account, expires });
        let body =
            json!({ "access_token": token, "expires_in": TOKEN.as_secs(), "token_type": "Bearer" });
        response(200, "application/json", Some(&body), date, false)
    }

    /// Revokes a token (RFC 7009).
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
            .any(|caller| matches!(&caller.login, Login::Account { id: own, secret: right } if *own == id && same(right, &secret)))
            .then_some(id)
    }
}

enum Digested {
    Right(Caller),
    /// Correct except for its nonce.
    Stale,
    Wrong,
}

impl Caller {
    pub(super) fn may(&self, roles: &[&str]) -> bool {
        let owns = |role: &String| roles.contains(&role.as_str()) || role.ends_with("Owner");
        self.roles.is_empty() || roles.is_empty() || self.roles.iter().any(owns)
    }
}

/// Compares two secrets in constant time for their length.
fn same(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    let difference = pairs.fold(0, |all, (one, other)| {
        std::hint::black_box(all | (one ^ other))
    });
    one.len() == other.len() && difference == 0
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
