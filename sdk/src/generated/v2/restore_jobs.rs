// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Restores of dedicated clusters: to a cluster, to a point in time, or as a download.

use crate::{
    Acceptor, Call, Client, ClusterName, Counted, Endpoint, Enveloped, Extra, Matcher,
    ObjectId, Operation, Pretty, Request, SecretUrl, Timestamp, Violations, Wait,
};
use crate::json::{always_sent, open_enum, paged, record, setters};
use http::Method;
pub use super::shared::Link;

/// # Restore jobs
///
/// Types and endpoints: [`v2::restore_jobs`](self).
impl Client {
    /// List the restore jobs of a cluster.
    ///
    /// Returns the restore jobs of this cluster's snapshots, page by page, including downloads and restores to other
    /// clusters. The total count is an estimate: follow the `next` link.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs`. Idempotent: retried
    /// after every transient failure. API version: 2023-01-01. Required role: Project Backup Manager. Documented
    /// errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupclusterbackuprestorejobs).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let mut items = client.list_backup_restore_jobs(group_id, cluster_name).items();
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

    /// Restore a snapshot or a point in time.
    ///
    /// Starts a restore job and returns immediately. Wait for the job with `wait_for_backup_restore_job`. `automated`
    /// needs a snapshot and a target cluster, `download` needs a snapshot only, and `pointInTime` needs a target
    /// cluster and either `pointInTimeUTCSeconds` or both `oplogTs` and `oplogInc`. A restore replaces all data of
    /// the target cluster. The service responds with 400 if the target is paused and with 409 if another restore to
    /// it is running. Restore jobs do not support idempotency keys: check the list of jobs before you repeat a
    /// request whose response was lost.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs`. Not idempotent: never
    /// retried if the service may have acted on it. API version: 2023-01-01. Required role: Project Backup Export
    /// Operator or Project Backup Recovery Operator. Documented errors: `400` `401` `403` `404` `409` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-creategroupclusterbackuprestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &DiskBackupSnapshotRestoreJobRequest) -> Result<(), Error> {
    /// let output = client.create_backup_restore_job(group_id, cluster_name, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn create_backup_restore_job(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        body: &DiskBackupSnapshotRestoreJobRequest,
    ) -> Call<CreateBackupRestoreJob> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .body(body)
    }

    /// Get a restore job.
    ///
    /// Returns the current state of the job. A restore to a cluster is complete when `finishedAt` is present, a
    /// download when `deliveryUrl` has entries. `failed`, `expired` and `cancelled` are final.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}`.
    /// Idempotent: retried after every transient failure. API version: 2023-01-01. Required role: Project Backup
    /// Manager. Documented errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclusterbackuprestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, restore_job_id: &ObjectId) -> Result<(), Error> {
    /// let output = client.get_backup_restore_job(group_id, cluster_name, restore_job_id).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_backup_restore_job(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        restore_job_id: &ObjectId,
    ) -> Call<GetBackupRestoreJob> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("restoreJobId", restore_job_id)
    }

    /// Wait until a restore job ends or the delivery URLs of a download are ready.
    ///
    /// Succeeds when `deliveryUrl` has a value, or `finishedAt` has a value. Fails when `failed` is `true`. Is
    /// cancelled when `cancelled` is `true`. Expires when `expired` is `true`. Polls
    /// [`get_backup_restore_job`](Self::get_backup_restore_job).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, restore_job_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// let ended = client.wait_for_backup_restore_job(group_id, cluster_name, restore_job_id).await?;
    /// println!("{ended:?}");
    /// # Ok(()) }
    /// ```
    pub fn wait_for_backup_restore_job(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        restore_job_id: &ObjectId,
    ) -> Wait<GetBackupRestoreJob> {
        Wait::until(
                self.get_backup_restore_job(group_id, cluster_name, restore_job_id),
                &[
                    Acceptor::Failure("failed", Matcher::Is(&["true"])),
                    Acceptor::Cancelled("cancelled", Matcher::Is(&["true"])),
                    Acceptor::Expired("expired", Matcher::Is(&["true"])),
                    Acceptor::Success("deliveryUrl", Matcher::Present),
                    Acceptor::Pending("deliveryType", Matcher::Is(&["download"])),
                    Acceptor::Success("finishedAt", Matcher::Present),
                ],
            )
            .named("restore job")
    }

    /// Cancel a download restore job.
    ///
    /// Cancels a download and invalidates its delivery URLs. The service responds with 400 for a restore to a cluster
    /// and with 405 for the restore of a single shard: neither can be cancelled.
    ///
    /// Sends `DELETE /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}`.
    /// Idempotent: retried after every transient failure. API version: 2023-01-01. Required role: Project Backup
    /// Export Operator or Project Backup Recovery Operator. Documented errors: `400` `401` `403` `404` `405` `429`
    /// `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-cancelgroupclusterbackuprestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, restore_job_id: &ObjectId) -> Result<(), Error> {
    /// client.cancel_backup_restore_job(group_id, cluster_name, restore_job_id).await?;
    /// # Ok(()) }
    /// ```
    pub fn cancel_backup_restore_job(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        restore_job_id: &ObjectId,
    ) -> Call<CancelBackupRestoreJob> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("restoreJobId", restore_job_id)
    }
}

/// Operation of [`Client::list_backup_restore_jobs`](crate::Client::list_backup_restore_jobs).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListBackupRestoreJobs;
impl Endpoint for ListBackupRestoreJobs {
    type Output = PaginatedBackupRestoreJobs;
    const OPERATION: &'static Operation = &Operation {
        id: "listBackupRestoreJobs",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for ListBackupRestoreJobs {}
impl Pretty for ListBackupRestoreJobs {}
impl Counted for ListBackupRestoreJobs {}
paged!(ListBackupRestoreJobs of DiskBackupSnapshotRestoreJob { items: |page| page.results, links: links, most: 500 });

/// Operation of [`Client::create_backup_restore_job`](crate::Client::create_backup_restore_job).
#[derive(Debug)]
#[non_exhaustive]
pub struct CreateBackupRestoreJob;
impl Endpoint for CreateBackupRestoreJob {
    type Output = DiskBackupSnapshotRestoreJob;
    const OPERATION: &'static Operation = &Operation {
        id: "createBackupRestoreJob",
        method: Method::POST,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: Some("application/vnd.atlas.2023-01-01+json"),
        success: &[200],
        idempotent: false,
        roles: &["Project Backup Export Operator", "Project Backup Recovery Operator"],
    };
}
impl Enveloped for CreateBackupRestoreJob {}
impl Pretty for CreateBackupRestoreJob {}

/// Operation of [`Client::get_backup_restore_job`](crate::Client::get_backup_restore_job).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetBackupRestoreJob;
impl Endpoint for GetBackupRestoreJob {
    type Output = DiskBackupSnapshotRestoreJob;
    const OPERATION: &'static Operation = &Operation {
        id: "getBackupRestoreJob",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for GetBackupRestoreJob {}
impl Pretty for GetBackupRestoreJob {}

/// Operation of [`Client::cancel_backup_restore_job`](crate::Client::cancel_backup_restore_job).
#[derive(Debug)]
#[non_exhaustive]
pub struct CancelBackupRestoreJob;
impl Endpoint for CancelBackupRestoreJob {
    type Output = ();
    const OPERATION: &'static Operation = &Operation {
        id: "cancelBackupRestoreJob",
        method: Method::DELETE,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[204],
        idempotent: true,
        roles: &["Project Backup Export Operator", "Project Backup Recovery Operator"],
    };
}
impl Enveloped for CancelBackupRestoreJob {}
impl Pretty for CancelBackupRestoreJob {}

/// Oplog position of a point-in-time restore; all fields are null for other restores.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BsonTimestamp {
    /// Time of the oplog entry in UTC, with a resolution of one second.
    pub date: Option<Timestamp>,
    /// Ordinal of the oplog entry within its second, counted from 1.
    pub increment: Option<i64>,
    /// Time of the oplog entry, in seconds since the Unix epoch.
    pub time: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(BsonTimestamp { date: "date", increment: "increment", time: "time" });

/// Delivery URL for one private endpoint.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PrivateDownloadDeliveryUrl {
    /// Delivery URL of the archive.
    pub delivery_url: Option<SecretUrl>,
    /// AWS identifier of the private endpoint: `vpce-` and 17 hexadecimal digits.
    pub endpoint_id: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PrivateDownloadDeliveryUrl { delivery_url: "deliveryUrl", endpoint_id: "endpointId" });

/// Download of one shard or of the config servers.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupRestoreMember {
    /// Delivery URL of the archive; null until the archive is ready, and after it was used or has expired.
    pub download_url: Option<SecretUrl>,
    /// Delivery URLs of the archive for private endpoints.
    pub private_download_delivery_urls: Option<Vec<PrivateDownloadDeliveryUrl>>,
    /// Name of the replica set in the archive.
    pub replica_set_name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupRestoreMember {
    download_url: "downloadUrl", private_download_delivery_urls: "privateDownloadDeliveryUrls",
    replica_set_name: "replicaSetName",
});

/// Job that restores a snapshot or a point in time.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotRestoreJob {
    /// True if the job was cancelled.
    pub cancelled: Option<bool>,
    /// Downloads of the shards and config servers; only for sharded clusters.
    pub components: Option<Vec<DiskBackupRestoreMember>>,
    /// How a restore job delivers the data.
    pub delivery_type: Option<DeliveryType>,
    /// Delivery URLs of the archives, valid for one hour; empty until the download is ready.
    pub delivery_url: Option<Vec<SecretUrl>>,
    /// Oplog position of a point-in-time restore; all fields are null for other restores.
    pub desired_timestamp: Option<BsonTimestamp>,
    /// True if the delivery URLs have expired.
    pub expired: Option<bool>,
    /// Time at which the delivery URLs expire, in UTC; only for downloads.
    pub expires_at: Option<Timestamp>,
    /// True if the job failed.
    pub failed: Option<bool>,
    /// Time at which the restore was complete, in UTC; never present for downloads.
    pub finished_at: Option<Timestamp>,
    /// Identifier of the restore job.
    pub id: Option<ObjectId>,
    /// Links to this job, its snapshot, cluster and project.
    pub links: Option<Vec<Link>>,
    /// Ordinal of the oplog entry to restore to within its second, counted from 1; used together with `oplogTs`.
    pub oplog_inc: Option<i64>,
    /// Time of the oplog entry to restore to, in seconds since the Unix epoch; used together with `oplogInc`.
    pub oplog_ts: Option<i64>,
    /// Point in time to restore, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Delivery URLs of the archives for private endpoints.
    pub private_download_delivery_urls: Option<Vec<PrivateDownloadDeliveryUrl>>,
    /// Identifier of the snapshot to restore; not used for `pointInTime`.
    pub snapshot_id: Option<ObjectId>,
    /// Name of the target cluster; not used for downloads.
    pub target_cluster_name: Option<ClusterName>,
    /// Identifier of the project of the target cluster; not used for downloads.
    pub target_group_id: Option<ObjectId>,
    /// Time at which the snapshot was taken, in UTC.
    pub timestamp: Option<Timestamp>,
    /// Internal name of the target deployment, such as `atlas-abc123`.
    pub target_deployment_item_name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotRestoreJob {
    cancelled: "cancelled", components: "components", delivery_type: "deliveryType",
    delivery_url: "deliveryUrl", desired_timestamp: "desiredTimestamp", expired: "expired",
    expires_at: "expiresAt", failed: "failed", finished_at: "finishedAt", id: "id", links: "links",
    oplog_inc: "oplogInc", oplog_ts: "oplogTs", point_in_time_utc_seconds: "pointInTimeUTCSeconds",
    private_download_delivery_urls: "privateDownloadDeliveryUrls", snapshot_id: "snapshotId",
    target_cluster_name: "targetClusterName", target_group_id: "targetGroupId", timestamp: "timestamp",
    target_deployment_item_name: "targetDeploymentItemName",
});
always_sent!(DiskBackupSnapshotRestoreJob {
    cancelled: bool, delivery_type: DeliveryType, expired: bool, failed: bool, id: ObjectId,
});

/// Job that restores a snapshot or a point in time.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotRestoreJobRequest {
    /// How a restore job delivers the data.
    pub delivery_type: DeliveryType,
    /// Ordinal of the oplog entry to restore to within its second, counted from 1; used together with `oplogTs`.
    pub oplog_inc: Option<i64>,
    /// Time of the oplog entry to restore to, in seconds since the Unix epoch; used together with `oplogInc`.
    pub oplog_ts: Option<i64>,
    /// Point in time to restore, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Identifier of the snapshot to restore; not used for `pointInTime`.
    pub snapshot_id: Option<ObjectId>,
    /// Name of the target cluster; not used for downloads.
    pub target_cluster_name: Option<ClusterName>,
    /// Identifier of the project of the target cluster; not used for downloads.
    pub target_group_id: Option<ObjectId>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupSnapshotRestoreJobRequest {
    /// Creates a request with the required fields.
    pub fn new(delivery_type: DeliveryType) -> Self {
        Self {
            delivery_type,
            oplog_inc: None,
            oplog_ts: None,
            point_in_time_utc_seconds: None,
            snapshot_id: None,
            target_cluster_name: None,
            target_group_id: None,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupSnapshotRestoreJobRequest {
    fn check(&self, violations: &mut Violations) {
        violations.range("oplogInc", self.oplog_inc.as_ref(), 1..);
        violations.range("oplogTs", self.oplog_ts.as_ref(), 1199145600..);
        violations
            .range(
                "pointInTimeUTCSeconds",
                self.point_in_time_utc_seconds.as_ref(),
                1199145600..,
            );
    }
}
record!(DiskBackupSnapshotRestoreJobRequest sent {
    delivery_type: "deliveryType", oplog_inc: "oplogInc", oplog_ts: "oplogTs",
    point_in_time_utc_seconds: "pointInTimeUTCSeconds", snapshot_id: "snapshotId",
    target_cluster_name: "targetClusterName", target_group_id: "targetGroupId",
});
setters!(DiskBackupSnapshotRestoreJobRequest {
    oplog_inc: i64, oplog_ts: i64, point_in_time_utc_seconds: i64, snapshot_id: ObjectId,
    target_cluster_name: ClusterName, target_group_id: ObjectId,
});

/// One page of restore jobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupRestoreJobs {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Restore jobs on this page.
    pub results: Vec<DiskBackupSnapshotRestoreJob>,
    /// Estimated number of items on all pages; 0 or absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupRestoreJobs { links: "links", results: "results", total_count: "totalCount" });

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
