//! Exports: one after a snapshot, and those of a fleet by processes that are killed.
use std::collections::BTreeSet;
use std::time::Duration;

use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{
    DiskBackupExportJob, DiskBackupExportJobRequest, DiskBackupExportJobRequestFields,
    DiskBackupOnDemandSnapshotRequest, ExportState,
};
use atlas_backup::{ClusterName, ObjectId};
use serde_json::Value;

use super::{Actor, PATIENCE, REST, all};
use crate::invariants::Invariant;
use crate::schedule::Fault;
use crate::world::disk::Disk;
use crate::world::{Kind, World, fleet as name};

/// A day: every job ends earlier.
pub(super) const DAY: Duration = Duration::from_secs(24 * 3600);

/// Takes a snapshot, exports it once, waits, and searches the list for the job.
pub(super) async fn export(world: World) {
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &Disk::default()) else {
        return;
    };
    let Some(before) = world.snapshot(&actor.cluster) else {
        return;
    };
    let snapshot = actor.snapshot().await.unwrap_or(before);
    // The same key with another snapshot is another export.
    if before != snapshot && world.schedule().seed.is_multiple_of(2) {
        actor.export_once(before, "nightly").await;
    }
    let Some(job) = actor.export_once(snapshot, "nightly").await else {
        return;
    };
    let Some(id) = job.id else { return };
    actor.wait_for_export(&id).await;
    actor.is_listed(&id).await;
}

impl World {
    /// Checks that no two exports of a cluster have the same snapshot and labels, and that a snapshot was taken once.
    pub(super) fn each_was_created_once(&self, cluster: &str) {
        let exports = self.all(cluster, "exports");
        let mut seen = BTreeSet::new();
        for export in &exports {
            let identity = format!("{} {}", export["snapshotId"], export["customData"]);
            if !seen.insert(identity.clone()) {
                let detail = format!("two exports of {cluster}: {identity}");
                self.broken(Invariant::NoDuplicate, detail);
            }
        }
        let mut snapshots = self.all(cluster, "snapshots");
        snapshots.retain(|snapshot| snapshot["description"] == BY_HAND);
        if snapshots.len() > 1 {
            let detail = format!("{} snapshots of {cluster} were taken", snapshots.len());
            self.broken(Invariant::NoDuplicate, detail);
        }
    }

    /// Returns the exports, snapshots or restore jobs of a cluster.
    pub(super) fn all(&self, cluster: &str, what: &str) -> Vec<Value> {
        let list = self.look(&format!(
            "clusters/{cluster}/backup/{what}?itemsPerPage=500"
        ));
        list["results"].as_array().cloned().unwrap_or_default()
    }

    /// Returns the identifiers of the same, in the order of the list.
    pub(super) fn all_ids(&self, cluster: &ClusterName, what: &str) -> Vec<String> {
        let all = self.all(cluster.as_str(), what);
        let ids = all.iter().filter_map(|one| one["id"].as_str());
        ids.map(str::to_owned).collect()
    }
}

/// The description of the snapshot that a story takes.
const BY_HAND: &str = "by hand";

/// Exports every cluster of a fleet once, by several processes that are killed and restarted.
pub(super) async fn fleet(world: World) {
    let settings = world.schedule().settings.clone();
    let processes = settings.width.clamp(1, 3);
    let shards = (0..processes).map(|shard| {
        let clusters = (0..settings.size).filter(move |number| number % processes == shard);
        run_shard(world.clone(), clusters.collect())
    });
    all(&world, shards).await;
    for number in 0..settings.size {
        world.each_was_created_once(&name(number));
        let jobs = world.all(&name(number), "exports").len();
        if jobs != 1 {
            let detail = format!("{jobs} exports of {}", name(number));
            let invariant = match jobs {
                0 => Invariant::NoLoss,
                _ => Invariant::NoDuplicate,
            };
            world.broken(invariant, detail);
        }
    }
}

/// Runs one process after the other, until one completes all exports.
async fn run_shard(world: World, clusters: Vec<u64>) {
    loop {
        let kill = world.next_kill();
        let (running, clusters) = (world.clone(), clusters.clone());
        let process = async move {
            for cluster in clusters {
                let Some(actor) = Actor::new(&running, &name(cluster), &Disk::default()) else {
                    return;
                };
                let Some(snapshot) = running.snapshot(&actor.cluster) else {
                    return;
                };
                actor.export_once(snapshot, "run").await;
            }
        };
        if world
            .process(process, kill.map(|(polls, _)| polls), || false, || {})
            .await
            .is_some()
        {
            return;
        }
        world.sleep(REST).await;
    }
}

impl World {
    /// Returns the fault of the next process.
    ///
    /// It is killed after this many polls; true if the power fails, too.
    pub(super) fn next_kill(&self) -> Option<(u64, bool)> {
        let number = self.state().number_of_process();
        self.schedule().faults.iter().find_map(|fault| match fault {
            Fault::Kill { nth, polls, power } if *nth == number => Some((*polls, *power)),
            _ => None,
        })
    }

    /// Returns the limit of the next wait: long enough for any job, or too short for most.
    pub(super) fn max_wait(&self) -> Duration {
        match self.schedule().seed % 4 {
            0 => Duration::from_secs(240),
            _ => DAY,
        }
    }
}

impl Actor {
    /// Takes a snapshot, and waits until it is completed; `None` if it is unknown whether one was taken.
    async fn snapshot(&self) -> Option<ObjectId> {
        let request = DiskBackupOnDemandSnapshotRequest::new(3).description(BY_HAND);
        let call = self
            .client
            .take_snapshots(&self.project, &self.cluster, &request);
        let taken = self
            .call("take", Kind::Once, &[], call.into_future())
            .await?;
        let taken = taken.ok()?;
        let Ok(id) = taken.id().copied() else {
            self.world
                .broken(Invariant::NoLoss, "a new snapshot has no identifier");
            return None;
        };
        for _ in 0..PATIENCE {
            let wait = self
                .client
                .wait_for_backup_snapshot(&self.project, &self.cluster, &id);
            let wait = wait.max_wait(DAY).into_future();
            match self
                .world
                .owned("wait for snapshot", Kind::Wait(DAY), wait)
                .await
            {
                Some((Ok(_), _)) => return Some(id),
                Some((Err(error), _)) => {
                    self.world.wait_failed(&error);
                    self.rest().await;
                }
                None => {}
            }
        }
        self.gives_up("a snapshot");
        None
    }

    /// Exports a snapshot once, as documented: looks for the job first, and repeats a failed call.
    pub(super) async fn export_once(
        &self,
        snapshot: ObjectId,
        key: &str,
    ) -> Option<DiskBackupExportJob> {
        let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
            export_bucket_id: self.bucket,
            snapshot_id: snapshot,
        });
        let call = || {
            self.client
                .create_backup_export(&self.project, &self.cluster, &request)
                .idempotency_key(key)
        };
        for _ in 0..PATIENCE {
            match self
                .call("find", Kind::Walk, &[], call().find_created())
                .await
            {
                Some(Ok(Some(job))) => return self.own(job, snapshot),
                Some(Ok(None)) => {}
                _ => {
                    self.rest().await;
                    continue;
                }
            }
            if let Some(Ok(job)) = self
                .call("export", Kind::Keyed, &[], call().into_future())
                .await
            {
                return self.own(job, snapshot);
            }
            self.rest().await;
        }
        self.gives_up("an export");
        None
    }

    /// Checks that a job exists and is the requested one.
    fn own(&self, job: DiskBackupExportJob, snapshot: ObjectId) -> Option<DiskBackupExportJob> {
        let id = job.id.map(|id| id.to_string()).unwrap_or_default();
        let path = format!("clusters/{}/backup/exports/{id}", self.cluster);
        let there = self.world.look(&path);
        if there["id"] != id || there["snapshotId"] != snapshot.to_string() {
            let detail = format!("export {id} of snapshot {snapshot} is not there: {there}");
            self.world.broken(Invariant::NoLoss, detail);
        }
        Some(job)
    }

    pub(super) async fn wait_for_export(&self, id: &ObjectId) {
        for _ in 0..PATIENCE {
            let wait = self
                .client
                .wait_for_backup_export(&self.project, &self.cluster, id);
            let limit = self.world.max_wait();
            let wait = wait.max_wait(limit).into_future();
            let began = self.world.now();
            match self
                .world
                .owned("wait for export", Kind::Wait(limit), wait)
                .await
            {
                Some((Ok(job), _)) => {
                    if job.state != Some(ExportState::Successful) {
                        let detail = format!("a wait ended in {:?}", job.state);
                        self.world.broken(Invariant::MaxWait, detail);
                    }
                    return;
                }
                Some((Err(error), _)) => {
                    self.world.wait_ended(&error, began, limit);
                    self.rest().await;
                }
                None => {}
            }
        }
        self.gives_up("the end of an export");
    }

    /// Searches the list for a job.
    async fn is_listed(&self, id: &ObjectId) {
        for _ in 0..PATIENCE {
            let list = self
                .client
                .list_backup_exports(&self.project, &self.cluster);
            let all = list.items_per_page(2).items().try_collect();
            match self.call("list", Kind::Walk, &[], all).await {
                Some(Ok(jobs)) => {
                    let found = jobs.iter().filter(|job| job.id.as_ref() == Some(id));
                    if found.count() != 1 {
                        let detail = format!("export {id} is not listed once");
                        self.world.broken(Invariant::Listing, detail);
                    }
                    return;
                }
                _ => self.rest().await,
            }
        }
        self.gives_up("a list");
    }
}
