//! Requests of every operation to the sandbox, in many of its states.

mod refusals;
mod states;

use crate::recording_transport::RecordingTransport;
use atlas_backup::sandbox::{Fault, FaultKind, Sandbox};
use atlas_backup::v2::*;
use atlas_backup::{Client, ClusterName, ObjectId};
use std::time::Duration;

/// Sends requests of every operation to the sandbox, in many of its states.
pub(crate) async fn request_everything() -> RecordingTransport {
    let sandbox = Sandbox::builder()
        .access_token("open-sesame", &[])
        .access_token("reader", &["Project Read Only"])
        .build()
        .unwrap();
    let transport = RecordingTransport::of(&sandbox);
    let client = sandbox
        .client()
        .transport(transport.clone())
        .build()
        .unwrap();
    let project = sandbox.project();
    buckets(&client, &project).await;
    for name in [Sandbox::CLUSTER, Sandbox::SHARDED] {
        dedicated(&client, &sandbox, &project, name.parse().unwrap()).await;
    }
    schedules(&client, &sandbox, &project).await;
    collections(&client, &sandbox, &project).await;
    flex(&client, &sandbox, &project).await;
    states::everything(&client, &sandbox, &project).await;
    refusals::everything(&transport, &client, &sandbox, &project).await;
    transport
}

async fn buckets(client: &Client, project: &ObjectId) {
    let role: ObjectId = "60f1e2d3c4b5a69788796a5b".parse().unwrap();
    let azure = DiskBackupSnapshotAzureExportBucketRequest::new(
        role,
        "https://backups.blob.core.windows.net/nightly",
    );
    let gcp = DiskBackupSnapshotGcpExportBucketRequest::new("nightly-gcp", role);
    let aws = DiskBackupSnapshotAwsExportBucketRequest::new("nightly-aws", role);
    let mut made = Vec::new();
    for body in [
        DiskBackupSnapshotExportBucketRequest::Azure(azure),
        DiskBackupSnapshotExportBucketRequest::Gcp(gcp),
        DiskBackupSnapshotExportBucketRequest::Aws(aws),
    ] {
        made.push(client.create_export_bucket(project, &body).await.unwrap());
    }
    let Some(DiskBackupSnapshotExportBucketResponse::Aws(last)) = made.pop() else {
        panic!("{made:?}");
    };
    let id = last.id.unwrap();
    client.get_export_bucket(project, &id).await.unwrap();
    let change = UpdateRequirePrivateNetworkingRequest::new(true);
    client
        .update_backup_export_bucket(project, &id, &change)
        .await
        .unwrap();
    client
        .list_export_buckets(project)
        .pretty(true)
        .await
        .unwrap();
    client.delete_export_bucket(project, &id).await.unwrap();
    client
        .wait_for_export_bucket_deletion(project, &id)
        .await
        .unwrap();
}

async fn dedicated(client: &Client, sandbox: &Sandbox, project: &ObjectId, name: ClusterName) {
    let request = DiskBackupOnDemandSnapshotRequest::new(7).description("before");
    client
        .take_snapshots(project, &name, &request)
        .await
        .unwrap();
    client
        .list_backup_snapshots(project, &name)
        .items()
        .try_collect()
        .await
        .unwrap();
    client
        .list_backup_sharded_clusters(project, &name)
        .await
        .unwrap();
    for _ in 0..4 {
        sandbox.clock().advance(Duration::from_secs(180));
        client.list_backup_snapshots(project, &name).await.unwrap();
        client
            .list_backup_sharded_clusters(project, &name)
            .await
            .unwrap();
    }
    let snapshot = sandbox.snapshot(name.as_str()).unwrap();
    if name.as_str() == Sandbox::SHARDED {
        let whole = client
            .get_backup_sharded_cluster(project, &name, &snapshot)
            .await
            .unwrap();
        let part = whole.snapshot_ids.unwrap()[0];
        client
            .get_cluster_backup_snapshot(project, &name, &part)
            .await
            .unwrap();
    } else {
        client
            .get_cluster_backup_snapshot(project, &name, &snapshot)
            .await
            .unwrap();
        let longer = BackupSnapshotRetention::new(SnapshotRetentionUnit::Weeks, 3);
        client
            .update_backup_snapshot(project, &name, &snapshot, &longer)
            .await
            .unwrap();
        let (database, collection) = ("orders", "open");
        client
            .list_backup_snapshot_databases(project, &name, &snapshot)
            .await
            .unwrap();
        client
            .get_backup_snapshot_database(project, &name, &snapshot, database)
            .await
            .unwrap();
        client
            .list_snapshot_database_collections(project, &name, &snapshot, database)
            .await
            .unwrap();
        client
            .get_snapshot_database_collection(project, &name, &snapshot, database, collection)
            .await
            .unwrap();
    }
    exports(client, sandbox, project, &name, snapshot).await;
    restores(client, sandbox, project, &name, snapshot).await;
    if name.as_str() == Sandbox::SHARDED {
        client
            .delete_backup_sharded_cluster(project, &name, &snapshot)
            .await
            .unwrap();
        client
            .wait_for_backup_sharded_cluster_deletion(project, &name, &snapshot)
            .await
            .unwrap();
    } else {
        client
            .delete_cluster_backup_snapshot(project, &name, &snapshot)
            .await
            .unwrap();
        client
            .wait_for_backup_snapshot_deletion(project, &name, &snapshot)
            .await
            .unwrap();
    }
}

async fn exports(
    client: &Client,
    sandbox: &Sandbox,
    project: &ObjectId,
    name: &ClusterName,
    snapshot: ObjectId,
) {
    let labels = vec![BackupLabel::new().key("reason").value("nightly")];
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: snapshot,
    })
    .custom_data(labels);
    let reason = "The access role may not write.".to_owned();
    for fails in [false, true] {
        if fails {
            let doom = FaultKind::FailJob {
                reason: reason.clone(),
            };
            sandbox
                .inject(Fault::new(doom).of("createBackupExport"))
                .unwrap();
        }
        let job = client
            .create_backup_export(project, name, &request)
            .await
            .unwrap();
        let done = client
            .wait_for_backup_export(project, name, &job.id.unwrap())
            .await;
        assert_eq!(done.is_err(), fails);
    }
    client
        .list_backup_exports(project, name)
        .items_per_page(1)
        .items()
        .try_collect()
        .await
        .unwrap();
    client
        .list_backup_exports(project, name)
        .envelope(true)
        .await
        .unwrap();
    client
        .v1()
        .list_backup_exports(project, name)
        .await
        .unwrap();
}

async fn restores(
    client: &Client,
    sandbox: &Sandbox,
    project: &ObjectId,
    name: &ClusterName,
    snapshot: ObjectId,
) {
    // The target cluster must be of the same kind.
    let target: ClusterName = match name.as_str() {
        Sandbox::SHARDED => name.clone(),
        _ => "Restored0".parse().unwrap(),
    };
    let into = |kind| {
        DiskBackupSnapshotRestoreJobRequest::new(kind)
            .target_cluster_name(target.clone())
            .target_group_id(*project)
    };
    let seconds = 1_773_450_000;
    for request in [
        into(DeliveryType::Automated).snapshot_id(snapshot),
        into(DeliveryType::PointInTime).point_in_time_utc_seconds(seconds),
        into(DeliveryType::PointInTime)
            .oplog_ts(seconds)
            .oplog_inc(1),
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot),
    ] {
        let job = client
            .create_backup_restore_job(project, name, &request)
            .await
            .unwrap();
        client
            .wait_for_backup_restore_job(project, name, &job.id.unwrap())
            .await
            .unwrap();
    }
    sandbox.clock().advance(Duration::from_secs(3_600));
    let request =
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
    let job = client
        .create_backup_restore_job(project, name, &request)
        .await
        .unwrap()
        .id
        .unwrap();
    client
        .cancel_backup_restore_job(project, name, &job)
        .await
        .unwrap();
    client
        .get_backup_restore_job(project, name, &job)
        .await
        .unwrap();
    client
        .list_backup_restore_jobs(project, name)
        .items()
        .try_collect()
        .await
        .unwrap();
    client
        .v1()
        .list_backup_restore_jobs(project, name)
        .await
        .unwrap();
}

async fn schedules(client: &Client, sandbox: &Sandbox, project: &ObjectId) {
    let name = Sandbox::CLUSTER.parse().unwrap();
    client.get_backup_schedule(project, &name).await.unwrap();
    let item = DiskBackupPolicyItemRequest::new(1, PolicyFrequency::Daily, RetentionUnit::Days, 7);
    let policy = DiskBackupSnapshotSchedulePolicyRequest::new(vec![item]);
    let export = AutoExportPolicyRequest::new()
        .export_bucket_id(sandbox.bucket())
        .frequency_type(ExportFrequency::Daily);
    let copied =
        DiskBackupCopyPolicyItemRequest::TimeBased(DiskBackupTimeBasedCopyPolicyItemRequest::new(
            PolicyFrequency::Daily,
            RetentionUnit::Days,
            3,
        ));
    let copy = DiskBackupCopySettingRequest::new("6a1b2c3d4e5f60718293a5c1".parse().unwrap())
        .cloud_provider(CloudProvider::Aws)
        .copy_policy_items(vec![copied])
        .region_name("EU_WEST_1")
        .should_copy_oplogs(true);
    let change = DiskBackupSnapshotScheduleRequest::new()
        .policies(vec![policy])
        .auto_export_enabled(true)
        .copy_settings(vec![copy])
        .export(export);
    client
        .update_backup_schedule(project, &name, &change)
        .await
        .unwrap();
    let change =
        DiskBackupSnapshotScheduleRequest::new().use_org_and_group_names_in_export_prefix(true);
    client
        .update_backup_schedule(project, &name, &change)
        .await
        .unwrap();
    client.get_backup_schedule(project, &name).await.unwrap();
    client
        .delete_cluster_backup_schedule(project, &name)
        .await
        .unwrap();
}

async fn collections(client: &Client, sandbox: &Sandbox, project: &ObjectId) {
    let name: ClusterName = Sandbox::CLUSTER.parse().unwrap();
    let request = CollectionRestoreJobRequest::new(
        IndexStrategy::All,
        "Restored0".parse().unwrap(),
        *project,
        WriteStrategy::CreateNew,
    )
    .snapshot_id(sandbox.snapshot(Sandbox::CLUSTER).unwrap())
    .collections(vec![
        RestoreNamespaceRequest::new("orders.open").target_namespace("orders.again"),
    ])
    .databases(vec![
        RestoreNamespaceRequest::new("inventory").target_namespace("monday"),
    ]);
    for fails in [false, true] {
        if fails {
            let reason = "The target cluster has no room for the data.".to_owned();
            sandbox
                .inject(Fault::new(FaultKind::FailJob { reason }).of("createCollectionRestoreJob"))
                .unwrap();
        }
        let job = client
            .create_collection_restore_job(project, &name, &request)
            .await
            .unwrap();
        let id = job.id.unwrap();
        for _ in 0..6 {
            client
                .list_restore_job_collections(project, &name, &id)
                .await
                .unwrap();
            sandbox.clock().advance(Duration::from_secs(90));
        }
        let done = client
            .wait_for_collection_restore_job(project, &name, &id)
            .await;
        assert_eq!(done.is_err(), fails);
        client
            .get_restore_job_collection(project, &name, &id, "orders.open")
            .await
            .unwrap();
    }
    client
        .list_collection_restore_jobs(project, &name)
        .items()
        .try_collect()
        .await
        .unwrap();
}

async fn flex(client: &Client, sandbox: &Sandbox, project: &ObjectId) {
    let name: ClusterName = Sandbox::FLEX.parse().unwrap();
    let snapshot = sandbox.snapshot(Sandbox::FLEX).unwrap();
    client
        .list_flex_backup_snapshots(project, &name)
        .items()
        .try_collect()
        .await
        .unwrap();
    client
        .get_flex_backup_snapshot(project, &name, &snapshot)
        .await
        .unwrap();
    let request = FlexBackupRestoreJobCreate::new(snapshot, "Restored0", *project);
    let job = client
        .create_flex_restore_job(project, &name, &request)
        .await
        .unwrap();
    client
        .wait_for_flex_restore_job(project, &name, &job.id.unwrap())
        .await
        .unwrap();
    let request = FlexBackupSnapshotDownloadCreate::new(snapshot);
    client
        .download_flex_backup(project, &name, &request)
        .await
        .unwrap();
    client
        .list_flex_restore_jobs(project, &name)
        .items()
        .try_collect()
        .await
        .unwrap();
}
