//! The initial state, and saved states.
use super::*;

/// Runs one scenario in a sandbox, and returns its results as text.
async fn scenario(sandbox: &Sandbox) -> String {
    let client = sandbox.client().build().unwrap();
    let (project, cluster) = (sandbox.project(), cluster(Sandbox::CLUSTER));
    let request = newest_exported(sandbox);
    let job = client
        .create_backup_export(&project, &cluster, &request)
        .await
        .unwrap();
    let done = client
        .wait_for_backup_export(&project, &cluster, &job.id.unwrap())
        .await
        .unwrap();
    format!("{done:?} {:?}", sandbox.seen())
}

#[tokio::test]
async fn the_same_seed_gives_the_same_results_and_another_one_others() {
    let seeded = |seed| Sandbox::builder().seed(seed).build().unwrap();
    let first = scenario(&seeded(7)).await;
    assert_eq!(first, scenario(&seeded(7)).await);
    assert_ne!(first, scenario(&seeded(8)).await);
}

#[tokio::test]
async fn a_restored_sandbox_continues_where_it_was_saved() {
    let (sandbox, client, project, name) = world();
    let request = newest_exported(&sandbox);
    let job = client
        .create_backup_export(&project, &name, &request)
        .await
        .unwrap();
    sandbox.clock().advance(Duration::from_secs(60));
    let saved = sandbox.save();
    let again = Sandbox::builder().restore(&saved).unwrap();
    assert_eq!(again.save(), saved);
    let client = again.client().build().unwrap();
    let going = client
        .get_backup_export(&project, &name, &job.id.unwrap())
        .await
        .unwrap();
    assert_eq!(going.state, Some(ExportState::InProgress));
    assert!(Sandbox::builder().restore("{}").is_err());
}

#[tokio::test]
async fn a_cluster_can_be_added() {
    let sandbox = Sandbox::builder()
        .cluster("Extra0", ClusterKind::ReplicaSet)
        .build()
        .unwrap();
    let client = sandbox.client().build().unwrap();
    let page = client
        .list_backup_snapshots(&sandbox.project(), &cluster("Extra0"))
        .await
        .unwrap();
    assert_eq!(page.results.len(), 3);
}

#[tokio::test]
async fn a_saved_state_has_remaining_faults_limits_and_deprecations_and_no_secrets() {
    let limited = || {
        Sandbox::builder()
            .rate_limit(2, 0.001)
            .access_token("open-sesame", &[])
    };
    let sandbox = limited().build().unwrap();
    let reset = Fault::new(FaultKind::ResetAfter)
        .of("getExportBucket")
        .times(3);
    sandbox.inject(reset.clone()).unwrap();
    let date = |text: &str| text.parse::<Timestamp>().unwrap();
    let dates = (date("2026-03-01T00:00:00Z"), date("2026-09-01T00:00:00Z"));
    sandbox
        .deprecate("listExportBuckets", dates.0, dates.1)
        .unwrap();
    let one = format!("/backup/exportBuckets/{}", sandbox.bucket());
    let ask = async |sandbox: &Sandbox, path: &str| {
        let url = url(sandbox, path);
        let headers = [("authorization", "Bearer open-sesame"), ("accept", V2024)];
        raw(sandbox, "GET", &url, &headers, "").await
    };
    ask(&sandbox, &one).await.unwrap_err();
    ask(&sandbox, &one).await.unwrap_err();
    ask(&sandbox, "/backup/exportBuckets").await.unwrap();
    let saved = sandbox.save();
    for secret in ["open-sesame", Sandbox::PRIVATE_KEY, Sandbox::CLIENT_SECRET] {
        assert!(!saved.contains(secret));
    }
    let again = limited().restore(&saved).unwrap();
    // The third of three resets, and the rate limit has been used up.
    ask(&again, &one).await.unwrap_err();
    assert_eq!(ask(&again, &one).await.unwrap().status(), 429);
    let buckets = ask(&again, "/backup/exportBuckets").await.unwrap();
    assert_eq!(buckets.headers()["ratelimit-remaining"], "0");
    assert_eq!(buckets.headers()["sunset"], "Tue, 1 Sep 2026 00:00:00 GMT");
}

#[tokio::test]
async fn in_real_time_the_same_seed_gives_the_same_initial_state() {
    let first = async |speed| {
        let sandbox = Sandbox::builder()
            .real_time(speed)
            .access_token("open-sesame", &[])
            .build()
            .unwrap();
        let (status, snapshots) = bare(
            &sandbox,
            "GET",
            "/clusters/Cluster0/backup/snapshots",
            V2023,
            "",
        )
        .await;
        assert_eq!(status, 200);
        snapshots["results"].clone()
    };
    assert_eq!(first(60).await, first(1).await);
}

#[tokio::test]
async fn a_stopped_clock_can_be_advanced() {
    let sandbox = Sandbox::builder()
        .real_time(0)
        .access_token("open-sesame", &[])
        .build()
        .unwrap();
    let date = async || {
        let headers = [("authorization", "Bearer open-sesame"), ("accept", V2024)];
        let answer = raw(
            &sandbox,
            "GET",
            &url(&sandbox, "/backup/exportBuckets"),
            &headers,
            "",
        )
        .await;
        answer.unwrap().headers()["date"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(date().await, "Sat, 14 Mar 2026 02:00:00 GMT");
    sandbox.clock().advance(Duration::from_secs(86_400));
    assert_eq!(date().await, "Sun, 15 Mar 2026 02:00:00 GMT");
}

#[tokio::test]
async fn an_added_project_has_its_own_rate_limits_and_can_be_a_restore_target() {
    let other: ObjectId = "5f0c1e2d3a4b5c6d7e8f9a1c".parse().unwrap();
    let sandbox = Sandbox::builder()
        .project(other, &[("Elsewhere0", ClusterKind::ReplicaSet)])
        .rate_limit(1, 0.001)
        .build()
        .unwrap();
    let client = sandbox.client().build().unwrap();
    client
        .list_export_buckets(&sandbox.project())
        .await
        .unwrap();
    let limited = client
        .list_export_buckets(&sandbox.project())
        .no_retry()
        .await;
    assert_eq!(limited.unwrap_err().status().unwrap(), 429);
    client.list_export_buckets(&other).await.unwrap();
    let request = DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Automated)
        .snapshot_id(sandbox.snapshot(Sandbox::CLUSTER).unwrap())
        .target_cluster_name(cluster("Elsewhere0"))
        .target_group_id(other);
    let job = client
        .create_backup_restore_job(&sandbox.project(), &cluster(Sandbox::CLUSTER), &request)
        .await
        .unwrap();
    assert_eq!(job.target_group_id, Some(other));
}

#[tokio::test]
async fn a_restored_sandbox_serves_archives_and_refuses_a_second_restore_into_a_cluster() {
    let (sandbox, client, project, name) = world();
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let download = DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download);
    let download = download.snapshot_id(snapshot);
    let job = client
        .create_backup_restore_job(&project, &name, &download)
        .await
        .unwrap();
    sandbox.clock().advance(Duration::from_secs(300));
    let into = restore_into(&sandbox, "Restored0", snapshot);
    client
        .create_backup_restore_job(&project, &name, &into)
        .await
        .unwrap();
    let again = Sandbox::builder().restore(&sandbox.save()).unwrap();
    let client = again.client().build().unwrap();
    let ready = client
        .get_backup_restore_job(&project, &name, &job.id.unwrap())
        .await
        .unwrap();
    let archive = raw(
        &again,
        "GET",
        ready.delivery_url.as_ref().unwrap()[0].expose(),
        &[],
        "",
    )
    .await;
    assert_eq!(archive.unwrap().status(), 200);
    let refused = client
        .create_backup_restore_job(&project, &name, &into)
        .await;
    assert_eq!(
        code(&refused.unwrap_err()),
        (409, "ATLAS_CLUSTER_RESTORE_IN_PROGRESS")
    );
    again.clock().advance(Duration::from_secs(240));
    client
        .create_backup_restore_job(&project, &name, &into)
        .await
        .unwrap();
}
