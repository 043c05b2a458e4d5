//! The service, played in this process: every operation of the SDK, without an account.
//!
//! A [`Sandbox`] keeps projects, clusters and jobs in memory and answers as the service does: jobs go through their
//! states on a clock that nobody has to wait for, digest and access tokens are checked, requests are held against the
//! API's document, lists come in pages. What goes wrong is up to you: see [`Fault`].
//!
//! Schedules are followed: snapshots are taken, and exported where that is on, as their time comes. Older versions of an
//! operation are announced as deprecated, and refused (410) after their day; but they answer with the body of the newest, and take
//! what it takes. It does not play access lists of addresses, encryption keys, private endpoints, copies in other regions, and indexes
//! that fail to build. An archive that is downloaded is a gzipped tar file, as from the service, of made-up contents.
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
//! // A quarter of an hour, which took no time.
//! assert!(sandbox.clock().passed().as_secs() > 14 * 60);
//! # Ok(()) }
//! ```

mod archive;
mod asked;
mod beginning;
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
mod cut;
mod document;
mod exports;
mod faults;
mod flex;
mod gate;
mod limits;
mod media;
mod names;
mod nonces;
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

pub use builder::SandboxBuilder;
pub use clock::SandboxClock;
pub use faults::{Fault, FaultKind};
pub use gate::DigestAlgorithm;
pub use state::ClusterKind;
pub use world::{Sandbox, Seen};
