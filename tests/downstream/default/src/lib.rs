//! A user's crate with the default features: exports a snapshot and waits.

use atlas_backup::v2::DiskBackupExportJobRequest;
use atlas_backup::{Client, ClusterName, ObjectId};
use std::error::Error;

/// Where in the bucket the snapshot is.
pub async fn export(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
    request: &DiskBackupExportJobRequest,
) -> Result<String, Box<dyn Error>> {
    let job = client
        .create_backup_export(project, cluster, request)
        .idempotency_key("downstream")
        .await?;
    let id = job.id.ok_or("a job without an identifier")?;
    let job = client.wait_for_backup_export(project, cluster, &id).await?;
    Ok(job.prefix.ok_or("an export without a place")?)
}
