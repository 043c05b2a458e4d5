// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Buckets of AWS, Azure and Google Cloud for exports.

use crate::{
    Call, Client, Counted, Endpoint, Enveloped, Extra, ObjectId, Operation, Pretty,
    Request, Violations, Wait,
};
use crate::json::{
    always_sent, common_fields, from_variants, paged, record, setters, tagged_union,
};
use http::Method;
use serde_json::Value;
pub use super::shared::{Link, CloudProvider};

/// # Export buckets
///
/// Types and endpoints: [`v2::export_buckets`](self).
impl Client {
    /// List the export buckets of a project.
    ///
    /// Returns the buckets of all cloud providers, page by page. The list omits the region of an AWS bucket; request
    /// the bucket itself to get it.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/backup/exportBuckets`. Idempotent: retried after every transient
    /// failure. API version: 2024-05-30. Required role: Project Read Only. Documented errors: `401` `403` `404` `429`
    /// `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-listgroupbackupexportbuckets).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId) -> Result<(), Error> {
    /// let mut items = client.list_export_buckets(group_id).items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_export_buckets(&self, group_id: &ObjectId) -> Call<ListExportBuckets> {
        Call::new(self).path("groupId", group_id)
    }

    /// Register a bucket for exports.
    ///
    /// Registers an existing bucket of a cloud provider with the project, and the cloud provider access role that can
    /// write to it. The service responds with 400 to an invalid bucket name and with 404 to an unknown role.
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/backup/exportBuckets`. Not idempotent: never retried if the service
    /// may have acted on it. API version: 2024-05-30. Required role: Project Backup Manager. Documented errors: `400`
    /// `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-creategroupbackupexportbucket).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, body: &DiskBackupSnapshotExportBucketRequest) -> Result<(), Error> {
    /// let output = client.create_export_bucket(group_id, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn create_export_bucket(
        &self,
        group_id: &ObjectId,
        body: &DiskBackupSnapshotExportBucketRequest,
    ) -> Call<CreateExportBucket> {
        Call::new(self).path("groupId", group_id).body(body)
    }

    /// Get an export bucket.
    ///
    /// Returns one export bucket, with its region if it is an AWS bucket.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}`. Idempotent: retried after
    /// every transient failure. API version: 2024-05-30. Required role: Project Read Only. Documented errors: `401`
    /// `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupbackupexportbucket).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, export_bucket_id: &ObjectId) -> Result<(), Error> {
    /// let output = client.get_export_bucket(group_id, export_bucket_id).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn get_export_bucket(
        &self,
        group_id: &ObjectId,
        export_bucket_id: &ObjectId,
    ) -> Call<GetExportBucket> {
        Call::new(self)
            .path("groupId", group_id)
            .path("exportBucketId", export_bucket_id)
    }

    /// Wait until an export bucket is removed.
    ///
    /// Succeeds when the service responds with a 404 about the resource. Polls
    /// [`get_export_bucket`](Self::get_export_bucket).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, export_bucket_id: &ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    /// client.wait_for_export_bucket_deletion(group_id, export_bucket_id).await?;
    /// # Ok(()) }
    /// ```
    pub fn wait_for_export_bucket_deletion(
        &self,
        group_id: &ObjectId,
        export_bucket_id: &ObjectId,
    ) -> Wait<GetExportBucket, ()> {
        Wait::until_gone(self.get_export_bucket(group_id, export_bucket_id))
            .named("deletion of export bucket")
    }

    /// Remove an export bucket from a project.
    ///
    /// Removes the registration but not the bucket itself. The service responds with 400 while a backup schedule uses
    /// the bucket: disable automatic export on every cluster first.
    ///
    /// Sends `DELETE /api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}`. Idempotent: retried after
    /// every transient failure. API version: 2023-01-01. Required role: Project Backup Manager. Documented errors:
    /// `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-deletegroupbackupexportbucket).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, export_bucket_id: &ObjectId) -> Result<(), Error> {
    /// client.delete_export_bucket(group_id, export_bucket_id).await?;
    /// # Ok(()) }
    /// ```
    pub fn delete_export_bucket(
        &self,
        group_id: &ObjectId,
        export_bucket_id: &ObjectId,
    ) -> Call<DeleteExportBucket> {
        Call::new(self)
            .path("groupId", group_id)
            .path("exportBucketId", export_bucket_id)
    }

    /// Change the private networking setting of an AWS bucket.
    ///
    /// Sets whether exports must use private endpoints. No other field can change: remove and register the bucket
    /// instead.
    ///
    /// Sends `PATCH /api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}`. Idempotent: retried after
    /// every transient failure. API version: 2024-05-30. Required role: Project Backup Manager. Documented errors:
    /// `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-updategroupbackupexportbucket).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, export_bucket_id: &ObjectId, body: &UpdateRequirePrivateNetworkingRequest) -> Result<(), Error> {
    /// let output = client.update_backup_export_bucket(group_id, export_bucket_id, body).await?;
    /// println!("{output:?}");
    /// # Ok(()) }
    /// ```
    pub fn update_backup_export_bucket(
        &self,
        group_id: &ObjectId,
        export_bucket_id: &ObjectId,
        body: &UpdateRequirePrivateNetworkingRequest,
    ) -> Call<UpdateBackupExportBucket> {
        Call::new(self)
            .path("groupId", group_id)
            .path("exportBucketId", export_bucket_id)
            .body(body)
    }
}

/// Operation of [`Client::list_export_buckets`](crate::Client::list_export_buckets).
#[derive(Debug)]
#[non_exhaustive]
pub struct ListExportBuckets;
impl Endpoint for ListExportBuckets {
    type Output = PaginatedBackupExportBuckets;
    const OPERATION: &'static Operation = &Operation {
        id: "listExportBuckets",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/backup/exportBuckets",
        accept: "application/vnd.atlas.2024-05-30+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for ListExportBuckets {}
impl Pretty for ListExportBuckets {}
impl Counted for ListExportBuckets {}
paged!(ListExportBuckets of DiskBackupSnapshotExportBucketResponse { items: |page| page.results, links: links, most: 500 });

/// Operation of [`Client::create_export_bucket`](crate::Client::create_export_bucket).
#[derive(Debug)]
#[non_exhaustive]
pub struct CreateExportBucket;
impl Endpoint for CreateExportBucket {
    type Output = DiskBackupSnapshotExportBucketResponse;
    const OPERATION: &'static Operation = &Operation {
        id: "createExportBucket",
        method: Method::POST,
        path: "/api/atlas/v2/groups/{groupId}/backup/exportBuckets",
        accept: "application/vnd.atlas.2024-05-30+json",
        content_type: Some("application/vnd.atlas.2024-05-30+json"),
        success: &[200],
        idempotent: false,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for CreateExportBucket {}
impl Pretty for CreateExportBucket {}

/// Operation of [`Client::get_export_bucket`](crate::Client::get_export_bucket).
#[derive(Debug)]
#[non_exhaustive]
pub struct GetExportBucket;
impl Endpoint for GetExportBucket {
    type Output = DiskBackupSnapshotExportBucketResponse;
    const OPERATION: &'static Operation = &Operation {
        id: "getExportBucket",
        method: Method::GET,
        path: "/api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}",
        accept: "application/vnd.atlas.2024-05-30+json",
        content_type: None,
        success: &[200],
        idempotent: true,
        roles: &["Project Read Only"],
    };
}
impl Enveloped for GetExportBucket {}

/// Operation of [`Client::delete_export_bucket`](crate::Client::delete_export_bucket).
#[derive(Debug)]
#[non_exhaustive]
pub struct DeleteExportBucket;
impl Endpoint for DeleteExportBucket {
    type Output = ();
    const OPERATION: &'static Operation = &Operation {
        id: "deleteExportBucket",
        method: Method::DELETE,
        path: "/api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}",
        accept: "application/vnd.atlas.2023-01-01+json",
        content_type: None,
        success: &[204],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for DeleteExportBucket {}

/// Operation of [`Client::update_backup_export_bucket`](crate::Client::update_backup_export_bucket).
#[derive(Debug)]
#[non_exhaustive]
pub struct UpdateBackupExportBucket;
impl Endpoint for UpdateBackupExportBucket {
    type Output = DiskBackupSnapshotAwsExportBucketResponse;
    const OPERATION: &'static Operation = &Operation {
        id: "updateBackupExportBucket",
        method: Method::PATCH,
        path: "/api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}",
        accept: "application/vnd.atlas.2024-05-30+json",
        content_type: Some("application/vnd.atlas.2024-05-30+json"),
        success: &[200],
        idempotent: true,
        roles: &["Project Backup Manager"],
    };
}
impl Enveloped for UpdateBackupExportBucket {}
impl Pretty for UpdateBackupExportBucket {}

/// Request to register an Amazon S3 bucket.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotAwsExportBucketRequest {
    /// Cloud provider that stores the data.
    pub cloud_provider: CloudProvider,
    /// Name of the bucket, 3 to 63 characters, without scheme and region.
    pub bucket_name: String,
    /// Atlas identifier of the AWS IAM role that can write to the bucket.
    pub iam_role_id: ObjectId,
    /// Requires exports to reach the bucket through private endpoints.
    pub require_private_networking: Option<bool>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupSnapshotAwsExportBucketRequest {
    /// Creates a request with the required fields.
    pub fn new(bucket_name: impl Into<String>, iam_role_id: ObjectId) -> Self {
        Self {
            cloud_provider: CloudProvider::Aws,
            bucket_name: bucket_name.into(),
            iam_role_id,
            require_private_networking: None,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupSnapshotAwsExportBucketRequest {
    fn check(&self, violations: &mut Violations) {
        violations.length("bucketName", Some(&self.bucket_name), 3..=63);
    }
}
record!(DiskBackupSnapshotAwsExportBucketRequest sent {
    cloud_provider: "cloudProvider", bucket_name: "bucketName", iam_role_id: "iamRoleId",
    require_private_networking: "requirePrivateNetworking",
});
setters!(DiskBackupSnapshotAwsExportBucketRequest { require_private_networking: bool });

/// Export bucket in Amazon S3.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotAwsExportBucketResponse {
    /// Identifier of the export bucket.
    pub id: Option<ObjectId>,
    /// Name of the bucket.
    pub bucket_name: Option<String>,
    /// Cloud provider that stores the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Atlas identifier of the AWS IAM role that can write to the bucket.
    pub iam_role_id: Option<ObjectId>,
    /// Links to related resources; the service omits them.
    pub links: Option<Vec<Link>>,
    /// AWS region, such as `us-east-1`; only in the response of `get_export_bucket`.
    pub region: Option<String>,
    /// Requires exports to reach the bucket through private endpoints.
    pub require_private_networking: Option<bool>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotAwsExportBucketResponse {
    id: "_id", bucket_name: "bucketName", cloud_provider: "cloudProvider", iam_role_id: "iamRoleId",
    links: "links", region: "region", require_private_networking: "requirePrivateNetworking",
});
always_sent!(DiskBackupSnapshotAwsExportBucketResponse {
    id: ObjectId, bucket_name: String, cloud_provider: CloudProvider,
});

/// Request to register an Azure Blob Storage container.
#[derive(Clone, Debug, PartialEq)]
#[allow(deprecated)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotAzureExportBucketRequest {
    /// Cloud provider that stores the data.
    pub cloud_provider: CloudProvider,
    /// Name of the container, 3 to 63 characters; optional if the service URL ends with it.
    pub bucket_name: Option<String>,
    /// Atlas identifier of the cloud provider access role that can write to the container.
    pub role_id: ObjectId,
    /// Blob service URL, 33 to 2048 characters, below `blob.core.windows.net`; can end with the container name.
    pub service_url: String,
    /// Ignored. The service uses the tenant of the access role.
    #[deprecated(note = "deprecated by the service")]
    pub tenant_id: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupSnapshotAzureExportBucketRequest {
    /// Creates a request with the required fields.
    #[allow(deprecated)]
    pub fn new(role_id: ObjectId, service_url: impl Into<String>) -> Self {
        Self {
            cloud_provider: CloudProvider::Azure,
            bucket_name: None,
            role_id,
            service_url: service_url.into(),
            tenant_id: None,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupSnapshotAzureExportBucketRequest {
    #[allow(deprecated)]
    fn check(&self, violations: &mut Violations) {
        violations.length("bucketName", self.bucket_name.as_ref(), 3..=63);
        violations.length("serviceUrl", Some(&self.service_url), 33..=2048);
    }
}
record!(DiskBackupSnapshotAzureExportBucketRequest sent {
    cloud_provider: "cloudProvider", bucket_name: "bucketName", role_id: "roleId", service_url: "serviceUrl",
    tenant_id: "tenantId",
});
setters!(DiskBackupSnapshotAzureExportBucketRequest { bucket_name: String, tenant_id: String });

/// Export bucket in Azure Blob Storage.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotAzureExportBucketResponse {
    /// Identifier of the export bucket.
    pub id: Option<ObjectId>,
    /// Name of the bucket or container.
    pub bucket_name: Option<String>,
    /// Cloud provider that stores the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Links to related resources; the service omits them.
    pub links: Option<Vec<Link>>,
    /// Atlas identifier of the cloud provider access role that can write to the container.
    pub role_id: Option<ObjectId>,
    /// Blob service URL of the storage account.
    pub service_url: Option<String>,
    /// Microsoft Entra ID tenant of the access role.
    pub tenant_id: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotAzureExportBucketResponse {
    id: "_id", bucket_name: "bucketName", cloud_provider: "cloudProvider", links: "links", role_id: "roleId",
    service_url: "serviceUrl", tenant_id: "tenantId",
});
always_sent!(DiskBackupSnapshotAzureExportBucketResponse {
    id: ObjectId, bucket_name: String, cloud_provider: CloudProvider,
});

/// Request to register a bucket of one of the cloud providers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiskBackupSnapshotExportBucketRequest {
    /// Request to register an Amazon S3 bucket.
    Aws(DiskBackupSnapshotAwsExportBucketRequest),
    /// Request to register an Azure Blob Storage container.
    Azure(DiskBackupSnapshotAzureExportBucketRequest),
    /// Request to register a Google Cloud Storage bucket.
    Gcp(DiskBackupSnapshotGcpExportBucketRequest),
    /// Variant that this SDK version does not know, as received.
    Unknown(Value),
}
tagged_union!(DiskBackupSnapshotExportBucketRequest by "cloudProvider" {
    Aws(DiskBackupSnapshotAwsExportBucketRequest) = "AWS",
    Azure(DiskBackupSnapshotAzureExportBucketRequest) = "AZURE",
    Gcp(DiskBackupSnapshotGcpExportBucketRequest) = "GCP",
});
from_variants!(DiskBackupSnapshotExportBucketRequest {
    Aws(DiskBackupSnapshotAwsExportBucketRequest), Azure(DiskBackupSnapshotAzureExportBucketRequest),
    Gcp(DiskBackupSnapshotGcpExportBucketRequest),
});
impl Request for DiskBackupSnapshotExportBucketRequest {
    fn check(&self, violations: &mut Violations) {
        match self {
            Self::Aws(kind) => kind.check(violations),
            Self::Azure(kind) => kind.check(violations),
            Self::Gcp(kind) => kind.check(violations),
            Self::Unknown(_) => {}
        }
    }
}

/// Export bucket of one of the cloud providers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiskBackupSnapshotExportBucketResponse {
    /// Export bucket in Amazon S3.
    Aws(DiskBackupSnapshotAwsExportBucketResponse),
    /// Export bucket in Azure Blob Storage.
    Azure(DiskBackupSnapshotAzureExportBucketResponse),
    /// Export bucket in Google Cloud Storage.
    Gcp(DiskBackupSnapshotGcpExportBucketResponse),
    /// Variant that this SDK version does not know, as received.
    Unknown(Value),
}
tagged_union!(DiskBackupSnapshotExportBucketResponse by "cloudProvider" {
    Aws(DiskBackupSnapshotAwsExportBucketResponse) = "AWS",
    Azure(DiskBackupSnapshotAzureExportBucketResponse) = "AZURE",
    Gcp(DiskBackupSnapshotGcpExportBucketResponse) = "GCP",
});
from_variants!(DiskBackupSnapshotExportBucketResponse {
    Aws(DiskBackupSnapshotAwsExportBucketResponse), Azure(DiskBackupSnapshotAzureExportBucketResponse),
    Gcp(DiskBackupSnapshotGcpExportBucketResponse),
});
always_sent!(DiskBackupSnapshotExportBucketResponse [Aws, Azure, Gcp] {
    id: ObjectId, bucket_name: String, cloud_provider: CloudProvider,
});
common_fields!(DiskBackupSnapshotExportBucketResponse [Aws, Azure, Gcp] { links: Vec<Link> });

/// Request to register a Google Cloud Storage bucket.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotGcpExportBucketRequest {
    /// Cloud provider that stores the data.
    pub cloud_provider: CloudProvider,
    /// Name of the bucket, 3 to 63 characters, without scheme.
    pub bucket_name: String,
    /// Atlas identifier of the cloud provider access role that can write to the bucket.
    pub role_id: ObjectId,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl DiskBackupSnapshotGcpExportBucketRequest {
    /// Creates a request with the required fields.
    pub fn new(bucket_name: impl Into<String>, role_id: ObjectId) -> Self {
        Self {
            cloud_provider: CloudProvider::Gcp,
            bucket_name: bucket_name.into(),
            role_id,
            extra: Extra::default(),
        }
    }
}

impl Request for DiskBackupSnapshotGcpExportBucketRequest {
    fn check(&self, violations: &mut Violations) {
        violations.length("bucketName", Some(&self.bucket_name), 3..=63);
    }
}
record!(DiskBackupSnapshotGcpExportBucketRequest sent {
    cloud_provider: "cloudProvider", bucket_name: "bucketName", role_id: "roleId",
});

/// Export bucket in Google Cloud Storage.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotGcpExportBucketResponse {
    /// Identifier of the export bucket.
    pub id: Option<ObjectId>,
    /// Name of the bucket or container.
    pub bucket_name: Option<String>,
    /// Cloud provider that stores the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Links to related resources; the service omits them.
    pub links: Option<Vec<Link>>,
    /// Atlas identifier of the cloud provider access role that can write to the bucket.
    pub role_id: Option<ObjectId>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotGcpExportBucketResponse {
    id: "_id", bucket_name: "bucketName", cloud_provider: "cloudProvider", links: "links", role_id: "roleId",
});
always_sent!(DiskBackupSnapshotGcpExportBucketResponse {
    id: ObjectId, bucket_name: String, cloud_provider: CloudProvider,
});

/// One page of export buckets.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupExportBuckets {
    /// Links to this page (`self`) and to the next page (`next`); the last page has no `next`.
    pub links: Option<Vec<Link>>,
    /// Export buckets on this page.
    pub results: Vec<DiskBackupSnapshotExportBucketResponse>,
    /// Estimated number of items on all pages; 0 or absent if `includeCount` is `false`.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupExportBuckets { links: "links", results: "results", total_count: "totalCount" });

/// Request to change the private networking setting of an AWS bucket.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct UpdateRequirePrivateNetworkingRequest {
    /// Requires exports to reach the bucket through private endpoints.
    pub require_private_networking: bool,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}

impl UpdateRequirePrivateNetworkingRequest {
    /// Creates a request with the required fields.
    pub fn new(require_private_networking: bool) -> Self {
        Self {
            require_private_networking,
            extra: Extra::default(),
        }
    }
}

impl Request for UpdateRequirePrivateNetworkingRequest {}
record!(UpdateRequirePrivateNetworkingRequest sent {
    require_private_networking: "requirePrivateNetworking",
});
