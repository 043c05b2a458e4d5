// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Cloud backup export and restore of the MongoDB Atlas Administration API, as the service behaves, in the
//! versions of 12 March 2025.

pub mod export_buckets;
pub mod exports;
pub mod restore_jobs;
pub mod shared;

pub use export_buckets::*;
pub use exports::*;
pub use restore_jobs::*;
pub use shared::*;

/// The API date this code was generated for: each operation speaks its newest version up to then.
pub const API_DATE: &str = "2025-03-12";

/// SHA-256 of the curated document this code was generated from, in lower-case hex.
pub const SPEC_SHA256: &str = "671cea69d2867bb8f653c434edc9338ad471584806ef3a42df022bd0f0fb9ee5";

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

#[cfg(feature = "contract")]
crate::json::round_trips!({
    "listExportBuckets": ListExportBuckets, "createExportBucket": CreateExportBucket,
    "getExportBucket": GetExportBucket, "updateBackupExportBucket": UpdateBackupExportBucket,
    "listBackupExports": ListBackupExports, "createBackupExport": CreateBackupExport,
    "getBackupExport": GetBackupExport, "listBackupRestoreJobs": ListBackupRestoreJobs,
    "createBackupRestoreJob": CreateBackupRestoreJob, "getBackupRestoreJob": GetBackupRestoreJob,
});
