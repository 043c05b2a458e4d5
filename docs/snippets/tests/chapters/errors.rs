//! Errors: their details, and how to handle them.

use super::{Outcome, World};
use atlas_backup::sandbox::{Fault, FaultKind};
use atlas_backup::v2::{
    DiskBackupSnapshotAwsExportBucketRequest, DiskBackupSnapshotExportBucketRequest,
};
use atlas_backup::{AtlasErrorCode, Error, ErrorKind, ObjectId};

// ANCHOR: advice
/// Returns the action to take after an error.
fn advice(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Configuration | ErrorKind::InvalidRequest => "fix the program or its settings",
        ErrorKind::Credentials if error.is_token_limit() => "share a token store, or revoke tokens",
        ErrorKind::Credentials => "look at the key or the service account",
        ErrorKind::Connect => "look at the network; the same call may be made again",
        ErrorKind::Timeout | ErrorKind::Transport if error.is_retryable() => "run it again",
        ErrorKind::Timeout | ErrorKind::Transport => {
            "look whether it was done before running it again"
        }
        ErrorKind::Api if error.is_not_found() => {
            "look at the project, the cluster and the identifiers"
        }
        ErrorKind::Api if error.is_rate_limited() => "run fewer processes, or later",
        ErrorKind::Api if error.is_conflict() => "wait for what is going on, then run it again",
        ErrorKind::Api if error.is_unauthorized() => "look at the credentials and their role",
        ErrorKind::Api if error.is_retryable() => "run it again",
        _ => "read the message, and tell the maintainers",
    }
}
// ANCHOR_END: advice

#[tokio::test]
async fn error_has_the_operation_and_the_response() -> Outcome {
    let world = World::new()?;
    let World {
        client, project, ..
    } = &world;
    let (elsewhere, request) = ("Elsewhere".parse()?, world.request()?);
    let call = client.create_backup_export(project, &elsewhere, &request);
    // ANCHOR: code
    let Err(error) = call.await else {
        return Ok(());
    };
    match error.error_code() {
        Some(code) if *code == AtlasErrorCode::CLUSTER_NOT_FOUND => println!("no such cluster"),
        // Codes without a constant can be compared with text.
        Some(code) if *code == "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API" => {
            println!("a flex cluster")
        }
        Some(code) => println!("{code}: {:?}", error.detail()),
        None => println!("{error}"),
    }
    // ANCHOR_END: code
    assert_eq!(error.error_code(), Some(&AtlasErrorCode::CLUSTER_NOT_FOUND));
    assert_eq!(
        advice(&error),
        "look at the project, the cluster and the identifiers"
    );
    let line = error.to_string();
    assert!(
        line.starts_with("POST createBackupExport failed: 404 CLUSTER_NOT_FOUND: "),
        "{line}"
    );
    Ok(())
}

#[tokio::test]
async fn invalid_request_is_not_sent() -> Outcome {
    let world = World::new()?;
    let World {
        client, project, ..
    } = &world;
    // ANCHOR: violations
    let role: ObjectId = "60f1e2d3c4b5a69788796a5b".parse()?;
    let bucket = DiskBackupSnapshotAwsExportBucketRequest::new("b", role);
    let bucket = DiskBackupSnapshotExportBucketRequest::Aws(bucket);
    let Err(error) = client.create_export_bucket(project, &bucket).await else {
        return Err("a name of one letter".into());
    };
    for violation in error.violations() {
        // bucketName: must have …
        println!("{}: {}", violation.field(), violation.description());
    }
    // ANCHOR_END: violations
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.violations().len(), 1);
    assert!(world.sandbox.seen().is_empty());
    Ok(())
}

#[tokio::test]
async fn advice_follows_the_kind() -> Outcome {
    let world = World::new()?;
    let World {
        client,
        project,
        cluster,
        ..
    } = &world;
    let status = |status| FaultKind::Status {
        status,
        retry_after: None,
    };
    for (fault, wanted) in [
        (status(429), "run fewer processes, or later"),
        (status(409), "wait for what is going on, then run it again"),
        (
            FaultKind::ResetAfter,
            "look whether it was done before running it again",
        ),
        (
            FaultKind::ResetBefore,
            "look whether it was done before running it again",
        ),
    ] {
        world
            .sandbox
            .inject(Fault::new(fault).of("createBackupExport"))?;
        let call = client
            .create_backup_export(project, cluster, &world.request()?)
            .no_retry();
        let Err(error) = call.await else {
            return Err("a fault was asked for".into());
        };
        assert_eq!(advice(&error), wanted, "{error}");
    }
    Ok(())
}
