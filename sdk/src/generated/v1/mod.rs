// @generated from spec/v1/curated.yaml by `cargo xtask generate`. Do not edit.

//! Export and restore job lists of the v1.0 API. New programs use the v2 API; the v1.0 API has no dated versions.

pub mod exports;
pub mod restore_jobs;
pub mod shared;

pub use exports::*;
pub use restore_jobs::*;

/// SHA-256 of the curated document this code was generated from, in lower-case hexadecimal.
pub const SPEC_SHA256: &str = "72226d7c582723d958adcb3d576c3b506cf03f5ba2ab8578684d7f76bb4fbd70";

/// All operations of this API version, by module.
pub static OPERATIONS: &[&crate::Operation] = &[
    <ListBackupExports as crate::Endpoint>::OPERATION,
    <ListBackupRestoreJobs as crate::Endpoint>::OPERATION,
];

#[cfg(feature = "contract")]
crate::json::round_trips!({
    "listBackupExports": ListBackupExports, "listBackupRestoreJobs": ListBackupRestoreJobs,
});

#[cfg(feature = "contract")]
crate::json::request_round_trips!({  });
