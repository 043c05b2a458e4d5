// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! The resource `restore_jobs`.

use crate::{
    Acceptor, Call, Client, ClusterName, Counted, Endpoint, Enveloped, Extra, Matcher,
    ObjectId, Operation, Pretty, Request, SecretUrl, Timestamp, Violations, Wait,
};
use crate::json::{always_sent, open_enum, paged, record, setters};
use http::Method;
pub use super::shared::Link;

impl Client {
    /// List the restore jobs of a cluster.
    ///
    /// Returns the restores made from this cluster's snapshots page by page, also those into other clusters and
    /// downloads. Follow the `next` link for more: the total is an estimate.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs`; safe to send again.
    /// Version: 2023-01-01. Role: Project Backup Manager. Documented errors: `401` `403` `404` `429` `500`.
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
    /// Starts the job and returns at once. `automated` wants a snapshot and a target, `download` only a snapshot,
    /// `pointInTime` a target and either the seconds or both oplog numbers. Restoring into a cluster replaces all its
    /// data; a target that is paused (400) or being restored already (409) is refused. `wait_for_backup_restore_job`
    /// waits for the end. There is no place for an idempotency key: look at the list before sending a lost call
    /// again.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs`; never repeated by
    /// itself once it may have been received. Version: 2023-01-01. Role: Project Backup Export Operator or Project
    /// Backup Recovery Operator. Documented errors: `400` `401` `403` `404` `409` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-creategroupclusterbackuprestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &DiskBackupSnapshotRestoreJobRequest) -> Result<(), Error> {
    /// let answer = client.create_backup_restore_job(group_id, cluster_name, body).await?;
    /// println!("{answer:?}");
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
    /// Returns the job as it stands. A restore into a cluster is done when `finishedAt` is there, a download when
    /// `deliveryUrl` has entries; `failed`, `expired` and `cancelled` end either.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}`; safe to
    /// send again. Version: 2023-01-01. Role: Project Backup Manager. Documented errors: `401` `403` `404` `429`
    /// `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclusterbackuprestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, restore_job_id: &ObjectId) -> Result<(), Error> {
    /// let answer = client.get_backup_restore_job(group_id, cluster_name, restore_job_id).await?;
    /// println!("{answer:?}");
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

    /// Wait until a restore job has ended or, if it is a download, its links are there.
    ///
    /// Success: `deliveryUrl` has a value, or `finishedAt` has a value. Failure: `failed` is `true`. Cancelled:
    /// `cancelled` is `true`. Expired: `expired` is `true`. Asks
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

    /// Cancel a download.
    ///
    /// Withdraws the download and its links. A restore into a cluster (400) or of one shard (405) cannot be stopped.
    ///
    /// Sends `DELETE /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}`; safe
    /// to send again. Version: 2023-01-01. Role: Project Backup Export Operator or Project Backup Recovery Operator.
    /// Documented errors: `400` `401` `403` `404` `405` `429` `500`.
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

/// The operation behind [`Client::list_backup_restore_jobs`](crate::Client::list_backup_restore_jobs).
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

/// The operation behind [`Client::create_backup_restore_job`](crate::Client::create_backup_restore_job).
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

/// The operation behind [`Client::get_backup_restore_job`](crate::Client::get_backup_restore_job).
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

/// The operation behind [`Client::cancel_backup_restore_job`](crate::Client::cancel_backup_restore_job).
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

/// Oplog position a restore stops at; all null unless it is to a point in time.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BsonTimestamp {
    /// The moment, to the second, UTC.
    pub date: Option<Timestamp>,
    /// Number within the second, from 1.
    pub increment: Option<i64>,
    /// The moment, in seconds since the Unix epoch.
    pub time: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(BsonTimestamp { date: "date", increment: "increment", time: "time" });

/// A download link that works over one private endpoint.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PrivateDownloadDeliveryUrl {
    /// Link of the archive.
    pub delivery_url: Option<SecretUrl>,
    /// AWS identifier of the private endpoint, `vpce-` and 17 hex digits.
    pub endpoint_id: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PrivateDownloadDeliveryUrl { delivery_url: "deliveryUrl", endpoint_id: "endpointId" });

/// The download of one shard or of the config servers.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupRestoreMember {
    /// Link of the archive; null while it is made and once it was used or ran out.
    pub download_url: Option<SecretUrl>,
    /// Links of the archive over private endpoints.
    pub private_download_delivery_urls: Option<Vec<PrivateDownloadDeliveryUrl>>,
    /// Replica set the archive is of.
    pub replica_set_name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupRestoreMember {
    download_url: "downloadUrl", private_download_delivery_urls: "privateDownloadDeliveryUrls",
    replica_set_name: "replicaSetName",
});

/// The restore of a snapshot or of a point in time.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotRestoreJob {
    /// Whether the job was cancelled.
    pub cancelled: Option<bool>,
    /// The download of each shard; sharded clusters only.
    pub components: Option<Vec<DiskBackupRestoreMember>>,
    /// What a restore does with the data.
    pub delivery_type: Option<DeliveryType>,
    /// Links of the archives, for an hour; empty until a download is ready.
    pub delivery_url: Option<Vec<SecretUrl>>,
    /// Oplog position a restore stops at; all null unless it is to a point in time.
    pub desired_timestamp: Option<BsonTimestamp>,
    /// Whether the links have run out.
    pub expired: Option<bool>,
    /// When the links run out, UTC; downloads only.
    pub expires_at: Option<Timestamp>,
    /// Whether the job failed.
    pub failed: Option<bool>,
    /// When the target had its data, UTC; downloads never have it.
    pub finished_at: Option<Timestamp>,
    /// Identifier of this job.
    pub id: Option<ObjectId>,
    /// This job, and its snapshot, cluster and project.
    pub links: Option<Vec<Link>>,
    /// Oplog position to restore to, second half: the number within the second, from 1.
    pub oplog_inc: Option<i64>,
    /// Oplog position to restore to, first half: seconds since the Unix epoch.
    pub oplog_ts: Option<i64>,
    /// Moment to restore to, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Links of the archives over private endpoints.
    pub private_download_delivery_urls: Option<Vec<PrivateDownloadDeliveryUrl>>,
    /// Snapshot to restore; point-in-time restores have none.
    pub snapshot_id: Option<ObjectId>,
    /// Cluster that gets the data; not for downloads.
    pub target_cluster_name: Option<ClusterName>,
    /// Project of the target cluster; not for downloads.
    pub target_group_id: Option<ObjectId>,
    /// When the snapshot was taken, UTC.
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

/// The restore of a snapshot or of a point in time.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotRestoreJobRequest {
    /// What a restore does with the data.
    pub delivery_type: DeliveryType,
    /// Oplog position to restore to, second half: the number within the second, from 1.
    pub oplog_inc: Option<i64>,
    /// Oplog position to restore to, first half: seconds since the Unix epoch.
    pub oplog_ts: Option<i64>,
    /// Moment to restore to, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Snapshot to restore; point-in-time restores have none.
    pub snapshot_id: Option<ObjectId>,
    /// Cluster that gets the data; not for downloads.
    pub target_cluster_name: Option<ClusterName>,
    /// Project of the target cluster; not for downloads.
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
    /// This page as `self` and, unless it is the last, the next one as `next`.
    pub links: Option<Vec<Link>>,
    /// The jobs on this page.
    pub results: Vec<DiskBackupSnapshotRestoreJob>,
    /// Items on all pages, an estimate; 0 or absent when counting was declined.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupRestoreJobs { links: "links", results: "results", total_count: "totalCount" });

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
