//! Test doubles of the runtime: a scripted service with its log, a clock, and a few operations.
//!
//! Must never depend on the time of day or on randomness.
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use atlas_backup::*;
use bytes::Bytes;
use http::Method;
use serde::{Deserialize, Serialize};

pub(crate) const GROUP: &str = "5f0c1e2d3a4b5c6d7e8f9a0b";
pub(crate) const PATH: &str = "/api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/jobs";

pub(crate) type Sent = http::Request<Bytes>;
pub(crate) type Reply = http::Response<Bytes>;

/// A transport that responds by a function and records requests.
#[derive(Clone)]
pub(crate) struct Service {
    answer: Arc<dyn Fn(&Sent) -> Reply + Send + Sync>,
    log: Arc<Mutex<Vec<Sent>>>,
}

impl Service {
    pub(crate) fn new(answer: impl Fn(&Sent) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            answer: Arc::new(answer),
            log: Arc::default(),
        }
    }

    /// Creates a service that always sends the same response.
    pub(crate) fn always(status: u16, body: &str) -> Self {
        let body = body.to_owned();
        Self::new(move |_| reply(status, &[], &body))
    }

    pub(crate) fn log(&self) -> Vec<Sent> {
        self.log.lock().unwrap().clone()
    }

    /// Returns path and query of every request, in order.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.log()
            .iter()
            .map(|sent| sent.uri().path_and_query().unwrap().to_string())
            .collect()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .transport(self.clone())
            .clock(ManualClock::new())
            .credentials(Credentials::bearer("tok-secret"))
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

impl Transport for Service {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            self.log.lock().unwrap().push(request.clone());
            // Lets concurrent calls overlap.
            tokio::task::yield_now().await;
            Ok((self.answer)(&request))
        })
    }
}

pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut builder = http::Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(Bytes::from(body.to_owned())).unwrap()
}

pub(crate) fn header<'r>(sent: &'r Sent, name: &str) -> Option<&'r str> {
    sent.headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

/// A clock that is moved by hand, and to the next wait's end once nothing else can happen.
#[derive(Clone)]
pub(crate) struct ManualClock {
    began: Instant,
    now: Arc<Mutex<Instant>>,
    waits: Arc<Mutex<Vec<Instant>>>,
    /// Whether time also stands still while a thread that may block has work.
    minds_threads: Arc<AtomicBool>,
}

impl ManualClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "any moment will do to start from"
    )]
    pub(crate) fn new() -> Self {
        let began = Instant::now();
        Self {
            began,
            now: Arc::new(Mutex::new(began)),
            waits: Arc::default(),
            minds_threads: Arc::default(),
        }
    }

    /// Stands still from now on while work for `spawn_blocking` is under way. The runtime has to have one thread for it,
    /// which does it in order.
    pub(crate) fn mind_threads(&self) {
        self.minds_threads.store(true, Ordering::Relaxed);
    }

    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    pub(crate) fn advance(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        *self.now.lock().unwrap()
    }

    fn date(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + (self.now() - self.began)
    }

    fn jumps(&self) -> bool {
        true
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let until = self.now() + duration;
        self.waits.lock().unwrap().push(until);
        let wait = Wait(self.clone(), until);
        let minds_threads = self.minds_threads.clone();
        Box::pin(async move {
            for _ in 0..32 {
                tokio::task::yield_now().await;
            }
            loop {
                if minds_threads.load(Ordering::Relaxed) {
                    tokio::task::spawn_blocking(|| ()).await.unwrap();
                }
                if wait.is_next() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        })
    }
}

/// A clock that stands still unless it is moved by hand.
pub(crate) struct Stopped(pub(crate) ManualClock);

impl Clock for Stopped {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn date(&self) -> Timestamp {
        self.0.date()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let (clock, until) = (self.0.clone(), self.now() + duration);
        Box::pin(std::future::poll_fn(move |_| match clock.now() < until {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }))
    }
}

/// A transport that sends a request only with a permit.
#[derive(Clone)]
pub(crate) struct Gate(Service, Arc<tokio::sync::Semaphore>);

impl Gate {
    pub(crate) fn closed(service: &Service) -> Self {
        Self(service.clone(), Arc::new(tokio::sync::Semaphore::new(0)))
    }

    /// Lets this many requests pass.
    pub(crate) fn pass(&self, requests: usize) {
        self.1.add_permits(requests);
    }
}

impl Transport for Gate {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            self.1.acquire().await.unwrap().forget();
            self.0.send(request).await
        })
    }
}

/// Polls a future, which must stay pending, until `reached` returns true.
pub(crate) async fn poll_until(future: &mut (impl Future + Unpin), reached: impl Fn() -> bool) {
    std::future::poll_fn(|context| {
        assert!(std::pin::Pin::new(&mut *future).poll(context).is_pending());
        if reached() {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Lets all other tasks run.
pub(crate) async fn settle() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

/// A pending wait; dropping it ends it too.
struct Wait(ManualClock, Instant);

impl Wait {
    /// Ends the wait if no other one ends before it.
    fn is_next(&self) -> bool {
        let Self(clock, until) = self;
        let mut now = clock.now.lock().unwrap();
        if clock.waits.lock().unwrap().iter().min() == Some(until) {
            *now = (*now).max(*until);
        }
        *now >= *until
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let mut waits = self.0.waits.lock().unwrap();
        if let Some(mine) = waits.iter().position(|until| *until == self.1) {
            waits.swap_remove(mine);
        }
    }
}

/// Constant bytes in place of randomness.
pub(crate) struct Sevens;

impl Randomness for Sevens {
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()> {
        buffer.fill(7);
        Ok(())
    }
}

/// SplitMix64: the same seed gives the same numbers everywhere.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) name: String,
}

impl ResponseBody for Job {
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error> {
        decode_json(body)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Page {
    pub(crate) results: Vec<Job>,
    #[serde(default)]
    pub(crate) links: Vec<Link>,
    #[serde(default)]
    pub(crate) total_count: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Link {
    rel: String,
    href: String,
}

impl ResponseBody for Page {
    fn decode(body: &[u8]) -> Result<Self, serde_json::Error> {
        decode_json(body)
    }
}

/// A body with one rule.
#[derive(Serialize)]
pub(crate) struct NewJob {
    pub(crate) name: &'static str,
}

impl Request for NewJob {
    fn check(&self, violations: &mut Violations) {
        if self.name.is_empty() {
            violations.within("spec", |inner| inner.push("name", "must not be empty"));
        }
    }
}

const fn operation(id: &'static str, method: Method, path: &'static str) -> Operation {
    Operation {
        id,
        method,
        path,
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: Some("application/vnd.atlas.2023-02-02+json"),
        success: &[200],
        idempotent: true,
        roles: &[],
    }
}

static GET: Operation = operation(
    "getJob",
    Method::GET,
    "/api/atlas/v2/groups/{groupId}/jobs/{name}",
);
static LIST: Operation = operation(
    "listJobs",
    Method::GET,
    "/api/atlas/v2/groups/{groupId}/jobs",
);
static CREATE: Operation = operation(
    "createJob",
    Method::POST,
    "/api/atlas/v2/groups/{groupId}/jobs",
);
static SUBMIT: Operation = {
    let mut submit = operation(
        "submitJob",
        Method::POST,
        "/api/atlas/v2/groups/{groupId}/jobs",
    );
    submit.idempotent = false;
    submit
};
static DELETE: Operation = operation(
    "deleteJob",
    Method::DELETE,
    "/api/atlas/v2/groups/{groupId}/jobs",
);

pub(crate) struct GetJob;
impl Endpoint for GetJob {
    type Output = Job;
    const OPERATION: &'static Operation = &GET;
}
impl Enveloped for GetJob {}

pub(crate) struct CreateJob;
impl Endpoint for CreateJob {
    type Output = Job;
    const OPERATION: &'static Operation = &CREATE;
}

/// Like `CreateJob`, but not idempotent.
pub(crate) struct SubmitJob;
impl Endpoint for SubmitJob {
    type Output = Job;
    const OPERATION: &'static Operation = &SUBMIT;
}

pub(crate) struct DeleteJob;
impl Endpoint for DeleteJob {
    type Output = ();
    const OPERATION: &'static Operation = &DELETE;
}

pub(crate) struct ListJobs;
impl Endpoint for ListJobs {
    type Output = Page;
    const OPERATION: &'static Operation = &LIST;
}
impl Enveloped for ListJobs {}
impl Pretty for ListJobs {}
impl Counted for ListJobs {}
impl Paged for ListJobs {
    type Item = Job;
    const MAX_ITEMS_PER_PAGE: u32 = 500;
    fn items(page: Page) -> Vec<Job> {
        page.results
    }
    fn next(page: &Page) -> Option<String> {
        page.links
            .iter()
            .find(|link| link.rel == "next")
            .map(|link| link.href.clone())
    }
}

pub(crate) fn get(client: &Client) -> Call<GetJob> {
    Call::new(client).path("groupId", GROUP).path("name", "one")
}

pub(crate) fn list(client: &Client) -> Call<ListJobs> {
    Call::new(client).path("groupId", GROUP)
}

pub(crate) fn create(client: &Client, name: &'static str) -> Call<CreateJob> {
    Call::new(client)
        .path("groupId", GROUP)
        .body(&NewJob { name })
}

pub(crate) fn post(client: &Client) -> Call<SubmitJob> {
    Call::new(client)
        .path("groupId", GROUP)
        .body(&NewJob { name: "one" })
}

pub(crate) fn delete(client: &Client) -> Call<DeleteJob> {
    Call::new(client).path("groupId", GROUP)
}
