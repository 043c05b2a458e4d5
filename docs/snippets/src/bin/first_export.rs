//! The first program of the guide: exports a snapshot of the sandbox, and waits for the end of the export.
use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // The sandbox simulates the service in this process, with clusters, snapshots and a bucket.
    let sandbox = Sandbox::new();
    let client = sandbox.client().build()?;
    let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse()?);
    let (bucket, snapshot) = (sandbox.bucket(), sandbox.snapshot(Sandbox::CLUSTER)?);

    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: bucket,
        snapshot_id: snapshot,
    });
    let job = client
        .create_backup_export(&project, &cluster, &request)
        .await?;
    println!("export {} has begun", job.id()?);

    let job = client
        .wait_for_backup_export(&project, &cluster, job.id()?)
        .await?;
    println!("exported to {}", job.prefix.unwrap_or_default());
    Ok(())
}
