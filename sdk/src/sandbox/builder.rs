//! What a sandbox begins with.
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::beginning::{bucket, project};
use super::clock::{SandboxClock, since_beginning};
use super::faults::{self, Fault};
use super::gate::{Caller, DigestAlgorithm, Gate, Login};
use super::limits::{Left, RateLimit};
use super::state::{ClusterKind, Project, State};
use super::world::{Inner, Sandbox, World};
use crate::ambient::{Clock, SystemClock};
use crate::base_url::BaseUrl;
use crate::box_future::BoxFuture;
use crate::error::Error;
use crate::object_id::ObjectId;

const ORGANIZATION: &str = "5e9d0c1b2a3948576f6e5d4c";

/// What [`Sandbox::save`] keeps.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saved {
    pub(super) passed: Duration,
    pub(super) state: State,
    /// What is still to go wrong.
    pub(super) faults: Vec<Fault>,
    pub(super) deprecated: BTreeMap<String, (Timestamp, Timestamp)>,
    /// What is left of the rate limits.
    pub(super) left: Vec<Left>,
}

/// The settings of a sandbox.
#[derive(Clone)]
#[must_use]
pub struct SandboxBuilder {
    seed: u64,
    origin: String,
    downloads: String,
    archive_size: usize,
    clusters: Vec<(ObjectId, String, ClusterKind)>,
    callers: Vec<Caller>,
    limit: RateLimit,
    faults: Vec<Fault>,
    algorithm: DigestAlgorithm,
    speed: Option<u32>,
}

impl Sandbox {
    /// One project with three clusters, three days of snapshots, and an export bucket; the same every time.
    #[must_use]
    pub fn new() -> Self {
        SandboxBuilder::default().open(None)
    }

    /// A sandbox with settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// What is here, as JSON: projects and jobs, the moment, what is left of faults and rate limits, and what is deprecated.
    /// [`SandboxBuilder::restore`] goes on with it.
    ///
    /// Credentials are not among it, nor nonces and access tokens: clients are challenged again, and ask for new ones.
    #[must_use]
    pub fn save(&self) -> String {
        let world = self.world();
        let saved = Saved {
            passed: since_beginning(self.0.clock.date()),
            state: world.state.clone(),
            faults: world.faults.clone(),
            deprecated: world.deprecated.clone(),
            left: world.gate.limits.left(self.0.clock.now()),
        };
        serde_json::to_string_pretty(&saved).unwrap_or_default()
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
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
            clusters: clusters
                .map(|(name, kind)| (project(), name.to_owned(), kind))
                .into(),
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
            algorithm: DigestAlgorithm::default(),
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
        self.clusters.push((project(), name.to_owned(), kind));
        self
    }

    /// Another project, with these clusters, their snapshots, and a bucket of its own, which has the same identifier in
    /// every project.
    pub fn project(mut self, id: ObjectId, clusters: &[(&str, ClusterKind)]) -> Self {
        let clusters = clusters.iter();
        self.clusters
            .extend(clusters.map(|(name, kind)| (id, (*name).to_owned(), *kind)));
        self
    }

    /// How digests are made; MD5 by default, as the service has it.
    pub fn digest_algorithm(mut self, algorithm: DigestAlgorithm) -> Self {
        self.algorithm = algorithm;
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

    /// How large archives are, in bytes; 1 MiB by default, and 1,560 at least. They take no memory, however large they are.
    pub fn archive_size(mut self, bytes: usize) -> Self {
        self.archive_size = bytes;
        self
    }

    /// Goes by the machine's clock, for programs in other processes, with dates that pass so many times as fast; with 0 they
    /// stand still until [`Sandbox::clock`] moves them.
    ///
    /// What such a program measures itself is never sped up: how long nonces and access tokens are good for, rate limits,
    /// `Retry-After`, and delays.
    pub fn real_time(mut self, speed: u32) -> Self {
        self.speed = Some(speed);
        self
    }

    /// What is to go wrong, as JSON: a list of [`Fault`]s.
    ///
    /// # Errors
    /// When the text is no such list; the error says which entry is wrong, how, and what would be right.
    pub fn faults(mut self, json: &str) -> Result<Self, Error> {
        self.faults.extend(faults::script(json)?);
        Ok(self)
    }

    /// Opens the sandbox.
    ///
    /// # Errors
    /// When the origin cannot be one, or two clusters of a project have one name.
    pub fn build(self) -> Result<Sandbox, Error> {
        BaseUrl::parse(&self.origin)?;
        let mut names = BTreeSet::new();
        for (project, name, _) in &self.clusters {
            if !names.insert((project, name)) {
                let what =
                    format!("a second cluster {name} in project {project}: name it otherwise");
                return Err(Error::configuration(what));
            }
        }
        Ok(self.open(None))
    }

    /// Opens the sandbox where another one was when it was [saved](Sandbox::save): its clusters and jobs, at its moment, with
    /// what was left of its faults and rate limits. Callers, faults and limits of this builder are added; its clusters have
    /// to be there already.
    ///
    /// # Errors
    /// When the text was not saved by a sandbox, or by one without a cluster of this builder, or the origin cannot be one.
    pub fn restore(mut self, saved: &str) -> Result<Sandbox, Error> {
        BaseUrl::parse(&self.origin)?;
        let saved: Saved = serde_json::from_str(saved).map_err(|error| {
            Error::configuration(format!("the saved sandbox cannot be read: {error}"))
        })?;
        for (project, name, kind) in &self.clusters {
            let project = saved.state.projects.get(&project.to_string());
            let known = project.and_then(|project| project.clusters.get(name));
            if known.is_none_or(|cluster| cluster.kind != *kind) {
                return Err(Error::configuration(format!(
                    "the saved sandbox has no cluster {name} of this kind: clusters are added where a sandbox begins"
                )));
            }
        }
        self.seed = saved.state.seed;
        self.clusters.clear();
        Ok(self.open(Some(saved)))
    }

    pub(super) fn open(self, saved: Option<Saved>) -> Sandbox {
        let saved = saved.unwrap_or_else(|| Saved {
            passed: Duration::ZERO,
            state: State::new(self.seed),
            faults: Vec::new(),
            deprecated: BTreeMap::new(),
            left: Vec::new(),
        });
        let mut state = saved.state;
        let virtual_clock = SandboxClock::new(saved.passed);
        // Whole seconds of no machine's time: what is there from the beginning is the same everywhere.
        let now = virtual_clock.date();
        let clock: Arc<dyn Clock> = match self.speed {
            None => Arc::new(virtual_clock.clone()),
            Some(speed) => Arc::new(Hurried {
                began: SystemClock.now(),
                from: virtual_clock.clone(),
                speed,
            }),
        };
        for (project, name, kind) in &self.clusters {
            let project = project.to_string();
            let projects = &mut state.projects;
            projects.entry(project.clone()).or_insert_with(|| Project {
                organization: ORGANIZATION.to_owned(),
                clusters: BTreeMap::new(),
                buckets: vec![bucket(self.seed)],
            });
            state.add_cluster(&project, name, *kind, now);
        }
        let mut gate = Gate::new(self.callers, self.limit, self.algorithm);
        gate.limits.go_on(saved.left, clock.now());
        let mut faults = saved.faults;
        faults.extend(self.faults);
        let world = World {
            state,
            gate,
            faults,
            deprecated: saved.deprecated,
            seen: VecDeque::new(),
            requests: 0,
        };
        Sandbox(Arc::new(Inner {
            world: Mutex::new(world),
            clock,
            virtual_clock,
            origin: self.origin,
            downloads: self.downloads,
            archive_size: self.archive_size,
            project: project(),
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

/// Dates that pass so many times as fast as the machine's, from where they were moved to. What is measured is not sped up.
struct Hurried {
    began: Instant,
    from: SandboxClock,
    speed: u32,
}

impl Clock for Hurried {
    fn now(&self) -> Instant {
        SystemClock.now()
    }

    fn date(&self) -> Timestamp {
        let passed = SystemClock.now().duration_since(self.began);
        let hurried = passed.saturating_mul(self.speed);
        let from = self.from.date();
        from.checked_add(hurried).unwrap_or(from)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(duration)
    }
}
