//! Exports of one cluster behind an unreliable connection.
//!
//! Must never lose a job that the service created: tests compare with the list of jobs.
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atlas_backup::{BoxFuture, Client, Clock, Credentials, ObjectId, Transport, TransportError};
use serde_json::{Value, json};

use crate::world::*;

pub(crate) const SNAPSHOT: &str = "5f0c1e2d3a4b5c6d7e8f9a0d";
pub(crate) const OTHER_SNAPSHOT: &str = "5f0c1e2d3a4b5c6d7e8f9a0e";
pub(crate) const BUCKET: &str = "5f0c1e2d3a4b5c6d7e8f9a0c";
pub(crate) const KEY: &str = "nightly-7";

/// The outcome of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RequestOutcome {
    Good,
    /// No connection.
    Unreached,
    /// 429 with `Retry-After`.
    Limited,
    /// The connection is reset before or after the service acts.
    Reset {
        acted: bool,
    },
    /// No response.
    Silent {
        acted: bool,
    },
    /// No response, and the service acts after the client has given up.
    Late,
    /// An error of the service or of a proxy.
    Failed {
        acted: bool,
        status: u16,
    },
    /// 503 with `Retry-After` in seconds, after the service acts.
    Delayed(&'static str),
    /// The service refuses the request.
    Refused,
    /// A success with an invalid body.
    Garbled {
        acted: bool,
    },
    /// The connection is reset after the service acts, and the job is listed later.
    Listed {
        seconds: u64,
    },
}

type RequestOutcomes = dyn FnMut(&Sent) -> RequestOutcome + Send;

/// The exports of one cluster, behind an unreliable connection.
#[derive(Clone)]
pub(crate) struct Exports {
    pub(crate) clock: ManualClock,
    jobs: Arc<Mutex<Vec<Value>>>,
    /// Jobs that will be listed later.
    coming: Arc<Mutex<Vec<(Instant, Value)>>>,
    request_outcomes: Arc<Mutex<RequestOutcomes>>,
    pub(crate) log: Arc<Mutex<Vec<(http::Method, RequestOutcome)>>>,
    /// Times of requests for the first page of the list.
    looks: Arc<Mutex<Vec<Instant>>>,
}

fn job(number: usize, snapshot: &str, labels: Value) -> Value {
    json!({
        "id": format!("{:024x}", 0xabc0_0000 + number), "snapshotId": snapshot, "exportBucketId": BUCKET,
        "state": "Queued", "customData": labels,
    })
}

impl Exports {
    /// Creates a service with existing jobs, each of which differs from the wanted job in one way.
    pub(crate) fn new(
        request_outcomes: impl FnMut(&Sent) -> RequestOutcome + Send + 'static,
    ) -> Self {
        let label = |key: &str, value: &str| json!([{ "key": key, "value": value }]);
        let jobs = [
            job(0, SNAPSHOT, json!([])),
            job(1, SNAPSHOT, json!(null)),
            job(2, OTHER_SNAPSHOT, label("idempotencyKey", KEY)),
            job(
                3,
                SNAPSHOT,
                json!([
                    { "key": "idempotencyKey", "value": "nightly-8" },
                    { "key": "reason", "value": "test" },
                ]),
            ),
            job(4, SNAPSHOT, label("reason", KEY)),
        ];
        Self {
            clock: ManualClock::new(),
            jobs: Arc::new(Mutex::new(jobs.to_vec())),
            coming: Arc::default(),
            request_outcomes: Arc::new(Mutex::new(request_outcomes)),
            log: Arc::default(),
            looks: Arc::default(),
        }
    }

    /// Returns the times of list requests, in seconds since the start.
    pub(crate) fn looked_at(&self) -> Vec<u64> {
        let looks = self.looks.lock().unwrap();
        let since = |look: &Instant| (*look - self.clock.began()).as_secs();
        looks.iter().map(since).collect()
    }

    pub(crate) fn client(&self) -> Client {
        Client::builder()
            .transport(self.clone())
            .clock(self.clock.clone())
            .credentials(Credentials::bearer("tok-secret"))
            .build()
            .unwrap()
    }

    /// Returns the identifiers of all jobs created since the start, including those not yet listed.
    pub(crate) fn created(&self) -> Vec<ObjectId> {
        let coming = self.coming.lock().unwrap();
        let jobs = self.jobs.lock().unwrap();
        let all = jobs.iter().chain(coming.iter().map(|(_, job)| job));
        all.skip(5)
            .map(|job| job["id"].as_str().unwrap().parse().unwrap())
            .collect()
    }

    pub(crate) fn count(&self, method: http::Method) -> usize {
        let log = self.log.lock().unwrap();
        log.iter().filter(|(sent, _)| *sent == method).count()
    }

    fn create(&self, request: &Sent) -> Value {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let number = self.jobs.lock().unwrap().len() + self.coming.lock().unwrap().len();
        job(
            number,
            body["snapshotId"].as_str().unwrap(),
            body["customData"].clone(),
        )
    }

    fn act(&self, request: &Sent) -> Value {
        if request.method() == http::Method::GET {
            if request.uri().query() == Some("itemsPerPage=500") {
                self.looks.lock().unwrap().push(self.clock.now());
            }
            return self.page(request.uri().query().unwrap());
        }
        let job = self.create(request);
        self.jobs.lock().unwrap().push(job.clone());
        job
    }

    /// Returns pages of three, whatever was requested: the newest jobs come last.
    fn page(&self, query: &str) -> Value {
        assert!(query.contains("itemsPerPage=500"), "{query}");
        let number = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("pageNum="));
        let number: usize = number.map_or(1, |number| number.parse().unwrap());
        let jobs = self.jobs.lock().unwrap();
        let results: Vec<_> = jobs.iter().skip((number - 1) * 3).take(3).collect();
        let next = format!("?pageNum={}&itemsPerPage=500", number + 1);
        let links = if jobs.len() > number * 3 {
            json!([{ "rel": "next", "href": format!("https://cloud.mongodb.com{}{next}", path()) }])
        } else {
            json!([])
        };
        json!({ "results": results, "links": links, "totalCount": 0 })
    }
}

fn path() -> String {
    format!("/api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/exports")
}

impl Exports {
    /// Returns the response; `None` if there is none.
    fn meet(&self, request: &Sent) -> Option<Result<Reply, TransportError>> {
        assert_eq!(request.uri().path(), path());
        let now = self.clock.now();
        let mut coming = self.coming.lock().unwrap();
        let due = coming.extract_if(.., |(due, _)| *due <= now);
        self.jobs.lock().unwrap().extend(due.map(|(_, job)| job));
        drop(coming);

        let request_outcome = (self.request_outcomes.lock().unwrap())(request);
        self.log
            .lock()
            .unwrap()
            .push((request.method().clone(), request_outcome));
        match request_outcome {
            RequestOutcome::Good => Some(Ok(reply(200, &[], &self.act(request).to_string()))),
            RequestOutcome::Unreached => Some(Err(TransportError::Connect("refused".into()))),
            RequestOutcome::Limited => Some(Ok(reply(429, &[("Retry-After", "2")], ""))),
            RequestOutcome::Delayed(seconds) => {
                self.act(request);
                Some(Ok(reply(503, &[("Retry-After", seconds)], "")))
            }
            RequestOutcome::Refused => Some(Ok(reply(400, &[], ""))),
            RequestOutcome::Failed { acted, status } => {
                let _ = acted.then(|| self.act(request));
                Some(Ok(reply(status, &[], "")))
            }
            RequestOutcome::Reset { acted } => {
                let _ = acted.then(|| self.act(request));
                Some(Err(TransportError::Interrupted("reset".into())))
            }
            RequestOutcome::Silent { acted } => {
                let _ = acted.then(|| self.act(request));
                None
            }
            RequestOutcome::Garbled { acted } => {
                let _ = acted.then(|| self.act(request));
                Some(Ok(reply(200, &[], "<html>")))
            }
            RequestOutcome::Listed { seconds } => {
                let due = now + Duration::from_secs(seconds);
                let job = self.create(request);
                self.coming.lock().unwrap().push((due, job));
                Some(Err(TransportError::Interrupted("reset".into())))
            }
            RequestOutcome::Late => {
                if request.method() == http::Method::POST {
                    let (due, job) = (now + Duration::from_secs(64), self.create(request));
                    self.coming.lock().unwrap().push((due, job));
                }
                None
            }
        }
    }
}

impl Transport for Exports {
    fn send(&self, request: Sent) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let answer = self.meet(&request);
        Box::pin(async move {
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        })
    }
}
