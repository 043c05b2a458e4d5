// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Snapshots of replica sets and sharded clusters, and their databases and collections.

use crate::{
    Acceptor, Call, Client, ClusterName, Counted, Endpoint, Enveloped, Extra, Matcher,
    ObjectId, Operation, Pretty, Request, Timestamp, Violations, Wait,
};
use crate::json::{
    always_sent, common_fields, from_variants, open_enum, paged, record, setters,
    tagged_union,
};
use http::Method;
use serde_json::Value;
pub use super::shared::{Link, CloudProvider};

/// # Snapshots
///
/// Types and endpoints: [`v2::snapshots`](self).
impl Client {
    /// List the snapshots of a replica set.
    ///
    /// Returns the snapshots page by page. Use `list_backup_sharded_clusters` for a sharded cluster. With a point in
    /// time or an oplog position, returns only the last snapshot before it.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots`. Idempotent: retried after
    /// every transient failure. API version: 2023-01-01. Required role: Project Read Only. Documented errors: `400`
    /// `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupclusterbackupsnapshots).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let mut items = client.list_backup_snapshots(group_id, cluster_name).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_backup_snapshots(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
    ) -> Call<ListBackupSnapshots> {
        Call::new(self).path("groupId", group_id).path("clusterName", cluster_name)
    }

    /// Take an on-demand snapshot.
    ///
    /// Queues an on-demand snapshot and returns immediately. Wait for the snapshot with `wait_for_backup_snapshot`.
    /// The service responds with 400 while another on-demand snapshot is unfinished. Snapshots do not support
    /// idempotency keys: check the list of snapshots before you repeat a request whose response was lost.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots`. Not idempotent: never
    /// retried if the service may have acted on it. API version: 2023-01-01. Required role: Project Backup Creator.
    /// Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-takegroupclusterbackupsnapshots).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &DiskBackupOnDemandSnapshotRequest) -> Result<(), Error> {
    /// let output = client.take_snapshots(group_id, cluster_name, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn take_snapshots(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        body: &DiskBackupOnDemandSnapshotRequest,
    ) -> Call<TakeSnapshots> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .body(body)
    }

    /// Get a snapshot of a replica set.
    ///
    /// Returns the current state of the snapshot. Its size and creation time are available when its status is
    /// `completed`.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}`. Idempotent:
    /// retried after every transient failure. API version: 2023-01-01. Required role: Project Read Only. Documented
    /// errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclusterbackupsnapshot).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Error> {
    /// let output = client.get_cluster_backup_snapshot(group_id, cluster_name, snapshot_id).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_cluster_backup_snapshot(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Call<GetClusterBackupSnapshot> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("snapshotId", snapshot_id)
    }

    /// Wait until a snapshot of a replica set is complete.
    ///
    /// Succeeds when `status` is `completed`. Fails when `status` is `failed`. Polls
    /// [`get_cluster_backup_snapshot`](Self::get_cluster_backup_snapshot).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// let ended = client.wait_for_backup_snapshot(group_id, cluster_name, snapshot_id).await?;
    /// println!("{ended:?}");
    /// # Ok(()) }
    /// ```
    pub fn wait_for_backup_snapshot(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Wait<GetClusterBackupSnapshot> {
        Wait::until(
                self.get_cluster_backup_snapshot(group_id, cluster_name, snapshot_id),
                &[
                    Acceptor::Success("status", Matcher::Is(&["completed"])),
                    Acceptor::Failure("status", Matcher::Is(&["failed"])),
                ],
            )
            .named("snapshot")
    }

    /// Wait until a snapshot of a replica set is deleted.
    ///
    /// Succeeds when the service responds with a 404 about the resource. Polls
    /// [`get_cluster_backup_snapshot`](Self::get_cluster_backup_snapshot).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// client.wait_for_backup_snapshot_deletion(group_id, cluster_name, snapshot_id).await?;
    /// # Ok(()) }
    /// ```
    pub fn wait_for_backup_snapshot_deletion(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Wait<GetClusterBackupSnapshot, ()> {
        Wait::until_gone(
                self.get_cluster_backup_snapshot(group_id, cluster_name, snapshot_id),
            )
            .named("deletion of snapshot")
    }

    /// Delete a snapshot of a replica set.
    ///
    /// Deletes one snapshot permanently. The service responds with 400 while the snapshot is in progress.
    ///
    /// Sends `DELETE /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}`.
    /// Idempotent: retried after every transient failure. API version: 2023-01-01. Required role: Project Backup
    /// Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-deletegroupclusterbackupsnapshot).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Error> {
    /// client.delete_cluster_backup_snapshot(group_id, cluster_name, snapshot_id).await?;
    /// # Ok(()) }
    /// ```
    pub fn delete_cluster_backup_snapshot(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Call<DeleteClusterBackupSnapshot> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("snapshotId", snapshot_id)
    }

    /// Change the retention of a snapshot.
    ///
    /// Sets the retention of one snapshot, counted from its creation time. The service responds with 400 while the
    /// snapshot is in progress.
    ///
    /// Sends `PATCH /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}`. Idempotent:
    /// retried after every transient failure. API version: 2023-01-01. Required role: Project Backup Manager.
    /// Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-updategroupclusterbackupsnapshot).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId, body: &BackupSnapshotRetention) -> Result<(), Error> {
    /// let output = client.update_backup_snapshot(group_id, cluster_name, snapshot_id, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn update_backup_snapshot(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
        body: &BackupSnapshotRetention,
    ) -> Call<UpdateBackupSnapshot> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("snapshotId", snapshot_id)
            .body(body)
    }

    /// List the databases in a snapshot.
    ///
    /// Returns the database names page by page. A collection restore job accepts them as namespaces.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases`.
    /// Idempotent: retried after every transient failure. API version: 2025-03-12. Required role: Project Backup
    /// Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupclusterbackupsnapshotdatabases).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Error> {
    /// let mut items = client.list_backup_snapshot_databases(group_id, cluster_name, snapshot_id).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_backup_snapshot_databases(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Call<ListBackupSnapshotDatabases> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("snapshotId", snapshot_id)
    }

    /// Get a database in a snapshot.
    ///
    /// Returns the database if the snapshot contains it.
    ///
    /// Sends `GET
    /// /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}`.
    /// Idempotent: retried after every transient failure. API version: 2025-03-12. Required role: Project Backup
    /// Manager. Documented errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclusterbackupsnapshotdatabase).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId, database_name: &str) -> Result<(), Error> {
    /// let output = client.get_backup_snapshot_database(group_id, cluster_name, snapshot_id, database_name).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_backup_snapshot_database(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
        database_name: &str,
    ) -> Call<GetBackupSnapshotDatabase> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("snapshotId", snapshot_id)
            .path("databaseName", database_name)
    }

    /// List the collections of a database in a snapshot.
    ///
    /// Returns the collection names page by page. A collection restore job accepts them in the form
    /// `database.collection`.
    ///
    /// Sends `GET
    /// /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}/collections`.
    /// Idempotent: retried after every transient failure. API version: 2025-03-12. Required role: Project Backup
    /// Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupclusterbackupsnapshotdatabasecollections).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId, database_name: &str) -> Result<(), Error> {
    /// let mut items = client.list_snapshot_database_collections(group_id, cluster_name, snapshot_id, database_name).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_snapshot_database_collections(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
        database_name: &str,
    ) -> Call<ListSnapshotDatabaseCollections> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("snapshotId", snapshot_id)
            .path("databaseName", database_name)
    }

    /// Get a collection in a snapshot.
    ///
    /// Returns the collection if the snapshot contains it.
    ///
    /// Sends `GET
    /// /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}/collections/{collectionName}`.
    /// Idempotent: retried after every transient failure. API version: 2025-03-12. Required role: Project Backup
    /// Manager. Documented errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclusterbackupsnapshotdatabasecollection).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId, database_name: &str, collection_name: &str) -> Result<(), Error> {
    /// let output = client.get_snapshot_database_collection(group_id, cluster_name, snapshot_id, database_name, collection_name).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_snapshot_database_collection(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
        database_name: &str,
        collection_name: &str,
    ) -> Call<GetSnapshotDatabaseCollection> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("snapshotId", snapshot_id)
            .path("databaseName", database_name)
            .path("collectionName", collection_name)
    }

    /// Get a snapshot of a sharded cluster.
    ///
    /// Returns the current state of the snapshot and of its members (shards and config servers).
    ///
    /// Sends `GET
    /// /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedCluster/{snapshotId}`.
    /// Idempotent: retried after every transient failure. API version: 2023-01-01. Required role: Project Read Only.
    /// Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupclusterbackupsnapshotshardedcluster).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Error> {
    /// let output = client.get_backup_sharded_cluster(group_id, cluster_name, snapshot_id).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_backup_sharded_cluster(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Call<GetBackupShardedCluster> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("snapshotId", snapshot_id)
    }

    /// Wait until a snapshot of a sharded cluster is complete.
    ///
    /// Succeeds when `status` is `completed`. Fails when `status` is `failed`. Polls
    /// [`get_backup_sharded_cluster`](Self::get_backup_sharded_cluster).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// let ended = client.wait_for_backup_sharded_cluster(group_id, cluster_name, snapshot_id).await?;
    /// println!("{ended:?}");
    /// # Ok(()) }
    /// ```
    pub fn wait_for_backup_sharded_cluster(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Wait<GetBackupShardedCluster> {
        Wait::until(
                self.get_backup_sharded_cluster(group_id, cluster_name, snapshot_id),
                &[
                    Acceptor::Success("status", Matcher::Is(&["completed"])),
                    Acceptor::Failure("status", Matcher::Is(&["failed"])),
                ],
            )
            .named("snapshot")
    }

    /// Wait until a snapshot of a sharded cluster is deleted.
    ///
    /// Succeeds when the service responds with a 404 about the resource. Polls
    /// [`get_backup_sharded_cluster`](Self::get_backup_sharded_cluster).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// client.wait_for_backup_sharded_cluster_deletion(group_id, cluster_name, snapshot_id).await?;
    /// # Ok(()) }
    /// ```
    pub fn wait_for_backup_sharded_cluster_deletion(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Wait<GetBackupShardedCluster, ()> {
        Wait::until_gone(
                self.get_backup_sharded_cluster(group_id, cluster_name, snapshot_id),
            )
            .named("deletion of snapshot")
    }

    /// Delete a snapshot of a sharded cluster.
    ///
    /// Deletes the snapshot and the snapshots of its members permanently.
    ///
    /// Sends `DELETE
    /// /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedCluster/{snapshotId}`.
    /// Idempotent: retried after every transient failure. API version: 2023-01-01. Required role: Project Backup
    /// Manager. Documented errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-deletegroupclusterbackupsnapshotshardedcluster).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, snapshot_id: &ObjectId) -> Result<(), Error> {
    /// client.delete_backup_sharded_cluster(group_id, cluster_name, snapshot_id).await?;
    /// # Ok(()) }
    /// ```
    pub fn delete_backup_sharded_cluster(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
        snapshot_id: &ObjectId,
    ) -> Call<DeleteBackupShardedCluster> {
        Call::new(self)
            .path("groupId", group_id)
            .path("clusterName", cluster_name)
            .path("snapshotId", snapshot_id)
    }

    /// List the snapshots of a sharded cluster.
    ///
    /// Returns all snapshots in one response, each with its members (shards and config servers).
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedClusters`.
    /// Idempotent: retried after every transient failure. API version: 2023-01-01. Required role: Project Read Only.
    /// Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupclusterbackupsnapshotshardedclusters).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName) -> Result<(), Error> {
    /// let output = client.list_backup_sharded_clusters(group_id, cluster_name).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn list_backup_sharded_clusters(
        &self,
        group_id: &ObjectId,
        cluster_name: &ClusterName,
    ) -> Call<ListBackupShardedClusters> {
        Call::new(self).path("groupId", group_id).path("clusterName", cluster_name)
    }
}

/// Operation of [`Client::list_backup_snapshots`](crate::Client::list_backup_snapshots).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListBackupSnapshots;
impl Endpoint for ListBackupSnapshots {
    type Output = PaginatedBackupSnapshots;
    const OPERATION: &'static Operation = &Operation {
        id: "listBackupSnapshots",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for ListBackupSnapshots {}
impl Pretty for ListBackupSnapshots {}
impl Counted for ListBackupSnapshots {}
paged!(ListBackupSnapshots of DiskBackupReplicaSet { items: |page| page.results, links: links, most: 500 });
impl Call<ListBackupSnapshots> {
    /// Point in time to restore, in seconds since the Unix epoch; excludes `oplogTs` and `oplogInc`.
    pub fn point_in_time_utc_seconds(self, point_in_time_utc_seconds: i64) -> Self {
        self.query("pointInTimeUtcSeconds", &point_in_time_utc_seconds)
    }

    /// Time of the oplog entry to restore to, in seconds since the Unix epoch; used together with `oplogInc`.
    pub fn oplog_ts(self, oplog_ts: i64) -> Self {
        self.query("oplogTs", &oplog_ts)
    }

    /// Ordinal of the oplog entry to restore to within its second, counted from 1; used together with `oplogTs`.
    pub fn oplog_inc(self, oplog_inc: i64) -> Self {
        self.query("oplogInc", &oplog_inc)
    }
}

/// Operation of [`Client::take_snapshots`](crate::Client::take_snapshots).
#[derive(Debug)]
#[non_exhaustive]
pub struct TakeSnapshots;
impl Endpoint for TakeSnapshots {
    type Output = DiskBackupSnapshot;
    const OPERATION: &'static Operation = &Operation {
        id: "takeSnapshots",
        method: Method::POST,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: Some("application/vnd.atlas.2023-01-01+json"),
        success: &[200],
        idempotent: false,
        roles: &["Project Backup Creator"],
    };
}
impl Enveloped for TakeSnapshots {}
impl Pretty for TakeSnapshots {}

/// Operation of [`Client::get_cluster_backup_snapshot`](crate::Client::get_cluster_backup_snapshot).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetClusterBackupSnapshot;
impl Endpoint for GetClusterBackupSnapshot {
    type Output = DiskBackupReplicaSet;
    const OPERATION: &'static Operation = &Operation {
        id: "getClusterBackupSnapshot",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for GetClusterBackupSnapshot {}
impl Pretty for GetClusterBackupSnapshot {}

/// Operation of [`Client::delete_cluster_backup_snapshot`](crate::Client::delete_cluster_backup_snapshot).
#[derive(Debug)]
#[non_exhaustive]
pub struct DeleteClusterBackupSnapshot;
impl Endpoint for DeleteClusterBackupSnapshot {
    type Output = ();
    const OPERATION: &'static Operation = &Operation {
        id: "deleteClusterBackupSnapshot",
        method: Method::DELETE,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[204],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for DeleteClusterBackupSnapshot {}
impl Pretty for DeleteClusterBackupSnapshot {}

/// Operation of [`Client::update_backup_snapshot`](crate::Client::update_backup_snapshot).
#[derive(Debug)]
#[non_exhaustive]
pub struct UpdateBackupSnapshot;
impl Endpoint for UpdateBackupSnapshot {
    type Output = DiskBackupReplicaSet;
    const OPERATION: &'static Operation = &Operation {
        id: "updateBackupSnapshot",
        method: Method::PATCH,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: Some("application/vnd.atlas.2023-01-01+json"),
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for UpdateBackupSnapshot {}
impl Pretty for UpdateBackupSnapshot {}

/// Operation of [`Client::list_backup_snapshot_databases`](crate::Client::list_backup_snapshot_databases).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListBackupSnapshotDatabases;
impl Endpoint for ListBackupSnapshotDatabases {
    type Output = PaginatedBackupDatabases;
    const OPERATION: &'static Operation = &Operation {
        id: "listBackupSnapshotDatabases",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases",
        accept: "application/vnd.atlas.2025-03-12+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for ListBackupSnapshotDatabases {}
impl Pretty for ListBackupSnapshotDatabases {}
impl Counted for ListBackupSnapshotDatabases {}
paged!(ListBackupSnapshotDatabases of DiskBackupDatabaseResponse { items: |page| page.results, links: links, most: 500 });

/// Operation of [`Client::get_backup_snapshot_database`](crate::Client::get_backup_snapshot_database).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetBackupSnapshotDatabase;
impl Endpoint for GetBackupSnapshotDatabase {
    type Output = DiskBackupDatabaseResponse;
    const OPERATION: &'static Operation = &Operation {
        id: "getBackupSnapshotDatabase",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}",
        accept: "application/vnd.atlas.2025-03-12+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for GetBackupSnapshotDatabase {}
impl Pretty for GetBackupSnapshotDatabase {}

/// Operation of [`Client::list_snapshot_database_collections`](crate::Client::list_snapshot_database_collections).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListSnapshotDatabaseCollections;
impl Endpoint for ListSnapshotDatabaseCollections {
    type Output = PaginatedBackupCollections;
    const OPERATION: &'static Operation = &Operation {
        id: "listSnapshotDatabaseCollections",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}/collections",
        accept: "application/vnd.atlas.2025-03-12+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for ListSnapshotDatabaseCollections {}
impl Pretty for ListSnapshotDatabaseCollections {}
impl Counted for ListSnapshotDatabaseCollections {}
paged!(ListSnapshotDatabaseCollections of DiskBackupCollectionResponse { items: |page| page.results, links: links, most: 500 });

/// Operation of [`Client::get_snapshot_database_collection`](crate::Client::get_snapshot_database_collection).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetSnapshotDatabaseCollection;
impl Endpoint for GetSnapshotDatabaseCollection {
    type Output = DiskBackupCollectionResponse;
    const OPERATION: &'static Operation = &Operation {
        id: "getSnapshotDatabaseCollection",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/{snapshotId}/databases/{databaseName}/collections/{collectionName}",
        accept: "application/vnd.atlas.2025-03-12+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for GetSnapshotDatabaseCollection {}
impl Pretty for GetSnapshotDatabaseCollection {}

/// Operation of [`Client::get_backup_sharded_cluster`](crate::Client::get_backup_sharded_cluster).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetBackupShardedCluster;
impl Endpoint for GetBackupShardedCluster {
    type Output = DiskBackupShardedClusterSnapshot;
    const OPERATION: &'static Operation = &Operation {
        id: "getBackupShardedCluster",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedCluster/{snapshotId}",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for GetBackupShardedCluster {}
impl Pretty for GetBackupShardedCluster {}

/// Operation of [`Client::delete_backup_sharded_cluster`](crate::Client::delete_backup_sharded_cluster).
#[derive(Debug)]
#[non_exhaustive]
pub struct DeleteBackupShardedCluster;
impl Endpoint for DeleteBackupShardedCluster {
    type Output = ();
    const OPERATION: &'static Operation = &Operation {
        id: "deleteBackupShardedCluster",
        method: Method::DELETE,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedCluster/{snapshotId}",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[204],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for DeleteBackupShardedCluster {}
impl Pretty for DeleteBackupShardedCluster {}

/// Operation of [`Client::list_backup_sharded_clusters`](crate::Client::list_backup_sharded_clusters).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListBackupShardedClusters;
impl Endpoint for ListBackupShardedClusters {
    type Output = PaginatedBackupShardedClusters;
    const OPERATION: &'static Operation = &Operation {
        id: "listBackupShardedClusters",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots/shardedClusters",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for ListBackupShardedClusters {}
impl Pretty for ListBackupShardedClusters {}

/// Request to change the retention of a snapshot.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct BackupSnapshotRetention {
    /// Unit of the retention of a snapshot.
    pub retention_unit: SnapshotRetentionUnit,
    /// Retention in `retentionUnit`.
    pub retention_value: i64,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl BackupSnapshotRetention {
    /// Creates a request with the required fields.
    pub fn new(retention_unit: SnapshotRetentionUnit, retention_value: i64) -> Self {
        Self {
            retention_unit,
            retention_value,
            extra: Extra::default(),
        }
    }
}

impl Request for BackupSnapshotRetention {}
record!(BackupSnapshotRetention sent { retention_unit: "retentionUnit", retention_value: "retentionValue" });

/// Collection in a snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupCollectionResponse {
    /// Links to related resources.
    pub links: Option<Vec<Link>>,
    /// Name of the collection, without the database name.
    pub name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupCollectionResponse { links: "links", name: "name" });

/// Database in a snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupDatabaseResponse {
    /// Links to related resources.
    pub links: Option<Vec<Link>>,
    /// Name of the database.
    pub name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupDatabaseResponse { links: "links", name: "name" });

/// Request to take an on-demand snapshot.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupOnDemandSnapshotRequest {
    /// Free-text description of the snapshot.
    pub description: Option<String>,
    /// Retention of the snapshot in days, at least 1.
    pub retention_in_days: i64,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupOnDemandSnapshotRequest {
    /// Creates a request with the required fields.
    pub fn new(retention_in_days: i64) -> Self {
        Self {
            description: None,
            retention_in_days,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupOnDemandSnapshotRequest {
    fn check(&self, violations: &mut Violations) {
        violations.range("retentionInDays", Some(&self.retention_in_days), 1..);
    }
}
record!(DiskBackupOnDemandSnapshotRequest sent {
    description: "description", retention_in_days: "retentionInDays",
});
setters!(DiskBackupOnDemandSnapshotRequest { description: String });

/// Snapshot of a replica set.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupReplicaSet {
    /// Cloud provider that stores the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Regions that store copies of the snapshot.
    pub copy_regions: Option<Vec<String>>,
    /// Time at which the snapshot was taken, in UTC; absent until the snapshot is complete.
    pub created_at: Option<Timestamp>,
    /// Description from the request of an on-demand snapshot.
    pub description: Option<String>,
    /// Time at which the service deletes the snapshot, in UTC.
    pub expires_at: Option<Timestamp>,
    /// Frequency of a snapshot.
    pub frequency_type: Option<SnapshotFrequency>,
    /// Identifier of the snapshot.
    pub id: Option<ObjectId>,
    /// Links to this snapshot, its cluster and its project.
    pub links: Option<Vec<Link>>,
    /// Identifier of the AWS KMS key that encrypts the snapshot, if the project uses its own keys.
    pub master_key_uuid: Option<String>,
    /// MongoDB version of the cluster.
    pub mongod_version: Option<String>,
    /// Identifiers of the policy items that triggered the snapshot.
    pub policy_items: Option<Vec<ObjectId>>,
    /// Name of the replica set.
    pub replica_set_name: Option<String>,
    /// Trigger of a snapshot.
    pub snapshot_type: Option<SnapshotType>,
    /// Status of a snapshot.
    pub status: Option<SnapshotStatus>,
    /// Size of the snapshot in bytes; 0 until the snapshot is complete.
    pub storage_size_bytes: Option<i64>,
    /// Cluster type of a snapshot.
    pub type_: Option<SnapshotClusterType>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupReplicaSet {
    cloud_provider: "cloudProvider", copy_regions: "copyRegions", created_at: "createdAt",
    description: "description", expires_at: "expiresAt", frequency_type: "frequencyType", id: "id",
    links: "links", master_key_uuid: "masterKeyUUID", mongod_version: "mongodVersion",
    policy_items: "policyItems", replica_set_name: "replicaSetName", snapshot_type: "snapshotType",
    status: "status", storage_size_bytes: "storageSizeBytes", type_: "type",
});
always_sent!(DiskBackupReplicaSet {
    id: ObjectId, snapshot_type: SnapshotType, status: SnapshotStatus, type_: SnapshotClusterType,
});

/// Snapshot of a sharded cluster.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupShardedClusterSnapshot {
    /// Location of the metadata of a sharded cluster.
    pub config_server_type: Option<ConfigServerType>,
    /// Time at which the snapshot was taken, in UTC; absent until the snapshot is complete.
    pub created_at: Option<Timestamp>,
    /// Description from the request of an on-demand snapshot.
    pub description: Option<String>,
    /// Time at which the service deletes the snapshot, in UTC.
    pub expires_at: Option<Timestamp>,
    /// Frequency of a snapshot.
    pub frequency_type: Option<SnapshotFrequency>,
    /// Identifier of the snapshot.
    pub id: Option<ObjectId>,
    /// Links to this snapshot, its cluster and its project.
    pub links: Option<Vec<Link>>,
    /// Identifier of the AWS KMS key that encrypts the snapshot, if the project uses its own keys.
    pub master_key_uuid: Option<String>,
    /// Members of the snapshot: the shards and the config servers.
    pub members: Option<Vec<DiskBackupShardedClusterSnapshotMember>>,
    /// MongoDB version of the cluster.
    pub mongod_version: Option<String>,
    /// Identifiers of the policy items that triggered the snapshot.
    pub policy_items: Option<Vec<ObjectId>>,
    /// Identifiers of the snapshots of the members.
    pub snapshot_ids: Option<Vec<ObjectId>>,
    /// Trigger of a snapshot.
    pub snapshot_type: Option<SnapshotType>,
    /// Status of a snapshot.
    pub status: Option<SnapshotStatus>,
    /// Size of the snapshot in bytes; 0 until the snapshot is complete.
    pub storage_size_bytes: Option<i64>,
    /// Cluster type of a snapshot.
    pub type_: Option<SnapshotClusterType>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupShardedClusterSnapshot {
    config_server_type: "configServerType", created_at: "createdAt", description: "description",
    expires_at: "expiresAt", frequency_type: "frequencyType", id: "id", links: "links",
    master_key_uuid: "masterKeyUUID", members: "members", mongod_version: "mongodVersion",
    policy_items: "policyItems", snapshot_ids: "snapshotIds", snapshot_type: "snapshotType", status: "status",
    storage_size_bytes: "storageSizeBytes", type_: "type",
});
always_sent!(DiskBackupShardedClusterSnapshot {
    id: ObjectId, snapshot_type: SnapshotType, status: SnapshotStatus, type_: SnapshotClusterType,
});

/// Snapshot of one shard or of the config servers of a sharded cluster.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupShardedClusterSnapshotMember {
    /// Cloud provider that stores the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Identifier of the snapshot of the member.
    pub id: Option<ObjectId>,
    /// Name of the replica set of the member.
    pub replica_set_name: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupShardedClusterSnapshotMember {
    cloud_provider: "cloudProvider", id: "id", replica_set_name: "replicaSetName",
});

/// Snapshot of a replica set or of a sharded cluster.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiskBackupSnapshot {
    /// Snapshot of a replica set.
    ReplicaSet(DiskBackupReplicaSet),
    /// Snapshot of a sharded cluster.
    ShardedCluster(DiskBackupShardedClusterSnapshot),
    /// Variant that this SDK version does not know, as received.
    Unknown(Value),
}
tagged_union!(DiskBackupSnapshot by "type" {
    ReplicaSet(DiskBackupReplicaSet) = "replicaSet",
    ShardedCluster(DiskBackupShardedClusterSnapshot) = "shardedCluster",
});
from_variants!(DiskBackupSnapshot {
    ReplicaSet(DiskBackupReplicaSet), ShardedCluster(DiskBackupShardedClusterSnapshot),
});
always_sent!(DiskBackupSnapshot [ReplicaSet, ShardedCluster] {
    id: ObjectId, snapshot_type: SnapshotType, status: SnapshotStatus, type_: SnapshotClusterType,
});
common_fields!(DiskBackupSnapshot [ReplicaSet, ShardedCluster] {
    created_at: Timestamp, description: String, expires_at: Timestamp, frequency_type: SnapshotFrequency,
    links: Vec<Link>, master_key_uuid: String, mongod_version: String, policy_items: Vec<ObjectId>,
    storage_size_bytes: i64,
});

/// One page of collections in a snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupCollections {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Collections on this page.
    pub results: Vec<DiskBackupCollectionResponse>,
    /// Estimated number of items on all pages; 0 or absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupCollections { links: "links", results: "results", total_count: "totalCount" });

/// One page of databases in a snapshot.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupDatabases {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Databases on this page.
    pub results: Vec<DiskBackupDatabaseResponse>,
    /// Estimated number of items on all pages; 0 or absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupDatabases { links: "links", results: "results", total_count: "totalCount" });

/// One page of snapshots of a replica set.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupSnapshots {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Snapshots on this page.
    pub results: Vec<DiskBackupReplicaSet>,
    /// Estimated number of items on all pages; 0 or absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupSnapshots { links: "links", results: "results", total_count: "totalCount" });

/// All snapshots of a sharded cluster.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupShardedClusters {
    /// Link to this list (`self`).
    pub links: Option<Vec<Link>>,
    /// All snapshots of the cluster.
    pub results: Vec<DiskBackupShardedClusterSnapshot>,
    /// Number of snapshots.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupShardedClusters { links: "links", results: "results", total_count: "totalCount" });

/// Unit of the retention of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SnapshotRetentionUnit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Years.
    Years,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(SnapshotRetentionUnit { Days = "DAYS", Weeks = "WEEKS", Months = "MONTHS", Years = "YEARS" });

/// Frequency of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SnapshotFrequency {
    /// Every few hours.
    Hourly,
    /// Once a day.
    Daily,
    /// Once a week.
    Weekly,
    /// Once a month.
    Monthly,
    /// Once a year.
    Yearly,
    /// On-demand snapshot.
    Ondemand,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(SnapshotFrequency {
    Hourly = "hourly", Daily = "daily", Weekly = "weekly", Monthly = "monthly", Yearly = "yearly",
    Ondemand = "ondemand",
});

/// Trigger of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SnapshotType {
    /// Request of a user.
    OnDemand,
    /// Backup schedule.
    Scheduled,
    /// Fallback of the service, taken by another method than usual.
    Fallback,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(SnapshotType { OnDemand = "onDemand", Scheduled = "scheduled", Fallback = "fallback" });

/// Status of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SnapshotStatus {
    /// The snapshot waits to start.
    Queued,
    /// The snapshot is in progress.
    InProgress,
    /// The snapshot is complete and can be restored and exported.
    Completed,
    /// The snapshot failed and contains no data.
    Failed,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(SnapshotStatus {
    Queued = "queued", InProgress = "inProgress", Completed = "completed", Failed = "failed",
});

/// Cluster type of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SnapshotClusterType {
    /// Replica set.
    ReplicaSet,
    /// Sharded cluster.
    ShardedCluster,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(SnapshotClusterType { ReplicaSet = "replicaSet", ShardedCluster = "shardedCluster" });

/// Location of the metadata of a sharded cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigServerType {
    /// One of the shards is also the config server.
    Embedded,
    /// Dedicated config servers.
    Dedicated,
    /// Value that this SDK version does not know, as received.
    Unknown(String),
}
open_enum!(ConfigServerType { Embedded = "EMBEDDED", Dedicated = "DEDICATED" });
