//! A user's crate of the edition before.

use atlas_backup::{Client, ClusterName, ObjectId, WaitError};

/// What came of an export.
pub async fn outcome(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
    export: &ObjectId,
) -> String {
    match client
        .wait_for_backup_export(project, cluster, export)
        .await
    {
        Ok(job) => format!("ended at {:?}", job.finished_at),
        Err(WaitError::Failed(job)) => format!("{:?}", job.state_reason),
        Err(other) => other.to_string(),
    }
}
