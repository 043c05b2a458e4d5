// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Stub docs.

pub mod export_buckets;
pub mod exports;
pub mod restore_jobs;
pub mod shared;

#[doc(inline)]
pub use export_buckets::*;
#[doc(inline)]
pub use exports::*;
#[doc(inline)]
pub use restore_jobs::*;
#[doc(inline)]
pub use shared::*;

/// The API date this code was generated for: each operation speaks its newest version up to then.
pub const API_DATE: &str = "2025-03-12";

/// SHA-256 of the curated document this code was generated from, in lower-case hex.
pub const SPEC_SHA256: &str = "7cf997f2d5cdd3ebc56389648c021a863c7e76290103255247e1adbcf8701225";
/// Every operation of this version, by module.
pub static OPERATIONS: &[&crate::Operation] = &[
    <export_buckets::ListExportBuckets as crate::Endpoint>::OPERATION,
    <export_buckets::CreateExportBucket as crate::Endpoint>::OPERATION,
    <export_buckets::GetExportBucket as crate::Endpoint>::OPERATION,
    <export_buckets::DeleteExportBucket as crate::Endpoint>::OPERATION,
    <export_buckets::UpdateBackupExportBucket as crate::Endpoint>::OPERATION,
    <exports::ListBackupExports as crate::Endpoint>::OPERATION,
    <exports::CreateBackupExport as crate::Endpoint>::OPERATION,
    <exports::GetBackupExport as crate::Endpoint>::OPERATION,
    <restore_jobs::ListBackupRestoreJobs as crate::Endpoint>::OPERATION,
    <restore_jobs::CreateBackupRestoreJob as crate::Endpoint>::OPERATION,
    <restore_jobs::GetBackupRestoreJob as crate::Endpoint>::OPERATION,
    <restore_jobs::CancelBackupRestoreJob as crate::Endpoint>::OPERATION,
];

/// Decodes a success body of an operation and encodes it again; `None` for an operation without a body.
///
/// # Errors
/// What `serde_json` says of a body that is not the operation's.
#[cfg(feature = "contract")]
pub fn round_trip(
    operation: &str,
    body: &[u8],
) -> Option<Result<serde_json::Value, serde_json::Error>> {
    Some(
        match operation {
            "listExportBuckets" => {
                crate::wire::round_trip::<
                    export_buckets::PaginatedBackupSnapshotExportBucketsView,
                >(body)
            }
            "createExportBucket" => {
                crate::wire::round_trip::<
                    export_buckets::DiskBackupSnapshotExportBucketResponse,
                >(body)
            }
            "getExportBucket" => {
                crate::wire::round_trip::<
                    export_buckets::DiskBackupSnapshotExportBucketResponse,
                >(body)
            }
            "updateBackupExportBucket" => {
                crate::wire::round_trip::<
                    export_buckets::DiskBackupSnapshotAwsExportBucketResponse,
                >(body)
            }
            "listBackupExports" => {
                crate::wire::round_trip::<
                    exports::PaginatedApiAtlasDiskBackupExportJobView,
                >(body)
            }
            "createBackupExport" => {
                crate::wire::round_trip::<exports::DiskBackupExportJob>(body)
            }
            "getBackupExport" => {
                crate::wire::round_trip::<exports::DiskBackupExportJob>(body)
            }
            "listBackupRestoreJobs" => {
                crate::wire::round_trip::<
                    restore_jobs::PaginatedCloudBackupRestoreJobView,
                >(body)
            }
            "createBackupRestoreJob" => {
                crate::wire::round_trip::<
                    restore_jobs::DiskBackupSnapshotRestoreJob,
                >(body)
            }
            "getBackupRestoreJob" => {
                crate::wire::round_trip::<
                    restore_jobs::DiskBackupSnapshotRestoreJob,
                >(body)
            }
            _ => return None,
        },
    )
}
