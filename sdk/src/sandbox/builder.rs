//! The settings of a sandbox, and its saved state.
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::{AccessControl, Caller, DigestAlgorithm, Login};
use super::clock::{SandboxClock, since_beginning};
use super::faults::{self, Fault};
use super::initial_state::{bucket, project};
use super::limits::{Left, RateLimit};
use super::state::{ClusterKind, Project, State};
use super::world::{Inner, Sandbox, World};
use crate::ambient::{Clock, SystemClock};
use crate::base_url::BaseUrl;
use crate::box_future::BoxFuture;
use crate::error::Error;
use crate::object_id::ObjectId;

const ORGANIZATION: &str = "5e9d0c1b2a3948576f6e5d4c";

/// The contents of [`Sandbox::save`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saved {
    pub(super) passed: Duration,
    pub(super) state: State,
    /// The faults still to come.
    pub(super) faults: Vec<Fault>,
    pub(super) deprecated: BTreeMap<String, (Timestamp, Timestamp)>,
    /// The remaining requests of the rate limits.
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
    /// Opens a sandbox with the default contents.
    ///
    /// One project with three clusters, three days of snapshots, and an export bucket; the same every time.
    #[must_use]
    pub fn new() -> Self {
        SandboxBuilder::default().open(None)
    }

    /// Creates the settings of a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Saves the state as JSON, for [`SandboxBuilder::restore`].
    ///
    /// The state has projects and jobs, the time, the remaining faults and rate limits, and deprecated
    /// operations. It has no credentials, nonces or access tokens: clients of the restored sandbox are
    /// challenged again and request new tokens.
    #[must_use]
    pub fn save(&self) -> String {
        let world = self.world();
        let saved = Saved {
            passed: since_beginning(self.0.clock.date()),
            state: world.state.clone(),
            faults: world.faults.clone(),
            deprecated: world.deprecated.clone(),
            left: world.access.limits.left(self.0.clock.now()),
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
    /// Sets the seed of all identifiers.
    ///
    /// The same seed and the same requests give the same responses.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets scheme and authority of the sandbox, which are also those of links and archives.
    ///
    /// The default is `https://cloud.mongodb.com`, with archives at other hosts.
    pub fn origin(mut self, origin: &str) -> Self {
        self.origin = origin.trim_end_matches('/').to_owned();
        self.downloads = format!("{}/downloads/{{job}}", self.origin);
        self
    }

    /// Adds a cluster with three days of snapshots to the project.
    pub fn cluster(mut self, name: &str, kind: ClusterKind) -> Self {
        self.clusters.push((project(), name.to_owned(), kind));
        self
    }

    /// Adds a project with these clusters, their snapshots, and a bucket of its own.
    ///
    /// The bucket has the same identifier in every project.
    pub fn project(mut self, id: ObjectId, clusters: &[(&str, ClusterKind)]) -> Self {
        let clusters = clusters.iter();
        self.clusters
            .extend(clusters.map(|(name, kind)| (id, (*name).to_owned(), *kind)));
        self
    }

    /// Sets the algorithm of digests; the default is MD5, as in the service.
    pub fn digest_algorithm(mut self, algorithm: DigestAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Adds an API key with these roles.
    ///
    /// Roles are named as in the API's documentation (`Project Backup Manager`).
    pub fn api_key(mut self, public: &str, private: &str, roles: &[&str]) -> Self {
        let login = Login::Key {
            public: public.to_owned(),
            private: private.to_owned(),
        };
        self.callers.push(caller(login, roles));
        self
    }

    /// Adds an access token with these roles that never expires.
    pub fn access_token(mut self, token: &str, roles: &[&str]) -> Self {
        self.callers
            .push(caller(Login::Token(token.to_owned()), roles));
        self
    }

    /// Sets the rate limit of each operation in a project: requests at once, and requests added every second.
    ///
    /// The default is 1,200 and 20.
    pub fn rate_limit(mut self, requests: u32, a_second: f64) -> Self {
        self.limit = RateLimit {
            capacity: requests,
            a_second,
        };
        self
    }

    /// Sets the size of archives in bytes; at least 1,560, and 1 MiB by default.
    ///
    /// Archives take no memory, whatever their size.
    pub fn archive_size(mut self, bytes: usize) -> Self {
        self.archive_size = bytes;
        self
    }

    /// Uses the machine's clock, with dates that run `speed` times as fast.
    ///
    /// This is for programs in other processes.
    ///
    /// With 0, dates stand still until [`Sandbox::clock`] moves them. Durations that clients measure
    /// themselves are never accelerated: the lifetimes of nonces and access tokens, rate limits,
    /// `Retry-After`, and delays.
    pub fn real_time(mut self, speed: u32) -> Self {
        self.speed = Some(speed);
        self
    }

    /// Adds faults from JSON: a list of [`Fault`]s.
    ///
    /// # Errors
    /// When the text is not such a list; the error names the invalid entry, the problem and the correction.
    pub fn faults(mut self, json: &str) -> Result<Self, Error> {
        self.faults.extend(faults::script(json)?);
        Ok(self)
    }

    /// Opens the sandbox.
    ///
    /// # Errors
    /// When the origin is invalid, or two clusters of a project have the same name.
    pub fn build(self) -> Result<Sandbox, Error> {
        BaseUrl::parse(&self.origin)?;
        let mut names = BTreeSet::new();
        for (project, name, _) in &self.clusters {
            if !names.insert((project, name)) {
                let what =
                    format!("a second cluster {name} in project {project}: choose another name");
                return Err(Error::configuration(what));
            }
        }
        Ok(self.open(None))
    }

    /// Opens a sandbox from a [saved](Sandbox::save) state.
    ///
    /// It has the saved clusters and jobs, time, remaining faults and rate limits. Callers, faults and limits
    /// of this builder are added; its clusters must be in the saved state.
    ///
    /// # Errors
    /// When the text is not a saved state, a cluster of this builder is missing from it, or the origin is
    /// invalid.
    pub fn restore(mut self, saved: &str) -> Result<Sandbox, Error> {
        BaseUrl::parse(&self.origin)?;
        let saved: Saved = serde_json::from_str(saved).map_err(|error| {
            Error::configuration(format!("the saved sandbox is invalid: {error}"))
        })?;
        for (project, name, kind) in &self.clusters {
            let project = saved.state.projects.get(&project.to_string());
            let known = project.and_then(|project| project.clusters.get(name));
            if known.is_none_or(|cluster| cluster.kind != *kind) {
                return Err(Error::configuration(format!(
                    "the saved sandbox has no cluster {name} of this kind: clusters can only be added to a new sandbox"
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
        // Use whole seconds that do not depend on the machine, so that the initial state is always the same.
        let now = virtual_clock.date();
        let clock: Arc<dyn Clock> = match self.speed {
            None => Arc::new(virtual_clock.clone()),
            Some(speed) => Arc::new(AcceleratedClock {
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
        state.index();
        let mut access = AccessControl::new(self.callers, self.limit, self.algorithm);
        access.limits.go_on(saved.left, clock.now());
        let mut faults = saved.faults;
        faults.extend(self.faults);
        let world = World {
            state,
            access,
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

/// A clock with accelerated dates.
///
/// Dates run faster than the machine's, from the time of `from`; measured durations are those of the machine.
struct AcceleratedClock {
    began: Instant,
    from: SandboxClock,
    speed: u32,
}

impl Clock for AcceleratedClock {
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
