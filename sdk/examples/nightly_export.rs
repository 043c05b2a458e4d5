//! Exports a snapshot once, however often this is run for a night, and through whatever the night brings.
//!
//! `cargo run --example nightly_export -- PROJECT CLUSTER BUCKET SNAPSHOT 2025-06-01`, with credentials in the
//! environment; `RUST_LOG` is not read, everything of the SDK from INFO on is shown.
use std::time::Duration;

use atlas_backup::v2::DiskBackupExportJobRequest;
use atlas_backup::{Client, ClusterName, Credentials, ErrorKind, ExponentialBackoff, ObjectId};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [project, cluster, bucket, snapshot, night] = &arguments[..] else {
        return Err("usage: nightly_export PROJECT CLUSTER BUCKET SNAPSHOT NIGHT".into());
    };
    // A span for each call and each attempt, and a warning should the service deprecate what is called.
    tracing_subscriber::fmt().init();

    let client = Client::builder()
        .credentials(Credentials::from_env()?)
        .user_agent_suffix("nightly-export/1.0")
        .retry(
            ExponentialBackoff::default()
                .cap(Duration::from_secs(120))
                .max_attempts(10),
        )
        .operation_timeout(Duration::from_secs(1800))
        .build()?;

    let (project, cluster): (ObjectId, ClusterName) = (project.parse()?, cluster.parse()?);
    let request = DiskBackupExportJobRequest::new(bucket.parse()?, snapshot.parse()?);
    let export = || {
        let call = client.create_backup_export(&project, &cluster, &request);
        call.idempotency_key(night)
    };
    // A run before this one may have come as far as this.
    let job = match export().find_created().await? {
        Some(job) => job,
        None => match export().await {
            Ok(job) => job,
            Err(error) if error.is_conflict() => {
                return Err(format!("the cluster is busy: {error}").into());
            }
            Err(error) if matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport) => {
                return Err(format!("unknown after {} attempts: {error}", error.attempts()).into());
            }
            Err(error) => return Err(error.into()),
        },
    };
    println!("{:?} is {:?}", job.id, job.state);
    Ok(())
}
