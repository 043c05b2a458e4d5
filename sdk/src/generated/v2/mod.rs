// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Cloud backup export and restore of the MongoDB Atlas Administration API, as the service behaves, in the
//! versions of 12 March 2025.

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
pub const SPEC_SHA256: &str = "af9be83d9d125e183c99e64855afdac4a138f939cb134b4410a9aa7dc744952a";
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
                crate::json::round_trip::<
                    export_buckets::PaginatedBackupExportBuckets,
                >(body)
            }
            "createExportBucket" => {
                crate::json::round_trip::<
                    export_buckets::DiskBackupSnapshotExportBucketResponse,
                >(body)
            }
            "getExportBucket" => {
                crate::json::round_trip::<
                    export_buckets::DiskBackupSnapshotExportBucketResponse,
                >(body)
            }
            "updateBackupExportBucket" => {
                crate::json::round_trip::<
                    export_buckets::DiskBackupSnapshotAwsExportBucketResponse,
                >(body)
            }
            "listBackupExports" => {
                crate::json::round_trip::<exports::PaginatedBackupExportJobs>(body)
            }
            "createBackupExport" => {
                crate::json::round_trip::<exports::DiskBackupExportJob>(body)
            }
            "getBackupExport" => {
                crate::json::round_trip::<exports::DiskBackupExportJob>(body)
            }
            "listBackupRestoreJobs" => {
                crate::json::round_trip::<restore_jobs::PaginatedBackupRestoreJobs>(body)
            }
            "createBackupRestoreJob" => {
                crate::json::round_trip::<
                    restore_jobs::DiskBackupSnapshotRestoreJob,
                >(body)
            }
            "getBackupRestoreJob" => {
                crate::json::round_trip::<
                    restore_jobs::DiskBackupSnapshotRestoreJob,
                >(body)
            }
            _ => return None,
        },
    )
}
