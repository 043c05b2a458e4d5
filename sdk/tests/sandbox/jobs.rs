//! What becomes of jobs, on a clock that nobody waits for.
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
    assert_eq!(taken.status(), Some(&SnapshotStatus::Queued));
    let id = *taken.id().unwrap();
    // Nothing can be made of it yet, and another one cannot be taken.
    let early = DiskBackupExportJobRequest::new(sandbox.bucket(), id);
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
async fn a_job_that_is_to_fail_fails_with_its_reason() {
    let (sandbox, client, project, cluster) = world();
    let reason = "The access role may not write.".to_owned();
    sandbox
        .inject(Fault::new(FaultKind::FailJob { reason }).of("createBackupExport"))
        .unwrap();
    let request = DiskBackupExportJobRequest::new(
        sandbox.bucket(),
        sandbox.snapshot(Sandbox::CLUSTER).unwrap(),
    );
    let job = client
        .create_backup_export(&project, &cluster, &request)
        .await
        .unwrap();
    let error = client
        .wait_for_backup_export(&project, &cluster, &job.id.unwrap())
        .await
        .unwrap_err();
    let WaitError::Failed(job) = error else {
        panic!("{error}");
    };
    assert_eq!(job.state, Some(ExportState::Failed));
    assert_eq!(
        job.state_reason.unwrap().message.unwrap(),
        "The access role may not write."
    );
}

#[tokio::test]
async fn a_lost_answer_leaves_one_job() {
    let (sandbox, client, project, cluster) = world();
    sandbox
        .inject(Fault::new(FaultKind::ResetAfter).of("createBackupExport"))
        .unwrap();
    let request = DiskBackupExportJobRequest::new(
        sandbox.bucket(),
        sandbox.snapshot(Sandbox::CLUSTER).unwrap(),
    );
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
async fn a_restore_into_a_cluster_runs_to_its_end_and_alone() {
    let (sandbox, client, project, cluster) = world();
    let request = DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Automated)
        .snapshot_id(sandbox.snapshot(Sandbox::CLUSTER).unwrap())
        .target_cluster_name("Restored0".parse::<ClusterName>().unwrap())
        .target_group_id(project);
    let job = client
        .create_backup_restore_job(&project, &cluster, &request)
        .await
        .unwrap();
    let second = client
        .create_backup_restore_job(&project, &cluster, &request)
        .await
        .unwrap_err();
    assert_eq!(
        second.error_code().unwrap(),
        "ATLAS_CLUSTER_RESTORE_IN_PROGRESS"
    );
    let id = job.id.unwrap();
    let refused = client
        .cancel_backup_restore_job(&project, &cluster, &id)
        .await
        .unwrap_err();
    assert_eq!(
        refused.error_code().unwrap(),
        "CANNOT_CANCEL_AUTOMATED_RESTORE"
    );
    let done = client
        .wait_for_backup_restore_job(&project, &cluster, &id)
        .await
        .unwrap();
    assert!(done.finished_at.is_some());
}

#[tokio::test]
async fn a_download_has_links_for_an_hour_and_can_be_cancelled() {
    let (sandbox, client, project, cluster) = world();
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let request =
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
    let job = client
        .create_backup_restore_job(&project, &cluster, &request)
        .await
        .unwrap();
    let id = job.id.unwrap();
    let ready = client
        .wait_for_backup_restore_job(&project, &cluster, &id)
        .await
        .unwrap();
    assert!(ready.finished_at.is_none());
    assert_eq!(ready.delivery_url.unwrap().len(), 1);
    sandbox.clock().advance(Duration::from_secs(3_600));
    let expired = client
        .wait_for_backup_restore_job(&project, &cluster, &id)
        .await
        .unwrap_err();
    assert!(matches!(expired, WaitError::Failed(job) if job.expired == Some(true)));

    let other = client
        .create_backup_restore_job(&project, &cluster, &request)
        .await
        .unwrap()
        .id
        .unwrap();
    client
        .cancel_backup_restore_job(&project, &cluster, &other)
        .await
        .unwrap();
    let cancelled = client
        .wait_for_backup_restore_job(&project, &cluster, &other)
        .await
        .unwrap_err();
    assert!(matches!(cancelled, WaitError::Failed(job) if job.cancelled == Some(true)));
}

#[tokio::test]
async fn what_is_deleted_is_gone_after_a_while() {
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
    let change =
        DiskBackupSnapshotScheduleRequest::new(vec![DiskBackupSnapshotSchedulePolicyRequest::new(
            vec![],
        )])
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
async fn a_sharded_cluster_has_snapshots_of_parts() {
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
    let request = DiskBackupExportJobRequest::new(sandbox.bucket(), id);
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
async fn a_flex_cluster_is_restored_and_downloaded() {
    let (sandbox, client, project, dedicated) = world();
    let flex = cluster(Sandbox::FLEX);
    let snapshot = sandbox.snapshot(Sandbox::FLEX).unwrap();
    let request = FlexBackupRestoreJobCreate::new(snapshot, Sandbox::CLUSTER, project);
    let job = client
        .create_flex_restore_job(&project, &flex, &request)
        .await
        .unwrap();
    let done = client
        .wait_for_flex_restore_job(&project, &flex, &job.id.unwrap())
        .await
        .unwrap();
    assert_eq!(done.status, Some(FlexBackupStatus::Completed));
    let download = FlexBackupSnapshotDownloadCreate::new(snapshot);
    let ready = client
        .download_flex_backup(&project, &flex, &download)
        .await
        .unwrap();
    assert!(ready.snapshot_url.is_some());
    let wrong = client
        .list_flex_backup_snapshots(&project, &dedicated)
        .await
        .unwrap_err();
    assert_eq!(
        wrong.error_code().unwrap(),
        "CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API"
    );
    let wrong = client
        .list_backup_snapshots(&project, &flex)
        .await
        .unwrap_err();
    assert_eq!(
        wrong.error_code().unwrap(),
        "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API"
    );
}

#[tokio::test]
async fn collections_are_restored_one_by_one() {
    let (sandbox, client, project, cluster) = world();
    let request = CollectionRestoreJobRequest::new(
        IndexStrategy::All,
        "Restored0".parse().unwrap(),
        project,
        WriteStrategy::CreateNew,
    )
    .snapshot_id(sandbox.snapshot(Sandbox::CLUSTER).unwrap())
    .databases(vec![
        RestoreNamespaceRequest::new("orders").target_namespace("again"),
    ]);
    let job = client
        .create_collection_restore_job(&project, &cluster, &request)
        .await
        .unwrap();
    let id = job.id.unwrap();
    let done = client
        .wait_for_collection_restore_job(&project, &cluster, &id)
        .await
        .unwrap();
    assert_eq!(done.restored_documents, done.total_documents);
    let parts = client
        .list_restore_job_collections(&project, &cluster, &id)
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(parts.len(), 3);
    let one = client
        .get_restore_job_collection(&project, &cluster, &id, "orders.open")
        .await
        .unwrap();
    assert_eq!(one.effective_target_namespace.unwrap(), "again.open");
}

fn code(error: &Error) -> (u16, &str) {
    let status = error.status().map_or(0, |status| status.as_u16());
    (
        status,
        error.error_code().map_or("", AtlasErrorCode::as_str),
    )
}

fn restore_into(
    sandbox: &Sandbox,
    target: &str,
    snapshot: ObjectId,
) -> DiskBackupSnapshotRestoreJobRequest {
    DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Automated)
        .snapshot_id(snapshot)
        .target_cluster_name(cluster(target))
        .target_group_id(sandbox.project())
}

#[tokio::test]
async fn of_a_deleted_snapshot_nothing_can_be_made() {
    let (sandbox, client, project, name) = world();
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    client
        .delete_cluster_backup_snapshot(&project, &name, &snapshot)
        .await
        .unwrap();
    // It can still be seen for a while.
    client
        .get_cluster_backup_snapshot(&project, &name, &snapshot)
        .await
        .unwrap();
    let export = DiskBackupExportJobRequest::new(sandbox.bucket(), snapshot);
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
async fn a_cluster_is_restored_into_one_of_its_kind() {
    let (sandbox, client, project, name) = world();
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    for (target, expected) in [
        (
            Sandbox::FLEX,
            (400, "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API"),
        ),
        (Sandbox::SHARDED, (403, "CANNOT_RESTORE_TO_TARGET")),
    ] {
        let request = restore_into(&sandbox, target, snapshot);
        let refused = client
            .create_backup_restore_job(&project, &name, &request)
            .await
            .unwrap_err();
        assert_eq!(code(&refused), expected);
    }
    let sharded = sandbox.snapshot(Sandbox::SHARDED).unwrap();
    let request = restore_into(&sandbox, "Restored0", sharded);
    let refused = client
        .create_backup_restore_job(&project, &cluster(Sandbox::SHARDED), &request)
        .await
        .unwrap_err();
    assert_eq!(code(&refused), (403, "CANNOT_RESTORE_TO_TARGET"));
    let flex = FlexBackupRestoreJobCreate::new(
        sandbox.snapshot(Sandbox::FLEX).unwrap(),
        Sandbox::SHARDED,
        project,
    );
    let refused = client
        .create_flex_restore_job(&project, &cluster(Sandbox::FLEX), &flex)
        .await
        .unwrap_err();
    assert_eq!(code(&refused), (403, "CANNOT_RESTORE_TO_TARGET"));
}

#[tokio::test]
async fn a_moment_is_given_once_and_lies_within_the_window() {
    let (sandbox, client, project, name) = world();
    let within = 1_773_450_000;
    let moment = || {
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::PointInTime)
            .target_cluster_name(cluster("Restored0"))
            .target_group_id(project)
    };
    for (request, expected) in [
        (
            moment().point_in_time_utc_seconds(within).oplog_ts(within),
            (400, "INVALID_PIT_RESTORE_TIME"),
        ),
        (
            moment().point_in_time_utc_seconds(within).oplog_inc(1),
            (400, "INVALID_PIT_RESTORE_TIME"),
        ),
        (moment().oplog_ts(within), (400, "MISSING_ATTRIBUTE")),
        (moment(), (400, "MISSING_ATTRIBUTE")),
        (
            moment().point_in_time_utc_seconds(1_199_145_600),
            (400, "INVALID_PIT_RESTORE_TIME"),
        ),
    ] {
        let refused = client
            .create_backup_restore_job(&project, &name, &request)
            .await
            .unwrap_err();
        assert_eq!(code(&refused), expected, "{request:?}");
    }
    let collections = |source: &str| {
        CollectionRestoreJobRequest::new(
            IndexStrategy::All,
            cluster("Restored0"),
            project,
            WriteStrategy::CreateNew,
        )
        .collections(vec![RestoreNamespaceRequest::new(source)])
    };
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    for (request, expected) in [
        (
            collections("orders.open").point_in_time_utc_seconds(1_199_145_600),
            (400, "INVALID_PIT_RESTORE_TIME"),
        ),
        (
            collections("orders.lost").snapshot_id(snapshot),
            (404, "RESOURCE_NOT_FOUND"),
        ),
        (
            collections("lost.open").snapshot_id(snapshot),
            (404, "RESOURCE_NOT_FOUND"),
        ),
        (
            collections("orders.open")
                .databases(vec![RestoreNamespaceRequest::new("lost")])
                .snapshot_id(snapshot),
            (404, "RESOURCE_NOT_FOUND"),
        ),
    ] {
        let refused = client
            .create_collection_restore_job(&project, &name, &request)
            .await
            .unwrap_err();
        assert_eq!(code(&refused), expected, "{request:?}");
    }
}

#[tokio::test]
async fn a_cancel_takes_links_away_and_leaves_what_is_over() {
    let (sandbox, client, project, name) = world();
    let request = DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download)
        .snapshot_id(sandbox.snapshot(Sandbox::CLUSTER).unwrap());
    let begun = async || {
        client
            .create_backup_restore_job(&project, &name, &request)
            .await
            .unwrap()
            .id
            .unwrap()
    };
    let cancelled = async |id| {
        client
            .cancel_backup_restore_job(&project, &name, &id)
            .await
            .unwrap();
        let job = client
            .get_backup_restore_job(&project, &name, &id)
            .await
            .unwrap();
        (
            job.cancelled,
            job.expired,
            job.failed,
            job.delivery_url.unwrap().len(),
        )
    };
    let (yes, no) = (Some(true), Some(false));
    let ready = begun().await;
    sandbox.clock().advance(Duration::from_secs(300));
    assert_eq!(cancelled(ready).await, (yes, no, no, 0));
    let expired = begun().await;
    sandbox.clock().advance(Duration::from_secs(4_000));
    assert_eq!(cancelled(expired).await, (no, yes, no, 0));
    let reason = "The archive cannot be made.".to_owned();
    sandbox
        .inject(Fault::new(FaultKind::FailJob { reason }))
        .unwrap();
    let failed = begun().await;
    sandbox.clock().advance(Duration::from_secs(300));
    assert_eq!(cancelled(failed).await, (no, no, yes, 0));
}

#[tokio::test]
async fn a_failed_snapshot_is_none_to_work_with() {
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
