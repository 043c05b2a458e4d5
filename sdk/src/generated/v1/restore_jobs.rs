// @generated from spec/v1/curated.yaml by `cargo xtask generate`. Do not edit.

//! The resource `restore_jobs`.

use crate::{
    Call, ClusterName, Counted, Endpoint, Enveloped, Extra, ObjectId, Operation, Pretty,
    SecretUrl, Timestamp, V1,
};
use crate::json::{open_enum, paged, record, untagged_union};
use http::Method;
use serde_json::Value;
pub use super::shared::Link;

impl V1 {
    /// List the restore jobs of a cluster.
    ///
    /// Returns the jobs page by page, the newest first. A download whose `deliveryUrl` is still empty is being made:
    /// ask again later. New programs use the v2 operation of the same name. The v1.0 API has no dated versions, and
    /// its reference names no role.
    ///
    /// Sends `GET /api/atlas/v1.0/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs`; safe to send again.
    /// Documented errors: `401` `403` `404` `429` `500`.
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

/// The operation behind [`V1::list_backup_restore_jobs`](crate::V1::list_backup_restore_jobs).
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

/// A moment, as ISO 8601 text in UTC or as seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TimestampOrSeconds {
    /// As `Timestamp`.
    Timestamp(Timestamp),
    /// As `i64`.
    Integer(i64),
    /// Anything else, as it was received.
    Unknown(Value),
}
untagged_union!(TimestampOrSeconds { Timestamp(Timestamp), Integer(i64) });

/// One page of restore jobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupRestoreJobs {
    /// This page as `self` and, unless it is the last, the next one as `next`.
    pub links: Option<Vec<Link>>,
    /// The jobs on this page, the newest first.
    pub results: Vec<DiskBackupSnapshotRestoreJob>,
    /// Jobs on all pages; absent when counting was declined.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupRestoreJobs { links: "links", results: "results", total_count: "totalCount" });

/// The restore of a snapshot or of a point in time.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotRestoreJob {
    /// Whether the job was cancelled.
    pub cancelled: Option<bool>,
    /// The download of each shard; sharded clusters only.
    pub components: Option<Vec<DiskBackupRestoreMember>>,
    /// When the job was created, UTC.
    pub created_at: Option<Timestamp>,
    /// What a restore does with the data.
    pub delivery_type: Option<DeliveryType>,
    /// Links of the archives, a list or a single one; empty until a download is ready.
    pub delivery_url: Option<DeliveryUrl>,
    /// Whether the links have run out.
    pub expired: Option<bool>,
    /// When the job expires, UTC.
    pub expires_at: Option<TimestampOrSeconds>,
    /// Whether the job failed.
    pub failed: Option<bool>,
    /// When the job completed, UTC.
    pub finished_at: Option<TimestampOrSeconds>,
    /// Identifier of this job.
    pub id: Option<ObjectId>,
    /// Related resources.
    pub links: Option<Vec<Link>>,
    /// Oplog position restored to, second half: the number within the second, from 1.
    pub oplog_inc: Option<i64>,
    /// Oplog position restored to, first half: seconds since the Unix epoch.
    pub oplog_ts: Option<i64>,
    /// Moment restored to, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Snapshot to restore; point-in-time restores have none.
    pub snapshot_id: Option<ObjectId>,
    /// Cluster that gets the data; not for downloads.
    pub target_cluster_name: Option<ClusterName>,
    /// Project of the target cluster; not for downloads.
    pub target_group_id: Option<ObjectId>,
    /// When the snapshot was taken, UTC.
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

/// The download of one shard or of the config servers.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupRestoreMember {
    /// Link of the archive; null while it is made and once it was used or ran out.
    pub download_url: Option<SecretUrl>,
    /// Replica set the archive is of.
    pub replica_set_name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupRestoreMember { download_url: "downloadUrl", replica_set_name: "replicaSetName" });

/// What a restore does with the data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeliveryType {
    /// Puts a snapshot into a cluster.
    Automated,
    /// Offers a snapshot as compressed archives.
    Download,
    /// Puts the state at a chosen moment into a cluster.
    PointInTime,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(DeliveryType { Automated = "automated", Download = "download", PointInTime = "pointInTime" });

/// Links of the archives, a list or a single one; empty until a download is ready.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DeliveryUrl {
    /// As `Vec<SecretUrl>`.
    List(Vec<SecretUrl>),
    /// As `SecretUrl`.
    SecretUrl(SecretUrl),
    /// Anything else, as it was received.
    Unknown(Value),
}
untagged_union!(DeliveryUrl { List(Vec<SecretUrl>), SecretUrl(SecretUrl) });
