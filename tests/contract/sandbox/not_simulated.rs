//! Recorded behaviour that the sandbox does not simulate, each with its reason. Remove entries that no longer
//! match.

/// The beginning of a difference, and its reason.
pub(crate) const NOT_SIMULATED: [(&str, &str); 22] = [
    (
        "error 400 CLUSTER_PAUSED_CANNOT_RESTORE",
        "no cluster is ever paused",
    ),
    (
        "error 403 FEATURE_UNSUPPORTED",
        "every project may have flex clusters",
    ),
    (
        "error 403 IP_ADDRESS_NOT_ON_WHITELIST",
        "every address has access",
    ),
    (
        "error 403 RESOURCE_REQUIRES_WHITELIST",
        "every address has access",
    ),
    (
        "error 429 RATE_LIMITED:",
        "only an injected fault has this code, without a limit; an exceeded limit has RATE_LIMITED_TOKEN_BUCKET",
    ),
    (
        "v2 getBackupExport Cancelled",
        "no operation cancels an export",
    ),
    (
        "v2 listBackupExports listed Cancelled",
        "no operation cancels an export",
    ),
    (
        "v2 getCollectionRestoreJob CANCELED",
        "no operation cancels a restore of collections",
    ),
    (
        "v2 listCollectionRestoreJobs listed CANCELED",
        "no operation cancels a restore of collections",
    ),
    (
        "v2 getFlexBackupSnapshot FAILED",
        "flex snapshots are not requested, so that no fault can make one fail",
    ),
    (
        "v2 listFlexBackupSnapshots listed FAILED",
        "flex snapshots are not requested, so that no fault can make one fail",
    ),
    (
        "v2 getRestoreJobCollection INDEX_BUILD_FAILED",
        "indexes never fail",
    ),
    (
        "v2 getRestoreJobCollection: /indexStatus",
        "indexes never fail",
    ),
    (
        "v2 listRestoreJobCollections: /indexStatus",
        "indexes never fail",
    ),
    (
        "v2 listRestoreJobCollections listed INDEX_BUILD_FAILED",
        "indexes never fail",
    ),
    (
        "v2 listRestoreJobCollections listed NOT_",
        "the collections of a job begin and end together",
    ),
    (
        "v2 listRestoreJobCollections listed ROLLBACK",
        "a failed job has nothing to roll back",
    ),
    (
        "v2 listRestoreJobCollections listed UNSUPPORTED",
        "every collection can be restored",
    ),
    (
        "v2 getBackupRestoreJob: /privateDownloadDeliveryUrls",
        "there are no private endpoints",
    ),
    (
        "v2 getClusterBackupSnapshot: /copyRegions",
        "snapshots are not copied to other regions",
    ),
    (
        "v2 getClusterBackupSnapshot: /masterKeyUUID",
        "snapshots are not encrypted with a key of the customer",
    ),
    (
        "v2 updateBackupExportBucket",
        "in recordings, only the response for a single bucket has its region",
    ),
];
