//! Exports of one cluster behind a connection that cannot be relied on.
//!
//! Must never lose a job that it acted on: what is listed is the truth a test is about.
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atlas_backup::{BoxFuture, Client, Clock, Credentials, ObjectId, Transport, TransportError};
use serde_json::{Value, json};

use crate::world::*;

pub(crate) const SNAPSHOT: &str = "5f0c1e2d3a4b5c6d7e8f9a0d";
pub(crate) const OTHER_SNAPSHOT: &str = "5f0c1e2d3a4b5c6d7e8f9a0e";
pub(crate) const BUCKET: &str = "5f0c1e2d3a4b5c6d7e8f9a0c";
pub(crate) const KEY: &str = "nightly-7";

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    Good,
    /// No connection.
    Unreached,
    /// 429, with a moment to come back at.
    Limited,
    /// Broken off before the service acted, or after.
    Reset {
        acted: bool,
    },
    /// Never answered.
    Silent {
        acted: bool,
    },
    /// Never answered, and acted on after the client has given up.
    Late,
    /// A failure of the service's or of a proxy's.
    Failed {
        acted: bool,
        status: u16,
    },
    /// Decided against.
    Refused,
    /// Answered with a success that is no job.
    Garbled {
        acted: bool,
    },
    /// Broken off after the service acted, and listed so much later.
    Listed {
        seconds: u64,
    },
}

type Fates = dyn FnMut(&Sent) -> Fate + Send;

/// The exports of one cluster, over a connection that cannot be relied on.
#[derive(Clone)]
pub(crate) struct Exports {
    clock: HandClock,
    jobs: Arc<Mutex<Vec<Value>>>,
    /// Jobs that will be there later.
    coming: Arc<Mutex<Vec<(Instant, Value)>>>,
    fates: Arc<Mutex<Fates>>,
    pub(crate) log: Arc<Mutex<Vec<(http::Method, Fate)>>>,
    /// When the first page of the list was asked for.
    looks: Arc<Mutex<Vec<Instant>>>,
}

fn job(number: usize, snapshot: &str, labels: Value) -> Value {
    json!({
        "id": format!("{:024x}", 0xabc0_0000 + number), "snapshotId": snapshot, "exportBucketId": BUCKET,
        "state": "Queued", "customData": labels,
    })
}

impl Exports {
    /// Of the jobs there already, none is the one wanted, each for another reason.
    pub(crate) fn new(fates: impl FnMut(&Sent) -> Fate + Send + 'static) -> Self {
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
            clock: HandClock::new(),
            jobs: Arc::new(Mutex::new(jobs.to_vec())),
            coming: Arc::default(),
            fates: Arc::new(Mutex::new(fates)),
            log: Arc::default(),
            looks: Arc::default(),
        }
    }

    /// When the list was looked at, in seconds since the beginning.
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

    /// The identifiers of the jobs that were created since the beginning, later ones included.
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

    /// Pages of three, whatever was asked for: the newest jobs come last.
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
    /// What comes back; `None` for nothing, ever.
    fn meet(&self, request: &Sent) -> Option<Result<Reply, TransportError>> {
        assert_eq!(request.uri().path(), path());
        let now = self.clock.now();
        let mut coming = self.coming.lock().unwrap();
        let due = coming.extract_if(.., |(due, _)| *due <= now);
        self.jobs.lock().unwrap().extend(due.map(|(_, job)| job));
        drop(coming);

        let fate = (self.fates.lock().unwrap())(request);
        self.log
            .lock()
            .unwrap()
            .push((request.method().clone(), fate));
        match fate {
            Fate::Good => Some(Ok(reply(200, &[], &self.act(request).to_string()))),
            Fate::Unreached => Some(Err(TransportError::Connect("refused".into()))),
            Fate::Limited => Some(Ok(reply(429, &[("Retry-After", "2")], ""))),
            Fate::Refused => Some(Ok(reply(400, &[], ""))),
            Fate::Failed { acted, status } => {
                let _ = acted.then(|| self.act(request));
                Some(Ok(reply(status, &[], "")))
            }
            Fate::Reset { acted } => {
                let _ = acted.then(|| self.act(request));
                Some(Err(TransportError::Interrupted("reset".into())))
            }
            Fate::Silent { acted } => {
                let _ = acted.then(|| self.act(request));
                None
            }
            Fate::Garbled { acted } => {
                let _ = acted.then(|| self.act(request));
                Some(Ok(reply(200, &[], "<html>")))
            }
            Fate::Listed { seconds } => {
                let due = now + Duration::from_secs(seconds);
                let job = self.create(request);
                self.coming.lock().unwrap().push((due, job));
                Some(Err(TransportError::Interrupted("reset".into())))
            }
            Fate::Late => {
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
