// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Restores of single databases and collections.

use crate::{
    Acceptor, Call, Client, ClusterName, Endpoint, Enveloped, Extra, Matcher, ObjectId,
    Operation, Pretty, Request, Timestamp, Violations, Wait,
};
use crate::json::{always_sent, open_enum, paged, record, setters};
use http::Method;
use serde_json::Value;
pub use super::shared::Link;

/// # Collection restore jobs
///
/// Types and endpoints: [`v2::collection_restore_jobs`](self).
impl Client {
    /// List the collection restore jobs of a cluster.
    ///
    /// Returns the jobs page by page. The response always has the total count.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs`. Idempotent: retried
    /// after every transient failure. API version: 2025-03-12. Required role: Project Backup Manager. Documented
    /// errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupclustercollectionrestorejobs).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let mut items = client.list_collection_restore_jobs(group_id, cluster_name).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_collection_restore_jobs(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
    ) -> Call<ListCollectionRestoreJobs> {
        Call::new(self).path("groupId", group_id).path("clusterName", cluster_name)
    }

    /// Restore databases or collections.
    ///
    /// Starts a collection restore job and returns immediately. Wait for the job with
    /// `wait_for_collection_restore_job`. The source is a snapshot, `pointInTimeUtcSeconds`, or both `oplogTs` and
    /// `oplogInc`. A job restores at most 100 databases and 100 collections. `OVERWRITE_EXISTING` drops existing
    /// collections; writes to them during the restore are lost. Collection restore jobs do not support idempotency
    /// keys: check the list of jobs before you repeat a request whose response was lost.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs`. Not idempotent:
    /// never retried if the service may have acted on it. API version: 2025-03-12. Required role: Project Backup
    /// Recovery Operator. Documented errors: `400` `401` `403` `404` `409` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-creategroupclustercollectionrestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &CollectionRestoreJobRequest) -> Result<(), Error> {
    /// let output = client.create_collection_restore_job(group_id, cluster_name, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn create_collection_restore_job(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        body: &CollectionRestoreJobRequest,
    ) -> Call<CreateCollectionRestoreJob> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .body(body)
    }

    /// Get a collection restore job.
    ///
    /// Returns the current state of the job. `SUCCESSFUL`, `FAILED` and `CANCELED` are final.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs/{jobId}`. Idempotent:
    /// retried after every transient failure. API version: 2025-03-12. Required role: Project Backup Manager.
    /// Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclustercollectionrestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, job_id: &ObjectId) -> Result<(), Error> {
    /// let output = client.get_collection_restore_job(group_id, cluster_name, job_id).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_collection_restore_job(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        job_id: &ObjectId,
    ) -> Call<GetCollectionRestoreJob> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("jobId", job_id)
    }

    /// Wait until a collection restore job ends.
    ///
    /// Succeeds when `state` is `SUCCESSFUL`. Fails when `state` is `FAILED`. Is cancelled when `state` is
    /// `CANCELED`. Polls [`get_collection_restore_job`](Self::get_collection_restore_job).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, job_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// let ended = client.wait_for_collection_restore_job(group_id, cluster_name, job_id).await?;
    /// println!("{ended:?}");
    /// # Ok(()) }
    /// ```
    pub fn wait_for_collection_restore_job(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        job_id: &ObjectId,
    ) -> Wait<GetCollectionRestoreJob> {
        Wait::until(
                self.get_collection_restore_job(group_id, cluster_name, job_id),
                &[
                    Acceptor::Success("state", Matcher::Is(&["SUCCESSFUL"])),
                    Acceptor::Failure("state", Matcher::Is(&["FAILED"])),
                    Acceptor::Cancelled("state", Matcher::Is(&["CANCELED"])),
                ],
            )
            .named("restore job")
    }

    /// List the collections of a collection restore job.
    ///
    /// Returns the progress of each collection, page by page. The list is empty while the job is `INITIALIZING`.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs/{jobId}/collections`.
    /// Idempotent: retried after every transient failure. API version: 2025-03-12. Required role: Project Backup
    /// Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupclustercollectionrestorejobcollections).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, job_id: &ObjectId) -> Result<(), Error> {
    /// let mut items = client.list_restore_job_collections(group_id, cluster_name, job_id).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_restore_job_collections(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        job_id: &ObjectId,
    ) -> Call<ListRestoreJobCollections> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("jobId", job_id)
    }

    /// Get a collection of a collection restore job.
    ///
    /// Returns the progress of one collection of the job.
    ///
    /// Sends `GET
    /// /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs/{jobId}/collections/{sourceNamespace}`.
    /// Idempotent: retried after every transient failure. API version: 2025-03-12. Required role: Project Backup
    /// Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclustercollectionrestorejobcollection).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, job_id: &ObjectId, source_namespace: &str) -> Result<(), Error> {
    /// let output = client.get_restore_job_collection(group_id, cluster_name, job_id, source_namespace).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_restore_job_collection(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        job_id: &ObjectId,
        source_namespace: &str,
    ) -> Call<GetRestoreJobCollection> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("jobId", job_id)
            .path("sourceNamespace", source_namespace)
    }
}

/// Operation of [`Client::list_collection_restore_jobs`](crate::Client::list_collection_restore_jobs).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListCollectionRestoreJobs;
impl Endpoint for ListCollectionRestoreJobs {
    type Output = PaginatedCollectionRestoreJobs;
    const OPERATION: &'static Operation = &Operation {
        id: "listCollectionRestoreJobs",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs",
        accept: "application/vnd.atlas.2025-03-12+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for ListCollectionRestoreJobs {}
impl Pretty for ListCollectionRestoreJobs {}
paged!(ListCollectionRestoreJobs of CollectionRestoreJob { items: |page| page.results, links: links, most: 500 });

/// Operation of [`Client::create_collection_restore_job`](crate::Client::create_collection_restore_job).
#[derive(Debug)]
#[non_exhaustive]
pub struct CreateCollectionRestoreJob;
impl Endpoint for CreateCollectionRestoreJob {
    type Output = CollectionRestoreJob;
    const OPERATION: &'static Operation = &Operation {
        id: "createCollectionRestoreJob",
        method: Method::POST,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs",
        accept: "application/vnd.atlas.2025-03-12+json",
        content_type: Some("application/vnd.atlas.2025-03-12+json"),
        success: &[201],
        idempotent: false,
        roles: &["Project Backup Recovery Operator"],
    };
}
impl Enveloped for CreateCollectionRestoreJob {}
impl Pretty for CreateCollectionRestoreJob {}

/// Operation of [`Client::get_collection_restore_job`](crate::Client::get_collection_restore_job).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetCollectionRestoreJob;
impl Endpoint for GetCollectionRestoreJob {
    type Output = CollectionRestoreJob;
    const OPERATION: &'static Operation = &Operation {
        id: "getCollectionRestoreJob",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs/{jobId}",
        accept: "application/vnd.atlas.2025-03-12+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for GetCollectionRestoreJob {}
impl Pretty for GetCollectionRestoreJob {}

/// Operation of [`Client::list_restore_job_collections`](crate::Client::list_restore_job_collections).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListRestoreJobCollections;
impl Endpoint for ListRestoreJobCollections {
    type Output = PaginatedRestoreJobCollections;
    const OPERATION: &'static Operation = &Operation {
        id: "listRestoreJobCollections",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs/{jobId}/collections",
        accept: "application/vnd.atlas.2025-03-12+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for ListRestoreJobCollections {}
impl Pretty for ListRestoreJobCollections {}
paged!(ListRestoreJobCollections of RestoreJobCollection { items: |page| page.results, links: links, most: 500 });
impl Call<ListRestoreJobCollections> {
    /// Returns only collections in this state.
    pub fn state(self, state: &RestoreJobCollectionState) -> Self {
        self.query("state", state)
    }

    /// Returns only the collection with this source namespace, in the form `database.collection`.
    pub fn source_namespace(self, source_namespace: &str) -> Self {
        self.query("sourceNamespace", source_namespace)
    }

    /// Returns only the collection with this requested target namespace, in the form `database.collection`.
    pub fn target_namespace(self, target_namespace: &str) -> Self {
        self.query("targetNamespace", target_namespace)
    }
}

/// Operation of [`Client::get_restore_job_collection`](crate::Client::get_restore_job_collection).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetRestoreJobCollection;
impl Endpoint for GetRestoreJobCollection {
    type Output = RestoreJobCollection;
    const OPERATION: &'static Operation = &Operation {
        id: "getRestoreJobCollection",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs/{jobId}/collections/{sourceNamespace}",
        accept: "application/vnd.atlas.2025-03-12+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for GetRestoreJobCollection {}
impl Pretty for GetRestoreJobCollection {}

/// Progress of one collection of a collection restore job.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RestoreJobCollection {
    /// Namespace of the restored collection; differs from `targetNamespace` if that name was in use.
    pub effective_target_namespace: Option<String>,
    /// Progress of the index builds of one collection.
    pub index_status: Option<RestoreJobCollectionIndexStatus>,
    /// Number of documents restored so far.
    pub restored_documents: Option<i64>,
    /// Source namespace of the collection.
    pub source_namespace: Option<String>,
    /// State of the restore of one collection.
    pub state: Option<RestoreJobCollectionState>,
    /// Requested target namespace of the collection.
    pub target_namespace: Option<String>,
    /// Number of documents to restore.
    pub total_documents: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(RestoreJobCollection {
    effective_target_namespace: "effectiveTargetNamespace", index_status: "indexStatus",
    restored_documents: "restoredDocuments", source_namespace: "sourceNamespace", state: "state",
    target_namespace: "targetNamespace", total_documents: "totalDocuments",
});

/// Progress of the index builds of one collection.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RestoreJobCollectionIndexStatus {
    /// Cause of a failed index build.
    pub error_message: Option<String>,
    /// Definitions of the indexes whose build failed, at most 64.
    pub failed_indexes: Option<Vec<Value>>,
    /// State of the index builds of a restore.
    pub state: Option<IndexRestoreState>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(RestoreJobCollectionIndexStatus {
    error_message: "errorMessage", failed_indexes: "failedIndexes", state: "state",
});

/// Progress of the index builds of all collections of a job.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CollectionRestoreJobIndexStatus {
    /// Number of collections with a failed index build.
    pub failed_collection_count: Option<i64>,
    /// State of the index builds of a restore.
    pub state: Option<IndexRestoreState>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(CollectionRestoreJobIndexStatus {
    failed_collection_count: "failedCollectionCount", state: "state",
});

/// Request to restore databases or collections.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct CollectionRestoreJobRequest {
    /// Suffix for the names of restored collections.
    pub collection_suffix: Option<String>,
    /// Collections to restore, at most 100.
    pub collections: Option<Vec<RestoreNamespaceRequest>>,
    /// Suffix for the names of restored databases.
    pub database_suffix: Option<String>,
    /// Databases to restore, at most 100.
    pub databases: Option<Vec<RestoreNamespaceRequest>>,
    /// Indexes to restore.
    pub index_strategy: IndexStrategy,
    /// Ordinal of the oplog entry to restore to within its second, counted from 1; used together with `oplogTs`.
    pub oplog_inc: Option<i64>,
    /// Time of the oplog entry to restore to, in seconds since the Unix epoch; used together with `oplogInc`.
    pub oplog_ts: Option<i64>,
    /// Point in time to restore, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Identifier of the snapshot to restore.
    pub snapshot_id: Option<ObjectId>,
    /// Name of the target cluster.
    pub target_cluster_name: ClusterName,
    /// Identifier of the project of the target cluster.
    pub target_group_id: ObjectId,
    /// How a restore treats collections that exist in the target cluster.
    pub write_strategy: WriteStrategy,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl CollectionRestoreJobRequest {
    /// Creates a request with the required fields.
    pub fn new(
        index_strategy: IndexStrategy,
        target_cluster_name: ClusterName,
        target_group_id: ObjectId,
        write_strategy: WriteStrategy,
    ) -> Self {
        Self {
            collection_suffix: None,
            collections: None,
            database_suffix: None,
            databases: None,
            index_strategy,
            oplog_inc: None,
            oplog_ts: None,
            point_in_time_utc_seconds: None,
            snapshot_id: None,
            target_cluster_name,
            target_group_id,
            write_strategy,
            extra: Extra::default(),
        }
    }
}

impl Request for CollectionRestoreJobRequest {
    fn check(&self, violations: &mut Violations) {
        violations.count("collections", self.collections.as_ref(), ..=100);
        violations.count("databases", self.databases.as_ref(), ..=100);
    }
}
record!(CollectionRestoreJobRequest sent {
    collection_suffix: "collectionSuffix", collections: "collections", database_suffix: "databaseSuffix",
    databases: "databases", index_strategy: "indexStrategy", oplog_inc: "oplogInc", oplog_ts: "oplogTs",
    point_in_time_utc_seconds: "pointInTimeUtcSeconds", snapshot_id: "snapshotId",
    target_cluster_name: "targetClusterName", target_group_id: "targetGroupId",
    write_strategy: "writeStrategy",
});
setters!(CollectionRestoreJobRequest {
    collection_suffix: String, collections: Vec<RestoreNamespaceRequest>, database_suffix: String,
    databases: Vec<RestoreNamespaceRequest>, oplog_inc: i64, oplog_ts: i64, point_in_time_utc_seconds: i64,
    snapshot_id: ObjectId,
});

/// Job that restores databases or collections.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CollectionRestoreJob {
    /// Suffix for the names of restored collections.
    pub collection_suffix: Option<String>,
    /// Collections to restore, at most 100.
    pub collections: Option<Vec<RestoreNamespace>>,
    /// Time at which the job was created, in UTC.
    pub created_at: Option<Timestamp>,
    /// Suffix for the names of restored databases.
    pub database_suffix: Option<String>,
    /// Databases to restore, at most 100.
    pub databases: Option<Vec<RestoreNamespace>>,
    /// Cause of a failed or canceled job.
    pub error_message: Option<String>,
    /// Time at which the job ended, in UTC; absent while it runs.
    pub finished_at: Option<Timestamp>,
    /// Identifier of the collection restore job.
    pub id: Option<ObjectId>,
    /// Progress of the index builds of all collections of a job.
    pub index_status: Option<CollectionRestoreJobIndexStatus>,
    /// Indexes to restore.
    pub index_strategy: Option<IndexStrategy>,
    /// Ordinal of the oplog entry to restore to within its second, counted from 1; used together with `oplogTs`.
    pub oplog_inc: Option<i64>,
    /// Time of the oplog entry to restore to, in seconds since the Unix epoch; used together with `oplogInc`.
    pub oplog_ts: Option<i64>,
    /// Point in time to restore, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Number of documents restored so far.
    pub restored_documents: Option<i64>,
    /// Identifier of the snapshot to restore.
    pub snapshot_id: Option<ObjectId>,
    /// State of a collection restore job.
    pub state: Option<CollectionRestoreJobState>,
    /// Name of the target cluster.
    pub target_cluster_name: Option<ClusterName>,
    /// Identifier of the project of the target cluster.
    pub target_group_id: Option<ObjectId>,
    /// Number of documents to restore, initially an estimate.
    pub total_documents: Option<i64>,
    /// How a restore treats collections that exist in the target cluster.
    pub write_strategy: Option<WriteStrategy>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(CollectionRestoreJob {
    collection_suffix: "collectionSuffix", collections: "collections", created_at: "createdAt",
    database_suffix: "databaseSuffix", databases: "databases", error_message: "errorMessage",
    finished_at: "finishedAt", id: "id", index_status: "indexStatus", index_strategy: "indexStrategy",
    oplog_inc: "oplogInc", oplog_ts: "oplogTs", point_in_time_utc_seconds: "pointInTimeUtcSeconds",
    restored_documents: "restoredDocuments", snapshot_id: "snapshotId", state: "state",
    target_cluster_name: "targetClusterName", target_group_id: "targetGroupId",
    total_documents: "totalDocuments", write_strategy: "writeStrategy",
});
always_sent!(CollectionRestoreJob { id: ObjectId, state: CollectionRestoreJobState });

/// Database or collection to restore.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RestoreNamespace {
    /// Database, such as `orders`, or collection, such as `orders.open`.
    pub source_namespace: Option<String>,
    /// Namespace in the target cluster; defaults to the source namespace.
    pub target_namespace: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(RestoreNamespace { source_namespace: "sourceNamespace", target_namespace: "targetNamespace" });

/// Database or collection to restore.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct RestoreNamespaceRequest {
    /// Database, such as `orders`, or collection, such as `orders.open`.
    pub source_namespace: String,
    /// Namespace in the target cluster; defaults to the source namespace.
    pub target_namespace: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl RestoreNamespaceRequest {
    /// Creates a request with the required fields.
    pub fn new(source_namespace: impl Into<String>) -> Self {
        Self {
            source_namespace: source_namespace.into(),
            target_namespace: None,
            extra: Extra::default(),
        }
    }
}

impl Request for RestoreNamespaceRequest {}
record!(RestoreNamespaceRequest sent {
    source_namespace: "sourceNamespace", target_namespace: "targetNamespace",
});
setters!(RestoreNamespaceRequest { target_namespace: String });

/// One page of collections of a collection restore job.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedRestoreJobCollections {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Collections on this page.
    pub results: Vec<RestoreJobCollection>,
    /// Estimated number of collections on all pages.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedRestoreJobCollections { links: "links", results: "results", total_count: "totalCount" });

/// One page of collection restore jobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedCollectionRestoreJobs {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Collection restore jobs on this page.
    pub results: Vec<CollectionRestoreJob>,
    /// Estimated number of jobs on all pages.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedCollectionRestoreJobs { links: "links", results: "results", total_count: "totalCount" });

/// State of the restore of one collection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RestoreJobCollectionState {
    /// The restore waits to start.
    NotStarted,
    /// The job is copying the data.
    InProgress,
    /// The job is moving the restored data to the target namespace.
    Finalizing,
    /// The snapshot does not contain the collection.
    NotFound,
    /// Collection restore jobs do not support collections of this type.
    Unsupported,
    /// The collection was restored.
    Successful,
    /// The job is removing the restored data.
    Rollback,
    /// The job ended without restoring the collection.
    NotRestored,
    /// The restore failed.
    Failed,
    /// The data was restored, but an index build failed.
    IndexBuildFailed,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(RestoreJobCollectionState {
    NotStarted = "NOT_STARTED", InProgress = "IN_PROGRESS", Finalizing = "FINALIZING", NotFound = "NOT_FOUND",
    Unsupported = "UNSUPPORTED", Successful = "SUCCESSFUL", Rollback = "ROLLBACK",
    NotRestored = "NOT_RESTORED", Failed = "FAILED", IndexBuildFailed = "INDEX_BUILD_FAILED",
});

/// State of the index builds of a restore.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IndexRestoreState {
    /// The index builds wait for the data.
    NotStarted,
    /// The job is building indexes.
    InProgress,
    /// The job built all indexes.
    Successful,
    /// At least one index build failed.
    Failed,
    /// The job does not restore indexes.
    NotRestored,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(IndexRestoreState {
    NotStarted = "NOT_STARTED", InProgress = "IN_PROGRESS", Successful = "SUCCESSFUL", Failed = "FAILED",
    NotRestored = "NOT_RESTORED",
});

/// Indexes to restore.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IndexStrategy {
    /// All indexes.
    All,
    /// No indexes.
    None,
    /// All indexes except TTL indexes.
    AllExceptTtl,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(IndexStrategy { All = "ALL", None = "NONE", AllExceptTtl = "ALL_EXCEPT_TTL" });

/// How a restore treats collections that exist in the target cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WriteStrategy {
    /// Keeps existing collections and creates new collections for the restored data.
    CreateNew,
    /// Drops existing collections and replaces them.
    OverwriteExisting,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(WriteStrategy { CreateNew = "CREATE_NEW", OverwriteExisting = "OVERWRITE_EXISTING" });

/// State of a collection restore job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CollectionRestoreJobState {
    /// The job is determining the collections to restore.
    Initializing,
    /// The job is copying the data.
    InProgress,
    /// The job is moving the restored data to the target namespaces.
    Finalizing,
    /// The job restored all collections.
    Successful,
    /// The job was canceled before it was complete.
    Canceled,
    /// The job failed.
    Failed,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(CollectionRestoreJobState {
    Initializing = "INITIALIZING", InProgress = "IN_PROGRESS", Finalizing = "FINALIZING",
    Successful = "SUCCESSFUL", Canceled = "CANCELED", Failed = "FAILED",
});
