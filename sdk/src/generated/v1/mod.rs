// @generated from spec/v1/curated.yaml by `cargo xtask generate`. Do not edit.

//! The export and restore job lists of the v1.0 API, which speaks plain JSON and has no dated versions.

pub mod exports;
pub mod restore_jobs;
pub mod shared;

pub use exports::*;
pub use restore_jobs::*;

/// SHA-256 of the curated document this code was generated from, in lower-case hex.
pub const SPEC_SHA256: &str = "00a9837ad5be19ab42dc3f827a6d2e5c7efc621eac83dd4ca9f57700f421954a";

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
