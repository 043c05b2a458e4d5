//! Restores, and the reasons for refusing them.
use super::*;

#[tokio::test]
async fn a_restore_into_a_cluster_completes_and_excludes_others() {
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
    assert!(expired.is_expired() && !expired.is_cancelled());
    assert_eq!(
        expired.to_string(),
        format!("restore job {id} of Cluster0 has expired")
    );
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
    assert!(cancelled.is_cancelled() && !cancelled.is_expired());
    assert!(matches!(cancelled, WaitError::Failed(job) if job.cancelled == Some(true)));
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
async fn each_collection_of_a_restore_has_its_own_progress() {
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

#[tokio::test]
async fn a_target_cluster_must_be_of_the_same_kind() {
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
async fn a_point_in_time_is_given_once_and_within_the_window() {
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
async fn a_cancellation_removes_links_and_does_not_change_ended_jobs() {
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
