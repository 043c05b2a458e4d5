// @generated from spec/v1/curated.yaml by `cargo xtask generate`. Do not edit.

//! Operations and types of the resource `exports`.

use crate::{
    Call, ClusterName, Counted, Endpoint, Enveloped, Extra, ObjectId, Operation, Pretty,
    Timestamp, V1,
};
use crate::json::{open_enum, paged, record};
use http::Method;
pub use super::shared::Link;

/// # Exports
///
/// Types and endpoints: [`v1::exports`](self).
impl V1 {
    /// List the export jobs of a cluster.
    ///
    /// Returns export jobs in all states, page by page. The path ends with a slash. New programs use the v2 operation
    /// of the same name. The v1.0 API has no dated versions, and its reference names no role.
    ///
    /// Sends `GET /api/atlas/v1.0/groups/{groupId}/clusters/{clusterName}/backup/exports/`. Idempotent: retried after
    /// every transient failure. Documented errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/atlas/reference/api/cloud-backup/export/get-all-export-jobs/).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v1::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let mut items = client.v1().list_backup_exports(group_id, cluster_name).items();
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
}

/// Operation of [`V1::list_backup_exports`](crate::V1::list_backup_exports).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListBackupExports;
impl Endpoint for ListBackupExports {
    type Output = PaginatedBackupExportJobs;
    const OPERATION: &'static Operation = &Operation {
        id: "listBackupExports",
        method: Method::GET,
        path: "/api/atlas/v1.0/groups/{groupId}/clusters/{clusterName}/backup/exports/",
        accept: "application/json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &[],
    };
}
impl Enveloped for ListBackupExports {}
impl Pretty for ListBackupExports {}
impl Counted for ListBackupExports {}
paged!(ListBackupExports of DiskBackupExportJob { items: |page| page.results, links: links, most: 500 });

/// One page of export jobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupExportJobs {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Export jobs on this page.
    pub results: Vec<DiskBackupExportJob>,
    /// Number of jobs on all pages; absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupExportJobs { links: "links", results: "results", total_count: "totalCount" });

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
    /// Cause of a failed export; absent in all other states.
    pub err_msg: Option<String>,
    /// Identifier of the export bucket.
    pub export_bucket_id: Option<ObjectId>,
    /// Number of collections exported so far; only for replica sets.
    pub export_status: Option<ExportStatus>,
    /// Time at which the job ended, in UTC; absent while it runs.
    pub finished_at: Option<Timestamp>,
    /// Identifier of this job.
    pub id: Option<ObjectId>,
    /// Folder in the bucket: organization, project, cluster, start time of the snapshot, time of the export.
    pub prefix: Option<String>,
    /// Identifier of the exported snapshot.
    pub snapshot_id: Option<ObjectId>,
    /// State of an export job.
    pub state: Option<ExportState>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupExportJob {
    components: "components", created_at: "createdAt", custom_data: "customData", err_msg: "errMsg",
    export_bucket_id: "exportBucketId", export_status: "exportStatus", finished_at: "finishedAt", id: "id",
    prefix: "prefix", snapshot_id: "snapshotId", state: "state",
});

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

/// Number of collections exported so far; only for replica sets.
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

/// Label that the caller attaches to an export.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BackupLabel {
    /// Key of the label.
    pub key: Option<String>,
    /// Value of the label.
    pub value: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(BackupLabel { key: "key", value: "value" });

/// State of an export job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportState {
    /// The job was cancelled before it was complete.
    Cancelled,
    /// The job failed; `errMsg` has the cause.
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
