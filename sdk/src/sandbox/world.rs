//! A sandbox: its projects and jobs, its clock, and what it has seen.
//!
//! Must never answer a request.
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::clock::SandboxClock;
use super::faults::Fault;
use super::gate::Gate;
use super::state::State;
use super::{beginning, calendar, names, snapshots};
use crate::ambient::Clock;
use crate::error::Error;
use crate::object_id::ObjectId;

/// The service, played in this process. Clones are the same one.
#[derive(Clone)]
pub struct Sandbox(pub(super) Arc<Inner>);

/// What is the same as long as a sandbox lives, and what changes.
pub(super) struct Inner {
    pub(super) world: Mutex<World>,
    pub(super) clock: Arc<dyn Clock>,
    /// The same, if it is one that can be moved.
    pub(super) virtual_clock: SandboxClock,
    pub(super) origin: String,
    /// Where archives are, with `{job}` in it.
    pub(super) downloads: String,
    pub(super) archive_size: usize,
    pub(super) project: ObjectId,
    pub(super) seed: u64,
}

/// What requests change.
pub(super) struct World {
    pub(super) state: State,
    pub(super) gate: Gate,
    pub(super) faults: Vec<Fault>,
    pub(super) deprecated: BTreeMap<String, (Timestamp, Timestamp)>,
    pub(super) seen: VecDeque<Seen>,
    /// How many requests there were.
    pub(super) requests: u64,
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

    /// The project that is there from the beginning.
    #[must_use]
    pub fn project(&self) -> ObjectId {
        self.0.project
    }

    /// The clock that the sandbox and its clients go by. With [`SandboxBuilder::real_time`](super::SandboxBuilder::real_time), dates pass by themselves; this
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
        beginning::bucket_id(self.0.seed)
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

    /// The moment: the service's dates are whole seconds.
    pub(super) fn now(&self) -> Timestamp {
        let date = self.0.clock.date();
        Timestamp::from_second(date.as_second()).unwrap_or(date)
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("origin", &self.0.origin)
            .field("seed", &self.0.seed)
            .finish_non_exhaustive()
    }
}
