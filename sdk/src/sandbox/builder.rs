//! What a sandbox begins with.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::clock::SandboxClock;
use super::gate::{Caller, Gate, Login, RateLimit};
use super::state::{Project, State};
use super::{ClusterKind, Fault, Inner, Sandbox, World};
use crate::ambient::{Clock, SystemClock};
use crate::base_url::BaseUrl;
use crate::error::Error;
use crate::object_id::ObjectId;
use crate::transport::BoxFuture;

const PROJECT: &str = "5f0c1e2d3a4b5c6d7e8f9a0b";
const ORGANIZATION: &str = "5e9d0c1b2a3948576f6e5d4c";

/// What [`Sandbox::save`] keeps.
#[derive(Serialize, Deserialize)]
pub(super) struct Saved {
    pub(super) passed: Duration,
    pub(super) state: State,
}

/// The settings of a sandbox.
#[derive(Clone)]
#[must_use]
pub struct SandboxBuilder {
    seed: u64,
    origin: String,
    downloads: String,
    archive_size: usize,
    clusters: Vec<(String, ClusterKind)>,
    callers: Vec<Caller>,
    limit: RateLimit,
    faults: Vec<Fault>,
    speed: Option<u32>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        let clusters = [
            (Sandbox::CLUSTER, ClusterKind::ReplicaSet),
            ("Restored0", ClusterKind::ReplicaSet),
            (Sandbox::SHARDED, ClusterKind::Sharded),
            (Sandbox::FLEX, ClusterKind::Flex),
        ];
        let everything = |login| Caller {
            login,
            roles: Vec::new(),
        };
        Self {
            seed: 0,
            origin: "https://cloud.mongodb.com".to_owned(),
            downloads: "https://restore-{job}.sandbox.invalid:27017".to_owned(),
            archive_size: 1024 * 1024,
            clusters: clusters.map(|(name, kind)| (name.to_owned(), kind)).into(),
            callers: vec![
                everything(Login::Key {
                    public: Sandbox::PUBLIC_KEY.to_owned(),
                    private: Sandbox::PRIVATE_KEY.to_owned(),
                }),
                everything(Login::Account {
                    id: Sandbox::CLIENT_ID.to_owned(),
                    secret: Sandbox::CLIENT_SECRET.to_owned(),
                }),
            ],
            limit: RateLimit {
                capacity: 1_200,
                a_second: 20.0,
            },
            faults: Vec::new(),
            speed: None,
        }
    }
}

impl SandboxBuilder {
    /// What every identifier follows from; the same seed and the same requests give the same answers.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Scheme and authority of the sandbox, where links and archives then are; `https://cloud.mongodb.com` by default,
    /// with archives at hosts of their own.
    pub fn origin(mut self, origin: &str) -> Self {
        self.origin = origin.trim_end_matches('/').to_owned();
        self.downloads = format!("{}/downloads/{{job}}", self.origin);
        self
    }

    /// Another cluster in the project, with three days of snapshots.
    pub fn cluster(mut self, name: &str, kind: ClusterKind) -> Self {
        self.clusters.push((name.to_owned(), kind));
        self
    }

    /// An API key with these roles, by their names in the API's documentation (`Project Backup Manager`).
    pub fn api_key(mut self, public: &str, private: &str, roles: &[&str]) -> Self {
        let login = Login::Key {
            public: public.to_owned(),
            private: private.to_owned(),
        };
        self.callers.push(caller(login, roles));
        self
    }

    /// An access token with these roles that never ends.
    pub fn access_token(mut self, token: &str, roles: &[&str]) -> Self {
        self.callers
            .push(caller(Login::Token(token.to_owned()), roles));
        self
    }

    /// How many requests of one operation a project may make at once, and how many more every second; 1,200 and 20 by
    /// default.
    pub fn rate_limit(mut self, requests: u32, a_second: f64) -> Self {
        self.limit = RateLimit {
            capacity: requests,
            a_second,
        };
        self
    }

    /// How large archives are, in bytes; 1 MiB by default.
    pub fn archive_size(mut self, bytes: usize) -> Self {
        self.archive_size = bytes;
        self
    }

    /// Goes by the machine's clock, so many times as fast, instead of one that nobody waits for. For programs in other
    /// processes.
    pub fn real_time(mut self, speed: u32) -> Self {
        self.speed = Some(speed.max(1));
        self
    }

    /// What is to go wrong, as JSON: a list of [`Fault`]s.
    ///
    /// # Errors
    /// When the text is no such list; the error says where.
    pub fn faults(mut self, json: &str) -> Result<Self, Error> {
        let faults: Vec<Fault> = serde_json::from_str(json)
            .map_err(|error| Error::configuration(format!("the faults cannot be read: {error}")))?;
        self.faults.extend(faults);
        Ok(self)
    }

    /// Opens the sandbox.
    ///
    /// # Errors
    /// When the origin cannot be one.
    pub fn build(self) -> Result<Sandbox, Error> {
        BaseUrl::parse(&self.origin)?;
        let state = State::new(self.seed);
        Ok(self.open(state, Duration::ZERO))
    }

    /// Opens the sandbox where another one was when it was [saved](Sandbox::save): its clusters and jobs, at its moment.
    ///
    /// # Errors
    /// When the text was not saved by a sandbox, or the origin cannot be one.
    pub fn restore(mut self, saved: &str) -> Result<Sandbox, Error> {
        BaseUrl::parse(&self.origin)?;
        let saved: Saved = serde_json::from_str(saved).map_err(|error| {
            Error::configuration(format!("the saved sandbox cannot be read: {error}"))
        })?;
        self.seed = saved.state.seed;
        self.clusters.clear();
        Ok(self.open(saved.state, saved.passed))
    }

    pub(super) fn open(self, mut state: State, passed: Duration) -> Sandbox {
        let virtual_clock = SandboxClock::new(passed);
        let clock: Arc<dyn Clock> = match self.speed {
            None => Arc::new(virtual_clock.clone()),
            Some(speed) => Arc::new(Hurried {
                began: SystemClock.now(),
                from: virtual_clock.date(),
                speed,
            }),
        };
        let now = clock.date();
        if state.projects.is_empty() {
            let bucket = json!({
                "_id": bucket_id(self.seed),
                "bucketName": "nightly-exports",
                "cloudProvider": "AWS",
                "iamRoleId": "60f1e2d3c4b5a69788796a5b",
                "requirePrivateNetworking": false,
            });
            let project = Project {
                organization: ORGANIZATION.to_owned(),
                clusters: BTreeMap::new(),
                buckets: vec![bucket],
            };
            state.projects.insert(PROJECT.to_owned(), project);
        }
        for (name, kind) in &self.clusters {
            state.add_cluster(PROJECT, name, *kind, now);
        }
        let world = World {
            state,
            gate: Gate::new(self.callers, self.limit),
            faults: self.faults,
            deprecated: BTreeMap::new(),
            seen: Vec::new(),
        };
        Sandbox(Arc::new(Inner {
            world: Mutex::new(world),
            clock,
            virtual_clock,
            origin: self.origin,
            downloads: self.downloads,
            archive_size: self.archive_size,
            project: PROJECT.parse().unwrap_or_else(|_| bucket_id(self.seed)),
            seed: self.seed,
        }))
    }
}

fn caller(login: Login, roles: &[&str]) -> Caller {
    Caller {
        login,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}

/// The identifier of the bucket that is there from the beginning.
pub(super) fn bucket_id(seed: u64) -> ObjectId {
    let mut bytes = [0x61, 0xa2, 0xb3, 0xc4, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes[4..].copy_from_slice(&seed.to_be_bytes());
    ObjectId::from_bytes(bytes)
}

/// The machine's clock, so many times as fast.
struct Hurried {
    began: Instant,
    from: Timestamp,
    speed: u32,
}

impl Clock for Hurried {
    fn now(&self) -> Instant {
        SystemClock.now()
    }

    fn date(&self) -> Timestamp {
        let passed = SystemClock.now().duration_since(self.began);
        let hurried = passed.saturating_mul(self.speed);
        self.from.checked_add(hurried).unwrap_or(self.from)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(duration)
    }
}
