//! Makes every call of the SDK twice: with the SDK, and with progenitor's client of the same normalised
//! document.
//!
//! Nothing leaves the process: both requests are captured before they are sent.

use atlas_backup_support::arbitrary::Dice;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

include!(concat!(env!("OUT_DIR"), "/calls.rs"));

/// An error before the request is complete.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A call in progress.
pub type Call = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// The call of the SDK and the call of progenitor's client.
pub type Made = Result<(Call, Call), Failure>;

/// Makes one operation's call with both clients.
pub type Both = fn(&mut Arguments, atlas_backup::Client, Capture) -> Made;

/// A captured request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The HTTP method.
    pub method: String,
    /// The full URL.
    pub url: String,
    /// Header names and values; none is secret here.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Captures a request instead of sending it.
#[derive(Clone, Debug, Default)]
pub struct Capture(Arc<Mutex<Option<Sent>>>);

impl Capture {
    /// Takes the captured request, if there is one.
    #[must_use]
    pub fn taken(&self) -> Option<Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn keep(&self, sent: Sent) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(sent);
    }
}

fn headers(map: &http::HeaderMap) -> BTreeMap<String, String> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    map.iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect()
}

/// Captures a request; a hook of progenitor's client.
///
/// # Errors
/// Always: the error keeps the request from being sent.
pub async fn capture(capture: &Capture, request: &mut reqwest::Request) -> Result<(), String> {
    capture.keep(Sent {
        method: request.method().to_string(),
        url: request.url().to_string(),
        headers: headers(request.headers()),
        body: request
            .body()
            .and_then(|body| body.as_bytes())
            .unwrap_or_default()
            .to_vec(),
    });
    Err("captured".to_owned())
}

impl atlas_backup::Transport for Capture {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> atlas_backup::BoxFuture<'_, Result<http::Response<Bytes>, atlas_backup::TransportError>>
    {
        self.keep(Sent {
            method: request.method().to_string(),
            url: request.uri().to_string(),
            headers: headers(request.headers()),
            body: request.body().to_vec(),
        });
        Box::pin(async { Err(atlas_backup::TransportError::Connect("captured".into())) })
    }
}

/// Generates arbitrary arguments of a call.
pub struct Arguments {
    /// The source of randomness.
    pub dice: Dice,
    /// The body, for operations that have one.
    pub body: Value,
    /// True for texts that need encoding, and for optional parameters that are sometimes given.
    pub hostile: bool,
}

/// Texts that break the request line of a client that does not encode them.
pub const HOSTILE: [&str; 12] = [
    "plain",
    "a/b",
    "..",
    ".",
    "",
    "%2F",
    "a b+c",
    "?x=1&y=2#z",
    "ünï¢öde 🦀",
    "{id}",
    "\u{1}\r\nX: y",
    "a%00b",
];

impl Arguments {
    /// Returns a text for the parameter of this name: an identifier, a cluster name, or an arbitrary text.
    pub fn text(&mut self, name: &str) -> String {
        let id = name.to_lowercase().ends_with("id") || name.ends_with("-ID");
        match name {
            _ if id => (0..24)
                .filter_map(|_| char::from_digit(self.dice.roll(16) as u32, 16))
                .collect(),
            "clusterName" | "CLUSTER-NAME" | "name" => format!("Cluster-{}", self.dice.roll(100)),
            _ if self.hostile => self.dice.pick(&HOSTILE).to_owned(),
            _ => HOSTILE[0].to_owned(),
        }
    }

    /// Returns an integer within every limit.
    pub fn integer(&mut self, _name: &str) -> i64 {
        1 + i64::try_from(self.dice.roll(100)).unwrap_or(0)
    }

    /// Returns true or false.
    pub fn boolean(&mut self, _name: &str) -> bool {
        self.dice.odds(2)
    }

    /// Returns true if an optional parameter is given.
    pub fn maybe(&mut self) -> bool {
        self.hostile && self.dice.odds(2)
    }
}

/// Decodes a body and encodes it again.
pub type Back = fn(&[u8]) -> serde_json::Result<Value>;

/// Decodes a body into `T` and encodes it again.
///
/// # Errors
/// When the type cannot decode the body.
pub fn back<T: DeserializeOwned + serde::Serialize>(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::to_value(serde_json::from_slice::<T>(body)?)
}

/// Returns the HTTP client, whose requests are all captured.
///
/// # Errors
/// When the machine has no trust roots.
pub fn http() -> Result<reqwest::Client, Failure> {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(client.clone());
    }
    let client = atlas_backup::HttpTransport::client_builder()?.build()?;
    Ok(CLIENT.get_or_init(|| client).clone())
}

/// Removes the members for which `gone` returns true, at all depths.
#[must_use]
pub fn without(value: &Value, gone: fn(&Value) -> bool) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !gone(value));
            kept.map(|(name, value)| (name.clone(), without(value, gone)))
                .collect()
        }
        Value::Array(items) => items.iter().map(|item| without(item, gone)).collect(),
        other => other.clone(),
    }
}

/// Decodes a body as a client's own type.
///
/// # Errors
/// When the type cannot decode the value.
pub fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Failure> {
    Ok(T::deserialize(value)?)
}
