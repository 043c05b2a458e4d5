// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! The resource `export_buckets`.

use crate::{
    Call, Client, Counted, Endpoint, Enveloped, Extra, ObjectId, Operation, Pretty,
    Request, Violations, Wait,
};
use crate::json::{common_fields, from_kinds, paged, record, setters, tagged_union};
use http::Method;
use serde_json::Value;
pub use super::shared::{Link, CloudProvider};

impl Client {
    /// List the export buckets of a project.
    ///
    /// Returns the buckets of all cloud providers page by page. To see the region of an AWS bucket, get it alone.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/backup/exportBuckets`; safe to send again. Version: 2024-05-30.
    /// Role: Project Read Only. Documented errors: `401` `403` `404` `429` `500`.
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
    /// Makes a bucket that exists at the cloud provider known to the project, together with the cloud provider access
    /// role that may write to it. Refused for a name the provider does not allow (400) and for an unknown role (404).
    ///
    /// Sends `POST /api/atlas/v2/groups/{groupId}/backup/exportBuckets`; never repeated by itself once it may have
    /// been received. Version: 2024-05-30. Role: Project Backup Manager. Documented errors: `400` `401` `403` `404`
    /// `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-creategroupbackupexportbucket).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, body: &DiskBackupSnapshotExportBucketRequest) -> Result<(), Error> {
    /// let answer = client.create_export_bucket(group_id, body).await?;
    /// println!("{answer:?}");
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
    /// Returns one bucket; an AWS bucket comes with its region.
    ///
    /// Sends `GET /api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}`; safe to send again. Version:
    /// 2024-05-30. Role: Project Read Only. Documented errors: `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-getgroupbackupexportbucket).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, export_bucket_id: &ObjectId) -> Result<(), Error> {
    /// let answer = client.get_export_bucket(group_id, export_bucket_id).await?;
    /// println!("{answer:?}");
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

    /// Wait until an export bucket is not known any more.
    ///
    /// Success: it is not found any more (404). Asks [`get_export_bucket`](Self::get_export_bucket).
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
    /// Forgets the registration; the bucket at the cloud provider stays. Refused with 400 while a backup schedule
    /// exports to it: switch off automatic export on every cluster first.
    ///
    /// Sends `DELETE /api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}`; safe to send again.
    /// Version: 2023-01-01. Role: Project Backup Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
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

    /// Require private networking for an AWS bucket, or no longer.
    ///
    /// Changes how exports reach the bucket. All else about it is fixed: to change that, register the bucket anew.
    ///
    /// Sends `PATCH /api/atlas/v2/groups/{groupId}/backup/exportBuckets/{exportBucketId}`; safe to send again.
    /// Version: 2024-05-30. Role: Project Backup Manager. Documented errors: `400` `401` `403` `404` `429` `500`.
    /// See the [API page](https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-updategroupbackupexportbucket).
    ///
    /// # Example
    /// ```
    /// # use atlas_backup::{*, v2::*};
    /// # async fn example(client: &Client, group_id: &ObjectId, export_bucket_id: &ObjectId, body: &UpdateRequirePrivateNetworkingRequest) -> Result<(), Error> {
    /// let answer = client.update_backup_export_bucket(group_id, export_bucket_id, body).await?;
    /// println!("{answer:?}");
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

/// The operation behind [`Client::list_export_buckets`](crate::Client::list_export_buckets).
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

/// The operation behind [`Client::create_export_bucket`](crate::Client::create_export_bucket).
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

/// The operation behind [`Client::get_export_bucket`](crate::Client::get_export_bucket).
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

/// The operation behind [`Client::delete_export_bucket`](crate::Client::delete_export_bucket).
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

/// The operation behind [`Client::update_backup_export_bucket`](crate::Client::update_backup_export_bucket).
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

/// An S3 bucket to register.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotAwsExportBucketRequest {
    /// Cloud provider that hosts the data.
    pub cloud_provider: CloudProvider,
    /// Name of the bucket, without scheme or region.
    pub bucket_name: String,
    /// Atlas identifier of the IAM role that may write to the bucket.
    pub iam_role_id: ObjectId,
    /// Whether exports must reach the bucket over private endpoints.
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

/// A registered S3 bucket.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotAwsExportBucketResponse {
    /// Identifier of the registration.
    pub id: Option<ObjectId>,
    /// Name of the bucket.
    pub bucket_name: Option<String>,
    /// Cloud provider that hosts the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Atlas identifier of the IAM role that writes to the bucket.
    pub iam_role_id: Option<ObjectId>,
    /// Related resources; the service leaves them out.
    pub links: Option<Vec<Link>>,
    /// AWS region, such as `us-east-1`; only when a single bucket is asked for.
    pub region: Option<String>,
    /// Whether exports must reach the bucket over private endpoints.
    pub require_private_networking: Option<bool>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotAwsExportBucketResponse {
    id: "_id", bucket_name: "bucketName", cloud_provider: "cloudProvider", iam_role_id: "iamRoleId",
    links: "links", region: "region", require_private_networking: "requirePrivateNetworking",
});

/// An Azure container to register.
#[derive(Clone, Debug, PartialEq)]
#[allow(deprecated)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotAzureExportBucketRequest {
    /// Cloud provider that hosts the data.
    pub cloud_provider: CloudProvider,
    /// Name of the container, if the service URL does not end in it.
    pub bucket_name: Option<String>,
    /// Atlas identifier of the access role that may write to the container.
    pub role_id: ObjectId,
    /// URL below `blob.core.windows.net`, with or without the container.
    pub service_url: String,
    /// Ignored; the tenant that owns the role is used.
    #[deprecated(note = "the service calls it deprecated")]
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

/// A registered Azure container.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotAzureExportBucketResponse {
    /// Identifier of the registration.
    pub id: Option<ObjectId>,
    /// Name of the bucket or container.
    pub bucket_name: Option<String>,
    /// Cloud provider that hosts the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Related resources; the service leaves them out.
    pub links: Option<Vec<Link>>,
    /// Atlas identifier of the access role that writes to the container.
    pub role_id: Option<ObjectId>,
    /// Blob service URL of the storage account.
    pub service_url: Option<String>,
    /// Entra ID tenant that owns the role.
    pub tenant_id: Option<String>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotAzureExportBucketResponse {
    id: "_id", bucket_name: "bucketName", cloud_provider: "cloudProvider", links: "links", role_id: "roleId",
    service_url: "serviceUrl", tenant_id: "tenantId",
});

/// A bucket to register, of one of the cloud providers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiskBackupSnapshotExportBucketRequest {
    /// An S3 bucket to register.
    Aws(DiskBackupSnapshotAwsExportBucketRequest),
    /// An Azure container to register.
    Azure(DiskBackupSnapshotAzureExportBucketRequest),
    /// A Google Cloud Storage bucket to register.
    Gcp(DiskBackupSnapshotGcpExportBucketRequest),
    /// A kind this version of the SDK does not know, as it was received.
    Unknown(Value),
}
tagged_union!(DiskBackupSnapshotExportBucketRequest by "cloudProvider" {
    Aws(DiskBackupSnapshotAwsExportBucketRequest) = "AWS",
    Azure(DiskBackupSnapshotAzureExportBucketRequest) = "AZURE",
    Gcp(DiskBackupSnapshotGcpExportBucketRequest) = "GCP",
});
from_kinds!(DiskBackupSnapshotExportBucketRequest {
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

/// A registered bucket, of one of the cloud providers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DiskBackupSnapshotExportBucketResponse {
    /// A registered S3 bucket.
    Aws(DiskBackupSnapshotAwsExportBucketResponse),
    /// A registered Azure container.
    Azure(DiskBackupSnapshotAzureExportBucketResponse),
    /// A registered Google Cloud Storage bucket.
    Gcp(DiskBackupSnapshotGcpExportBucketResponse),
    /// A kind this version of the SDK does not know, as it was received.
    Unknown(Value),
}
tagged_union!(DiskBackupSnapshotExportBucketResponse by "cloudProvider" {
    Aws(DiskBackupSnapshotAwsExportBucketResponse) = "AWS",
    Azure(DiskBackupSnapshotAzureExportBucketResponse) = "AZURE",
    Gcp(DiskBackupSnapshotGcpExportBucketResponse) = "GCP",
});
from_kinds!(DiskBackupSnapshotExportBucketResponse {
    Aws(DiskBackupSnapshotAwsExportBucketResponse), Azure(DiskBackupSnapshotAzureExportBucketResponse),
    Gcp(DiskBackupSnapshotGcpExportBucketResponse),
});
common_fields!(DiskBackupSnapshotExportBucketResponse [Aws, Azure, Gcp] {
    id: ObjectId, bucket_name: String, cloud_provider: CloudProvider, links: Vec<Link>,
});

/// A Google Cloud Storage bucket to register.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct DiskBackupSnapshotGcpExportBucketRequest {
    /// Cloud provider that hosts the data.
    pub cloud_provider: CloudProvider,
    /// Name of the bucket, without scheme.
    pub bucket_name: String,
    /// Atlas identifier of the access role that may write to the bucket.
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

/// A registered Google Cloud Storage bucket.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DiskBackupSnapshotGcpExportBucketResponse {
    /// Identifier of the registration.
    pub id: Option<ObjectId>,
    /// Name of the bucket or container.
    pub bucket_name: Option<String>,
    /// Cloud provider that hosts the data.
    pub cloud_provider: Option<CloudProvider>,
    /// Related resources; the service leaves them out.
    pub links: Option<Vec<Link>>,
    /// Atlas identifier of the access role that writes to the bucket.
    pub role_id: Option<ObjectId>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(DiskBackupSnapshotGcpExportBucketResponse {
    id: "_id", bucket_name: "bucketName", cloud_provider: "cloudProvider", links: "links", role_id: "roleId",
});

/// One page of export buckets.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PaginatedBackupExportBuckets {
    /// This page as `self` and, unless it is the last, the next one as `next`.
    pub links: Option<Vec<Link>>,
    /// The buckets on this page.
    pub results: Vec<DiskBackupSnapshotExportBucketResponse>,
    /// Items on all pages, an estimate; 0 or absent when counting was declined.
    pub total_count: Option<i64>,
    /// Fields this SDK version does not know or could not decode.
    pub extra: Extra,
}
record!(PaginatedBackupExportBuckets { links: "links", results: "results", total_count: "totalCount" });

/// The setting of an AWS bucket that can change.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
#[non_exhaustive]
pub struct UpdateRequirePrivateNetworkingRequest {
    /// Whether exports must reach the bucket over private endpoints.
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
