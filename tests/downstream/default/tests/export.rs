use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::DiskBackupExportJobRequest;

#[tokio::test]
async fn a_snapshot_is_exported() {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build().unwrap();
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let request = DiskBackupExportJobRequest::new(sandbox.bucket(), snapshot);
    let cluster = Sandbox::CLUSTER.parse().unwrap();
    let prefix = downstream_default::export(&client, &sandbox.project(), &cluster, &request).await;
    assert!(prefix.unwrap().contains("/Cluster0/"));
}
