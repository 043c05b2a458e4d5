//! The code of the guide's chapters, run against the sandbox. What a chapter shows stands between `ANCHOR` comments.

mod authentication;
mod downloads;
mod errors;
mod fleet;
mod hooks;
mod jobs;
mod limits;
mod lists;
mod own_operations;
mod retries;
mod testing;
mod tracing;
mod v1;

use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use atlas_backup::{Client, ClusterName, Error, ObjectId};

/// The result of a chapter's code.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A sandbox, a client, and the identifiers of its resources.
struct World {
    sandbox: Sandbox,
    client: Client,
    project: ObjectId,
    cluster: ClusterName,
}

impl World {
    fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let sandbox = Sandbox::new();
        Ok(Self {
            client: sandbox.client().build()?,
            project: sandbox.project(),
            cluster: Sandbox::CLUSTER.parse()?,
            sandbox,
        })
    }

    /// Returns the request that exports the newest snapshot.
    fn request(&self) -> Result<DiskBackupExportJobRequest, Error> {
        let snapshot = self.sandbox.snapshot(Sandbox::CLUSTER)?;
        Ok(DiskBackupExportJobRequest::new(
            DiskBackupExportJobRequestFields {
                export_bucket_id: self.sandbox.bucket(),
                snapshot_id: snapshot,
            },
        ))
    }
}
