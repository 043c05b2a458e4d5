use atlas_backup::sandbox::{Fault, FaultKind, Sandbox};
use atlas_backup::v2::DiskBackupExportJobRequest;

#[tokio::test]
async fn a_failed_export_says_why() {
    let sandbox = Sandbox::new();
    let reason = "The bucket is gone.".to_owned();
    sandbox.inject(Fault::new(FaultKind::FailJob { reason }).of("createBackupExport"));
    let client = sandbox.client().build().unwrap();
    let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse().unwrap());
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let request = DiskBackupExportJobRequest::new(sandbox.bucket(), snapshot);
    let job = client
        .create_backup_export(&project, &cluster, &request)
        .await
        .unwrap();
    let said =
        downstream_edition_2021::outcome(&client, &project, &cluster, &job.id.unwrap()).await;
    assert!(said.contains("The bucket is gone."), "{said}");
}
