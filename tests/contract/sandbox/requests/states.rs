//! Jobs in each of their states, pages of lists, and enveloped responses.

use atlas_backup::sandbox::{Fault, FaultKind, Sandbox};
use atlas_backup::v2::*;
use atlas_backup::{Client, ClusterName, ObjectId};
use std::time::Duration;

pub(super) async fn everything(client: &Client, sandbox: &Sandbox, project: &ObjectId) {
    let world = World {
        client,
        sandbox,
        project,
    };
    for name in [Sandbox::CLUSTER, Sandbox::SHARDED] {
        let name = name.parse().unwrap();
        world.snapshots(&name).await;
        world.exports(&name).await;
        world.restores(&name).await;
    }
    world.collections().await;
    world.flex().await;
    world.buckets().await;
    world.pages_and_envelopes().await;
}

struct World<'a> {
    client: &'a Client,
    sandbox: &'a Sandbox,
    project: &'a ObjectId,
}

impl World<'_> {
    fn pass(&self, seconds: u64) {
        self.sandbox.clock().advance(Duration::from_secs(seconds));
    }

    /// Makes the next job fail.
    fn doom(&self) {
        let reason = "The disk is full.".to_owned();
        let doom = Fault::new(FaultKind::FailJob { reason });
        self.sandbox.inject(doom).unwrap();
    }

    async fn snapshots(&self, name: &ClusterName) {
        let (client, project) = (self.client, self.project);
        for fails in [false, true] {
            if fails {
                self.doom();
            }
            let request = DiskBackupOnDemandSnapshotRequest::new(7).description("before");
            let taken = client
                .take_snapshots(project, name, &request)
                .await
                .unwrap();
            let id = taken.id().unwrap();
            for _ in 0..4 {
                if name.as_str() == Sandbox::SHARDED {
                    client
                        .get_backup_sharded_cluster(project, name, id)
                        .await
                        .unwrap();
                } else {
                    client
                        .get_cluster_backup_snapshot(project, name, id)
                        .await
                        .unwrap();
                }
                self.pass(190);
            }
        }
        // A snapshot that the schedule takes.
        let item =
            DiskBackupPolicyItemRequest::new(6, PolicyFrequency::Hourly, RetentionUnit::Days, 7);
        let policy = DiskBackupSnapshotSchedulePolicyRequest::new(vec![item]);
        let change = DiskBackupSnapshotScheduleRequest::new().policies(vec![policy]);
        client
            .update_backup_schedule(project, name, &change)
            .await
            .unwrap();
        self.pass(6 * 60 * 60);
        let newest = self.sandbox.snapshot(name.as_str()).unwrap();
        if name.as_str() == Sandbox::CLUSTER {
            client
                .get_cluster_backup_snapshot(project, name, &newest)
                .await
                .unwrap();
        }
    }

    async fn exports(&self, name: &ClusterName) {
        let (client, project) = (self.client, self.project);
        let snapshot = self.sandbox.snapshot(name.as_str()).unwrap();
        let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
            export_bucket_id: self.sandbox.bucket(),
            snapshot_id: snapshot,
        });
        for fails in [false, true] {
            if fails {
                self.doom();
            }
            let job = client
                .create_backup_export(project, name, &request)
                .await
                .unwrap();
            for _ in 0..4 {
                let id = job.id.unwrap();
                client.get_backup_export(project, name, &id).await.unwrap();
                client.list_backup_exports(project, name).await.unwrap();
                client
                    .v1()
                    .list_backup_exports(project, name)
                    .await
                    .unwrap();
                self.pass(310);
            }
        }
    }

    async fn restores(&self, name: &ClusterName) {
        let (client, project) = (self.client, self.project);
        let snapshot = self.sandbox.snapshot(name.as_str()).unwrap();
        let of = DiskBackupSnapshotRestoreJobRequest::new;
        let target: ClusterName = match name.as_str() {
            Sandbox::SHARDED => name.clone(),
            _ => "Restored0".parse().unwrap(),
        };
        let into = |kind| {
            of(kind)
                .target_cluster_name(target.clone())
                .target_group_id(*project)
        };
        let moment = self.sandbox.clock().passed().as_secs() as i64 + 1_773_453_000;
        for request in [
            into(DeliveryType::Automated).snapshot_id(snapshot),
            into(DeliveryType::PointInTime).point_in_time_utc_seconds(moment),
            into(DeliveryType::PointInTime)
                .oplog_ts(moment)
                .oplog_inc(1),
            of(DeliveryType::Download).snapshot_id(snapshot),
        ] {
            for fails in [false, true] {
                if fails {
                    self.doom();
                }
                let job = client
                    .create_backup_restore_job(project, name, &request)
                    .await
                    .unwrap();
                for seconds in [130, 130, 3_700, 0] {
                    let id = job.id.unwrap();
                    client
                        .get_backup_restore_job(project, name, &id)
                        .await
                        .unwrap();
                    client
                        .list_backup_restore_jobs(project, name)
                        .await
                        .unwrap();
                    client
                        .v1()
                        .list_backup_restore_jobs(project, name)
                        .await
                        .unwrap();
                    self.pass(seconds);
                }
            }
        }
    }

    async fn collections(&self) {
        let (client, project) = (self.client, self.project);
        let name: ClusterName = Sandbox::CLUSTER.parse().unwrap();
        let request = || {
            CollectionRestoreJobRequest::new(
                IndexStrategy::All,
                "Restored0".parse().unwrap(),
                *project,
                WriteStrategy::CreateNew,
            )
            .collections(vec![
                RestoreNamespaceRequest::new("orders.open").target_namespace("orders.again"),
            ])
        };
        let snapshot = self.sandbox.snapshot(Sandbox::CLUSTER).unwrap();
        let moment = self.sandbox.clock().passed().as_secs() as i64 + 1_773_453_000;
        for (request, fails) in [
            (
                request().snapshot_id(snapshot).collection_suffix("_monday"),
                false,
            ),
            (request().point_in_time_utc_seconds(moment), true),
            (request().oplog_ts(moment).oplog_inc(1), false),
        ] {
            if fails {
                self.doom();
            }
            let made = client
                .create_collection_restore_job(project, &name, &request)
                .await;
            let id = made.unwrap().id.unwrap();
            for _ in 0..6 {
                client
                    .get_collection_restore_job(project, &name, &id)
                    .await
                    .unwrap();
                client
                    .list_collection_restore_jobs(project, &name)
                    .await
                    .unwrap();
                client
                    .list_restore_job_collections(project, &name, &id)
                    .await
                    .unwrap();
                self.pass(100);
            }
            client
                .get_restore_job_collection(project, &name, &id, "orders.open")
                .await
                .unwrap();
        }
    }

    async fn flex(&self) {
        let (client, project) = (self.client, self.project);
        let name: ClusterName = Sandbox::FLEX.parse().unwrap();
        // Advance to the start of the next daily snapshot.
        let day = 24 * 60 * 60;
        let since = (self.sandbox.clock().passed().as_secs() + 2 * 60 * 60) % day;
        self.pass((day + 65 * 60 - since) % day);
        for seconds in [6, 6, 100, 0] {
            let all = client
                .list_flex_backup_snapshots(project, &name)
                .await
                .unwrap();
            let newest = all
                .results
                .first()
                .and_then(|snapshot| snapshot.id)
                .unwrap();
            client
                .get_flex_backup_snapshot(project, &name, &newest)
                .await
                .unwrap();
            self.pass(seconds);
        }
        let snapshot = self.sandbox.snapshot(Sandbox::FLEX).unwrap();
        for fails in [false, true] {
            if fails {
                self.doom();
            }
            let request = FlexBackupRestoreJobCreate::new(snapshot, "Restored0", *project);
            let job = client
                .create_flex_restore_job(project, &name, &request)
                .await
                .unwrap();
            for _ in 0..6 {
                client
                    .get_flex_restore_job(project, &name, &job.id.unwrap())
                    .await
                    .unwrap();
                client.list_flex_restore_jobs(project, &name).await.unwrap();
                self.pass(25);
            }
        }
        let request = FlexBackupSnapshotDownloadCreate::new(snapshot);
        let job = client
            .download_flex_backup(project, &name, &request)
            .await
            .unwrap();
        client
            .get_flex_restore_job(project, &name, &job.id.unwrap())
            .await
            .unwrap();
    }

    async fn buckets(&self) {
        let all = self.client.list_export_buckets(self.project).await.unwrap();
        for bucket in all.results {
            self.client
                .get_export_bucket(self.project, bucket.id().unwrap())
                .await
                .unwrap();
        }
    }

    async fn pages_and_envelopes(&self) {
        let (client, project) = (self.client, self.project);
        let name: ClusterName = Sandbox::CLUSTER.parse().unwrap();
        let flex: ClusterName = Sandbox::FLEX.parse().unwrap();
        let snapshot = self.sandbox.snapshot(Sandbox::CLUSTER).unwrap();
        let exports = client
            .list_backup_exports(project, &name)
            .items_per_page(1)
            .await
            .unwrap();
        client
            .v1()
            .list_backup_exports(project, &name)
            .items_per_page(1)
            .await
            .unwrap();
        let restores = client
            .list_backup_restore_jobs(project, &name)
            .items_per_page(1)
            .await
            .unwrap();
        client
            .list_backup_snapshots(project, &name)
            .items_per_page(1)
            .await
            .unwrap();
        let collections = client
            .list_collection_restore_jobs(project, &name)
            .items_per_page(1)
            .await
            .unwrap();
        client
            .list_export_buckets(project)
            .items_per_page(1)
            .await
            .unwrap();
        client
            .list_flex_backup_snapshots(project, &flex)
            .items_per_page(1)
            .await
            .unwrap();
        let flexible = client
            .list_flex_restore_jobs(project, &flex)
            .items_per_page(1)
            .await
            .unwrap();
        client
            .list_snapshot_database_collections(project, &name, &snapshot, "orders")
            .items_per_page(1)
            .await
            .unwrap();

        let export = exports.results[0].id.unwrap();
        client
            .get_backup_export(project, &name, &export)
            .envelope(true)
            .await
            .unwrap();
        client
            .v1()
            .list_backup_exports(project, &name)
            .envelope(true)
            .await
            .unwrap();
        let restore = restores.results[0].id.unwrap();
        client
            .get_backup_restore_job(project, &name, &restore)
            .envelope(true)
            .await
            .unwrap();
        client
            .list_backup_restore_jobs(project, &name)
            .envelope(true)
            .await
            .unwrap();
        client
            .get_backup_schedule(project, &name)
            .envelope(true)
            .await
            .unwrap();
        client
            .get_cluster_backup_snapshot(project, &name, &snapshot)
            .envelope(true)
            .await
            .unwrap();
        let job = collections.results[0].id.unwrap();
        client
            .get_collection_restore_job(project, &name, &job)
            .envelope(true)
            .await
            .unwrap();
        client
            .get_export_bucket(project, &self.sandbox.bucket())
            .envelope(true)
            .await
            .unwrap();
        let job = flexible.results[0].id.unwrap();
        client
            .get_flex_restore_job(project, &flex, &job)
            .envelope(true)
            .await
            .unwrap();
    }
}
