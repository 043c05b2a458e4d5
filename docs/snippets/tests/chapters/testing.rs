//! Tests of applications.

use super::Outcome;
use atlas_backup::sandbox::{Fault, FaultKind, Sandbox};
use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use atlas_backup::{Client, ClusterName, Credentials, Error, ObjectId, Recording, Replay};

/// The code of an application that is tested here.
async fn nightly(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
    request: &DiskBackupExportJobRequest,
) -> Result<usize, Error> {
    client
        .create_backup_export(project, cluster, request)
        .idempotency_key("tonight")
        .await?;
    let jobs = client
        .list_backup_exports(project, cluster)
        .items()
        .try_collect()
        .await?;
    Ok(jobs.len())
}

// ANCHOR: sandbox
#[tokio::test]
async fn lost_response_creates_no_second_job() -> Outcome {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build()?;
    // The service acts on the first request, and the response is lost.
    sandbox.inject(Fault::new(FaultKind::ResetAfter).of("createBackupExport"))?;

    let snapshot = sandbox.snapshot(Sandbox::CLUSTER)?;
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: sandbox.bucket(),
        snapshot_id: snapshot,
    });
    let jobs = nightly(
        &client,
        &sandbox.project(),
        &Sandbox::CLUSTER.parse()?,
        &request,
    )
    .await?;

    assert_eq!(jobs, 1);
    // The retry waited on virtual time.
    assert!(sandbox.clock().passed().as_secs() >= 5);
    Ok(())
}
// ANCHOR_END: sandbox

#[tokio::test]
async fn roles_are_checked() -> Outcome {
    // ANCHOR: roles
    let sandbox = Sandbox::builder()
        .api_key("reader", "secret", &["Project Read Only"])
        .build()?;
    let client = sandbox
        .client()
        .credentials(Credentials::digest("reader", "secret"))
        .build()?;
    let refused = client
        .delete_export_bucket(&sandbox.project(), &sandbox.bucket())
        .await;
    // ANCHOR_END: roles
    assert!(refused.is_err_and(|error| {
        error
            .error_code()
            .is_some_and(|code| *code == "USER_UNAUTHORIZED")
    }));
    Ok(())
}

#[tokio::test]
async fn faults_come_from_a_file() -> Outcome {
    // ANCHOR: script
    let script = r#"[
        {"operation": "listExportBuckets", "fault": "status", "status": 503, "times": 2},
        {"operation": "createBackupExport", "fault": "failJob", "reason": "The role may not write."}
    ]"#;
    let sandbox = Sandbox::builder().faults(script)?.build()?;
    // ANCHOR_END: script
    let client = sandbox.client().build()?;
    client.list_export_buckets(&sandbox.project()).await?;
    assert_eq!(
        sandbox
            .seen()
            .iter()
            .filter(|seen| seen.status == 503)
            .count(),
        2
    );
    Ok(())
}

// ANCHOR: replay
#[tokio::test]
async fn empty_list_is_not_an_error() -> Outcome {
    let recording = "\
> GET /api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Cluster0/backup/exports
HTTP/1.1 200 OK
Content-Type: application/vnd.atlas.2023-01-01+json

{\"results\":[],\"totalCount\":0}
";
    let replay = Replay::from_recordings([Recording::parse(recording)?]);
    let client = Client::builder()
        .credentials(Credentials::bearer("not looked at"))
        .transport(replay.clone())
        // Waits and retries use virtual time.
        .clock(Sandbox::new().clock())
        .build()?;

    let (project, cluster): (ObjectId, ClusterName) =
        ("5f0c1e2d3a4b5c6d7e8f9a0b".parse()?, "Cluster0".parse()?);
    assert!(
        client
            .list_backup_exports(&project, &cluster)
            .await?
            .results
            .is_empty()
    );
    // Every recording was used, and there were no other requests.
    replay.finish()?;
    Ok(())
}
// ANCHOR_END: replay
