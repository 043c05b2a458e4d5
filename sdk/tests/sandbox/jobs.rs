//! Jobs in virtual time.
use super::*;

#[tokio::test]
async fn a_snapshot_is_taken_exported_and_found_in_the_list() {
    let (sandbox, client, project, cluster) = world();
    let taken = client
        .take_snapshots(
            &project,
            &cluster,
            &DiskBackupOnDemandSnapshotRequest::new(7).description("before"),
        )
        .await
        .unwrap();
    assert_eq!(taken.status(), Ok(&SnapshotStatus::Queued));
    let id = *taken.id().unwrap();
    // It cannot be exported yet, and another one cannot be taken.
    let early = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: id,
    });
    let refused = client
        .create_backup_export(&project, &cluster, &early)
        .await
        .unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 409);
    let again = client
        .take_snapshots(
            &project,
            &cluster,
            &DiskBackupOnDemandSnapshotRequest::new(7),
        )
        .await;
    assert_eq!(
        again.unwrap_err().error_code().unwrap(),
        "UNFINISHED_ON_DEMAND_SNAPSHOT"
    );

    let done = client
        .wait_for_backup_snapshot(&project, &cluster, &id)
        .await
        .unwrap();
    assert!(done.created_at.is_some());
    assert_eq!(sandbox.snapshot(Sandbox::CLUSTER).unwrap(), id);

    let job = client
        .create_backup_export(&project, &cluster, &early)
        .await
        .unwrap();
    let mut names = Vec::new();
    let mut states = client
        .wait_for_backup_export(&project, &cluster, &job.id.unwrap())
        .states();
    while let Some(job) = states.try_next().await.unwrap() {
        names.push(job.state.unwrap().as_str().to_owned());
    }
    names.dedup();
    assert_eq!(names, ["Queued", "InProgress", "Successful"]);
    let listed = client
        .list_backup_exports(&project, &cluster)
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].snapshot_id, Some(id));
}

#[tokio::test]
async fn an_injected_job_failure_has_its_reason() {
    let (sandbox, client, project, cluster) = world();
    let reason = "The access role may not write.".to_owned();
    sandbox
        .inject(Fault::new(FaultKind::FailJob { reason }).of("createBackupExport"))
        .unwrap();
    let request = newest_exported(&sandbox);
    let job = client
        .create_backup_export(&project, &cluster, &request)
        .await
        .unwrap();
    let error = client
        .wait_for_backup_export(&project, &cluster, &job.id.unwrap())
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(text.ends_with(": The access role may not write."), "{text}");
    let WaitError::Failed(job) = error else {
        panic!("{error}");
    };
    let id = job.id.unwrap();
    assert!(
        text.starts_with(&format!("export {id} of Cluster0 failed: ")),
        "{text}"
    );
    assert_eq!(job.state, Some(ExportState::Failed));
    let reason = job.reason().unwrap();
    assert_eq!(reason.message(), Some("The access role may not write."));
    assert!(reason.code().is_some());
}

#[tokio::test]
async fn a_lost_response_leaves_one_job() {
    let (sandbox, client, project, cluster) = world();
    sandbox
        .inject(Fault::new(FaultKind::ResetAfter).of("createBackupExport"))
        .unwrap();
    let request = newest_exported(&sandbox);
    let job = client
        .create_backup_export(&project, &cluster, &request)
        .idempotency_key("nightly")
        .await
        .unwrap();
    let all = client
        .list_backup_exports(&project, &cluster)
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all.iter().map(|job| job.id).collect::<Vec<_>>(), [job.id]);
}

#[tokio::test]
async fn a_deleted_resource_disappears_after_a_while() {
    let (sandbox, client, project, cluster) = world();
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    client
        .delete_cluster_backup_snapshot(&project, &cluster, &snapshot)
        .await
        .unwrap();
    assert!(
        client
            .get_cluster_backup_snapshot(&project, &cluster, &snapshot)
            .await
            .is_ok()
    );
    client
        .wait_for_backup_snapshot_deletion(&project, &cluster, &snapshot)
        .await
        .unwrap();
    let left = client
        .list_backup_snapshots(&project, &cluster)
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(left.len(), 2);
    client
        .delete_export_bucket(&project, &sandbox.bucket())
        .await
        .unwrap();
    client
        .wait_for_export_bucket_deletion(&project, &sandbox.bucket())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_bucket_that_a_schedule_exports_to_cannot_be_deleted() {
    let (sandbox, client, project, cluster) = world();
    let export = AutoExportPolicyRequest::new()
        .export_bucket_id(sandbox.bucket())
        .frequency_type(ExportFrequency::Daily);
    let change = DiskBackupSnapshotScheduleRequest::new()
        .auto_export_enabled(true)
        .export(export);
    let schedule = client
        .update_backup_schedule(&project, &cluster, &change)
        .await
        .unwrap();
    assert_eq!(schedule.auto_export_enabled, Some(true));
    let refused = client
        .delete_export_bucket(&project, &sandbox.bucket())
        .await
        .unwrap_err();
    assert_eq!(
        refused.error_code().unwrap(),
        "EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE"
    );
    let cleared = client
        .delete_cluster_backup_schedule(&project, &cluster)
        .await
        .unwrap();
    assert_eq!(cleared.auto_export_enabled, Some(false));
    client
        .delete_export_bucket(&project, &sandbox.bucket())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_sharded_snapshot_has_snapshots_of_its_replica_sets() {
    let (sandbox, client, project, _) = world();
    let name = cluster(Sandbox::SHARDED);
    let taken = client
        .take_snapshots(&project, &name, &DiskBackupOnDemandSnapshotRequest::new(7))
        .await
        .unwrap();
    let id = *taken.id().unwrap();
    let done = client
        .wait_for_backup_sharded_cluster(&project, &name, &id)
        .await
        .unwrap();
    assert_eq!(done.snapshot_ids.as_ref().unwrap().len(), 3);
    let part = done.snapshot_ids.unwrap()[0];
    assert!(
        client
            .get_cluster_backup_snapshot(&project, &name, &part)
            .await
            .is_ok()
    );
    let refused = client
        .delete_cluster_backup_snapshot(&project, &name, &part)
        .await
        .unwrap_err();
    assert_eq!(
        refused.error_code().unwrap(),
        "CANNOT_DELETE_FROM_CLUSTER_SNAPSHOT"
    );
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: id,
    });
    let job = client
        .create_backup_export(&project, &name, &request)
        .await
        .unwrap();
    let done = client
        .wait_for_backup_export(&project, &name, &job.id.unwrap())
        .await
        .unwrap();
    assert_eq!(done.components.unwrap().len(), 2);
}

#[tokio::test]
async fn a_deleted_snapshot_cannot_be_exported_or_restored() {
    let (sandbox, client, project, name) = world();
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    client
        .delete_cluster_backup_snapshot(&project, &name, &snapshot)
        .await
        .unwrap();
    // It remains visible for a while.
    client
        .get_cluster_backup_snapshot(&project, &name, &snapshot)
        .await
        .unwrap();
    let export = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: snapshot,
    });
    let refused = client
        .create_backup_export(&project, &name, &export)
        .await
        .unwrap_err();
    assert_eq!(code(&refused), (404, "SNAPSHOT_NOT_FOUND"));
    let restore = restore_into(&sandbox, "Restored0", snapshot);
    let refused = client
        .create_backup_restore_job(&project, &name, &restore)
        .await
        .unwrap_err();
    assert_eq!(
        code(&refused),
        (409, "CANNOT_START_RESTORE_JOB_FOR_DELETED_SNAPSHOT")
    );
    let sharded = cluster(Sandbox::SHARDED);
    let snapshot = sandbox.snapshot(Sandbox::SHARDED).unwrap();
    client
        .delete_backup_sharded_cluster(&project, &sharded, &snapshot)
        .await
        .unwrap();
    let restore = restore_into(&sandbox, Sandbox::SHARDED, snapshot);
    let refused = client
        .create_backup_restore_job(&project, &sharded, &restore)
        .await
        .unwrap_err();
    assert_eq!(
        code(&refused),
        (409, "CANNOT_START_RESTORE_JOB_FOR_DELETED_CLUSTER_SNAPSHOT")
    );
}

#[tokio::test]
async fn a_failed_snapshot_cannot_be_exported_or_restored() {
    let (sandbox, client, project, name) = world();
    let before = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let reason = "The disk failed.".to_owned();
    sandbox
        .inject(Fault::new(FaultKind::FailJob { reason }).of("takeSnapshots"))
        .unwrap();
    let request = DiskBackupOnDemandSnapshotRequest::new(7);
    let taken = client
        .take_snapshots(&project, &name, &request)
        .await
        .unwrap();
    sandbox.clock().advance(Duration::from_secs(600));
    assert_eq!(sandbox.snapshot(Sandbox::CLUSTER).unwrap(), before);
    let restore = restore_into(&sandbox, "Restored0", *taken.id().unwrap());
    let refused = client
        .create_backup_restore_job(&project, &name, &restore)
        .await
        .unwrap_err();
    assert_eq!(refused.status().unwrap(), 409);
}
