//! Many clusters, many processes.

use std::time::Duration;

use super::Outcome;
use atlas_backup::sandbox::{ClusterKind, Sandbox};
use atlas_backup::v2::{
    DiskBackupExportJob, DiskBackupExportJobRequest, DiskBackupExportJobRequestFields,
    DiskBackupOnDemandSnapshotRequest,
};
use atlas_backup::{Client, ClusterName, Error, ObjectId};

// ANCHOR: shard
/// The clusters of one process out of `shards`, counted from 0. No cluster is in two shards.
fn shard(
    clusters: &[ClusterName],
    index: usize,
    shards: usize,
) -> impl Iterator<Item = &ClusterName> {
    clusters.iter().skip(index).step_by(shards)
}
// ANCHOR_END: shard

// ANCHOR: once
/// Exports a cluster once per run, even if the process is restarted.
async fn export(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
    request: &DiskBackupExportJobRequest,
    run: &str,
) -> Result<DiskBackupExportJob, Error> {
    let key = format!("{run}/{cluster}");
    // Searches for an export of this run, of any snapshot: a newer one may have been taken since.
    let mut jobs = client.list_backup_exports(project, cluster).items();
    while let Some(job) = jobs.try_next().await? {
        let mut labels = job.custom_data.iter().flatten();
        if labels.any(|label| {
            label.key.as_deref() == Some("idempotencyKey") && label.value.as_deref() == Some(&key)
        }) {
            return Ok(job);
        }
    }
    client
        .create_backup_export(project, cluster, request)
        .idempotency_key(&key)
        .await
}
// ANCHOR_END: once

#[tokio::test]
async fn repeated_run_of_a_fleet_exports_nothing_twice() -> Outcome {
    let sandbox = Sandbox::builder()
        .cluster("Cluster1", ClusterKind::ReplicaSet)
        .build()?;
    let (client, project) = (sandbox.client().build()?, sandbox.project());
    let clusters: Vec<ClusterName> = vec![
        "Cluster0".parse()?,
        "Cluster1".parse()?,
        "Restored0".parse()?,
    ];
    let (mut errors, bucket, run) = (Vec::new(), sandbox.bucket(), "2026-03-14");
    // The second shard starts twice, as in Kubernetes after its pod was lost.
    for index in [0, 1, 1] {
        // ANCHOR: loop
        for cluster in shard(&clusters, index, 2) {
            let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
                export_bucket_id: bucket,
                snapshot_id: sandbox.snapshot(cluster.as_str())?,
            });
            if let Err(error) = export(&client, &project, cluster, &request, run).await {
                // A failure of one cluster does not stop the others.
                errors.push((cluster, error));
            }
        }
        // ANCHOR_END: loop
        // A snapshot every hour.
        for cluster in &clusters {
            let wanted = DiskBackupOnDemandSnapshotRequest::new(1);
            client.take_snapshots(&project, cluster, &wanted).await?;
        }
        sandbox.clock().advance(Duration::from_secs(3600));
    }
    assert!(errors.is_empty(), "{errors:?}");
    for cluster in &clusters {
        let jobs = client
            .list_backup_exports(&project, cluster)
            .items()
            .try_collect()
            .await?;
        assert_eq!(jobs.len(), 1, "{cluster}");
    }
    Ok(())
}
