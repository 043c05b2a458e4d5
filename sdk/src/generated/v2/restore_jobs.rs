// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! The resource `restore_jobs`.

use crate::{
    Call, Client, ClusterName, Counted, Endpoint, Enveloped, Extra, ObjectId, Operation,
    Paged, Pretty, Request, Timestamp, Violations,
};
use crate::wire::{open_enum, record};
use http::Method;
use super::shared::Link;

impl Client {
    /// Does a thing.
    ///
    /// Stub.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs`; safe to send again.
    /// Role: Project Backup Manager.
    /// See the [API page](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Backups/operation/listGroupClusterBackupRestoreJobs).
    ///
    /// # Errors
    /// [`Error`](crate::Error); the service documents `401`, `403`, `404`, `429`, `500`.
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

    /// Does a thing.
    ///
    /// Stub.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs`; never sent again by
    /// itself after an ambiguous failure. Role: Project Backup Export Operator or Project Backup Recovery Operator.
    /// See the [API page](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Backups/operation/createGroupClusterBackupRestoreJob).
    ///
    /// # Errors
    /// [`Error`](crate::Error); the service documents `400`, `401`, `403`, `404`, `409`, `429`, `500`.
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &DiskBackupSnapshotRestoreJobRequest) -> Result<(), Error> {
    /// let answer = client.create_backup_restore_job(group_id, cluster_name, body).await?;
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

    /// Does a thing.
    ///
    /// Stub.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}`; safe to
    /// send again. Role: Project Backup Manager.
    /// See the [API page](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Backups/operation/getGroupClusterBackupRestoreJob).
    ///
    /// # Errors
    /// [`Error`](crate::Error); the service documents `401`, `403`, `404`, `429`, `500`.
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, restore_job_id: &ObjectId) -> Result<(), Error> {
    /// let answer = client.get_backup_restore_job(group_id, cluster_name, restore_job_id).await?;
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

    /// Does a thing.
    ///
    /// Stub.
    ///
    /// Sends `DELETE /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs/{restoreJobId}`; never
    /// sent again by itself after an ambiguous failure. Role: Project Backup Export Operator or Project Backup
    /// Recovery Operator.
    /// See the [API page](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Backups/operation/cancelGroupClusterBackupRestoreJob).
    ///
    /// # Errors
    /// [`Error`](crate::Error); the service documents `400`, `401`, `403`, `404`, `405`, `429`, `500`.
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
pub struct ListBackupRestoreJobs;
impl Endpoint for ListBackupRestoreJobs {
    type Output = PaginatedCloudBackupRestoreJobView;
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
impl Paged for ListBackupRestoreJobs {
    type Item = DiskBackupSnapshotRestoreJob;
    const MAX_ITEMS_PER_PAGE: u32 = 500;
    fn items(page: Self::Output) -> Vec<Self::Item> {
        page.results
    }

    fn next(page: &Self::Output) -> Option<String> {
        let next = page
            .links
            .iter()
            .flatten()
            .find(|link| link.rel.as_deref() == Some("next"));
        next.and_then(|link| link.href.clone())
    }
}

/// The operation behind [`Client::create_backup_restore_job`](crate::Client::create_backup_restore_job).
#[derive(Debug)]
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
        idempotent: false,
        roles: &["Project Backup Export Operator", "Project Backup Recovery Operator"],
    };
}
impl Enveloped for CancelBackupRestoreJob {}
impl Pretty for CancelBackupRestoreJob {}

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ApiBsonTimestampView {
    /// F.
    pub date: Option<Timestamp>,
    /// F.
    pub increment: Option<i64>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(ApiBsonTimestampView {
    date: "date", increment: "increment",
});

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ApiBsonTimestampViewRequest {
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}

impl ApiBsonTimestampViewRequest {
    /// With nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self { extra: Extra::default() }
    }
}

impl Request for ApiBsonTimestampViewRequest {}
record!(ApiBsonTimestampViewRequest {
});

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ApiPrivateDownloadDeliveryUrl {
    /// F.
    pub delivery_url: Option<String>,
    /// F.
    pub endpoint_id: Option<String>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(ApiPrivateDownloadDeliveryUrl {
    delivery_url: "deliveryUrl", endpoint_id: "endpointId",
});

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupRestoreMember {
    /// F.
    pub download_url: Option<String>,
    /// F.
    pub private_download_delivery_urls: Option<Vec<ApiPrivateDownloadDeliveryUrl>>,
    /// F.
    pub replica_set_name: Option<String>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(DiskBackupRestoreMember {
    download_url: "downloadUrl", private_download_delivery_urls: "privateDownloadDeliveryUrls",
    replica_set_name: "replicaSetName",
});

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotRestoreJob {
    /// F.
    pub cancelled: Option<bool>,
    /// F.
    pub components: Option<Vec<DiskBackupRestoreMember>>,
    /// F.
    pub delivery_type: Option<DiskBackupSnapshotRestoreJobDeliveryType>,
    /// F.
    pub delivery_url: Option<Vec<String>>,
    /// S.
    pub desired_timestamp: Option<ApiBsonTimestampView>,
    /// F.
    pub expired: Option<bool>,
    /// F.
    pub expires_at: Option<Timestamp>,
    /// F.
    pub failed: Option<bool>,
    /// F.
    pub finished_at: Option<Timestamp>,
    /// F.
    pub id: Option<ObjectId>,
    /// F.
    pub links: Option<Vec<Link>>,
    /// F.
    pub oplog_inc: Option<i64>,
    /// F.
    pub oplog_ts: Option<i64>,
    /// F.
    pub point_in_time_utc_seconds: Option<i64>,
    /// F.
    pub private_download_delivery_urls: Option<Vec<ApiPrivateDownloadDeliveryUrl>>,
    /// F.
    pub snapshot_id: Option<ObjectId>,
    /// F.
    pub target_cluster_name: Option<ClusterName>,
    /// F.
    pub target_group_id: Option<ObjectId>,
    /// F.
    pub timestamp: Option<Timestamp>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(DiskBackupSnapshotRestoreJob {
    cancelled: "cancelled", components: "components", delivery_type: "deliveryType",
    delivery_url: "deliveryUrl", desired_timestamp: "desiredTimestamp", expired: "expired",
    expires_at: "expiresAt", failed: "failed", finished_at: "finishedAt", id: "id", links: "links",
    oplog_inc: "oplogInc", oplog_ts: "oplogTs", point_in_time_utc_seconds: "pointInTimeUTCSeconds",
    private_download_delivery_urls: "privateDownloadDeliveryUrls", snapshot_id: "snapshotId",
    target_cluster_name: "targetClusterName", target_group_id: "targetGroupId", timestamp: "timestamp",
});

/// S.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotRestoreJobRequest {
    /// F.
    pub delivery_type: DiskBackupSnapshotRestoreJobDeliveryType,
    /// S.
    pub desired_timestamp: Option<ApiBsonTimestampViewRequest>,
    /// F.
    pub oplog_inc: Option<i64>,
    /// F.
    pub oplog_ts: Option<i64>,
    /// F.
    pub point_in_time_utc_seconds: Option<i64>,
    /// F.
    pub snapshot_id: Option<ObjectId>,
    /// F.
    pub target_cluster_name: Option<ClusterName>,
    /// F.
    pub target_group_id: Option<ObjectId>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}

impl DiskBackupSnapshotRestoreJobRequest {
    /// With what has to be there.
    #[must_use]
    pub fn new(delivery_type: DiskBackupSnapshotRestoreJobDeliveryType) -> Self {
        Self {
            delivery_type,
            desired_timestamp: None,
            oplog_inc: None,
            oplog_ts: None,
            point_in_time_utc_seconds: None,
            snapshot_id: None,
            target_cluster_name: None,
            target_group_id: None,
            extra: Extra::default(),
        }
    }

    /// Sets [`desired_timestamp`](Self::desired_timestamp).
    #[must_use]
    pub fn desired_timestamp(
        mut self,
        desired_timestamp: ApiBsonTimestampViewRequest,
    ) -> Self {
        self.desired_timestamp = Some(desired_timestamp);
        self
    }

    /// Sets [`oplog_inc`](Self::oplog_inc).
    #[must_use]
    pub fn oplog_inc(mut self, oplog_inc: i64) -> Self {
        self.oplog_inc = Some(oplog_inc);
        self
    }

    /// Sets [`oplog_ts`](Self::oplog_ts).
    #[must_use]
    pub fn oplog_ts(mut self, oplog_ts: i64) -> Self {
        self.oplog_ts = Some(oplog_ts);
        self
    }

    /// Sets [`point_in_time_utc_seconds`](Self::point_in_time_utc_seconds).
    #[must_use]
    pub fn point_in_time_utc_seconds(mut self, point_in_time_utc_seconds: i64) -> Self {
        self.point_in_time_utc_seconds = Some(point_in_time_utc_seconds);
        self
    }

    /// Sets [`snapshot_id`](Self::snapshot_id).
    #[must_use]
    pub fn snapshot_id(mut self, snapshot_id: ObjectId) -> Self {
        self.snapshot_id = Some(snapshot_id);
        self
    }

    /// Sets [`target_cluster_name`](Self::target_cluster_name).
    #[must_use]
    pub fn target_cluster_name(mut self, target_cluster_name: ClusterName) -> Self {
        self.target_cluster_name = Some(target_cluster_name);
        self
    }

    /// Sets [`target_group_id`](Self::target_group_id).
    #[must_use]
    pub fn target_group_id(mut self, target_group_id: ObjectId) -> Self {
        self.target_group_id = Some(target_group_id);
        self
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
record!(DiskBackupSnapshotRestoreJobRequest {
    delivery_type: "deliveryType", desired_timestamp: "desiredTimestamp", oplog_inc: "oplogInc",
    oplog_ts: "oplogTs", point_in_time_utc_seconds: "pointInTimeUTCSeconds", snapshot_id: "snapshotId",
    target_cluster_name: "targetClusterName", target_group_id: "targetGroupId",
});

/// S.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PaginatedCloudBackupRestoreJobView {
    /// F.
    pub links: Option<Vec<Link>>,
    /// F.
    pub results: Vec<DiskBackupSnapshotRestoreJob>,
    /// F.
    pub total_count: Option<i64>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(PaginatedCloudBackupRestoreJobView {
    links: "links", results: "results", total_count: "totalCount",
});

/// F.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DiskBackupSnapshotRestoreJobDeliveryType {
    /// The value `automated`.
    Automated,
    /// The value `download`.
    Download,
    /// The value `pointInTime`.
    PointInTime,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(DiskBackupSnapshotRestoreJobDeliveryType {
    Automated = "automated", Download = "download", PointInTime = "pointInTime",
});
