// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Exports of snapshots to a bucket.

use crate::{
    Acceptor, Call, Client, ClusterName, Counted, Endpoint, Enveloped, Extra, Matcher,
    ObjectId, Operation, Pretty, Request, Timestamp, Wait,
};
use crate::json::{always_sent, open_enum, paged, record, setters};
use http::Method;
pub use super::shared::Link;

/// # Exports
///
/// Types and endpoints: [`v2::exports`](self).
impl Client {
    /// List the export jobs of a cluster.
    ///
    /// Returns export jobs in all states, page by page. The total count is an estimate: follow the `next` link.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports`. Idempotent: retried after
    /// every transient failure. API version: 2023-01-01. Required role: Project Backup Manager. Documented errors:
    /// `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupclusterbackupexports).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let mut items = client.list_backup_exports(group_id, cluster_name).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_backup_exports(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
    ) -> Call<ListBackupExports> {
        Call::new(self).path("groupId", group_id).path("clusterName", cluster_name)
    }

    /// Export a snapshot to a bucket.
    ///
    /// Queues an export job and returns immediately, before any data is in the bucket. Wait for the job with
    /// `wait_for_backup_export`. The service responds with 404 to an unknown snapshot, bucket or cluster. Each
    /// request starts a new job. With `idempotency_key`, the SDK looks for the job of a lost response before it
    /// retries.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports`. Not idempotent: never
    /// retried if the service may have acted on it. API version: 2023-01-01. Required role: Project Backup Export
    /// Operator. Documented errors: `400` `401` `403` `404` `409` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-creategroupclusterbackupexport).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &DiskBackupExportJobRequest) -> Result<(), Error> {
    /// let output = client.create_backup_export(group_id, cluster_name, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn create_backup_export(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        body: &DiskBackupExportJobRequest,
    ) -> Call<CreateBackupExport> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .body(body)
    }

    /// Get an export job.
    ///
    /// Returns the current state of the job. `Successful`, `Cancelled` and `Failed` are final; `stateReason` explains
    /// a failure.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports/{exportId}`. Idempotent:
    /// retried after every transient failure. API version: 2023-01-01. Required role: Project Backup Manager.
    /// Documented errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclusterbackupexport).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, export_id: &ObjectId) -> Result<(), Error> {
    /// let output = client.get_backup_export(group_id, cluster_name, export_id).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_backup_export(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        export_id: &ObjectId,
    ) -> Call<GetBackupExport> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("exportId", export_id)
    }

    /// Wait until an export job ends.
    ///
    /// Succeeds when `state` is `Successful`. Fails when `state` is `Failed`. Is cancelled when `state` is
    /// `Cancelled`. Polls [`get_backup_export`](Self::get_backup_export).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, export_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// let ended = client.wait_for_backup_export(group_id, cluster_name, export_id).await?;
    /// println!("{ended:?}");
    /// # Ok(()) }
    /// ```
    pub fn wait_for_backup_export(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        export_id: &ObjectId,
    ) -> Wait<GetBackupExport> {
        Wait::until(
                self.get_backup_export(group_id, cluster_name, export_id),
                &[
                    Acceptor::Success("state", Matcher::Is(&["Successful"])),
                    Acceptor::Failure("state", Matcher::Is(&["Failed"])),
                    Acceptor::Cancelled("state", Matcher::Is(&["Cancelled"])),
                ],
            )
            .named("export")
            .reason_in("stateReason")
    }
}

/// Operation of [`Client::list_backup_exports`](crate::Client::list_backup_exports).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListBackupExports;
impl Endpoint for ListBackupExports {
    type Output = PaginatedBackupExportJobs;
    const OPERATION: &'static Operation = &Operation {
        id: "listBackupExports",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for ListBackupExports {}
impl Pretty for ListBackupExports {}
impl Counted for ListBackupExports {}
paged!(ListBackupExports of DiskBackupExportJob { items: |page| page.results, links: links, most: 500 });

/// Operation of [`Client::create_backup_export`](crate::Client::create_backup_export).
#[derive(Debug)]
#[non_exhaustive]
pub struct CreateBackupExport;
impl Endpoint for CreateBackupExport {
    type Output = DiskBackupExportJob;
    const OPERATION: &'static Operation = &Operation {
        id: "createBackupExport",
        method: Method::POST,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: Some("application/vnd.atlas.2023-01-01+json"),
        success: &[200],
        idempotent: false,
        roles: &["Project Backup Export Operator"],
    };
}
impl Enveloped for CreateBackupExport {}

/// Operation of [`Client::get_backup_export`](crate::Client::get_backup_export).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetBackupExport;
impl Endpoint for GetBackupExport {
    type Output = DiskBackupExportJob;
    const OPERATION: &'static Operation = &Operation {
        id: "getBackupExport",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports/{exportId}",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for GetBackupExport {}

/// Label that the caller attaches to an export.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct BackupLabel {
    /// Key of the label.
    pub key: Option<String>,
    /// Value of the label.
    pub value: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl BackupLabel {
    /// Creates a request with no field set.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Request for BackupLabel {}
record!(BackupLabel { key: "key", value: "value" });
setters!(BackupLabel { key: String, value: String });

/// Job that exports a snapshot to a bucket.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupExportJob {
    /// Export jobs of the shards; only for sharded clusters.
    pub components: Option<Vec<DiskBackupExportMember>>,
    /// Time at which the job was queued, in UTC.
    pub created_at: Option<Timestamp>,
    /// Labels that the export writes to the `.complete` file, which is its last file.
    pub custom_data: Option<Vec<BackupLabel>>,
    /// Identifier of the export bucket.
    pub export_bucket_id: Option<ObjectId>,
    /// Number of collections exported so far; both counts stay 0 for a cluster without collections.
    pub export_status: Option<ExportStatus>,
    /// Time at which the job ended, in UTC; absent while it runs.
    pub finished_at: Option<Timestamp>,
    /// Identifier of the export job.
    pub id: Option<ObjectId>,
    /// Links to related resources; the service omits them.
    pub links: Option<Vec<Link>>,
    /// Folder in the bucket, without a leading slash: `exported_snapshots/`, organization, project, cluster, start
    /// time of the snapshot, Unix time in seconds.
    pub prefix: Option<String>,
    /// Identifier of the exported snapshot.
    pub snapshot_id: Option<ObjectId>,
    /// State of an export job.
    pub state: Option<ExportState>,
    /// Cause of a failed export; absent in all other states.
    pub state_reason: Option<StateReason>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupExportJob {
    components: "components", created_at: "createdAt", custom_data: "customData",
    export_bucket_id: "exportBucketId", export_status: "exportStatus", finished_at: "finishedAt", id: "id",
    links: "links", prefix: "prefix", snapshot_id: "snapshotId", state: "state", state_reason: "stateReason",
});
always_sent!(DiskBackupExportJob {
    created_at: Timestamp, export_bucket_id: ObjectId, id: ObjectId, snapshot_id: ObjectId,
    state: ExportState,
});

/// Request to export a snapshot to a bucket.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupExportJobRequest {
    /// Labels that the export writes to the `.complete` file, which is its last file.
    pub custom_data: Option<Vec<BackupLabel>>,
    /// Identifier of the export bucket to write to.
    pub export_bucket_id: ObjectId,
    /// Identifier of the snapshot to export.
    pub snapshot_id: ObjectId,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

/// Required fields of [`DiskBackupExportJobRequest`], by name.
#[derive(Clone, Debug, PartialEq)]
pub struct DiskBackupExportJobRequestFields {
    /// Identifier of the export bucket to write to.
    pub export_bucket_id: ObjectId,
    /// Identifier of the snapshot to export.
    pub snapshot_id: ObjectId,
}

impl DiskBackupExportJobRequest {
    /// Creates a request with the required fields.
    pub fn new(fields: DiskBackupExportJobRequestFields) -> Self {
        Self {
            custom_data: None,
            export_bucket_id: fields.export_bucket_id,
            snapshot_id: fields.snapshot_id,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupExportJobRequest {}
record!(DiskBackupExportJobRequest sent {
    custom_data: "customData", export_bucket_id: "exportBucketId", snapshot_id: "snapshotId",
});
setters!(DiskBackupExportJobRequest { custom_data: Vec<BackupLabel> });

/// Export of one shard of a sharded cluster.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupExportMember {
    /// Identifier of the export job of the shard.
    pub export_id: Option<ObjectId>,
    /// Name of the replica set of the shard.
    pub replica_set_name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupExportMember { export_id: "exportId", replica_set_name: "replicaSetName" });

/// Number of collections exported so far; both counts stay 0 for a cluster without collections.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ExportStatus {
    /// Number of collections exported so far.
    pub exported_collections: Option<i64>,
    /// Number of collections to export.
    pub total_collections: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(ExportStatus { exported_collections: "exportedCollections", total_collections: "totalCollections" });

/// One page of export jobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupExportJobs {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Export jobs on this page.
    pub results: Vec<DiskBackupExportJob>,
    /// Estimated number of items on all pages; 0 or absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupExportJobs { links: "links", results: "results", total_count: "totalCount" });

/// Cause of a failed export; absent in all other states.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct StateReason {
    /// Error code of the failure.
    pub error_code: Option<String>,
    /// Human-readable explanation of the failure.
    pub message: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(StateReason { error_code: "errorCode", message: "message" });

/// State of an export job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportState {
    /// The job was cancelled before it was complete.
    Cancelled,
    /// The job failed; `stateReason` has the cause.
    Failed,
    /// The job is writing files to the bucket.
    InProgress,
    /// The job waits to start.
    Queued,
    /// All files are in the bucket, including `.complete`.
    Successful,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(ExportState {
    Cancelled = "Cancelled", Failed = "Failed", InProgress = "InProgress", Queued = "Queued",
    Successful = "Successful",
});
