//! A crate that is tested with the sandbox: it exports a snapshot and waits for the export.
use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build()?;
    let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse()?);
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: sandbox.snapshot(Sandbox::CLUSTER)?,
    });
    let job = client
        .create_backup_export(&project, &cluster, &request)
        .await?;
    let done = client
        .wait_for_backup_export(&project, &cluster, &job.id.ok_or("no id")?)
        .await?;
    assert!(done.finished_at.is_some());
    println!("sandbox: ok");
    Ok(())
}
