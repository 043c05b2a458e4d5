//! The stories: complete uses of the SDK by actors that handle failures as a careful program does.
//!
//! An actor ends with success, or with a failure that the schedule explains; then the state of the service is
//! checked.
mod downloads;
mod exports;
mod lists;
mod load;
mod rest;

use std::fmt::Debug;
use std::time::Duration;

use atlas_backup::sandbox::Sandbox;
use atlas_backup::{Client, ClusterName, Error, ObjectId};
use tokio::sync::oneshot;

use crate::invariants::{Allowed, Invariant, is_transient};
use crate::schedule::Story;
use crate::world::disk::Disk;
use crate::world::{ATTEMPTS, Kind, RETRIES, World};

/// How often an actor repeats a call before the story counts as endless.
const PATIENCE: u32 = 40;

/// The pause of an actor before it repeats a call, in seconds: longer than the delay until a job is listed.
const REST: u64 = 150;

/// Runs the story of a schedule.
pub(crate) async fn run(world: World) {
    match world.schedule().settings.story {
        Story::Export => {
            exports::export(world.clone()).await;
            world.each_was_created_once(Sandbox::CLUSTER);
        }
        Story::Fleet => exports::fleet(world).await,
        Story::Restore => rest::restore(world).await,
        Story::Cancel => rest::cancel(world).await,
        Story::Buckets => rest::buckets(world).await,
        Story::Rules => rest::rules(world).await,
        Story::Download => downloads::download(world).await,
        Story::Paging => lists::paging(world).await,
        Story::Burst => load::burst(world).await,
        Story::Budget => load::budget(world).await,
        Story::Poll => load::poll(world).await,
    }
}

/// A process with a client.
#[derive(Clone)]
struct Actor {
    world: World,
    client: Client,
    project: ObjectId,
    cluster: ClusterName,
    bucket: ObjectId,
}

impl Actor {
    /// Creates a process that works with a cluster; `None` ends the run.
    fn new(world: &World, cluster: &str, disk: &Disk) -> Option<Self> {
        let parts = world.client(disk).zip(cluster.parse().ok());
        let Some((client, cluster)) = parts else {
            world.broken(Invariant::Progress, "no client could be made");
            return None;
        };
        Some(Self {
            world: world.clone(),
            client,
            project: world.project(),
            bucket: world.bucket(),
            cluster,
        })
    }

    /// Awaits a call, and checks its result: `None` if it was dropped.
    async fn call<T: Debug>(
        &self,
        name: &'static str,
        kind: Kind,
        allowed: &'static [u16],
        call: impl Future<Output = Result<T, Error>>,
    ) -> Option<Result<T, Error>> {
        let (outcome, number) = self.world.owned(name, kind, call).await?;
        match &outcome {
            Ok(output) => self.world.printed(&format!("{output:?}")),
            Err(error) => {
                self.world.tell(format_args!("{name} failed: {error}"));
                self.world.failed(error, Allowed { statuses: allowed });
                self.judge(kind, number, error);
            }
        }
        Some(outcome)
    }

    /// Checks that a failed call made all its attempts and reports their number.
    fn judge(&self, kind: Kind, number: usize, error: &Error) {
        let (sent, requests, retries, impatient) = {
            let state = self.world.state();
            let (sent, requests) = state.sent(number);
            let impatient = state.hits.impatient > 0;
            (sent, requests, state.retries(number), impatient)
        };
        let attempts = u64::from(error.attempts());
        let bearer = self.world.schedule().settings.caller == crate::schedule::Caller::Bearer;
        let counts = matches!(kind, Kind::Repeatable | Kind::Once);
        // The attempts of other callers include those that fail at the challenge or token, which all calls share.
        let few = attempts <= retries || attempts > ATTEMPTS;
        let wrong = match bearer {
            true => attempts != sent,
            false => few && requests > 0,
        };
        if (requests > 0 && attempts == 0) || (counts && wrong) {
            let detail = format!("{attempts} attempts, and {sent} requests were sent: {error}");
            self.world.broken(Invariant::Attempts, detail);
        }
        if let Some(limit) = self.world.operation_timeout()
            && !matches!(kind, Kind::Walk | Kind::Item)
            && says(error, "the call took longer")
        {
            let waited = self.world.state().waited(number, self.world.now());
            if waited + Duration::from_millis(1) < limit {
                let detail = format!("ended after {waited:?} of {limit:?} somebody waited");
                self.world.broken(Invariant::InTime, detail);
            }
        }
        let unlimited = self.world.operation_timeout().is_none() && !impatient;
        if unlimited && kind == Kind::Keyed && self.world.state().is_unsought(number) {
            let detail = format!("its outcome is unknown, and the list was not read: {error}");
            self.world.broken(Invariant::NoLoss, detail);
        }
        let unlimited = unlimited && self.world.budget_lasts();
        let repeatable = matches!(kind, Kind::Repeatable | Kind::Item);
        if unlimited && repeatable && is_transient(error) && attempts != ATTEMPTS {
            let detail = format!("given up after {attempts} attempts: {error}");
            self.world.broken(Invariant::Persistence, detail);
        }
    }

    /// Waits before a call is repeated.
    async fn rest(&self) {
        self.world.sleep(REST).await;
    }

    fn gives_up(&self, what: &str) {
        let detail = format!("{what} did not come about in {PATIENCE} tries");
        self.world.broken(Invariant::Progress, detail);
    }
}

impl World {
    /// Returns true if the retries so far may have left something in the budget.
    ///
    /// Each failure costs one retry for each call that waits for the same request.
    fn budget_lasts(&self) -> bool {
        let settings = &self.schedule().settings;
        let at_a_time = match settings.story {
            Story::Burst => settings.size,
            _ => 1 + settings.width,
        };
        let hits = self.state().hits;
        (hits.network + hits.status + hits.garbled) * at_a_time <= RETRIES
    }
}

/// Returns true if an error or one of its sources contains a text.
fn says(error: &Error, text: &str) -> bool {
    let mut next = Some(error as &dyn std::error::Error);
    while let Some(error) = next {
        if error.to_string().contains(text) {
            return true;
        }
        next = error.source();
    }
    false
}

/// Runs futures concurrently, and waits for all of them.
async fn all<F: Future<Output = ()> + Send + 'static>(
    world: &World,
    futures: impl IntoIterator<Item = F>,
) {
    let mut ends = Vec::new();
    for future in futures {
        let (tell, told) = oneshot::channel();
        world.handle().spawn(async move {
            future.await;
            let _ = tell.send(());
        });
        ends.push(told);
    }
    for end in ends {
        let _ = end.await;
    }
}
