// @generated from spec/v2/curated.yaml by `cargo xtask generate`. Do not edit.

//! Cloud backup, export and restore operations of the MongoDB Atlas Administration API, corrected to match the
//! service, at API date 2025-03-12.

pub mod collection_restore_jobs;
pub mod export_buckets;
pub mod exports;
pub mod flex;
pub mod restore_jobs;
pub mod schedules;
pub mod shared;
pub mod snapshots;

pub use collection_restore_jobs::*;
pub use export_buckets::*;
pub use exports::*;
pub use flex::*;
pub use restore_jobs::*;
pub use schedules::*;
pub use snapshots::*;

/// API date this code was generated for. Each operation uses its newest version on or before this date.
pub const API_DATE: &str = "2025-03-12";

/// SHA-256 of the curated document this code was generated from, in lower-case hexadecimal.
pub const SPEC_SHA256: &str = "052a2f0900239f585f360cbf208737931551d409b829fc2be864388d9c744a3b";

/// All operations of this API version, by module.
pub static OPERATIONS: &[&crate::Operation] = &[
    <ListCollectionRestoreJobs as crate::Endpoint>::OPERATION,
    <CreateCollectionRestoreJob as crate::Endpoint>::OPERATION,
    <GetCollectionRestoreJob as crate::Endpoint>::OPERATION,
    <ListRestoreJobCollections as crate::Endpoint>::OPERATION,
    <GetRestoreJobCollection as crate::Endpoint>::OPERATION,
    <ListExportBuckets as crate::Endpoint>::OPERATION,
    <CreateExportBucket as crate::Endpoint>::OPERATION,
    <GetExportBucket as crate::Endpoint>::OPERATION,
    <DeleteExportBucket as crate::Endpoint>::OPERATION,
    <UpdateBackupExportBucket as crate::Endpoint>::OPERATION,
    <ListBackupExports as crate::Endpoint>::OPERATION,
    <CreateBackupExport as crate::Endpoint>::OPERATION,
    <GetBackupExport as crate::Endpoint>::OPERATION,
    <DownloadFlexBackup as crate::Endpoint>::OPERATION,
    <ListFlexRestoreJobs as crate::Endpoint>::OPERATION,
    <CreateFlexRestoreJob as crate::Endpoint>::OPERATION,
    <GetFlexRestoreJob as crate::Endpoint>::OPERATION,
    <ListFlexBackupSnapshots as crate::Endpoint>::OPERATION,
    <GetFlexBackupSnapshot as crate::Endpoint>::OPERATION,
    <ListBackupRestoreJobs as crate::Endpoint>::OPERATION,
    <CreateBackupRestoreJob as crate::Endpoint>::OPERATION,
    <GetBackupRestoreJob as crate::Endpoint>::OPERATION,
    <CancelBackupRestoreJob as crate::Endpoint>::OPERATION,
    <GetBackupSchedule as crate::Endpoint>::OPERATION,
    <DeleteClusterBackupSchedule as crate::Endpoint>::OPERATION,
    <UpdateBackupSchedule as crate::Endpoint>::OPERATION,
    <ListBackupSnapshots as crate::Endpoint>::OPERATION,
    <TakeSnapshots as crate::Endpoint>::OPERATION,
    <GetClusterBackupSnapshot as crate::Endpoint>::OPERATION,
    <DeleteClusterBackupSnapshot as crate::Endpoint>::OPERATION,
    <UpdateBackupSnapshot as crate::Endpoint>::OPERATION,
    <ListBackupSnapshotDatabases as crate::Endpoint>::OPERATION,
    <GetBackupSnapshotDatabase as crate::Endpoint>::OPERATION,
    <ListSnapshotDatabaseCollections as crate::Endpoint>::OPERATION,
    <GetSnapshotDatabaseCollection as crate::Endpoint>::OPERATION,
    <GetBackupShardedCluster as crate::Endpoint>::OPERATION,
    <DeleteBackupShardedCluster as crate::Endpoint>::OPERATION,
    <ListBackupShardedClusters as crate::Endpoint>::OPERATION,
];

#[cfg(feature = "contract")]
crate::json::round_trips!({
    "listCollectionRestoreJobs": ListCollectionRestoreJobs,
    "createCollectionRestoreJob": CreateCollectionRestoreJob,
    "getCollectionRestoreJob": GetCollectionRestoreJob,
    "listRestoreJobCollections": ListRestoreJobCollections,
    "getRestoreJobCollection": GetRestoreJobCollection, "listExportBuckets": ListExportBuckets,
    "createExportBucket": CreateExportBucket, "getExportBucket": GetExportBucket,
    "updateBackupExportBucket": UpdateBackupExportBucket, "listBackupExports": ListBackupExports,
    "createBackupExport": CreateBackupExport, "getBackupExport": GetBackupExport,
    "downloadFlexBackup": DownloadFlexBackup, "listFlexRestoreJobs": ListFlexRestoreJobs,
    "createFlexRestoreJob": CreateFlexRestoreJob, "getFlexRestoreJob": GetFlexRestoreJob,
    "listFlexBackupSnapshots": ListFlexBackupSnapshots, "getFlexBackupSnapshot": GetFlexBackupSnapshot,
    "listBackupRestoreJobs": ListBackupRestoreJobs, "createBackupRestoreJob": CreateBackupRestoreJob,
    "getBackupRestoreJob": GetBackupRestoreJob, "getBackupSchedule": GetBackupSchedule,
    "deleteClusterBackupSchedule": DeleteClusterBackupSchedule, "updateBackupSchedule": UpdateBackupSchedule,
    "listBackupSnapshots": ListBackupSnapshots, "takeSnapshots": TakeSnapshots,
    "getClusterBackupSnapshot": GetClusterBackupSnapshot, "updateBackupSnapshot": UpdateBackupSnapshot,
    "listBackupSnapshotDatabases": ListBackupSnapshotDatabases,
    "getBackupSnapshotDatabase": GetBackupSnapshotDatabase,
    "listSnapshotDatabaseCollections": ListSnapshotDatabaseCollections,
    "getSnapshotDatabaseCollection": GetSnapshotDatabaseCollection,
    "getBackupShardedCluster": GetBackupShardedCluster,
    "listBackupShardedClusters": ListBackupShardedClusters,
});

#[cfg(feature = "contract")]
crate::json::request_round_trips!({
    "createCollectionRestoreJob": CollectionRestoreJobRequest,
    "createExportBucket": DiskBackupSnapshotExportBucketRequest,
    "updateBackupExportBucket": UpdateRequirePrivateNetworkingRequest,
    "createBackupExport": DiskBackupExportJobRequest, "downloadFlexBackup": FlexBackupSnapshotDownloadCreate,
    "createFlexRestoreJob": FlexBackupRestoreJobCreate,
    "createBackupRestoreJob": DiskBackupSnapshotRestoreJobRequest,
    "updateBackupSchedule": DiskBackupSnapshotScheduleRequest,
    "takeSnapshots": DiskBackupOnDemandSnapshotRequest, "updateBackupSnapshot": BackupSnapshotRetention,
});
