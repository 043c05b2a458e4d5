// @generated from spec/v1/curated.yaml by `cargo xtask generate`. Do not edit.

//! Operations and types of the resource `restore_jobs`.

use crate::{
    Call, ClusterName, Counted, Endpoint, Enveloped, Extra, ObjectId, Operation, Pretty,
    SecretUrl, Timestamp, V1,
};
use crate::json::{open_enum, paged, record, untagged_union};
use http::Method;
use serde_json::Value;
pub use super::shared::Link;

/// # Restore jobs
///
/// Types and endpoints: [`v1::restore_jobs`](self).
impl V1 {
    /// List the restore jobs of a cluster.
    ///
    /// Returns the restore jobs page by page, the newest first. A download is ready when `deliveryUrl` is not empty.
    /// New programs use the v2 operation of the same name. The v1.0 API has no dated versions, and its reference
    /// names no role.
    ///
    /// Sends `GET /api/atlas/v1.0/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs`. Idempotent: retried
    /// after every transient failure. Documented errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/atlas/reference/api/cloud-backup/restore/get-all-restore-jobs/).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v1::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let mut items = client.v1().list_backup_restore_jobs(group_id, cluster_name).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_backup_restore_jobs(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
    ) -> Call<ListBackupRestoreJobs> {
        Call::new(self).path("groupId", group_id).path("clusterName", cluster_name)
    }
}

/// Operation of [`V1::list_backup_restore_jobs`](crate::V1::list_backup_restore_jobs).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListBackupRestoreJobs;
impl Endpoint for ListBackupRestoreJobs {
    type Output = PaginatedBackupRestoreJobs;
    const OPERATION: &'static Operation = &Operation {
        id: "listBackupRestoreJobs",
        method: Method::GET,
        path: "/api/atlas/v1.0/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs",
        accept: "application/json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &[],
    };
}
impl Enveloped for ListBackupRestoreJobs {}
impl Pretty for ListBackupRestoreJobs {}
impl Counted for ListBackupRestoreJobs {}
paged!(ListBackupRestoreJobs of DiskBackupSnapshotRestoreJob { items: |page| page.results, links: links, most: 500 });

/// Point in time, as ISO 8601 text in UTC or as seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TimestampOrSeconds {
    /// Value of type `Timestamp`.
    Timestamp(Timestamp),
    /// Value of type `i64`.
    Integer(i64),
    /// Any other value, as received.
    Unknown(Value),
}
untagged_union!(TimestampOrSeconds { Timestamp(Timestamp), Integer(i64) });

/// One page of restore jobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupRestoreJobs {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Restore jobs on this page, the newest first.
    pub results: Vec<DiskBackupSnapshotRestoreJob>,
    /// Number of jobs on all pages; absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupRestoreJobs { links: "links", results: "results", total_count: "totalCount" });

/// Job that restores a snapshot or a point in time.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotRestoreJob {
    /// True if the job was cancelled.
    pub cancelled: Option<bool>,
    /// Downloads of the shards and config servers; only for sharded clusters.
    pub components: Option<Vec<DiskBackupRestoreMember>>,
    /// Time at which the job was created, in UTC.
    pub created_at: Option<Timestamp>,
    /// How a restore job delivers the data.
    pub delivery_type: Option<DeliveryType>,
    /// Delivery URLs of the archives, a list or a single URL; empty until the download is ready.
    pub delivery_url: Option<DeliveryUrl>,
    /// True if the delivery URLs have expired.
    pub expired: Option<bool>,
    /// Time at which the job expires, in UTC.
    pub expires_at: Option<TimestampOrSeconds>,
    /// True if the job failed.
    pub failed: Option<bool>,
    /// Time at which the job was complete, in UTC.
    pub finished_at: Option<TimestampOrSeconds>,
    /// Identifier of this job.
    pub id: Option<ObjectId>,
    /// Links to related resources.
    pub links: Option<Vec<Link>>,
    /// Ordinal of the oplog entry to restore to within its second, counted from 1.
    pub oplog_inc: Option<i64>,
    /// Time of the oplog entry to restore to, in seconds since the Unix epoch.
    pub oplog_ts: Option<i64>,
    /// Point in time to restore, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Identifier of the snapshot to restore; absent for `pointInTime`.
    pub snapshot_id: Option<ObjectId>,
    /// Name of the target cluster; absent for downloads.
    pub target_cluster_name: Option<ClusterName>,
    /// Identifier of the project of the target cluster; absent for downloads.
    pub target_group_id: Option<ObjectId>,
    /// Time at which the snapshot was taken, in UTC.
    pub timestamp: Option<Timestamp>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotRestoreJob {
    cancelled: "cancelled", components: "components", created_at: "createdAt", delivery_type: "deliveryType",
    delivery_url: "deliveryUrl", expired: "expired", expires_at: "expiresAt", failed: "failed",
    finished_at: "finishedAt", id: "id", links: "links", oplog_inc: "oplogInc", oplog_ts: "oplogTs",
    point_in_time_utc_seconds: "pointInTimeUTCSeconds", snapshot_id: "snapshotId",
    target_cluster_name: "targetClusterName", target_group_id: "targetGroupId", timestamp: "timestamp",
});

/// Download of one shard or of the config servers.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupRestoreMember {
    /// Delivery URL of the archive; null until the archive is ready, and after it was used or has expired.
    pub download_url: Option<SecretUrl>,
    /// Name of the replica set in the archive.
    pub replica_set_name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupRestoreMember { download_url: "downloadUrl", replica_set_name: "replicaSetName" });

/// How a restore job delivers the data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeliveryType {
    /// Restores a snapshot to a cluster.
    Automated,
    /// Provides a snapshot as compressed archives for download.
    Download,
    /// Restores the data of a point in time to a cluster.
    PointInTime,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(DeliveryType { Automated = "automated", Download = "download", PointInTime = "pointInTime" });

/// Delivery URLs of the archives, a list or a single URL; empty until the download is ready.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DeliveryUrl {
    /// Value of type `Vec<SecretUrl>`.
    List(Vec<SecretUrl>),
    /// Value of type `SecretUrl`.
    SecretUrl(SecretUrl),
    /// Any other value, as received.
    Unknown(Value),
}
untagged_union!(DeliveryUrl { List(Vec<SecretUrl>), SecretUrl(SecretUrl) });
