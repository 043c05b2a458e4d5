use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};

#[tokio::test]
async fn a_crate_without_the_sandbox_is_tested_with_it() {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build().unwrap();
    let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse().unwrap());
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: snapshot,
    });
    let job = client
        .create_backup_export(&project, &cluster, &request)
        .await
        .unwrap();
    let wait = client.wait_for_backup_export(&project, &cluster, &job.id.unwrap());
    assert!(wait.await.unwrap().finished_at.is_some());
}
