//! Retries, time limits, and idempotent creation.

use super::{Outcome, World};
use atlas_backup::sandbox::{Fault, FaultKind};
use atlas_backup::{
    ErrorKind, ExponentialBackoff, FailedAttempt, Failure, RetryDecision, RetryPolicy,
};
use std::time::Duration;

#[tokio::test]
async fn transient_failure_is_retried() -> Outcome {
    let world = World::new()?;
    let unavailable = FaultKind::Status {
        status: 503,
        retry_after: Some(2),
    };
    world
        .sandbox
        .inject(Fault::new(unavailable).of("listExportBuckets").times(6))?;
    let builder = world.sandbox.client();
    // ANCHOR: policy
    let client = builder
        .retry(
            ExponentialBackoff::default()
                .max_attempts(10)
                .cap(Duration::from_secs(120)),
        )
        .attempt_timeout(Duration::from_secs(30))
        .operation_timeout(Duration::from_secs(1800))
        .build()?;
    // ANCHOR_END: policy
    client.list_export_buckets(&world.project).await?;
    let project = &world.project;
    // ANCHOR: one_call
    let buckets = client
        .list_export_buckets(project)
        .no_retry()
        .timeout(Duration::from_secs(10))
        .await?;
    // ANCHOR_END: one_call
    assert_eq!(buckets.results.len(), 1);
    Ok(())
}

// ANCHOR: own_policy
/// Five attempts with equal waits, but none after a 429, because other processes share the limit.
struct Polite;

impl RetryPolicy for Polite {
    fn decide(&self, failed: &FailedAttempt) -> RetryDecision {
        let limited = matches!(failed.failure, Failure::Status { status, .. } if status == 429);
        if failed.number < 5 && failed.may_be_repeated() && !limited {
            RetryDecision::After(Duration::from_secs(3))
        } else {
            RetryDecision::Stop
        }
    }
}
// ANCHOR_END: own_policy

#[tokio::test]
async fn custom_policy_decides() -> Outcome {
    let world = World::new()?;
    let limited = FaultKind::Status {
        status: 429,
        retry_after: None,
    };
    world.sandbox.inject(Fault::new(limited))?;
    let call = world
        .client
        .list_export_buckets(&world.project)
        .retry(Polite);
    let Err(error) = call.await else {
        return Err("it was sent again".into());
    };
    assert!(error.is_rate_limited() && error.attempts() == 1);
    Ok(())
}

#[tokio::test]
async fn a_job_is_created_once() -> Outcome {
    let world = World::new()?;
    world
        .sandbox
        .inject(Fault::new(FaultKind::ResetAfter).of("createBackupExport"))?;
    let request = world.request()?;
    let World {
        client,
        project,
        cluster,
        ..
    } = &world;
    // ANCHOR: once
    let export = || {
        client
            .create_backup_export(project, cluster, &request)
            .idempotency_key("nightly-2026-03-14")
    };
    // An earlier run may have created the export.
    let job = match export().find_created().await? {
        Some(job) => job,
        None => export().await?,
    };
    // ANCHOR_END: once
    let jobs = client
        .list_backup_exports(project, cluster)
        .items()
        .try_collect()
        .await?;
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].id, job.id);
    Ok(())
}

#[tokio::test]
async fn lost_response_without_a_key_is_an_error() -> Outcome {
    let world = World::new()?;
    world
        .sandbox
        .inject(Fault::new(FaultKind::ResetAfter).of("createBackupExport"))?;
    let call = world
        .client
        .create_backup_export(&world.project, &world.cluster, &world.request()?);
    let Err(error) = call.await else {
        return Err("the answer was lost".into());
    };
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert!(!error.is_retryable());
    Ok(())
}
