//! The environment of the SDK: one service, a network, disks, and the owners of calls, with the faults of the
//! schedule.
//!
//! Invariant: only the scheduled faults occur, and each always at the same place.
mod bodies;
mod clock;
mod delivery;
mod listener;
mod scope;
mod service;
mod state;
mod store;
mod transport;
mod watch;

#[path = "../../../../sdk/tests/runtime/disk.rs"]
#[allow(
    clippy::unwrap_used,
    dead_code,
    reason = "the disk of the SDK's own tests has unused functions here"
)]
pub(crate) mod disk;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use atlas_backup::sandbox::{ClusterKind, Sandbox};
use atlas_backup::{Client, ClusterName, Credentials, ObjectId};

pub(crate) use crate::chance::Chance;
use crate::executor::{Handle, lock};
use crate::invariants::Invariant;
use crate::schedule::{Caller, Fault, Neglect, Schedule};
pub(crate) use delivery::content;
use disk::Disk;
pub(crate) use listener::Listener;
pub(crate) use scope::{ATTEMPTS, Kind};
use state::State;
use store::Tokens;
pub(crate) use watch::RETRIES;

/// A bearer token with all permissions that never expires.
///
/// It is for callers with their own token, and for checks from outside of the story.
const BEARER: &str = "sandbox-0bserver-t0ken";

/// The environment of one run. Clones share their state.
#[derive(Clone)]
pub(crate) struct World(Arc<Inner>);

struct Inner {
    handle: Handle,
    schedule: Schedule,
    sandbox: Sandbox,
    clock: clock::WorldClock,
    tokens: Tokens,
    state: Mutex<State>,
}

impl World {
    /// Opens the environment of a schedule; `None` if the sandbox cannot be opened.
    pub(crate) fn open(handle: &Handle, schedule: &Schedule, verbose: bool) -> Option<Self> {
        let mut builder = Sandbox::builder()
            .seed(schedule.seed)
            .access_token(BEARER, &[])
            .rate_limit(1_000_000, 1_000_000.0);
        for number in 0..Self::clusters(schedule) {
            builder = builder.cluster(&fleet(number), ClusterKind::ReplicaSet);
        }
        let sandbox = builder.build().ok()?;
        Some(Self(Arc::new(Inner {
            handle: handle.clone(),
            schedule: schedule.clone(),
            clock: clock::WorldClock::new(handle, &sandbox.clock()),
            sandbox,
            tokens: Tokens::default(),
            state: Mutex::new(State::new(verbose)),
        })))
    }

    /// Returns the number of clusters besides the sandbox's initial ones.
    fn clusters(schedule: &Schedule) -> u64 {
        match schedule.settings.story {
            crate::schedule::Story::Fleet => schedule.settings.size,
            _ => 0,
        }
    }

    pub(crate) fn schedule(&self) -> &Schedule {
        &self.0.schedule
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.0.handle
    }

    pub(crate) fn now(&self) -> Duration {
        self.0.handle.now()
    }

    pub(crate) async fn sleep(&self, seconds: u64) {
        self.0.handle.sleep(Duration::from_secs(seconds)).await;
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }

    pub(crate) fn project(&self) -> ObjectId {
        self.0.sandbox.project()
    }

    pub(crate) fn bucket(&self) -> ObjectId {
        self.0.sandbox.bucket()
    }

    /// Returns the newest snapshot of a cluster.
    pub(crate) fn snapshot(&self, cluster: &ClusterName) -> Option<ObjectId> {
        self.0.clock.catch_up(&self.0.sandbox);
        self.0.sandbox.snapshot(cluster.as_str()).ok()
    }

    /// Creates the client of a process.
    ///
    /// It has a transport, a clock and a token store of this environment, and its own disk.
    pub(crate) fn client(&self, disk: &Disk) -> Option<Client> {
        let settings = &self.schedule().settings;
        let number = self.state().another_client();
        let credentials = match settings.caller {
            Caller::Digest => Credentials::digest(Sandbox::PUBLIC_KEY, Sandbox::PRIVATE_KEY),
            Caller::Account => {
                Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET)
            }
            Caller::Bearer => Credentials::bearer(BEARER),
        };
        let mut builder = Client::builder()
            .transport(transport::Network::new(self, number))
            .clock(self.0.clock.skewed(settings.skew))
            .randomness(clock::Seeded::new(self.schedule().seed, number))
            .credentials(credentials)
            .attempt_timeout(Duration::from_secs(settings.attempt_timeout))
            .file_system(disk.clone());
        if let Some(limit) = self.operation_timeout() {
            builder = builder.operation_timeout(limit);
        }
        if settings.store {
            builder = builder.token_store(store::FaultyTokens(self.clone()));
        }
        self.printed(&format!("{builder:?}"));
        let client = builder.build().ok()?;
        self.printed(&format!("{client:?}"));
        Some(client)
    }

    pub(crate) fn operation_timeout(&self) -> Option<Duration> {
        match self.schedule().settings.operation_timeout {
            0 => None,
            seconds => Some(Duration::from_secs(seconds)),
        }
    }

    /// Returns the fault of a call.
    fn neglect(&self, number: usize) -> Option<(u64, Neglect)> {
        self.schedule().faults.iter().find_map(|fault| match fault {
            Fault::Call { nth, polls, what } if usize::try_from(*nth) == Ok(number) => {
                Some((*polls, *what))
            }
            _ => None,
        })
    }

    /// Reports a broken promise and ends the run.
    pub(crate) fn broken(&self, invariant: Invariant, detail: impl Into<String>) {
        let detail = detail.into();
        self.tell(format_args!("BROKEN {invariant}: {detail}"));
        self.state().break_first(invariant, detail);
        self.0.handle.stop();
    }

    /// Counts a fault that occurred.
    pub(crate) fn inject(&self, group: &str, fault: &impl std::fmt::Debug) {
        let name = format!("{group} {fault:?}");
        let end = name.find(['(', '{']).unwrap_or(name.len());
        let name = name[..end].trim_end().to_owned();
        *self.state().injected.entry(name).or_insert(0) += 1;
    }

    /// Adds an event to the trace.
    pub(crate) fn tell(&self, what: std::fmt::Arguments<'_>) {
        let now = self.now();
        self.state().trace.tell(now, what);
    }

    /// Marks the secret part of a link, which must not be printed from now on.
    fn hide(&self, link: &str) {
        let mut parts = link.splitn(4, '/').skip(3);
        if let Some(path) = parts.next() {
            self.state().keep_secret(path, "a link");
        }
    }

    /// Checks a printed text for secrets.
    pub(crate) fn printed(&self, text: &str) {
        let secret = self.state().secret_in(text);
        if let Some(secret) = secret {
            self.broken(Invariant::NoSecret, format!("{secret} in: {text}"));
        }
    }
}

/// Returns the name of a cluster of the fleet.
pub(crate) fn fleet(number: u64) -> String {
    format!("Fleet{number:02}")
}
