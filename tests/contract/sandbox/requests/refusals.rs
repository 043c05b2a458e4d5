//! Requests that are refused, for every reason.

use crate::recording_transport::RecordingTransport;
use atlas_backup::sandbox::{Fault, FaultKind, Sandbox};
use atlas_backup::v2::*;
use atlas_backup::{Client, ClusterName, Credentials, ObjectId, Transport as _};
use bytes::Bytes;
use std::time::Duration;

pub(super) async fn everything(
    transport: &RecordingTransport,
    client: &Client,
    sandbox: &Sandbox,
    project: &ObjectId,
) {
    unknown(client, project).await;
    snapshots(client, sandbox, project).await;
    restores(client, sandbox, project).await;
    buckets(client, sandbox, project).await;
    bare(transport, project).await;
    callers(transport, sandbox, project).await;
    for (status, retry_after) in [(429, Some(1)), (500, None)] {
        let once = FaultKind::Status {
            status,
            retry_after,
        };
        sandbox.inject(Fault::new(once)).unwrap();
        client.list_export_buckets(project).await.unwrap();
    }
}

async fn unknown(client: &Client, project: &ObjectId) {
    let name: ClusterName = Sandbox::CLUSTER.parse().unwrap();
    let gone: ClusterName = "Gone0".parse().unwrap();
    let nobody: ObjectId = "5f0c1e2d3a4b5c6d7e8f9fff".parse().unwrap();
    client
        .get_backup_export(project, &name, &nobody)
        .await
        .unwrap_err();
    client
        .list_backup_exports(&nobody, &name)
        .await
        .unwrap_err();
    client
        .list_backup_exports(project, &gone)
        .await
        .unwrap_err();
    client
        .v1()
        .list_backup_restore_jobs(project, &gone)
        .await
        .unwrap_err();
    client
        .get_export_bucket(project, &nobody)
        .await
        .unwrap_err();
    client
        .get_backup_restore_job(project, &name, &nobody)
        .await
        .unwrap_err();
    client
        .get_cluster_backup_snapshot(project, &name, &nobody)
        .await
        .unwrap_err();
}

async fn snapshots(client: &Client, sandbox: &Sandbox, project: &ObjectId) {
    let name: ClusterName = Sandbox::CLUSTER.parse().unwrap();
    let sharded: ClusterName = Sandbox::SHARDED.parse().unwrap();
    let flex: ClusterName = Sandbox::FLEX.parse().unwrap();
    let request = DiskBackupOnDemandSnapshotRequest::new(7);
    let longer = BackupSnapshotRetention::new(SnapshotRetentionUnit::Weeks, 3);
    let taken = client
        .take_snapshots(project, &name, &request)
        .await
        .unwrap();
    let going = taken.id().unwrap();
    client
        .take_snapshots(project, &name, &request)
        .await
        .unwrap_err();
    client
        .delete_cluster_backup_snapshot(project, &name, going)
        .await
        .unwrap_err();
    client
        .update_backup_snapshot(project, &name, going, &longer)
        .await
        .unwrap_err();
    let export = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: *going,
    });
    client
        .create_backup_export(project, &name, &export)
        .await
        .unwrap_err();
    let newest = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let endless = BackupSnapshotRetention::new(SnapshotRetentionUnit::Years, 1_000);
    client
        .update_backup_snapshot(project, &name, &newest, &endless)
        .await
        .unwrap_err();
    let whole = sandbox.snapshot(Sandbox::SHARDED).unwrap();
    let whole = client
        .get_backup_sharded_cluster(project, &sharded, &whole)
        .await
        .unwrap();
    let part = whole.snapshot_ids.unwrap()[0];
    client
        .delete_cluster_backup_snapshot(project, &sharded, &part)
        .await
        .unwrap_err();
    client
        .update_backup_snapshot(project, &sharded, &part, &longer)
        .await
        .unwrap_err();
    client
        .list_backup_snapshots(project, &flex)
        .await
        .unwrap_err();
    client
        .list_flex_backup_snapshots(project, &name)
        .await
        .unwrap_err();
}

async fn restores(client: &Client, sandbox: &Sandbox, project: &ObjectId) {
    let name: ClusterName = Sandbox::CLUSTER.parse().unwrap();
    let sharded: ClusterName = Sandbox::SHARDED.parse().unwrap();
    let nobody: ObjectId = "5f0c1e2d3a4b5c6d7e8f9fff".parse().unwrap();
    let into = |kind, group| {
        DiskBackupSnapshotRestoreJobRequest::new(kind)
            .target_cluster_name("Restored0".parse::<ClusterName>().unwrap())
            .target_group_id(group)
    };
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let elsewhere = into(DeliveryType::Automated, nobody).snapshot_id(snapshot);
    client
        .create_backup_restore_job(project, &name, &elsewhere)
        .await
        .unwrap_err();
    let long_ago =
        into(DeliveryType::PointInTime, *project).point_in_time_utc_seconds(1_199_145_600);
    client
        .create_backup_restore_job(project, &name, &long_ago)
        .await
        .unwrap_err();
    let right = into(DeliveryType::Automated, *project).snapshot_id(snapshot);
    let job = client
        .create_backup_restore_job(project, &name, &right)
        .await
        .unwrap();
    client
        .create_backup_restore_job(project, &name, &right)
        .await
        .unwrap_err();
    let id = job.id.unwrap();
    client
        .cancel_backup_restore_job(project, &name, &id)
        .await
        .unwrap_err();
    let whole = sandbox.snapshot(Sandbox::SHARDED).unwrap();
    let download =
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(whole);
    client
        .create_backup_restore_job(project, &sharded, &download)
        .await
        .unwrap();
    let saved: serde_json::Value = serde_json::from_str(&sandbox.save()).unwrap();
    let jobs = saved.pointer(&format!(
        "/state/projects/{project}/clusters/{sharded}/restores"
    ));
    let newest = jobs.and_then(|jobs| jobs.as_array()?.last()).unwrap();
    let part: ObjectId = newest["parts"][0].as_str().unwrap().parse().unwrap();
    client
        .cancel_backup_restore_job(project, &sharded, &part)
        .await
        .unwrap_err();
    sandbox.clock().advance(Duration::from_secs(300));
}

async fn buckets(client: &Client, sandbox: &Sandbox, project: &ObjectId) {
    let name: ClusterName = Sandbox::CLUSTER.parse().unwrap();
    let role: ObjectId = "60f1e2d3c4b5a69788796a5b".parse().unwrap();
    let loud = DiskBackupSnapshotAwsExportBucketRequest::new("LOUD", role);
    let loud = DiskBackupSnapshotExportBucketRequest::Aws(loud);
    client
        .create_export_bucket(project, &loud)
        .await
        .unwrap_err();
    let item = DiskBackupPolicyItemRequest::new(1, PolicyFrequency::Daily, RetentionUnit::Days, 7);
    let policy = DiskBackupSnapshotSchedulePolicyRequest::new(vec![item]);
    let export = AutoExportPolicyRequest::new()
        .export_bucket_id(sandbox.bucket())
        .frequency_type(ExportFrequency::Daily);
    let change = DiskBackupSnapshotScheduleRequest::new()
        .policies(vec![policy])
        .auto_export_enabled(true)
        .export(export);
    client
        .update_backup_schedule(project, &name, &change)
        .await
        .unwrap();
    client
        .delete_export_bucket(project, &sandbox.bucket())
        .await
        .unwrap_err();
}

/// Sends requests that the client never sends.
async fn bare(transport: &RecordingTransport, project: &ObjectId) {
    let cluster = format!("/api/atlas/v2/groups/{project}/clusters/Cluster0/backup");
    for (method, path, body) in [
        ("POST", "restoreJobs", r#"{"deliveryType":"manual"}"#),
        (
            "POST",
            "exports",
            r#"{"snapshotId":"69b4c1d2e3f4051627384950"}"#,
        ),
        (
            "POST",
            "exports",
            r#"{"snapshotId":"x","exportBucketId":"69b4c1d2e3f4051627384950"}"#,
        ),
        ("PATCH", "schedule", COPIES),
        ("GET", "schedule", ""),
    ] {
        let media = match path {
            "schedule" => "application/vnd.atlas.2024-08-05+json",
            _ => "application/vnd.atlas.2023-01-01+json",
        };
        let request = http::Request::builder()
            .method(method)
            .uri(format!("https://cloud.mongodb.com{cluster}/{path}"))
            .header("authorization", "Bearer open-sesame")
            .header("accept", media)
            .header("content-type", media)
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        transport.send(request).await.unwrap();
    }
}

/// Copy settings in the form before rules were introduced, which new requests must not have.
const COPIES: &str = concat!(
    r#"{"policies":[{"policyItems":[{"frequencyInterval":1,"frequencyType":"daily","#,
    r#""retentionUnit":"days","retentionValue":7}]}],"copySettings":["#,
    r#"{"cloudProvider":"AWS","frequencies":["DAILY","ON_DEMAND"],"regionName":"EU_WEST_1","#,
    r#""shouldCopyOplogs":true,"zoneId":"6a1b2c3d4e5f60718293a5c1"},"#,
    r#"{"cloudProvider":"AWS","lastNumberOfSnapshots":5,"regionName":"US_EAST_1","#,
    r#""shouldCopyOplogs":false,"zoneId":"6a1b2c3d4e5f60718293a5c1"}],"#,
    r#""extraRetentionSettings":[{"frequencyType":"DAILY","retentionDays":3}]}"#,
);

/// Sends requests with missing, invalid and expired permissions.
async fn callers(transport: &RecordingTransport, sandbox: &Sandbox, project: &ObjectId) {
    let reader = sandbox
        .client()
        .transport(transport.clone())
        .credentials(Credentials::bearer("reader"))
        .build()
        .unwrap();
    reader
        .delete_export_bucket(project, &sandbox.bucket())
        .await
        .unwrap_err();
    let nobody = sandbox
        .client()
        .transport(transport.clone())
        .credentials(Credentials::digest("nobody", "secret"))
        .build()
        .unwrap();
    nobody.list_export_buckets(project).await.unwrap_err();
    let name: ClusterName = Sandbox::CLUSTER.parse().unwrap();
    nobody
        .v1()
        .list_backup_exports(project, &name)
        .await
        .unwrap_err();
    // Another sandbox with a low rate limit.
    let busy = Sandbox::builder().rate_limit(1, 20.0).build().unwrap();
    let client = busy
        .client()
        .transport(transport.before(&busy))
        .build()
        .unwrap();
    client.list_export_buckets(project).await.unwrap();
    client
        .list_export_buckets(project)
        .no_retry()
        .await
        .unwrap_err();
}
