//! Restores into a cluster, cancelled downloads, buckets and schedules.
use std::time::Duration;

use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{
    DeliveryType, DiskBackupSnapshotAwsExportBucketRequest, DiskBackupSnapshotExportBucketRequest,
    DiskBackupSnapshotRestoreJobRequest, DiskBackupSnapshotScheduleRequest,
};
use atlas_backup::{ClusterName, ObjectId, WaitError};
use serde_json::Value;

use super::exports::DAY;
use super::{Actor, PATIENCE};
use crate::invariants::Invariant;
use crate::world::disk::Disk;
use crate::world::{Kind, World};

/// Restores the newest snapshot into another cluster.
pub(super) async fn restore(world: World) {
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &Disk::default()) else {
        return;
    };
    let target = "Restored0".parse::<ClusterName>().ok();
    let Some((snapshot, target)) = world.snapshot(&actor.cluster).zip(target) else {
        return;
    };
    let request = DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Automated)
        .snapshot_id(snapshot)
        .target_cluster_name(target)
        .target_group_id(actor.project);
    if let Some(id) = actor.restore(&request).await {
        actor.wait_for_restore(&id).await;
    }
}

/// Requests a download, and cancels it.
pub(super) async fn cancel(world: World) {
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &Disk::default()) else {
        return;
    };
    let Some(snapshot) = world.snapshot(&actor.cluster) else {
        return;
    };
    let request =
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
    let Some(id) = actor.restore(&request).await else {
        return;
    };
    for _ in 0..PATIENCE {
        let call = actor
            .client
            .cancel_backup_restore_job(&actor.project, &actor.cluster, &id);
        match actor
            .call("cancel", Kind::Repeatable, &[], call.into_future())
            .await
        {
            Some(Ok(_)) => {
                let path = format!("clusters/{}/backup/restoreJobs/{id}", actor.cluster);
                let job = world.look(&path);
                // An expired job stays expired.
                if job["cancelled"] != true && job["expired"] != true {
                    world.broken(Invariant::NoLoss, format!("{id} was not cancelled"));
                }
                return;
            }
            _ => actor.rest().await,
        }
    }
    actor.gives_up("a cancellation");
}

impl Actor {
    /// Creates a restore job, and searches for it after an ambiguous failure.
    ///
    /// A restore job cannot have an idempotency key.
    pub(super) async fn restore(
        &self,
        request: &DiskBackupSnapshotRestoreJobRequest,
    ) -> Option<ObjectId> {
        let before = self.restores();
        for _ in 0..PATIENCE {
            let call = self
                .client
                .create_backup_restore_job(&self.project, &self.cluster, request);
            // Another restore is still running.
            let refused = &[400, 409];
            let outcome = self
                .call("restore", Kind::Once, refused, call.into_future())
                .await;
            match outcome {
                Some(Ok(job)) => {
                    let Some(id) = job.id else {
                        self.world
                            .broken(Invariant::NoLoss, "a new restore has no identifier");
                        return None;
                    };
                    return self.own_restore(id, &before);
                }
                _ => self.rest().await,
            }
            if let Some(id) = self.find_restore(&before).await {
                return self.own_restore(id, &before);
            }
        }
        self.gives_up("a restore");
        None
    }

    /// Checks a result of a wait against the job of the service.
    fn is_over(&self, id: &ObjectId, failed: bool) {
        let path = format!("clusters/{}/backup/restoreJobs/{id}", self.cluster);
        let job = self.world.look(&path);
        let delivered = ["finishedAt", "deliveryUrl"]
            .iter()
            .any(|field| !matches!(&job[field], Value::Null) && job[field] != Value::Array(vec![]));
        let ended = match failed {
            true => ["failed", "cancelled", "expired"]
                .iter()
                .any(|field| job[field] == true),
            // The links of a download expire.
            false => job["failed"] == false && (delivered || job["expired"] == true),
        };
        if !ended {
            let detail = format!("a wait ended, and failed: {failed}; the job is {job}");
            self.world.broken(Invariant::MaxWait, detail);
        }
    }

    /// Checks that a restore job exists, and that no other one was created.
    fn own_restore(&self, id: ObjectId, before: &[String]) -> Option<ObjectId> {
        let mut new = self.restores();
        new.retain(|id| !before.contains(id));
        if !new.contains(&id.to_string()) {
            let detail = format!("restore {id} is not there");
            self.world.broken(Invariant::NoLoss, detail);
        }
        if new.len() > 1 {
            let detail = format!("{} restores were created", new.len());
            self.world.broken(Invariant::NoDuplicate, detail);
        }
        Some(id)
    }

    fn restores(&self) -> Vec<String> {
        self.world.all_ids(&self.cluster, "restoreJobs")
    }

    /// Returns the newest job in the list that is not among the previous ones.
    async fn find_restore(&self, before: &[String]) -> Option<ObjectId> {
        for _ in 0..PATIENCE {
            let list = self
                .client
                .list_backup_restore_jobs(&self.project, &self.cluster);
            let all = list.items_per_page(1).items().try_collect();
            match self.call("list restores", Kind::Walk, &[], all).await {
                Some(Ok(jobs)) => {
                    let ids = jobs.into_iter().filter_map(|job| job.id);
                    let mut new = ids.filter(|id| !before.contains(&id.to_string()));
                    return new.next();
                }
                _ => self.rest().await,
            }
        }
        self.gives_up("a list of restores");
        None
    }

    pub(super) async fn wait_for_restore(
        &self,
        id: &ObjectId,
    ) -> Option<Vec<atlas_backup::SecretUrl>> {
        for _ in 0..PATIENCE {
            let wait = self
                .client
                .wait_for_backup_restore_job(&self.project, &self.cluster, id);
            let limit = self.world.max_wait();
            let wait = wait.max_wait(limit).into_future();
            let began = self.world.now();
            match self
                .world
                .owned("wait for restore", Kind::Wait(limit), wait)
                .await
            {
                Some((Ok(job), _)) => {
                    let links = job.delivery_url.clone().unwrap_or_default();
                    self.world.printed(&format!("{job:?}"));
                    self.is_over(id, false);
                    return Some(links);
                }
                Some((Err(WaitError::Failed(job)), _)) => {
                    self.world.printed(&format!("{job:?}"));
                    self.is_over(id, true);
                    return None;
                }
                Some((Err(error), _)) => {
                    self.world.wait_ended(&error, began, limit);
                    self.rest().await;
                }
                None => {}
            }
        }
        self.gives_up("the end of a restore");
        None
    }
}

/// Registers a bucket, reads it, and deletes it.
pub(super) async fn buckets(world: World) {
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &Disk::default()) else {
        return;
    };
    let Ok(role) = "60f1e2d3c4b5a69788796a5b".parse() else {
        return;
    };
    let request = DiskBackupSnapshotAwsExportBucketRequest::new("weekly-exports", role);
    let request = DiskBackupSnapshotExportBucketRequest::Aws(request);
    let Some(id) = actor.register(&request).await else {
        return;
    };
    // A wait for a deletion that nobody has requested ends only at its limit.
    if world.schedule().seed.is_multiple_of(2) {
        actor.is_gone(&id, Duration::from_secs(300)).await;
    }
    for _ in 0..PATIENCE {
        let call = actor.client.delete_export_bucket(&actor.project, &id);
        // A repeated deletion may find nothing.
        match actor
            .call("delete", Kind::Repeatable, &[404], call.into_future())
            .await
        {
            Some(Ok(_)) => break,
            Some(Err(error)) if error.is_not_found() => break,
            _ => actor.rest().await,
        }
    }
    for _ in 0..PATIENCE {
        if actor.is_gone(&id, DAY).await {
            return;
        }
        actor.rest().await;
    }
    actor.gives_up("a deletion");
}

impl Actor {
    /// Waits for the deletion of a bucket; returns true if it was deleted.
    async fn is_gone(&self, id: &ObjectId, limit: Duration) -> bool {
        let wait = self
            .client
            .wait_for_export_bucket_deletion(&self.project, id);
        let wait = wait.max_wait(limit).into_future();
        let began = self.world.now();
        let waited = self
            .world
            .owned("wait for deletion", Kind::Wait(limit), wait)
            .await;
        match waited {
            Some((Ok(()), _)) => {
                if self.world.has_bucket(id) {
                    self.world
                        .broken(Invariant::NoLoss, "the bucket is still there");
                }
                true
            }
            Some((Err(error), _)) => {
                self.world.wait_ended(&error, began, limit);
                false
            }
            None => false,
        }
    }

    /// Registers a bucket, and searches the list before it repeats that.
    async fn register(&self, request: &DiskBackupSnapshotExportBucketRequest) -> Option<ObjectId> {
        for _ in 0..PATIENCE {
            let call = self.client.create_export_bucket(&self.project, request);
            let outcome = self
                .call("register", Kind::Once, &[], call.into_future())
                .await;
            if let Some(Ok(bucket)) = outcome {
                let Ok(id) = bucket.id() else {
                    self.world
                        .broken(Invariant::NoLoss, "a new bucket has no identifier");
                    return None;
                };
                return self.own_bucket(*id);
            }
            self.rest().await;
            if let Some(id) = self.find_bucket().await {
                return self.own_bucket(id);
            }
        }
        self.gives_up("a bucket");
        None
    }

    /// Checks that a bucket exists, and that no other one was created.
    fn own_bucket(&self, id: ObjectId) -> Option<ObjectId> {
        if !self.world.has_bucket(&id) {
            let detail = format!("bucket {id} is not there");
            self.world.broken(Invariant::NoLoss, detail);
        }
        let new = self.world.buckets().len() - 1;
        if new > 1 {
            let detail = format!("{new} buckets were created");
            self.world.broken(Invariant::NoDuplicate, detail);
        }
        Some(id)
    }

    /// Returns a bucket in the list that was not there before.
    async fn find_bucket(&self) -> Option<ObjectId> {
        for _ in 0..PATIENCE {
            let list = self.client.list_export_buckets(&self.project);
            let all = list.items_per_page(1).items().try_collect();
            match self.call("list buckets", Kind::Walk, &[], all).await {
                Some(Ok(buckets)) => {
                    let ids = buckets
                        .iter()
                        .filter_map(|bucket| bucket.id().ok().copied());
                    return ids.into_iter().find(|id| *id != self.bucket);
                }
                _ => self.rest().await,
            }
        }
        self.gives_up("a list of buckets");
        None
    }
}

impl World {
    fn has_bucket(&self, id: &ObjectId) -> bool {
        let buckets = self.buckets();
        buckets.iter().any(|bucket| bucket["_id"] == id.to_string())
    }

    fn buckets(&self) -> Vec<Value> {
        let list = self.look("backup/exportBuckets?itemsPerPage=500");
        list["results"].as_array().cloned().unwrap_or_default()
    }
}

/// Changes the hour of a schedule, and reads it again.
pub(super) async fn rules(world: World) {
    let Some(actor) = Actor::new(&world, Sandbox::CLUSTER, &Disk::default()) else {
        return;
    };
    let hour = i64::try_from(world.schedule().seed % 24).unwrap_or_default();
    for _ in 0..PATIENCE {
        let request = DiskBackupSnapshotScheduleRequest::new().reference_hour_of_day(hour);
        let call = actor
            .client
            .update_backup_schedule(&actor.project, &actor.cluster, &request);
        match actor
            .call("change", Kind::Repeatable, &[], call.into_future())
            .await
        {
            Some(Ok(_)) => {
                let path = format!("clusters/{}/backup/schedule", actor.cluster);
                if world.look(&path)["referenceHourOfDay"] != hour {
                    world.broken(Invariant::NoLoss, "the schedule was not changed");
                }
                break;
            }
            _ => actor.rest().await,
        }
    }
    for _ in 0..PATIENCE {
        let call = actor
            .client
            .get_backup_schedule(&actor.project, &actor.cluster);
        let outcome = actor
            .call("read", Kind::Repeatable, &[], call.into_future())
            .await;
        match outcome {
            Some(Ok(schedule)) if schedule.reference_hour_of_day == Some(hour) => return,
            Some(Ok(_)) => return world.broken(Invariant::NoLoss, "another schedule was read"),
            _ => actor.rest().await,
        }
    }
    actor.gives_up("a schedule");
}
