//! The service, played in this process: every operation of the SDK, without an account.
//!
//! A [`Sandbox`] keeps projects, clusters and jobs in memory and answers as the service does: jobs go through their
//! states on a clock that nobody has to wait for, digest and access tokens are checked, requests are held against the
//! API's document, lists come in pages. What goes wrong is up to you: see [`Fault`].
//!
//! Schedules are followed: snapshots are taken, and exported where that is on, as their time comes. Older versions of an
//! operation are announced as deprecated, and refused (410) after their day; but they answer with the body of the newest, and take
//! what it takes. It does not play access lists of addresses, encryption keys, private endpoints, copies in other regions, and indexes
//! that fail to build. An archive that is downloaded is a gzipped tar file, as from the service, of made-up contents.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use atlas_backup::sandbox::Sandbox;
//! use atlas_backup::v2::DiskBackupExportJobRequest;
//!
//! let sandbox = Sandbox::new();
//! let client = sandbox.client().build()?;
//! let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse()?);
//! let request = DiskBackupExportJobRequest::new(sandbox.bucket(), sandbox.snapshot(Sandbox::CLUSTER)?);
//! let job = client.create_backup_export(&project, &cluster, &request).await?;
//! let job = client.wait_for_backup_export(&project, &cluster, &job.id.ok_or("no id")?).await?;
//! assert!(job.finished_at.is_some());
//! // A quarter of an hour, which took no time.
//! assert!(sandbox.clock().passed().as_secs() > 14 * 60);
//! # Ok(()) }
//! ```

mod archive;
mod asked;
mod body_budget;
mod buckets;
mod builder;
mod calendar;
mod clock;
mod collections;
mod content;
mod control;
mod cut;
mod document;
mod exports;
mod faults;
mod flex;
mod gate;
mod limits;
mod media;
mod names;
mod nonces;
mod patterns;
mod restores;
mod routes;
mod rules;
mod schedules;
mod server;
mod service;
mod snapshots;
mod state;
mod tar_gz;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use self::gate::Gate;
use self::service::{dedicated, flexible};
use self::state::State;
use crate::ambient::{Clock, Randomness};
use crate::auth::Credentials;
use crate::box_future::BoxFuture;
use crate::builder::ClientBuilder;
use crate::client::Client;
use crate::error::Error;
use crate::object_id::ObjectId;

pub use builder::SandboxBuilder;
pub use clock::SandboxClock;
pub use faults::{Fault, FaultKind};
pub use gate::DigestAlgorithm;
pub use state::ClusterKind;

/// The service, played in this process. Clones are the same one.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    world: Mutex<World>,
    clock: Arc<dyn Clock>,
    /// The same, if it is one that can be moved.
    virtual_clock: SandboxClock,
    origin: String,
    /// Where archives are, with `{job}` in it.
    downloads: String,
    archive_size: usize,
    project: ObjectId,
    seed: u64,
}

struct World {
    state: State,
    gate: Gate,
    faults: Vec<Fault>,
    deprecated: BTreeMap<String, (Timestamp, Timestamp)>,
    seen: VecDeque<Seen>,
    /// How many requests there were.
    requests: u64,
}

/// A request that the sandbox has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// The operation's name in the API, or `download`, `token` or `revoke`; none of a request for nothing that there is.
    pub operation: Option<&'static str>,
    /// The method.
    pub method: http::Method,
    /// Path and query; of a download `/downloads/` and its job, for the path is a secret.
    pub target: String,
    /// The status it was answered with, whether the answer arrived or not.
    pub status: u16,
}

impl Sandbox {
    /// The replica set that is there from the beginning.
    pub const CLUSTER: &'static str = "Cluster0";
    /// The sharded cluster that is there from the beginning.
    pub const SHARDED: &'static str = "Sharded0";
    /// The flex cluster that is there from the beginning.
    pub const FLEX: &'static str = "Flex0";
    /// The public half of an API key that may do everything.
    pub const PUBLIC_KEY: &'static str = "sandboxpub";
    /// The private half of that key. It opens nothing but sandboxes.
    pub const PRIVATE_KEY: &'static str = "00000000-0000-4000-8000-00000000cafe";
    /// A service account that may do everything.
    pub const CLIENT_ID: &'static str = "mdb_sa_id_000000000000000000000000";
    /// The secret of that account. It opens nothing but sandboxes.
    pub const CLIENT_SECRET: &'static str = "mdb_sa_sk_sandbox-only";

    /// One project with three clusters, three days of snapshots, and an export bucket; the same every time.
    #[must_use]
    pub fn new() -> Self {
        SandboxBuilder::default().open(None)
    }

    /// A sandbox with settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// A client of this sandbox, with the API key that may do everything.
    pub fn client(&self) -> ClientBuilder {
        let unreachable = Client::builder().transport(self.clone());
        let placed = match Client::builder().base_url(&self.0.origin) {
            Ok(builder) => builder.transport(self.clone()),
            // The origin was read when the sandbox was built.
            Err(_) => unreachable,
        };
        placed
            .clock(SharedClock(self.0.clock.clone()))
            .randomness(Seeded(AtomicU64::new(self.0.seed)))
            .credentials(Credentials::digest(Self::PUBLIC_KEY, Self::PRIVATE_KEY))
    }

    /// The project that is there from the beginning.
    #[must_use]
    pub fn project(&self) -> ObjectId {
        self.0.project
    }

    /// The clock that the sandbox and its clients go by. With [`SandboxBuilder::real_time`], dates pass by themselves; this
    /// moves them further, and knows only of that.
    #[must_use]
    pub fn clock(&self) -> SandboxClock {
        self.0.virtual_clock.clone()
    }

    /// The newest complete snapshot of a cluster of the project.
    ///
    /// # Errors
    /// When there is no such cluster, or no snapshot of it.
    pub fn snapshot(&self, cluster: &str) -> Result<ObjectId, Error> {
        let now = self.now();
        let mut world = self.world();
        calendar::catch_up(&mut world.state, now);
        let cluster = world.state.cluster(&self.0.project.to_string(), cluster);
        let cluster = cluster.map_err(|refusal| Error::configuration(refusal.detail))?;
        let mut newest = cluster.snapshots.iter().rev();
        let taken =
            newest.find(|job| snapshots::taken(job, now).is_some() && job.deleted.is_none());
        let id = taken.and_then(|job| job.id.parse().ok());
        id.ok_or_else(|| Error::configuration("the cluster has no complete snapshot"))
    }

    /// The export bucket that is there from the beginning.
    #[must_use]
    pub fn bucket(&self) -> ObjectId {
        builder::bucket_id(self.0.seed)
    }

    /// Lets something go wrong.
    ///
    /// # Errors
    /// When that cannot happen: there is no such operation, or none that makes a job that could fail, a status is none of a
    /// failure, or a media type none.
    pub fn inject(&self, fault: Fault) -> Result<(), Error> {
        let fault = fault.checked()?;
        self.world().faults.push(fault);
        Ok(())
    }

    /// The service deprecates an operation since a date, and turns it off (410) at another, whatever the document says of its
    /// versions.
    ///
    /// # Errors
    /// When there is no such operation.
    pub fn deprecate(
        &self,
        operation: &str,
        since: Timestamp,
        sunset: Timestamp,
    ) -> Result<(), Error> {
        let operation = names::read(operation)?.to_owned();
        let dates = (since, sunset);
        self.world().deprecated.insert(operation, dates);
        Ok(())
    }

    /// The requests so far, of which the last 100,000 are remembered.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.world().seen.iter().cloned().collect()
    }

    /// How many requests there were, those of other processes about the sandbox itself included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.world().requests
    }

    /// What is here, as JSON: projects and jobs, the moment, what is left of faults and rate limits, and what is deprecated.
    /// [`SandboxBuilder::restore`] goes on with it.
    ///
    /// Credentials are not among it, nor nonces and access tokens: clients are challenged again, and ask for new ones.
    #[must_use]
    pub fn save(&self) -> String {
        let world = self.world();
        let saved = builder::Saved {
            passed: clock::since_beginning(self.0.clock.date()),
            state: world.state.clone(),
            faults: world.faults.clone(),
            deprecated: world.deprecated.clone(),
            left: world.gate.limits.left(self.0.clock.now()),
        };
        serde_json::to_string_pretty(&saved).unwrap_or_default()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that is shared with a client.
struct SharedClock(Arc<dyn Clock>);

impl Clock for SharedClock {
    fn now(&self) -> std::time::Instant {
        self.0.now()
    }

    fn date(&self) -> Timestamp {
        self.0.date()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }
}

/// Randomness that is the same every time, so that retries and nonces are.
struct Seeded(AtomicU64);

impl Randomness for Seeded {
    fn fill(&self, buffer: &mut [u8]) -> std::io::Result<()> {
        for byte in buffer {
            let step = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            *byte = (step.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 56) as u8;
        }
        Ok(())
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("origin", &self.0.origin)
            .field("seed", &self.0.seed)
            .finish_non_exhaustive()
    }
}
