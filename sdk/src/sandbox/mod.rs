//! An in-process simulation of the service with every operation of the SDK; it needs no account.
//!
//! A [`Sandbox`] keeps projects, clusters and jobs in memory and responds as the service does: jobs go
//! through their states on a virtual clock, digests and access tokens are checked, requests are checked by
//! the API's document, and lists have pages. A [`Fault`] makes requests or jobs fail.
//!
//! Schedules are followed: snapshots are taken at their times, and exported if automatic export is on. Older
//! versions of an operation are announced as deprecated and refused (410) after their sunset date; until
//! then, they have the newest version's bodies. The sandbox does not simulate IP access lists, encryption
//! keys, private endpoints, copies in other regions, and failing index builds. A downloaded archive is a
//! gzipped tar file with generated contents.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use atlas_backup::sandbox::Sandbox;
//! use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
//!
//! let sandbox = Sandbox::new();
//! let client = sandbox.client().build()?;
//! let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse()?);
//! let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
//!     export_bucket_id: sandbox.bucket(),
//!     snapshot_id: sandbox.snapshot(Sandbox::CLUSTER)?,
//! });
//! let job = client.create_backup_export(&project, &cluster, &request).await?;
//! let job = client.wait_for_backup_export(&project, &cluster, &job.id.ok_or("no id")?).await?;
//! assert!(job.finished_at.is_some());
//! // A quarter of an hour of virtual time has passed.
//! assert!(sandbox.clock().passed().as_secs() > 14 * 60);
//! # Ok(()) }
//! ```

mod access;
mod archive;
mod body_budget;
mod buckets;
mod builder;
mod calendar;
mod client;
mod clock;
mod clusters;
mod collections;
mod content;
mod control;
mod document;
mod due_times;
mod exports;
mod faults;
mod flex;
mod initial_state;
mod interruptible_body;
mod limits;
mod media;
mod names;
mod nonces;
mod operation_call;
mod patterns;
mod restores;
mod routes;
mod rules;
mod schedules;
mod server;
mod service;
mod snapshots;
mod state;
mod tar_gz;
mod world;

pub use access::DigestAlgorithm;
pub use builder::SandboxBuilder;
pub use clock::SandboxClock;
pub use faults::{Fault, FaultKind};
pub use state::ClusterKind;
pub use world::{Sandbox, Seen};
