// @generated from spec/v1/curated.yaml by `cargo xtask generate`. Do not edit.

//! The export and restore job lists of the v1.0 API, which speaks plain JSON and has no dated versions.

pub mod exports;
pub mod restore_jobs;
pub mod shared;

pub use exports::*;
pub use restore_jobs::*;

/// SHA-256 of the curated document this code was generated from, in lower-case hex.
pub const SPEC_SHA256: &str = "07db304bb7e4ecd5909aca36ee2d6070839704776e6d0a379f49da59b4a359a8";

/// Every operation of this version, by module.
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
