// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! The resource `exports`.

use crate::{
    Call, Client, ClusterName, Counted, Endpoint, Enveloped, Extra, ObjectId, Operation,
    Paged, Pretty, Request, Timestamp,
};
use crate::wire::{open_enum, record};
use http::Method;
use super::shared::Link;

impl Client {
    /// Does a thing.
    ///
    /// Stub.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports`; safe to send again. Role:
    /// Project Backup Manager.
    /// See the [API page](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Backups/operation/listGroupClusterBackupExports).
    ///
    /// # Errors
    /// [`Error`](crate::Error); the service documents `401`, `403`, `404`, `429`, `500`.
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

    /// Does a thing.
    ///
    /// Stub.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports`; never sent again by itself
    /// after an ambiguous failure. Role: Project Backup Export Operator.
    /// See the [API page](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Backups/operation/createGroupClusterBackupExport).
    ///
    /// # Errors
    /// [`Error`](crate::Error); the service documents `400`, `401`, `403`, `404`, `409`, `429`, `500`.
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, body: &DiskBackupExportJobRequest) -> Result<(), Error> {
    /// let answer = client.create_backup_export(group_id, cluster_name, body).await?;
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

    /// Does a thing.
    ///
    /// Stub.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/exports/{exportId}`; safe to send
    /// again. Role: Project Backup Manager.
    /// See the [API page](https://mongodb.com/docs/atlas/reference/api-resources-spec/v2/#tag/Cloud-Backups/operation/getGroupClusterBackupExport).
    ///
    /// # Errors
    /// [`Error`](crate::Error); the service documents `401`, `403`, `404`, `429`, `500`.
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, cluster_name: &ClusterName, export_id: &ObjectId) -> Result<(), Error> {
    /// let answer = client.get_backup_export(group_id, cluster_name, export_id).await?;
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
}

/// The operation behind [`Client::list_backup_exports`](crate::Client::list_backup_exports).
#[derive(Debug)]
pub struct ListBackupExports;
impl Endpoint for ListBackupExports {
    type Output = PaginatedApiAtlasDiskBackupExportJobView;
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
impl Paged for ListBackupExports {
    type Item = DiskBackupExportJob;
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

/// The operation behind [`Client::create_backup_export`](crate::Client::create_backup_export).
#[derive(Debug)]
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

/// The operation behind [`Client::get_backup_export`](crate::Client::get_backup_export).
#[derive(Debug)]
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

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BackupLabel {
    /// F.
    pub key: Option<String>,
    /// F.
    pub value: Option<String>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}

impl BackupLabel {
    /// With nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self {
            key: None,
            value: None,
            extra: Extra::default(),
        }
    }

    /// Sets [`key`](Self::key).
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sets [`value`](Self::value).
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }
}

impl Request for BackupLabel {}
record!(BackupLabel {
    key: "key", value: "value",
});

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupExportJob {
    /// F.
    pub components: Option<Vec<DiskBackupExportMember>>,
    /// F.
    pub created_at: Option<Timestamp>,
    /// F.
    pub custom_data: Option<Vec<BackupLabel>>,
    /// F.
    pub export_bucket_id: Option<ObjectId>,
    /// S.
    pub export_status: Option<ExportStatus>,
    /// F.
    pub finished_at: Option<Timestamp>,
    /// F.
    pub id: Option<ObjectId>,
    /// F.
    pub links: Option<Vec<Link>>,
    /// F.
    pub prefix: Option<String>,
    /// F.
    pub snapshot_id: Option<ObjectId>,
    /// F.
    pub state: Option<DiskBackupExportJobState>,
    /// S.
    pub state_reason: Option<StateReason>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(DiskBackupExportJob {
    components: "components", created_at: "createdAt", custom_data: "customData",
    export_bucket_id: "exportBucketId", export_status: "exportStatus", finished_at: "finishedAt", id: "id",
    links: "links", prefix: "prefix", snapshot_id: "snapshotId", state: "state", state_reason: "stateReason",
});

/// S.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupExportJobRequest {
    /// F.
    pub custom_data: Option<Vec<BackupLabel>>,
    /// F.
    pub export_bucket_id: ObjectId,
    /// F.
    pub snapshot_id: ObjectId,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}

impl DiskBackupExportJobRequest {
    /// With what has to be there.
    #[must_use]
    pub fn new(export_bucket_id: ObjectId, snapshot_id: ObjectId) -> Self {
        Self {
            custom_data: None,
            export_bucket_id,
            snapshot_id,
            extra: Extra::default(),
        }
    }

    /// Sets [`custom_data`](Self::custom_data).
    #[must_use]
    pub fn custom_data(mut self, custom_data: Vec<BackupLabel>) -> Self {
        self.custom_data = Some(custom_data);
        self
    }
}

impl Request for DiskBackupExportJobRequest {}
record!(DiskBackupExportJobRequest {
    custom_data: "customData", export_bucket_id: "exportBucketId", snapshot_id: "snapshotId",
});

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupExportMember {
    /// F.
    pub export_id: Option<ObjectId>,
    /// F.
    pub replica_set_name: Option<String>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(DiskBackupExportMember {
    export_id: "exportId", replica_set_name: "replicaSetName",
});

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ExportStatus {
    /// F.
    pub exported_collections: Option<i64>,
    /// F.
    pub total_collections: Option<i64>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(ExportStatus {
    exported_collections: "exportedCollections", total_collections: "totalCollections",
});

/// S.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PaginatedApiAtlasDiskBackupExportJobView {
    /// F.
    pub links: Option<Vec<Link>>,
    /// F.
    pub results: Vec<DiskBackupExportJob>,
    /// F.
    pub total_count: Option<i64>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(PaginatedApiAtlasDiskBackupExportJobView {
    links: "links", results: "results", total_count: "totalCount",
});

/// S.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct StateReason {
    /// F.
    pub error_code: Option<String>,
    /// F.
    pub message: Option<String>,
    /// What came with it that this version of the SDK does not know or cannot read.
    pub extra: Extra,
}
record!(StateReason {
    error_code: "errorCode", message: "message",
});

/// F.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DiskBackupExportJobState {
    /// The value `Cancelled`.
    Cancelled,
    /// The value `Failed`.
    Failed,
    /// The value `InProgress`.
    InProgress,
    /// The value `Queued`.
    Queued,
    /// The value `Successful`.
    Successful,
    /// A value this version of the SDK does not know, as it was received.
    Unknown(String),
}
open_enum!(DiskBackupExportJobState {
    Cancelled = "Cancelled", Failed = "Failed", InProgress = "InProgress", Queued = "Queued",
    Successful = "Successful",
});
