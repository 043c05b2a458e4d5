//! What recordings have and the sandbox has not, each with its reason. What no longer shows is taken out.

/// How a difference begins, and why it is one.
pub(crate) const NOT_PLAYED: [(&str, &str); 22] = [
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
        "every address may ask",
    ),
    (
        "error 403 RESOURCE_REQUIRES_WHITELIST",
        "every address may ask",
    ),
    (
        "error 429 RATE_LIMITED:",
        "only a fault says it, which knows no limit; a limit that is reached says RATE_LIMITED_TOKEN_BUCKET",
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
        "nobody asks for a flex snapshot, so that none can be made to fail",
    ),
    (
        "v2 listFlexBackupSnapshots listed FAILED",
        "nobody asks for a flex snapshot, so that none can be made to fail",
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
        "a job that fails leaves nothing to take back",
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
        "the service has been seen to tell where a bucket is only when that one is read",
    ),
];
