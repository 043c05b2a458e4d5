//! The service: the sandbox, with additions such as single-use nonces and delayed lists.
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use atlas_backup::{Clock as _, Timestamp, Transport as _};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;

use super::transport::{Asked, Last, Reply, Sent, creates};
use super::watch::parameter;
use super::{BEARER, World};
use crate::invariants::Invariant;
use crate::schedule::{Caller, Nonces, Odd, Patience, Trouble};

/// The end of the query of a page that follows an empty one.
const MARK: &str = "&after=empty";
const ORIGIN: &str = "https://cloud.mongodb.com";
const INFO: HeaderName = HeaderName::from_static("authentication-info");

impl World {
    /// Processes a request, with its fault.
    pub(super) fn serve(
        &self,
        subject: &'static str,
        request: &Sent,
        trouble: Option<Trouble>,
    ) -> Reply {
        if subject == "download" {
            return self.deliver(request, trouble);
        }
        if trouble == Some(Trouble::Forget) && self.forget(request) {
            self.strikes(Trouble::Forget);
        }
        if let Some(Trouble::Status(status, acted, patience)) = trouble {
            if acted {
                self.act(subject, request);
            }
            return self.failure(status, patience);
        }
        let first = self.act(subject, request);
        let caller = self.schedule().settings.caller;
        let mut answer = match trouble {
            // A repeated digest is refused; without one, two equal creations cannot be distinguished.
            Some(Trouble::Twice) if creates(subject) && caller != Caller::Digest => first,
            Some(Trouble::Twice) => {
                self.strikes(Trouble::Twice);
                let second = self.act(subject, request);
                if creates(subject) { first } else { second }
            }
            _ => first,
        };
        if let Some(Trouble::Grant(odd)) = trouble
            && answer.status().is_success()
        {
            self.strikes(Trouble::Grant(odd));
            self.grant_oddly(&mut answer, odd);
        }
        if subject.starts_with("list") && answer.status().is_success() {
            self.list(request, &mut answer, trouble);
        }
        if subject.ends_with("RestoreJob") || subject.ends_with("RestoreJobs") {
            // They are secret before the SDK receives them.
            self.hide_links(&serde_json::from_slice(answer.body()).unwrap_or_default());
        }
        answer
    }

    /// Marks all links of the delivery host as secret.
    fn hide_links(&self, body: &Value) {
        match body {
            Value::String(text) if text.starts_with("https://restore-") => self.hide(text),
            Value::Array(values) => values.iter().for_each(|value| self.hide_links(value)),
            Value::Object(fields) => fields.values().for_each(|value| self.hide_links(value)),
            _ => {}
        }
    }

    /// Sends a request to the sandbox.
    pub(crate) fn ask(&self, request: Sent) -> Reply {
        self.0.clock.catch_up(&self.0.sandbox);
        let mut answer = pin!(self.0.sandbox.send(request));
        match answer
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(Ok(answer)) => answer,
            // It has no faults of its own, and never waits.
            _ => {
                self.broken(
                    Invariant::Progress,
                    "the sandbox did not respond immediately",
                );
                Reply::default()
            }
        }
    }

    /// Reads the JSON at a path of the service, from outside of the story.
    pub(crate) fn look(&self, path: &str) -> Value {
        self.outside(http::Method::GET, path, Bytes::new())
    }

    /// Creates a resource at a path, from outside of the story.
    pub(crate) fn order(&self, path: &str, body: &Value) -> Value {
        let made = self.outside(http::Method::POST, path, body.to_string().into());
        self.note_made(&made);
        made
    }

    fn outside(&self, method: http::Method, path: &str, body: Bytes) -> Value {
        let version = "application/vnd.atlas.2025-03-12+json";
        let request = http::Request::builder()
            .method(method)
            .uri(format!(
                "{ORIGIN}/api/atlas/v2/groups/{}/{path}",
                self.project()
            ))
            .header(header::AUTHORIZATION, format!("Bearer {BEARER}"))
            .header(header::CONTENT_TYPE, version)
            .header(header::ACCEPT, version);
        let Ok(request) = request.body(body) else {
            return Value::Null;
        };
        let answer = self.ask(request);
        if !answer.status().is_success() {
            let detail = format!("a check from outside got {} at {path}", answer.status());
            self.broken(Invariant::Progress, detail);
        }
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }

    fn act(&self, subject: &'static str, request: &Sent) -> Reply {
        let given = request.headers().get(header::AUTHORIZATION);
        let given = given
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let refused = match given.split_once(' ') {
            Some(("Bearer", token)) => self.has_ended(token),
            Some(("Digest", _)) => self.is_taken(parameter(given, "nonce=").unwrap_or_default()),
            _ => false,
        };
        if refused {
            return self.challenge(request);
        }
        let mut answer = self.ask(request.clone());
        if subject == "token" && answer.status().is_success() {
            self.grant(&mut answer);
        }
        if creates(subject) && answer.status().is_success() {
            self.note_made(&serde_json::from_slice(answer.body()).unwrap_or_default());
        }
        if self.schedule().settings.nonces == Nonces::Announced
            && given.starts_with("Digest")
            && answer.status().is_success()
            && self.now().as_millis().is_multiple_of(3)
        {
            let challenge = self.challenge(request);
            let next = nonce(&challenge).map(|nonce| format!("nextnonce=\"{nonce}\""));
            if let Some(Ok(next)) = next.map(HeaderValue::try_from) {
                answer.headers_mut().insert(INFO, next);
            }
        }
        answer
    }

    /// Returns the response to a request with an invalid nonce or token.
    fn challenge(&self, request: &Sent) -> Reply {
        let mut plain = request.clone();
        plain.headers_mut().remove(header::AUTHORIZATION);
        let mut answer = self.ask(plain);
        let text = answer.headers().get(header::WWW_AUTHENTICATE);
        let text = text
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if let Ok(stale) = HeaderValue::try_from(text.replace("stale=false", "stale=true")) {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, stale);
        }
        answer
    }

    fn has_ended(&self, token: &str) -> bool {
        let life = Duration::from_secs(self.schedule().settings.token_life);
        let (now, state) = (self.now(), self.state());
        let granted = state.granted.get(token);
        state.dead.contains(token) || granted.is_some_and(|granted| now >= *granted + life)
    }

    /// Returns true if a nonce is invalid; marks a single-use nonce as used.
    fn is_taken(&self, nonce: &str) -> bool {
        let once = self.schedule().settings.nonces == Nonces::Once;
        let mut state = self.state();
        state.dead.contains(nonce) || (once && !state.taken.insert(nonce.to_owned()))
    }

    /// Invalidates the request's nonce or token; returns true if it has one.
    fn forget(&self, request: &Sent) -> bool {
        let given = request.headers().get(header::AUTHORIZATION);
        let given = given
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let dead = given.strip_prefix("Bearer ").or(parameter(given, "nonce="));
        // A caller's own token cannot be replaced.
        dead.filter(|dead| *dead != BEARER)
            .is_some_and(|dead| self.state().dead.insert(dead.to_owned()))
    }

    /// Records an access token, and sets its lifetime.
    fn grant(&self, answer: &mut Reply) {
        let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
            return;
        };
        let Some(token) = body["access_token"].as_str().map(str::to_owned) else {
            return;
        };
        body["expires_in"] = self.schedule().settings.token_life.into();
        *answer.body_mut() = body.to_string().into();
        let (now, mut state) = (self.now(), self.state());
        state.keep_secret(&token, "an access token");
        state.granted.insert(token, now);
    }

    /// Changes a response with an access token. A token with another lifetime than the service says does not expire.
    fn grant_oddly(&self, answer: &mut Reply, odd: Odd) {
        let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else {
            return;
        };
        let token = body["access_token"].as_str().unwrap_or_default();
        self.state().granted.remove(token);
        match odd {
            Odd::EmptyToken => body["access_token"] = "".into(),
            Odd::EndlessLife => body["expires_in"] = u64::MAX.into(),
            Odd::NoLife => {
                if let Some(body) = body.as_object_mut() {
                    body.remove("expires_in");
                }
            }
        }
        *answer.body_mut() = body.to_string().into();
    }

    fn note_made(&self, body: &Value) {
        if self.schedule().settings.lag == 0 {
            return;
        }
        if let Some(id) = body["id"].as_str() {
            let now = self.now();
            self.state().made.insert(id.to_owned(), now);
        }
    }

    /// Returns a list without its newest items, and with links as scheduled.
    fn list(&self, request: &Sent, answer: &mut Reply, trouble: Option<Trouble>) {
        if self.schedule().settings.hollow {
            if !request.uri().to_string().ends_with(MARK) {
                self.inject("list", &format_args!("EmptyPage"));
                let link = format!("{}{MARK}", request.uri());
                let links = serde_json::json!([{ "rel": "next", "href": link }]);
                let page = serde_json::json!({ "results": [], "links": links });
                *answer.body_mut() = page.to_string().into();
                return;
            }
            let text = String::from_utf8_lossy(answer.body()).replace(MARK, "");
            *answer.body_mut() = text.into();
        }
        let lag = self.schedule().settings.lag;
        if lag > 0
            && let Ok(mut body) = serde_json::from_slice::<Value>(answer.body())
        {
            let (now, state) = (self.now(), self.state());
            let new = |job: &Value| {
                let made = job["id"].as_str().and_then(|id| state.made.get(id));
                made.is_some_and(|made| now < *made + Duration::from_secs(lag))
            };
            if let Some(results) = body["results"].as_array_mut() {
                results.retain(|job| !new(job));
            }
            drop(state);
            *answer.body_mut() = body.to_string().into();
        }
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        let last = !text.contains("\"next\"");
        if trouble == Some(Trouble::Astray) && !last {
            self.strikes(Trouble::Astray);
            let text = match self.now().as_millis().is_multiple_of(2) {
                true => text.replace(ORIGIN, "https://elsewhere.example.net"),
                false => text.replace("/api/atlas/v2/groups/", "/api/atlas/v2/others/"),
            };
            *answer.body_mut() = text.into();
        }
        if last && !matches!(trouble, Some(Trouble::Short(_))) {
            answer.extensions_mut().insert(Last);
        }
    }

    /// Returns an error that does not show whether the service acted.
    pub(super) fn failure(&self, status: u16, patience: Patience) -> Reply {
        let mut answer = Reply::new(Bytes::from_static(b"<html>upstream</html>"));
        *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
        let date = self.0.clock.date();
        let date = Timestamp::from_second(date.as_second()).unwrap_or(date);
        self.dated(&mut answer, header::DATE, date);
        match patience {
            Patience::Unsaid => {}
            Patience::Seconds(seconds) => {
                answer
                    .headers_mut()
                    .insert(header::RETRY_AFTER, seconds.into());
            }
            Patience::Date(seconds) => {
                let later = date
                    .checked_add(Duration::from_secs(seconds))
                    .unwrap_or(date);
                self.dated(&mut answer, header::RETRY_AFTER, later);
            }
        }
        if let Some(asked) = patience.asked() {
            answer.extensions_mut().insert(Asked(asked));
        }
        answer
    }

    pub(super) fn dated<B>(
        &self,
        answer: &mut http::Response<B>,
        name: HeaderName,
        date: Timestamp,
    ) {
        let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&date);
        if let Some(Ok(value)) = text.ok().map(HeaderValue::try_from) {
            answer.headers_mut().insert(name, value);
        }
    }

    pub(super) fn date(&self) -> Timestamp {
        self.0.clock.date()
    }
}

fn nonce(challenge: &Reply) -> Option<&str> {
    let text = challenge
        .headers()
        .get(header::WWW_AUTHENTICATE)?
        .to_str()
        .ok()?;
    text.split_once("nonce=\"")?.1.split('"').next()
}
