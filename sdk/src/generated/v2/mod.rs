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
    <ListExportBuckets as crate::Endpoint>::OPERATION,
    <CreateExportBucket as crate::Endpoint>::OPERATION,
    <GetExportBucket as crate::Endpoint>::OPERATION,
    <DeleteExportBucket as crate::Endpoint>::OPERATION,
    <UpdateBackupExportBucket as crate::Endpoint>::OPERATION,
    <ListBackupExports as crate::Endpoint>::OPERATION,
    <CreateBackupExport as crate::Endpoint>::OPERATION,
    <GetBackupExport as crate::Endpoint>::OPERATION,
    <ListBackupRestoreJobs as crate::Endpoint>::OPERATION,
    <CreateBackupRestoreJob as crate::Endpoint>::OPERATION,
    <GetBackupRestoreJob as crate::Endpoint>::OPERATION,
    <CancelBackupRestoreJob as crate::Endpoint>::OPERATION,
];

/// Decodes a success body of an operation and encodes it again; `None` for an operation without a body.
///
/// # Errors
/// What `serde_json` says of a body that is not the operation's.
#[cfg(feature = "contract")]
pub fn round_trip(
    operation: &str,
    body: &[u8],
) -> Option<serde_json::Result<serde_json::Value>> {
    use crate::json::round_trip;
    Some(
        match operation {
            "listExportBuckets" => round_trip::<PaginatedBackupExportBuckets>(body),
            "createExportBucket" => {
                round_trip::<DiskBackupSnapshotExportBucketResponse>(body)
            }
            "getExportBucket" => {
                round_trip::<DiskBackupSnapshotExportBucketResponse>(body)
            }
            "updateBackupExportBucket" => {
                round_trip::<DiskBackupSnapshotAwsExportBucketResponse>(body)
            }
            "listBackupExports" => round_trip::<PaginatedBackupExportJobs>(body),
            "createBackupExport" => round_trip::<DiskBackupExportJob>(body),
            "getBackupExport" => round_trip::<DiskBackupExportJob>(body),
            "listBackupRestoreJobs" => round_trip::<PaginatedBackupRestoreJobs>(body),
            "createBackupRestoreJob" => round_trip::<DiskBackupSnapshotRestoreJob>(body),
            "getBackupRestoreJob" => round_trip::<DiskBackupSnapshotRestoreJob>(body),
            _ => return None,
        },
    )
}
