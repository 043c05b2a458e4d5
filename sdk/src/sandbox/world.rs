//! A sandbox: its state, its clock, and the requests it has seen.
//!
//! Must never respond to a request.
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::access::AccessControl;
use super::clock::SandboxClock;
use super::faults::Fault;
use super::state::State;
use super::{calendar, initial_state, names, snapshots};
use crate::ambient::Clock;
use crate::error::Error;
use crate::object_id::ObjectId;

/// A simulation of the service in this process. Clones share their state.
#[derive(Clone)]
pub struct Sandbox(pub(super) Arc<Inner>);

/// The settings and the state of a sandbox.
pub(super) struct Inner {
    pub(super) world: Mutex<World>,
    pub(super) clock: Arc<dyn Clock>,
    /// The same clock, if it can be moved.
    pub(super) virtual_clock: SandboxClock,
    pub(super) origin: String,
    /// Template of archive addresses, with `{job}` in it.
    pub(super) downloads: String,
    pub(super) archive_size: usize,
    pub(super) project: ObjectId,
    pub(super) seed: u64,
}

/// The parts that requests change.
pub(super) struct World {
    pub(super) state: State,
    pub(super) access: AccessControl,
    pub(super) faults: Vec<Fault>,
    pub(super) deprecated: BTreeMap<String, (Timestamp, Timestamp)>,
    pub(super) seen: VecDeque<Seen>,
    /// Number of requests.
    pub(super) requests: u64,
}

/// A request that the sandbox has received.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// The operation's name in the SDK, or `download`, `token` or `revoke`.
    ///
    /// `None` for a request to an unknown target.
    pub operation: Option<&'static str>,
    /// The method.
    pub method: http::Method,
    /// Path and query; for a download, `/downloads/` and its job, because the path is a secret.
    pub target: String,
    /// The status of the response, even if the response was lost.
    pub status: u16,
}

impl Sandbox {
    /// The name of the initial replica set.
    pub const CLUSTER: &'static str = "Cluster0";
    /// The name of the initial sharded cluster.
    pub const SHARDED: &'static str = "Sharded0";
    /// The name of the initial flex cluster.
    pub const FLEX: &'static str = "Flex0";
    /// The public part of an API key with all permissions.
    pub const PUBLIC_KEY: &'static str = "sandboxpub";
    /// The private part of that key; it is valid only for sandboxes.
    pub const PRIVATE_KEY: &'static str = "00000000-0000-4000-8000-00000000cafe";
    /// The client ID of a service account with all permissions.
    pub const CLIENT_ID: &'static str = "mdb_sa_id_000000000000000000000000";
    /// The secret of that account; it is valid only for sandboxes.
    pub const CLIENT_SECRET: &'static str = "mdb_sa_sk_sandbox-only";

    /// Returns the initial project.
    #[must_use]
    pub fn project(&self) -> ObjectId {
        self.0.project
    }

    /// Returns the clock of the sandbox and its clients.
    ///
    /// With [`SandboxBuilder::real_time`](super::SandboxBuilder::real_time), dates also advance by
    /// themselves; this clock only has the additional advances.
    #[must_use]
    pub fn clock(&self) -> SandboxClock {
        self.0.virtual_clock.clone()
    }

    /// Returns the newest completed snapshot of a cluster of the project.
    ///
    /// # Errors
    /// When there is no such cluster, or it has no completed snapshot.
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

    /// Returns the initial export bucket.
    #[must_use]
    pub fn bucket(&self) -> ObjectId {
        initial_state::bucket_id(self.0.seed)
    }

    /// Injects a fault.
    ///
    /// # Errors
    /// When the fault cannot occur: its operation does not exist or creates no job that could fail, its
    /// status is not an error status, or its media type is invalid.
    pub fn inject(&self, fault: Fault) -> Result<(), Error> {
        let fault = fault.checked()?;
        self.world().faults.push(fault);
        Ok(())
    }

    /// Announces an operation as deprecated from a date, and refuses it (410) from another.
    ///
    /// This overrides the document's dates of its versions.
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

    /// Returns the requests so far; the last 100,000 are remembered.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.world().seen.iter().cloned().collect()
    }

    /// Returns the number of requests, including those to the control endpoints.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.world().requests
    }

    /// Returns the current time in whole seconds, as in the service's dates.
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
