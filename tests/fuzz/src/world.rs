//! A client with scripted responses: an in-memory transport, virtual time, and constant randomness.
//!
//! The input of these targets is text: responses separated by lines of `===`, each a status, header lines, an
//! empty line and a body. The last response is repeated for all further requests.
//!
//! Invariant: no target waits in real time.

use atlas_backup::{
    BoxFuture, Client, ClientBuilder, Clock, ClusterName, Credentials, Error, ObjectId, Randomness,
    Timestamp, Transport, TransportError,
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

pub(crate) type Reply = http::Response<Bytes>;

/// The secrets that must not leave the client.
pub(crate) const PRIVATE_KEY: &str = "5ecre7-5ecre7-5ecre7";
pub(crate) const TOKEN: &str = "t0ken-t0ken-t0ken";

/// The origin of the client's service.
pub(crate) const ORIGIN: &str = "https://cloud.mongodb.com";

/// The initial date of virtual time.
const BEGINNING: i64 = 1_773_453_600;

/// A request and its time since the start.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) request: http::Request<Bytes>,
    pub(crate) at: Duration,
}

#[derive(Clone)]
pub(crate) struct World {
    replies: Arc<Vec<Reply>>,
    sent: Arc<Mutex<Vec<Sent>>>,
    time: Arc<Mutex<Time>>,
    began: Instant,
}

#[derive(Default)]
struct Time {
    now: Duration,
    waits: Vec<Duration>,
}

impl World {
    pub(crate) fn new(input: &[u8]) -> Self {
        #[allow(
            clippy::disallowed_methods,
            reason = "any moment will do to start from"
        )]
        let began = Instant::now();
        Self {
            replies: Arc::new(replies(input)),
            sent: Arc::default(),
            time: Arc::default(),
            began,
        }
    }

    pub(crate) fn replies(&self) -> &[Reply] {
        &self.replies
    }

    pub(crate) fn builder(&self, credentials: Credentials) -> ClientBuilder {
        Client::builder()
            .transport(self.clone())
            .clock(self.clone())
            .randomness(Constant)
            .credentials(credentials)
    }

    pub(crate) fn client(&self, credentials: Credentials) -> Client {
        self.builder(credentials)
            .build()
            .expect("the client is put together rightly")
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn now(&self) -> Duration {
        self.time.lock().unwrap_or_else(PoisonError::into_inner).now
    }

    /// Runs a future to its end; time passes only when it cannot make progress.
    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            let mut time = self.time.lock().unwrap_or_else(PoisonError::into_inner);
            let next = time
                .waits
                .iter()
                .copied()
                .min()
                .expect("it waits for something");
            time.now = time.now.max(next);
            time.waits.retain(|until| *until > next);
        }
    }
}

impl Transport for World {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let at = self.now();
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let reply = self
            .replies
            .get(sent.len())
            .or(self.replies.last())
            .cloned();
        sent.push(Sent { request, at });
        assert!(sent.len() < 500_000, "requests have no end");
        Box::pin(async move {
            reply.ok_or_else(|| TransportError::Interrupted("there is no response".into()))
        })
    }
}

impl Clock for World {
    fn now(&self) -> Instant {
        self.began + self.now()
    }

    fn date(&self) -> Timestamp {
        Timestamp::from_second(BEGINNING).expect("it is a date") + self.now()
    }

    fn jumps(&self) -> bool {
        true
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let (world, until) = (self.clone(), self.now().saturating_add(duration));
        Box::pin(std::future::poll_fn(move |_| {
            let mut time = world.time.lock().unwrap_or_else(PoisonError::into_inner);
            if time.now >= until {
                return Poll::Ready(());
            }
            time.waits.push(until);
            Poll::Pending
        }))
    }
}

struct Constant;

impl Randomness for Constant {
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()> {
        buffer.fill(7);
        Ok(())
    }
}

/// Returns the project and cluster of all calls.
pub(crate) fn place() -> (ObjectId, ClusterName) {
    let project = "5f0c1e2d3a4b5c6d7e8f9a0b"
        .parse()
        .expect("it is an identifier");
    (project, "Cluster0".parse().expect("it is a name"))
}

/// Checks the invariants of every error.
///
/// It is one short line without secrets and control characters, and none of its parts panics.
pub(crate) fn judge(error: &Error) {
    let shown = error.to_string();
    let debug = format!("{error:?}");
    for text in [&shown, &debug] {
        for secret in [PRIVATE_KEY, TOKEN] {
            assert!(!text.contains(secret), "a secret is shown");
        }
    }
    assert!(
        !shown.chars().any(char::is_control),
        "more than a line, or control characters: {shown:?}"
    );
    assert!(
        shown.chars().count() < 6_000,
        "{} characters",
        shown.chars().count()
    );
    let _ = (
        error.kind(),
        error.is_retryable(),
        error.retry_after(),
        error.rate_limit(),
        error.raw_body(),
    );
    let _ = (
        error.error_code(),
        error.detail(),
        error.reason(),
        error.parameters(),
        error.violations(),
    );
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        source = cause.source();
    }
}

fn replies(input: &[u8]) -> Vec<Reply> {
    let mut replies = vec![Vec::new()];
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match replies.last_mut() {
            Some(last) if line.trim_ascii() != b"===" => last.extend_from_slice(line),
            _ => replies.push(Vec::new()),
        }
    }
    replies.iter().map(|text| reply(text)).collect()
}

fn reply(text: &[u8]) -> Reply {
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    let status = lines.next().map(<[u8]>::trim_ascii).unwrap_or_default();
    let status = StatusCode::from_bytes(status).unwrap_or(StatusCode::OK);
    let mut reply = http::Response::builder().status(status);
    let mut read = text
        .split_inclusive(|byte| *byte == b'\n')
        .next()
        .map_or(0, <[u8]>::len);
    for line in lines {
        read += line.len();
        let line = line.trim_ascii_end();
        if line.is_empty() {
            break;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        // An HTTP client never passes on an invalid header.
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            reply = reply.header(name, value);
        }
    }
    let body = text.get(read..).unwrap_or_default();
    let body = Bytes::copy_from_slice(body);
    reply.body(body).unwrap_or_default()
}
