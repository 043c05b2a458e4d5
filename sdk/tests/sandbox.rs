//! The sandbox, seen by the SDK's own client and, where the client would never ask such a thing, by bare requests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs)]

use std::time::Duration;

use atlas_backup::sandbox::{ClusterKind, Fault, FaultKind, Sandbox};
use atlas_backup::v2::*;
use atlas_backup::*;
use bytes::Bytes;
use serde_json::{Value, json};

fn world() -> (Sandbox, Client, ObjectId, ClusterName) {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build().unwrap();
    let project = sandbox.project();
    (sandbox, client, project, Sandbox::CLUSTER.parse().unwrap())
}

fn cluster(name: &str) -> ClusterName {
    name.parse().unwrap()
}

/// A request as it is, with an access token that may do everything.
async fn bare(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    media: &str,
    body: &str,
) -> (u16, Value) {
    let request = http::Request::builder()
        .method(method)
        .uri(format!(
            "https://cloud.mongodb.com/api/atlas/v2/groups/{}{path}",
            sandbox.project()
        ))
        .header("Authorization", "Bearer open-sesame")
        .header("Accept", media)
        .header("Content-Type", media)
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    let answer = sandbox.send(request).await.unwrap();
    let json = serde_json::from_slice(answer.body()).unwrap_or_default();
    (answer.status().as_u16(), json)
}

fn open() -> Sandbox {
    Sandbox::builder()
        .access_token("open-sesame", &[])
        .build()
        .unwrap()
}

const V2023: &str = "application/vnd.atlas.2023-01-01+json";
const V2024: &str = "application/vnd.atlas.2024-05-30+json";

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
    sandbox.inject(Fault::new(FaultKind::FailJob { reason }).of("createBackupExport"));
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
    sandbox.inject(Fault::new(FaultKind::ResetAfter).of("createBackupExport"));
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

#[tokio::test]
async fn only_the_right_credentials_and_roles_get_in() {
    let sandbox = Sandbox::builder()
        .api_key("reader", "secret", &["Project Read Only"])
        .build()
        .unwrap();
    let project = sandbox.project();
    let with = |credentials| sandbox.client().credentials(credentials).build().unwrap();
    for (credentials, status) in [
        (Credentials::digest("reader", "wrong"), Some(401)),
        (Credentials::digest("nobody", "secret"), Some(401)),
        (Credentials::bearer("stale"), Some(401)),
        (Credentials::digest("reader", "secret"), None),
        (
            Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET),
            None,
        ),
    ] {
        let outcome = with(credentials).list_export_buckets(&project).await;
        assert_eq!(
            outcome
                .err()
                .and_then(|error| error.status())
                .map(|status| status.as_u16()),
            status
        );
    }
    let reader = with(Credentials::digest("reader", "secret"));
    let refused = reader
        .delete_export_bucket(&project, &sandbox.bucket())
        .await
        .unwrap_err();
    assert_eq!(refused.error_code().unwrap(), "USER_UNAUTHORIZED");
}

#[tokio::test]
async fn a_nonce_and_a_token_get_old_and_are_renewed_unnoticed() {
    let (sandbox, client, project, _) = world();
    let challenges = || {
        sandbox
            .seen()
            .iter()
            .filter(|seen| seen.status == 401)
            .count()
    };
    for _ in 0..5 {
        client.list_export_buckets(&project).await.unwrap();
    }
    assert_eq!(challenges(), 1);
    sandbox.clock().advance(Duration::from_secs(301));
    client.list_export_buckets(&project).await.unwrap();
    assert_eq!(challenges(), 2);

    let account = Credentials::service_account(Sandbox::CLIENT_ID, Sandbox::CLIENT_SECRET);
    let client = sandbox.client().credentials(account).build().unwrap();
    client.list_export_buckets(&project).await.unwrap();
    sandbox.inject(Fault::new(FaultKind::Forget));
    client.list_export_buckets(&project).await.unwrap();
    client.revoke_token().await.unwrap();
    client.list_export_buckets(&project).await.unwrap();
    let asked = sandbox.seen();
    let asked = asked
        .iter()
        .filter(|seen| seen.target == "/api/oauth/token")
        .count();
    assert_eq!(asked, 3);
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again() {
    let sandbox = Sandbox::builder().rate_limit(2, 0.5).build().unwrap();
    let client = sandbox.client().build().unwrap();
    for _ in 0..4 {
        client
            .list_export_buckets(&sandbox.project())
            .await
            .unwrap();
    }
    let limited: Vec<_> = sandbox
        .seen()
        .into_iter()
        .filter(|seen| seen.status == 429)
        .collect();
    assert!(!limited.is_empty());
    assert!(sandbox.clock().passed() >= Duration::from_secs(4));
}

#[tokio::test]
async fn lists_come_in_pages_with_links_that_lead_on() {
    let (sandbox, client, project, cluster) = world();
    let request = DiskBackupExportJobRequest::new(
        sandbox.bucket(),
        sandbox.snapshot(Sandbox::CLUSTER).unwrap(),
    );
    for _ in 0..7 {
        client
            .create_backup_export(&project, &cluster, &request)
            .await
            .unwrap();
    }
    for size in [1, 2, 3, 7, 100] {
        let list = || {
            client
                .list_backup_exports(&project, &cluster)
                .items_per_page(size)
        };
        assert_eq!(
            list()
                .items()
                .prefetch(2)
                .try_collect()
                .await
                .unwrap()
                .len(),
            7
        );
        assert_eq!(
            list()
                .envelope(true)
                .items()
                .try_collect()
                .await
                .unwrap()
                .len(),
            7
        );
        assert_eq!(
            list().include_count(false).await.unwrap().total_count,
            Some(0)
        );
    }
    let old = client
        .v1()
        .list_backup_exports(&project, &cluster)
        .await
        .unwrap();
    assert_eq!(old.results.len(), 7);
}

#[tokio::test]
async fn requests_are_held_against_the_document() {
    let sandbox = open();
    let exports = "/clusters/Cluster0/backup/exports";
    for (method, path, media, body, status, code) in [
        ("POST", exports, V2023, "", 400, "INVALID_JSON"),
        ("POST", exports, V2023, "{", 400, "INVALID_JSON"),
        (
            "POST",
            exports,
            V2023,
            r#"{"snapshotId":"69b4c1d2e3f4051627384950"}"#,
            400,
            "MISSING_ATTRIBUTE",
        ),
        ("POST", exports, V2023, "{}", 400, "VALIDATION_ERROR"),
        (
            "POST",
            exports,
            V2023,
            r#"{"snapshotId":"x","exportBucketId":"69b4c1d2e3f4051627384950"}"#,
            400,
            "VALIDATION_ERROR",
        ),
        (
            "POST",
            exports,
            V2023,
            r#"{"snapshotId":7,"exportBucketId":"69b4c1d2e3f4051627384950"}"#,
            400,
            "VALIDATION_ERROR",
        ),
        (
            "POST",
            "/clusters/Cluster0/backup/restoreJobs",
            V2023,
            r#"{"deliveryType":"manual"}"#,
            400,
            "INVALID_ENUM_VALUE",
        ),
        (
            "POST",
            "/backup/exportBuckets",
            V2024,
            r#"{"cloudProvider":"AWS","bucketName":"ab","iamRoleId":"60f1e2d3c4b5a69788796a5b"}"#,
            400,
            "VALIDATION_ERROR",
        ),
        (
            "POST",
            "/backup/exportBuckets",
            V2024,
            r#"{"cloudProvider":"AWS","bucketName":"abc"}"#,
            400,
            "MISSING_ATTRIBUTE",
        ),
        (
            "POST",
            "/backup/exportBuckets",
            V2024,
            r#"{"bucketName":"abc"}"#,
            400,
            "MISSING_ATTRIBUTE",
        ),
        (
            "GET",
            "/clusters/Cluster0/backup/exports/x",
            V2023,
            "",
            404,
            "INVALID_JOB_ID",
        ),
        (
            "GET",
            "/clusters/-/backup/exports",
            V2023,
            "",
            404,
            "CLUSTER_NOT_FOUND",
        ),
        (
            "GET",
            "/clusters/Gone0/backup/exports",
            V2023,
            "",
            404,
            "CLUSTER_NOT_FOUND",
        ),
        (
            "GET",
            "/clusters/Cluster0/backup/exports?itemsPerPage=501",
            V2023,
            "",
            400,
            "VALIDATION_ERROR",
        ),
        (
            "GET",
            "/clusters/Cluster0/backup/exports?pageNum=x",
            V2023,
            "",
            400,
            "VALIDATION_ERROR",
        ),
        ("GET", "/nothing", V2023, "", 404, "RESOURCE_NOT_FOUND"),
        ("PUT", exports, V2023, "", 405, "METHOD_NOT_ALLOWED"),
        (
            "GET",
            exports,
            "application/json",
            "",
            406,
            "INVALID_VERSION_DATE",
        ),
        (
            "GET",
            exports,
            "application/vnd.atlas.2022-01-01+json",
            "",
            406,
            "INVALID_VERSION_DATE",
        ),
        (
            "GET",
            "/backup/exportBuckets",
            V2023,
            "",
            406,
            "INVALID_VERSION_DATE",
        ),
    ] {
        let (answered, json) = bare(&sandbox, method, path, media, body).await;
        assert_eq!(
            (answered, json["errorCode"].as_str()),
            (status, Some(code)),
            "{method} {path} {body}: {json}"
        );
    }
    // A later version than there is means the newest.
    let (status, _) = bare(
        &sandbox,
        "GET",
        exports,
        "application/vnd.atlas.2025-01-01+json",
        "",
    )
    .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_version_is_announced_as_deprecated_and_then_turned_off() {
    let (sandbox, client, project, _) = world();
    let date = |text: &str| text.parse::<Timestamp>().unwrap();
    sandbox.deprecate(
        "listExportBuckets",
        date("2026-03-01T00:00:00Z"),
        date("2026-03-15T00:00:00Z"),
    );
    let answer = client.list_export_buckets(&project).send().await.unwrap();
    assert_eq!(answer.sunset().unwrap(), date("2026-03-15T00:00:00Z"));
    sandbox.clock().advance(Duration::from_secs(86_400));
    let gone = client.list_export_buckets(&project).await.unwrap_err();
    assert_eq!(
        (
            gone.status().unwrap().as_u16(),
            gone.error_code().unwrap().as_str()
        ),
        (410, "VERSION_GONE")
    );
}

#[tokio::test]
async fn faults_come_as_they_were_written_down() {
    let script = json!([
        { "operation": "listExportBuckets", "fault": "status", "status": 503, "retryAfter": 9, "times": 2 },
        { "operation": "getExportBucket", "fault": "resetBefore", "after": 1 },
        { "operation": "getExportBucket", "fault": "latency", "milliseconds": 2_000 },
        { "operation": "listBackupExports", "fault": "contentType", "mediaType": "text/html" },
        { "operation": "listBackupExports", "fault": "truncate", "bytes": 10, "after": 1 },
        { "operation": "listBackupExports", "fault": "clockSkew", "seconds": -60, "after": 2 },
    ]);
    let sandbox = Sandbox::builder()
        .faults(&script.to_string())
        .unwrap()
        .build()
        .unwrap();
    let client = sandbox.client().build().unwrap();
    let (project, cluster) = (sandbox.project(), cluster(Sandbox::CLUSTER));
    client.list_export_buckets(&project).await.unwrap();
    assert!(sandbox.clock().passed() >= Duration::from_secs(18));
    let (before, bucket) = (sandbox.clock().passed(), sandbox.bucket());
    client.get_export_bucket(&project, &bucket).await.unwrap();
    assert!(sandbox.clock().passed() - before >= Duration::from_secs(2));
    let broken = client
        .get_export_bucket(&project, &bucket)
        .no_retry()
        .await
        .unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::Transport);
    let once = || {
        client
            .list_backup_exports(&project, &cluster)
            .no_retry()
            .send()
    };
    assert_eq!(once().await.unwrap().headers()["content-type"], "text/html");
    assert_eq!(once().await.unwrap_err().kind(), ErrorKind::Transport);
    let skewed = once().await.unwrap().headers()["date"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_ne!(
        skewed,
        once().await.unwrap().headers()["date"].to_str().unwrap()
    );
    for wrong in [
        "",
        "{}",
        r#"[{"fault":"flood"}]"#,
        r#"[{"fault":"status"}]"#,
    ] {
        assert!(Sandbox::builder().faults(wrong).is_err(), "{wrong}");
    }
}

/// One story, told to two sandboxes.
async fn story(sandbox: &Sandbox) -> String {
    let client = sandbox.client().build().unwrap();
    let (project, cluster) = (sandbox.project(), cluster(Sandbox::CLUSTER));
    let request = DiskBackupExportJobRequest::new(
        sandbox.bucket(),
        sandbox.snapshot(Sandbox::CLUSTER).unwrap(),
    );
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
async fn the_same_seed_tells_the_same_story_and_another_one_another() {
    let seeded = |seed| Sandbox::builder().seed(seed).build().unwrap();
    let first = story(&seeded(7)).await;
    assert_eq!(first, story(&seeded(7)).await);
    assert_ne!(first, story(&seeded(8)).await);
}

#[tokio::test]
async fn a_saved_sandbox_goes_on_where_it_was() {
    let (sandbox, client, project, name) = world();
    let request = DiskBackupExportJobRequest::new(
        sandbox.bucket(),
        sandbox.snapshot(Sandbox::CLUSTER).unwrap(),
    );
    let job = client
        .create_backup_export(&project, &name, &request)
        .await
        .unwrap();
    sandbox.clock().advance(Duration::from_secs(60));
    let saved = sandbox.save();
    let again = Sandbox::builder().restore(&saved).unwrap();
    let client = again.client().build().unwrap();
    let going = client
        .get_backup_export(&project, &name, &job.id.unwrap())
        .await
        .unwrap();
    assert_eq!(going.state, Some(ExportState::InProgress));
    assert_eq!(again.save(), saved);
    assert!(Sandbox::builder().restore("{}").is_err());
}

#[tokio::test]
async fn another_cluster_can_be_there() {
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

#[cfg(feature = "reqwest")]
mod at_a_socket {
    use super::*;
    use tokio::net::TcpListener;

    async fn served(faults: &str) -> (Sandbox, ClientBuilder) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = Sandbox::builder()
            .origin(&origin)
            .faults(faults)
            .unwrap()
            .build()
            .unwrap();
        let server = sandbox.clone();
        tokio::spawn(async move { server.serve(listener).await });
        let builder =
            Client::builder()
                .base_url(&origin)
                .unwrap()
                .credentials(Credentials::digest(
                    Sandbox::PUBLIC_KEY,
                    Sandbox::PRIVATE_KEY,
                ));
        (sandbox, builder)
    }

    #[tokio::test]
    async fn it_answers_over_http_with_links_that_lead_back() {
        let (sandbox, builder) = served("[]").await;
        let client = builder.build().unwrap();
        let (project, cluster) = (sandbox.project(), cluster(Sandbox::CLUSTER));
        let all = client
            .list_backup_snapshots(&project, &cluster)
            .items_per_page(1)
            .items();
        assert_eq!(all.try_collect().await.unwrap().len(), 3);
    }

    #[tokio::test]
    async fn connections_break_where_they_were_asked_to() {
        let faults = r#"[{"operation":"listExportBuckets","fault":"resetAfter"},{"operation":"listExportBuckets","fault":"truncate","bytes":5}]"#;
        let (sandbox, builder) = served(faults).await;
        let client = builder.build().unwrap();
        let project = sandbox.project();
        for _ in 0..2 {
            let broken = client
                .list_export_buckets(&project)
                .no_retry()
                .await
                .unwrap_err();
            assert_eq!(broken.kind(), ErrorKind::Transport);
        }
        client.list_export_buckets(&project).await.unwrap();
    }
}
