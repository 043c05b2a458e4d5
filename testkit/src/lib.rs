//! Contract verification, recording and a sandbox for users of the MongoDB Atlas backup API.
//!
//! The curated documents of this SDK version are inside: nothing here needs a repository or a network to judge. As a test,
//! this is the contract check of an application: what it says to the service (here: to the sandbox) is recorded, and judged.
//!
//! ```
//! use atlas_backup_testkit::{RecordingTransport, Sandbox, verify};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let recordings = tempfile::tempdir()?;
//! let sandbox = Sandbox::new();
//! let transport = RecordingTransport::new(sandbox.clone(), recordings.path())?;
//! let client = sandbox.client().transport(transport.clone()).build()?;
//! client.list_backup_exports(&sandbox.project(), &Sandbox::CLUSTER.parse()?).await?;
//! transport.finish()?;
//! let report = verify(recordings.path())?;
//! assert!(report.holds(), "{report}");
//! # Ok(()) }
//! ```
//!
//! Recordings that are in a repository already need no more than `verify("tests/recordings")`.
//!
//! The modules are the parts that the three are made of; what they have beyond the names here may change with any version.
#![forbid(unsafe_code)]

pub mod record;
pub mod report;
pub mod verify;

pub use atlas_backup::sandbox::{self, Sandbox};
pub use record::transport::RecordingTransport;
pub use report::{FailOn, Outcome, Report};
pub use verify::{Options, verify};
