// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! The resource `collection_restore_jobs`.

use crate::{
    Acceptor, Call, Client, ClusterName, Endpoint, Enveloped, Extra, Matcher, ObjectId,
    Operation, Pretty, Request, Timestamp, Violations, Wait,
};
use crate::json::{always_sent, open_enum, paged, record, setters};
use http::Method;
use serde_json::Value;
pub use super::shared::Link;

impl Client {
    /// List the collection restore jobs of a cluster.
    ///
    /// Returns the jobs page by page; the total cannot be declined.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs`; safe to send again.
    /// Version: 2025-03-12. Role: Project Backup Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
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
    /// Starts the job and returns at once. It takes a snapshot, the seconds, or both oplog numbers, and up to 100
    /// namespaces of each kind. `OVERWRITE_EXISTING` drops what it replaces, and what is written meanwhile is lost.
    /// `wait_for_collection_restore_job` waits for its end. There is no place for an idempotency key: look at the
    /// list before sending a lost call again.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs`; never repeated by
    /// itself once it may have been received. Version: 2025-03-12. Role: Project Backup Recovery Operator. Documented
    /// errors: `400` `401` `403` `404` `409` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-creategroupclustercollectionrestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &CollectionRestoreJobRequest) -> Result<(), Error> {
    /// let answer = client.create_collection_restore_job(group_id, cluster_name, body).await?;
    /// println!("{answer:?}");
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
    /// Returns the job as it stands; `SUCCESSFUL`, `FAILED` and `CANCELED` are final.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs/{jobId}`; safe to send
    /// again. Version: 2025-03-12. Role: Project Backup Manager. Documented errors: `400` `401` `403` `404` `429`
    /// `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclustercollectionrestorejob).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, job_id: &ObjectId) -> Result<(), Error> {
    /// let answer = client.get_collection_restore_job(group_id, cluster_name, job_id).await?;
    /// println!("{answer:?}");
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

    /// Wait until a restore of databases or collections has ended.
    ///
    /// Success: `state` is `SUCCESSFUL`. Failure: `state` is `FAILED`. Cancelled: `state` is `CANCELED`. Asks
    /// [`get_collection_restore_job`](Self::get_collection_restore_job).
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
    /// Returns how far each collection has come, page by page; none while the job is `INITIALIZING`.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs/{jobId}/collections`;
    /// safe to send again. Version: 2025-03-12. Role: Project Backup Manager. Documented errors: `400` `401` `403`
    /// `404` `429` `500`.
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
    /// Returns how far the restore of one collection has come.
    ///
    /// Sends `GET
    /// /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs/{jobId}/collections/{sourceNamespace}`;
    /// safe to send again. Version: 2025-03-12. Role: Project Backup Manager. Documented errors: `400` `401` `403`
    /// `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclustercollectionrestorejobcollection).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, job_id: &ObjectId, source_namespace: &str) -> Result<(), Error> {
    /// let answer = client.get_restore_job_collection(group_id, cluster_name, job_id, source_namespace).await?;
    /// println!("{answer:?}");
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

/// The operation behind [`Client::list_collection_restore_jobs`](crate::Client::list_collection_restore_jobs).
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

/// The operation behind [`Client::create_collection_restore_job`](crate::Client::create_collection_restore_job).
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

/// The operation behind [`Client::get_collection_restore_job`](crate::Client::get_collection_restore_job).
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

/// The operation behind [`Client::list_restore_job_collections`](crate::Client::list_restore_job_collections).
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
    /// Only collections in this state.
    pub fn state(self, state: &RestoreJobCollectionState) -> Self {
        self.query("state", state)
    }

    /// Only the collection restored from this namespace, database and collection.
    pub fn source_namespace(self, source_namespace: &str) -> Self {
        self.query("sourceNamespace", source_namespace)
    }

    /// Only the collection that was to be restored to this namespace, database and collection.
    pub fn target_namespace(self, target_namespace: &str) -> Self {
        self.query("targetNamespace", target_namespace)
    }
}

/// The operation behind [`Client::get_restore_job_collection`](crate::Client::get_restore_job_collection).
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

/// How far one collection of a restore has come.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RestoreJobCollection {
    /// Namespace it was restored to, which differs where names were in use.
    pub effective_target_namespace: Option<String>,
    /// How far the indexes of one collection have come.
    pub index_status: Option<RestoreJobCollectionIndexStatus>,
    /// Documents restored so far.
    pub restored_documents: Option<i64>,
    /// Namespace it is restored from.
    pub source_namespace: Option<String>,
    /// How far the restore of one collection has come.
    pub state: Option<RestoreJobCollectionState>,
    /// Namespace it was to be restored to.
    pub target_namespace: Option<String>,
    /// Documents to restore.
    pub total_documents: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(RestoreJobCollection {
    effective_target_namespace: "effectiveTargetNamespace", index_status: "indexStatus",
    restored_documents: "restoredDocuments", source_namespace: "sourceNamespace", state: "state",
    target_namespace: "targetNamespace", total_documents: "totalDocuments",
});

/// How far the indexes of one collection have come.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RestoreJobCollectionIndexStatus {
    /// Why an index could not be built.
    pub error_message: Option<String>,
    /// Definitions of the indexes that could not be built, at most 64.
    pub failed_indexes: Option<Vec<Value>>,
    /// How far the indexes of a restore have come.
    pub state: Option<IndexRestoreState>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(RestoreJobCollectionIndexStatus {
    error_message: "errorMessage", failed_indexes: "failedIndexes", state: "state",
});

/// How far the indexes of all collections of a job have come.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CollectionRestoreJobIndexStatus {
    /// Collections that lack an index.
    pub failed_collection_count: Option<i64>,
    /// How far the indexes of a restore have come.
    pub state: Option<IndexRestoreState>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(CollectionRestoreJobIndexStatus {
    failed_collection_count: "failedCollectionCount", state: "state",
});

/// A restore of databases or collections to start.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct CollectionRestoreJobRequest {
    /// Text that is appended to the names of restored collections.
    pub collection_suffix: Option<String>,
    /// Collections to restore, at most 100.
    pub collections: Option<Vec<RestoreNamespaceRequest>>,
    /// Text that is appended to the names of restored databases.
    pub database_suffix: Option<String>,
    /// Databases to restore, at most 100.
    pub databases: Option<Vec<RestoreNamespaceRequest>>,
    /// Which indexes are restored.
    pub index_strategy: IndexStrategy,
    /// Oplog position to restore to, second half: the number within the second, from 1.
    pub oplog_inc: Option<i64>,
    /// Oplog position to restore to, first half: seconds since the Unix epoch.
    pub oplog_ts: Option<i64>,
    /// Moment to restore to, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Snapshot to restore.
    pub snapshot_id: Option<ObjectId>,
    /// Cluster that gets the data.
    pub target_cluster_name: ClusterName,
    /// Project of the target cluster.
    pub target_group_id: ObjectId,
    /// What becomes of collections that exist at the target.
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

/// The restore of databases or collections.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CollectionRestoreJob {
    /// Text that is appended to the names of restored collections.
    pub collection_suffix: Option<String>,
    /// Collections to restore, at most 100.
    pub collections: Option<Vec<RestoreNamespace>>,
    /// When the job was started, UTC.
    pub created_at: Option<Timestamp>,
    /// Text that is appended to the names of restored databases.
    pub database_suffix: Option<String>,
    /// Databases to restore, at most 100.
    pub databases: Option<Vec<RestoreNamespace>>,
    /// Why the job failed or was canceled.
    pub error_message: Option<String>,
    /// When the job ended, UTC; absent until then.
    pub finished_at: Option<Timestamp>,
    /// Identifier of this job.
    pub id: Option<ObjectId>,
    /// How far the indexes of all collections of a job have come.
    pub index_status: Option<CollectionRestoreJobIndexStatus>,
    /// Which indexes are restored.
    pub index_strategy: Option<IndexStrategy>,
    /// Oplog position to restore to, second half: the number within the second, from 1.
    pub oplog_inc: Option<i64>,
    /// Oplog position to restore to, first half: seconds since the Unix epoch.
    pub oplog_ts: Option<i64>,
    /// Moment to restore to, in seconds since the Unix epoch.
    pub point_in_time_utc_seconds: Option<i64>,
    /// Documents restored so far.
    pub restored_documents: Option<i64>,
    /// Snapshot to restore.
    pub snapshot_id: Option<ObjectId>,
    /// How far a collection restore job has come.
    pub state: Option<CollectionRestoreJobState>,
    /// Cluster that gets the data.
    pub target_cluster_name: Option<ClusterName>,
    /// Project of the target cluster.
    pub target_group_id: Option<ObjectId>,
    /// Documents to restore, an estimate at first.
    pub total_documents: Option<i64>,
    /// What becomes of collections that exist at the target.
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

/// A database or collection to restore.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RestoreNamespace {
    /// Database, such as `orders`, or collection, such as `orders.open`.
    pub source_namespace: Option<String>,
    /// Name at the target, if another is wanted.
    pub target_namespace: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(RestoreNamespace { source_namespace: "sourceNamespace", target_namespace: "targetNamespace" });

/// A database or collection to restore.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct RestoreNamespaceRequest {
    /// Database, such as `orders`, or collection, such as `orders.open`.
    pub source_namespace: String,
    /// Name at the target, if another is wanted.
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
    /// This page as `self` and, unless it is the last, the next one as `next`.
    pub links: Option<Vec<Link>>,
    /// The collections on this page.
    pub results: Vec<RestoreJobCollection>,
    /// Collections on all pages, an estimate.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedRestoreJobCollections { links: "links", results: "results", total_count: "totalCount" });

/// One page of collection restore jobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedCollectionRestoreJobs {
    /// This page as `self` and, unless it is the last, the next one as `next`.
    pub links: Option<Vec<Link>>,
    /// The jobs on this page.
    pub results: Vec<CollectionRestoreJob>,
    /// Jobs on all pages, an estimate.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedCollectionRestoreJobs { links: "links", results: "results", total_count: "totalCount" });

/// How far the restore of one collection has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RestoreJobCollectionState {
    /// It waits for its turn.
    NotStarted,
    /// Its data is being copied.
    InProgress,
    /// Its data is being put in place.
    Finalizing,
    /// The snapshot does not have it.
    NotFound,
    /// It is of a kind that these jobs do not restore.
    Unsupported,
    /// It is restored.
    Successful,
    /// What was restored of it is being taken back.
    Rollback,
    /// The job ended without restoring it.
    NotRestored,
    /// It ended in an error.
    Failed,
    /// Its data is there, an index is not.
    IndexBuildFailed,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(RestoreJobCollectionState {
    NotStarted = "NOT_STARTED", InProgress = "IN_PROGRESS", Finalizing = "FINALIZING", NotFound = "NOT_FOUND",
    Unsupported = "UNSUPPORTED", Successful = "SUCCESSFUL", Rollback = "ROLLBACK",
    NotRestored = "NOT_RESTORED", Failed = "FAILED", IndexBuildFailed = "INDEX_BUILD_FAILED",
});

/// How far the indexes of a restore have come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IndexRestoreState {
    /// They wait for the data.
    NotStarted,
    /// They are being built.
    InProgress,
    /// All are there.
    Successful,
    /// Some could not be built.
    Failed,
    /// None are restored.
    NotRestored,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(IndexRestoreState {
    NotStarted = "NOT_STARTED", InProgress = "IN_PROGRESS", Successful = "SUCCESSFUL", Failed = "FAILED",
    NotRestored = "NOT_RESTORED",
});

/// Which indexes are restored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IndexStrategy {
    /// All.
    All,
    /// None.
    None,
    /// All but those that let documents expire.
    AllExceptTtl,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(IndexStrategy { All = "ALL", None = "NONE", AllExceptTtl = "ALL_EXCEPT_TTL" });

/// What becomes of collections that exist at the target.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WriteStrategy {
    /// They stay, restored ones are created beside them.
    CreateNew,
    /// They are dropped and replaced.
    OverwriteExisting,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(WriteStrategy { CreateNew = "CREATE_NEW", OverwriteExisting = "OVERWRITE_EXISTING" });

/// How far a collection restore job has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CollectionRestoreJobState {
    /// Accepted; its collections are not known yet.
    Initializing,
    /// Data is being copied.
    InProgress,
    /// Data is being put in place.
    Finalizing,
    /// Everything is restored.
    Successful,
    /// Ended before it was complete.
    Canceled,
    /// Ended in an error.
    Failed,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(CollectionRestoreJobState {
    Initializing = "INITIALIZING", InProgress = "IN_PROGRESS", Finalizing = "FINALIZING",
    Successful = "SUCCESSFUL", Canceled = "CANCELED", Failed = "FAILED",
});
