// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Snapshots, restores and downloads of flex clusters.

use crate::{
    Acceptor, Call, Client, ClusterName, Counted, Endpoint, Enveloped, Extra, Matcher,
    ObjectId, Operation, Pretty, Request, SecretUrl, Timestamp, Wait,
};
use crate::json::{always_sent, open_enum, paged, record};
use http::Method;
pub use super::shared::Link;

/// # Flex
///
/// Types and endpoints: [`v2::flex`](self).
impl Client {
    /// Download a snapshot of a flex cluster.
    ///
    /// Returns a restore job with the download URL of the archive in `snapshotUrl`. The URL is valid for four hours
    /// and works without credentials: treat it as a secret.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/download`. Not idempotent: never retried
    /// if the service may have acted on it. API version: 2024-11-13. Required role: Project Backup Export Operator.
    /// Documented errors: `400` `401` `403` `404` `409` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-downloadgroupflexclusterbackup).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, name: &ClusterName, body: &FlexBackupSnapshotDownloadCreate) -> Result<(), Error> {
    /// let output = client.download_flex_backup(group_id, name, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn download_flex_backup(
        &self,
        group_id: &ObjectId,
        name: &ClusterName,
        body: &FlexBackupSnapshotDownloadCreate,
    ) -> Call<DownloadFlexBackup> {
        Call::new(self).path("groupId", group_id).path("name", name).body(body)
    }

    /// List the restore jobs of a flex cluster.
    ///
    /// Returns the restore jobs of this cluster's snapshots, including downloads, page by page.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs`. Idempotent: retried after
    /// every transient failure. API version: 2024-11-13. Required role: Project Read Only. Documented errors: `400`
    /// `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupflexclusterbackuprestorejobs).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, name: &ClusterName) -> Result<(), Error> {
    /// let mut items = client.list_flex_restore_jobs(group_id, name).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_flex_restore_jobs(
        &self,
        group_id: &ObjectId,
        name: &ClusterName,
    ) -> Call<ListFlexRestoreJobs> {
        Call::new(self).path("groupId", group_id).path("name", name)
    }

    /// Restore a snapshot of a flex cluster.
    ///
    /// Starts a restore to a flex or dedicated cluster and returns immediately. The restore replaces all data of the
    /// target cluster. Wait for the job with `wait_for_flex_restore_job`. Restore jobs do not support idempotency
    /// keys: check the list of jobs before you repeat a request whose response was lost.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs`. Not idempotent: never
    /// retried if the service may have acted on it. API version: 2024-11-13. Required role: Project Backup Recovery
    /// Operator. Documented errors: `400` `401` `403` `404` `409` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-creategroupflexclusterbackuprestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, name: &ClusterName, body: &FlexBackupRestoreJobCreate) -> Result<(), Error> {
    /// let output = client.create_flex_restore_job(group_id, name, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn create_flex_restore_job(
        &self,
        group_id: &ObjectId,
        name: &ClusterName,
        body: &FlexBackupRestoreJobCreate,
    ) -> Call<CreateFlexRestoreJob> {
        Call::new(self).path("groupId", group_id).path("name", name).body(body)
    }

    /// Get a restore job of a flex cluster.
    ///
    /// Returns the current state of the job. `COMPLETED` and `FAILED` are final.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs/{restoreJobId}`. Idempotent:
    /// retried after every transient failure. API version: 2024-11-13. Required role: Project Read Only. Documented
    /// errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupflexclusterbackuprestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, name: &ClusterName, restore_job_id: &ObjectId) -> Result<(), Error> {
    /// let output = client.get_flex_restore_job(group_id, name, restore_job_id).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_flex_restore_job(
        &self,
        group_id: &ObjectId,
        name: &ClusterName,
        restore_job_id: &ObjectId,
    ) -> Call<GetFlexRestoreJob> {
        Call::new(self)
            .path("groupId", group_id)
            .path("name", name)
            .path("restoreJobId", restore_job_id)
    }

    /// Wait until a restore job of a flex cluster ends.
    ///
    /// Succeeds when `status` is `COMPLETED`. Fails when `status` is `FAILED`. Polls
    /// [`get_flex_restore_job`](Self::get_flex_restore_job).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, name: &ClusterName, restore_job_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// let ended = client.wait_for_flex_restore_job(group_id, name, restore_job_id).await?;
    /// println!("{ended:?}");
    /// # Ok(()) }
    /// ```
    pub fn wait_for_flex_restore_job(
        &self,
        group_id: &ObjectId,
        name: &ClusterName,
        restore_job_id: &ObjectId,
    ) -> Wait<GetFlexRestoreJob> {
        Wait::until(
                self.get_flex_restore_job(group_id, name, restore_job_id),
                &[
                    Acceptor::Success("status", Matcher::Is(&["COMPLETED"])),
                    Acceptor::Failure("status", Matcher::Is(&["FAILED"])),
                ],
            )
            .named("restore job")
    }

    /// List the snapshots of a flex cluster.
    ///
    /// Returns the snapshots page by page. The service responds with 400 if the cluster is not a flex cluster.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/snapshots`. Idempotent: retried after
    /// every transient failure. API version: 2024-11-13. Required role: Project Read Only. Documented errors: `400`
    /// `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupflexclusterbackupsnapshots).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, name: &ClusterName) -> Result<(), Error> {
    /// let mut items = client.list_flex_backup_snapshots(group_id, name).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_flex_backup_snapshots(
        &self,
        group_id: &ObjectId,
        name: &ClusterName,
    ) -> Call<ListFlexBackupSnapshots> {
        Call::new(self).path("groupId", group_id).path("name", name)
    }

    /// Get a snapshot of a flex cluster.
    ///
    /// Returns the current state of the snapshot.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/snapshots/{snapshotId}`. Idempotent:
    /// retried after every transient failure. API version: 2024-11-13. Required role: Project Read Only. Documented
    /// errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupflexclusterbackupsnapshot).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Error> {
    /// let output = client.get_flex_backup_snapshot(group_id, name, snapshot_id).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_flex_backup_snapshot(
        &self,
        group_id: &ObjectId,
        name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Call<GetFlexBackupSnapshot> {
        Call::new(self)
            .path("groupId", group_id)
            .path("name", name)
            .path("snapshotId", snapshot_id)
    }

    /// Wait until a snapshot of a flex cluster is complete.
    ///
    /// Succeeds when `status` is `COMPLETED`. Fails when `status` is `FAILED`. Polls
    /// [`get_flex_backup_snapshot`](Self::get_flex_backup_snapshot).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// let ended = client.wait_for_flex_backup_snapshot(group_id, name, snapshot_id).await?;
    /// println!("{ended:?}");
    /// # Ok(()) }
    /// ```
    pub fn wait_for_flex_backup_snapshot(
        &self,
        group_id: &ObjectId,
        name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Wait<GetFlexBackupSnapshot> {
        Wait::until(
                self.get_flex_backup_snapshot(group_id, name, snapshot_id),
                &[
                    Acceptor::Success("status", Matcher::Is(&["COMPLETED"])),
                    Acceptor::Failure("status", Matcher::Is(&["FAILED"])),
                ],
            )
            .named("snapshot")
    }
}

/// Operation of [`Client::download_flex_backup`](crate::Client::download_flex_backup).
#[derive(Debug)]
#[non_exhaustive]
pub struct DownloadFlexBackup;
impl Endpoint for DownloadFlexBackup {
    type Output = FlexBackupRestoreJob;
    const OPERATION: &'static Operation = &Operation {
        id: "downloadFlexBackup",
        method: Method::POST,
        path: "/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/download",
        accept: "application/vnd.atlas.2024-11-13+json",
        content_type: Some("application/vnd.atlas.2024-11-13+json"),
        success: &[200],
        idempotent: false,
        roles: &["Project Backup Export Operator"],
    };
}
impl Enveloped for DownloadFlexBackup {}
impl Pretty for DownloadFlexBackup {}

/// Operation of [`Client::list_flex_restore_jobs`](crate::Client::list_flex_restore_jobs).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListFlexRestoreJobs;
impl Endpoint for ListFlexRestoreJobs {
    type Output = PaginatedFlexBackupRestoreJobs;
    const OPERATION: &'static Operation = &Operation {
        id: "listFlexRestoreJobs",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs",
        accept: "application/vnd.atlas.2024-11-13+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for ListFlexRestoreJobs {}
impl Pretty for ListFlexRestoreJobs {}
impl Counted for ListFlexRestoreJobs {}
paged!(ListFlexRestoreJobs of FlexBackupRestoreJob { items: |page| page.results, links: links, most: 500 });

/// Operation of [`Client::create_flex_restore_job`](crate::Client::create_flex_restore_job).
#[derive(Debug)]
#[non_exhaustive]
pub struct CreateFlexRestoreJob;
impl Endpoint for CreateFlexRestoreJob {
    type Output = FlexBackupRestoreJob;
    const OPERATION: &'static Operation = &Operation {
        id: "createFlexRestoreJob",
        method: Method::POST,
        path: "/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs",
        accept: "application/vnd.atlas.2024-11-13+json",
        content_type: Some("application/vnd.atlas.2024-11-13+json"),
        success: &[200],
        idempotent: false,
        roles: &["Project Backup Recovery Operator"],
    };
}
impl Enveloped for CreateFlexRestoreJob {}
impl Pretty for CreateFlexRestoreJob {}

/// Operation of [`Client::get_flex_restore_job`](crate::Client::get_flex_restore_job).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetFlexRestoreJob;
impl Endpoint for GetFlexRestoreJob {
    type Output = FlexBackupRestoreJob;
    const OPERATION: &'static Operation = &Operation {
        id: "getFlexRestoreJob",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/restoreJobs/{restoreJobId}",
        accept: "application/vnd.atlas.2024-11-13+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for GetFlexRestoreJob {}
impl Pretty for GetFlexRestoreJob {}

/// Operation of [`Client::list_flex_backup_snapshots`](crate::Client::list_flex_backup_snapshots).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListFlexBackupSnapshots;
impl Endpoint for ListFlexBackupSnapshots {
    type Output = PaginatedFlexBackupSnapshots;
    const OPERATION: &'static Operation = &Operation {
        id: "listFlexBackupSnapshots",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/snapshots",
        accept: "application/vnd.atlas.2024-11-13+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for ListFlexBackupSnapshots {}
impl Pretty for ListFlexBackupSnapshots {}
impl Counted for ListFlexBackupSnapshots {}
paged!(ListFlexBackupSnapshots of FlexBackupSnapshot { items: |page| page.results, links: links, most: 500 });

/// Operation of [`Client::get_flex_backup_snapshot`](crate::Client::get_flex_backup_snapshot).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetFlexBackupSnapshot;
impl Endpoint for GetFlexBackupSnapshot {
    type Output = FlexBackupSnapshot;
    const OPERATION: &'static Operation = &Operation {
        id: "getFlexBackupSnapshot",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/flexClusters/{name}/backup/snapshots/{snapshotId}",
        accept: "application/vnd.atlas.2024-11-13+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for GetFlexBackupSnapshot {}

/// Job that restores or downloads a snapshot of a flex cluster.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FlexBackupRestoreJob {
    /// How a restore job of a flex cluster delivers the data.
    pub delivery_type: Option<FlexDeliveryType>,
    /// Time at which the download URL expires, in UTC; also present for restores to a cluster.
    pub expiration_date: Option<Timestamp>,
    /// Identifier of the restore job.
    pub id: Option<ObjectId>,
    /// Name of the flex cluster of the snapshot.
    pub instance_name: Option<ClusterName>,
    /// Links to related resources; the service omits them.
    pub links: Option<Vec<Link>>,
    /// Identifier of the project of the flex cluster.
    pub project_id: Option<ObjectId>,
    /// Time at which the restore was complete, in UTC.
    pub restore_finished_date: Option<Timestamp>,
    /// Time for which the restore was scheduled, in UTC.
    pub restore_scheduled_date: Option<Timestamp>,
    /// Time at which the snapshot was complete, in UTC.
    pub snapshot_finished_date: Option<Timestamp>,
    /// Identifier of the snapshot to restore.
    pub snapshot_id: Option<ObjectId>,
    /// Download URL of the archive; only for downloads.
    pub snapshot_url: Option<SecretUrl>,
    /// Status of a snapshot or restore job of a flex cluster.
    pub status: Option<FlexBackupStatus>,
    /// Name of the target cluster, flex or dedicated, 1 to 64 characters.
    pub target_deployment_item_name: Option<String>,
    /// Identifier of the project of the target cluster.
    pub target_project_id: Option<ObjectId>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(FlexBackupRestoreJob {
    delivery_type: "deliveryType", expiration_date: "expirationDate", id: "id", instance_name: "instanceName",
    links: "links", project_id: "projectId", restore_finished_date: "restoreFinishedDate",
    restore_scheduled_date: "restoreScheduledDate", snapshot_finished_date: "snapshotFinishedDate",
    snapshot_id: "snapshotId", snapshot_url: "snapshotUrl", status: "status",
    target_deployment_item_name: "targetDeploymentItemName", target_project_id: "targetProjectId",
});
always_sent!(FlexBackupRestoreJob { id: ObjectId, status: FlexBackupStatus });

/// Request to restore a snapshot of a flex cluster.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct FlexBackupRestoreJobCreate {
    /// Identifier of the snapshot to restore.
    pub snapshot_id: ObjectId,
    /// Name of the target cluster, flex or dedicated, 1 to 64 characters.
    pub target_deployment_item_name: String,
    /// Identifier of the project of the target cluster.
    pub target_project_id: ObjectId,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl FlexBackupRestoreJobCreate {
    /// Creates a request with the required fields.
    pub fn new(
        snapshot_id: ObjectId,
        target_deployment_item_name: impl Into<String>,
        target_project_id: ObjectId,
    ) -> Self {
        Self {
            snapshot_id,
            target_deployment_item_name: target_deployment_item_name.into(),
            target_project_id,
            extra: Extra::default(),
        }
    }
}

impl Request for FlexBackupRestoreJobCreate {}
record!(FlexBackupRestoreJobCreate sent {
    snapshot_id: "snapshotId", target_deployment_item_name: "targetDeploymentItemName",
    target_project_id: "targetProjectId",
});

/// Snapshot of a flex cluster.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FlexBackupSnapshot {
    /// Time at which the service deletes the snapshot, in UTC.
    pub expiration: Option<Timestamp>,
    /// Time at which the snapshot was complete, in UTC.
    pub finish_time: Option<Timestamp>,
    /// Identifier of the snapshot.
    pub id: Option<ObjectId>,
    /// Links to related resources; the service omits them.
    pub links: Option<Vec<Link>>,
    /// MongoDB version of the cluster.
    pub mongodb_version: Option<String>,
    /// Time for which the snapshot was scheduled, in UTC.
    pub scheduled_time: Option<Timestamp>,
    /// Time at which the snapshot started, in UTC.
    pub start_time: Option<Timestamp>,
    /// Status of a snapshot or restore job of a flex cluster.
    pub status: Option<FlexBackupStatus>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(FlexBackupSnapshot {
    expiration: "expiration", finish_time: "finishTime", id: "id", links: "links",
    mongodb_version: "mongoDBVersion", scheduled_time: "scheduledTime", start_time: "startTime",
    status: "status",
});
always_sent!(FlexBackupSnapshot { id: ObjectId, status: FlexBackupStatus });

/// Request to download a snapshot of a flex cluster.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct FlexBackupSnapshotDownloadCreate {
    /// Identifier of the snapshot to download.
    pub snapshot_id: ObjectId,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl FlexBackupSnapshotDownloadCreate {
    /// Creates a request with the required fields.
    pub fn new(snapshot_id: ObjectId) -> Self {
        Self {
            snapshot_id,
            extra: Extra::default(),
        }
    }
}

impl Request for FlexBackupSnapshotDownloadCreate {}
record!(FlexBackupSnapshotDownloadCreate sent { snapshot_id: "snapshotId" });

/// One page of restore jobs of a flex cluster.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedFlexBackupRestoreJobs {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Restore jobs on this page.
    pub results: Vec<FlexBackupRestoreJob>,
    /// Estimated number of items on all pages; 0 or absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedFlexBackupRestoreJobs { links: "links", results: "results", total_count: "totalCount" });

/// One page of snapshots of a flex cluster.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedFlexBackupSnapshots {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Snapshots on this page.
    pub results: Vec<FlexBackupSnapshot>,
    /// Estimated number of items on all pages; 0 or absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedFlexBackupSnapshots { links: "links", results: "results", total_count: "totalCount" });

/// How a restore job of a flex cluster delivers the data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlexDeliveryType {
    /// Restores the snapshot to a cluster.
    Restore,
    /// Provides the snapshot as a compressed archive for download.
    Download,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(FlexDeliveryType { Restore = "RESTORE", Download = "DOWNLOAD" });

/// Status of a snapshot or restore job of a flex cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlexBackupStatus {
    /// The service accepted the snapshot or job.
    Pending,
    /// The snapshot or job waits to start.
    Queued,
    /// The snapshot or job is in progress.
    Running,
    /// The snapshot or job failed.
    Failed,
    /// The snapshot or job is complete.
    Completed,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(FlexBackupStatus {
    Pending = "PENDING", Queued = "QUEUED", Running = "RUNNING", Failed = "FAILED", Completed = "COMPLETED",
});
