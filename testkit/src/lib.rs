//! Contract verification, recording and a sandbox for users of the MongoDB Atlas backup API.
//!
//! The curated documents of this SDK version are built in: verification needs no repository and no network.
//! This test checks the contract of an application: it records the application's traffic with the sandbox and
//! judges the recordings.
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
//! Recordings in a repository need only `verify("tests/recordings")`.
//!
//! The modules hold the parts of these three; items not re-exported here may change in any version.
#![forbid(unsafe_code)]
#![warn(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "these macros panic; `output` does not"
)]

#[doc(hidden)]
pub mod output;
pub mod record;
pub mod report;
pub mod verify;

pub use atlas_backup::sandbox::{self, Sandbox};
pub use record::transport::RecordingTransport;
pub use report::{FailOn, Outcome, Report};
pub use verify::{Options, verify};
