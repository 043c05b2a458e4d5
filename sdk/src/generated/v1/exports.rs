// @generated from spec/v1/curated.yaml by `cargo xtask generate`. Do not edit.

//! The resource `exports`.

use crate::{
    Call, ClusterName, Counted, Endpoint, Enveloped, Extra, ObjectId, Operation, Pretty,
    Timestamp, V1,
};
use crate::json::{open_enum, paged, record};
use http::Method;
pub use super::shared::Link;

impl V1 {
    /// List the export jobs of a cluster.
    ///
    /// Returns the jobs page by page, running and ended ones alike. The path ends in a slash. New programs use the v2
    /// operation of the same name. The v1.0 API has no dated versions, and its reference names no role.
    ///
    /// Sends `GET /api/atlas/v1.0/groups/{groupId}/clusters/{clusterName}/backup/exports/`; safe to send again.
    /// Documented errors: `401` `403` `404` `429` `500`.
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

/// The operation behind [`V1::list_backup_exports`](crate::V1::list_backup_exports).
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
    /// This page as `self` and, unless it is the last, the next one as `next`.
    pub links: Option<Vec<Link>>,
    /// The jobs on this page.
    pub results: Vec<DiskBackupExportJob>,
    /// Jobs on all pages; absent when counting was declined.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupExportJobs { links: "links", results: "results", total_count: "totalCount" });

/// The copying of one snapshot to a bucket.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupExportJob {
    /// The job of each shard; sharded clusters only.
    pub components: Option<Vec<DiskBackupExportMember>>,
    /// When the job was queued, UTC.
    pub created_at: Option<Timestamp>,
    /// Labels for the `.complete` file that ends the export.
    pub custom_data: Option<Vec<BackupLabel>>,
    /// Why the job failed; absent unless it did.
    pub err_msg: Option<String>,
    /// Bucket the snapshot goes to.
    pub export_bucket_id: Option<ObjectId>,
    /// Progress in collections; replica sets only.
    pub export_status: Option<ExportStatus>,
    /// When the job ended, UTC; absent until then.
    pub finished_at: Option<Timestamp>,
    /// Identifier of this job.
    pub id: Option<ObjectId>,
    /// Folder in the bucket: organization, project, cluster, two times.
    pub prefix: Option<String>,
    /// Snapshot that is exported.
    pub snapshot_id: Option<ObjectId>,
    /// How far an export has come.
    pub state: Option<ExportState>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupExportJob {
    components: "components", created_at: "createdAt", custom_data: "customData", err_msg: "errMsg",
    export_bucket_id: "exportBucketId", export_status: "exportStatus", finished_at: "finishedAt", id: "id",
    prefix: "prefix", snapshot_id: "snapshotId", state: "state",
});

/// The part of one shard in the export of a sharded cluster.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupExportMember {
    /// Identifier of the export job of this shard.
    pub export_id: Option<ObjectId>,
    /// Replica set of this shard.
    pub replica_set_name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupExportMember { export_id: "exportId", replica_set_name: "replicaSetName" });

/// Progress in collections; replica sets only.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ExportStatus {
    /// Collections written so far.
    pub exported_collections: Option<i64>,
    /// Collections to write.
    pub total_collections: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(ExportStatus { exported_collections: "exportedCollections", total_collections: "totalCollections" });

/// A label the caller attaches to an export.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BackupLabel {
    /// Name of the label.
    pub key: Option<String>,
    /// Content of the label.
    pub value: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(BackupLabel { key: "key", value: "value" });

/// How far an export has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportState {
    /// Ended before it was complete.
    Cancelled,
    /// Ended in an error, which the message tells.
    Failed,
    /// Files are being written.
    InProgress,
    /// Accepted and waiting.
    Queued,
    /// Everything is in the bucket, the `.complete` file last.
    Successful,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(ExportState {
    Cancelled = "Cancelled", Failed = "Failed", InProgress = "InProgress", Queued = "Queued",
    Successful = "Successful",
});
