//! Exports a snapshot once a night, with retries and an idempotency key. A second run for the same night exports
//! nothing.
//!
//! `cargo run -p atlas-backup --features sandbox --example nightly_export` uses the sandbox; with `MONGODB_ATLAS_*` in
//! the environment, it uses Atlas. `RUST_LOG` is ignored; events of level INFO and above are printed.
use std::process::ExitCode;
use std::time::Duration;

use atlas_backup::v2::{
    DiskBackupExportJob, DiskBackupExportJobRequest, DiskBackupExportJobRequestFields,
};
use atlas_backup::{
    Client, ClusterName, ErrorKind, ExponentialBackoff, ObjectId, sandbox::Sandbox,
};
use clap::Parser;

mod shared;
use shared::{Outcome, Outspoken, Run};

/// Exports a snapshot once a night, and does not wait for the end of the export.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// Name of the cluster
    #[arg(long, value_name = "NAME", default_value = "Cluster0")]
    cluster: ClusterName,
    /// Identifier of the export bucket; by default, the first one of the project
    #[arg(long, value_name = "ID")]
    bucket: Option<ObjectId>,
    /// Identifier of the snapshot; by default, the newest one
    #[arg(long, value_name = "ID")]
    snapshot: Option<ObjectId>,
    /// Name of the night; there is one export for each name. The default is the date, in UTC
    night: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Prints a span for each call and each attempt, and a warning for a deprecated operation.
    tracing_subscriber::fmt().init();
    shared::run(|run| prepare(arguments, run)).await
}

async fn prepare(arguments: Arguments, run: Run) -> Outcome {
    let service = arguments.project.service(&run, Sandbox::builder())?;
    let patient = ExponentialBackoff::default()
        .cap(Duration::from_secs(120))
        .max_attempts(10);
    let builder = service
        .builder
        .user_agent_suffix("nightly-export/1.0")
        .retry(Outspoken(patient))
        .operation_timeout(Duration::from_secs(1800));
    let client = run.client(builder)?;
    let (project, cluster) = (service.project, arguments.cluster);
    let today = || service.clock.date().strftime("%Y-%m-%d").to_string();
    let night = arguments.night.unwrap_or_else(today);
    let bucket = shared::bucket(&client, &project, arguments.bucket).await?;
    let snapshot = match arguments.snapshot {
        Some(snapshot) => snapshot,
        None => shared::newest_snapshot(&client, &project, &cluster).await?,
    };

    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: bucket,
        snapshot_id: snapshot,
    });
    let night_again = shared::quoted(&night);
    run.goes_on(
        "there may be an export already; find it, or make it, with",
        format!("--cluster {cluster} --bucket {bucket} --snapshot {snapshot} -- {night_again}"),
    );
    let job = export(&client, &project, &cluster, &request, &night).await?;
    println!("export {} is {}", job.id()?, job.state()?);
    Ok(())
}

// ANCHOR: core
/// Creates the export of a night, or finds the one that an earlier run created.
async fn export(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
    request: &DiskBackupExportJobRequest,
    night: &str,
) -> Outcome<DiskBackupExportJob> {
    // By the key alone: the newest snapshot may be another one than that of the earlier run.
    if let Some(job) = client.find_export(project, cluster, night).await? {
        return Ok(job);
    }
    let create = client.create_backup_export(project, cluster, request);
    match create.idempotency_key(night).await {
        Ok(job) => Ok(job),
        Err(error) if error.is_conflict() => Err(format!("the cluster is busy: {error}").into()),
        Err(error) if matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport) => {
            Err(format!("whether there is an export is unknown: {error}").into())
        }
        Err(error) => Err(error.into()),
    }
}
// ANCHOR_END: core
