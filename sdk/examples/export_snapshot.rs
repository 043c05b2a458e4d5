//! Takes a snapshot, exports it to a bucket, and shows the progress.
//!
//! `cargo run -p atlas-backup --features sandbox --example export_snapshot` uses the sandbox; with `MONGODB_ATLAS_*` in
//! the environment, it uses Atlas.
use std::process::ExitCode;

use atlas_backup::v2::{
    DiskBackupExportJob, DiskBackupExportJobRequest, DiskBackupExportJobRequestFields,
    DiskBackupOnDemandSnapshotRequest, SnapshotStatus,
};
use atlas_backup::{Client, Clock, ClusterName, ObjectId, WaitError, sandbox::Sandbox};
use clap::Parser;

mod shared;
use shared::{Outcome, Run, Service};

/// Takes a snapshot of a cluster, exports it to a bucket, and lists the cluster's exports.
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
    /// Exports this snapshot once it is complete, instead of a new one; if it has an export, waits for that
    #[arg(long, value_name = "ID")]
    snapshot: Option<ObjectId>,
    /// Retention of a new snapshot, in days
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..))]
    days: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    shared::run(|run| prepare(arguments, run)).await
}

/// The snapshot, its cluster and the bucket.
struct Task {
    client: Client,
    clock: Box<dyn Clock>,
    project: ObjectId,
    cluster: ClusterName,
    bucket: ObjectId,
    snapshot: ObjectId,
}

async fn prepare(arguments: Arguments, run: Run) -> Outcome {
    let Service {
        builder,
        clock,
        project,
        ..
    } = arguments.project.service(&run, Sandbox::builder())?;
    let client = run.client(builder.user_agent_suffix("export-snapshot/1.0"))?;
    let cluster = arguments.cluster;
    let bucket = shared::bucket(&client, &project, arguments.bucket).await?;
    let snapshot = match arguments.snapshot {
        Some(snapshot) => snapshot,
        None => {
            run.says(
                "a snapshot may have been begun; it is kept for as many days as were asked for",
            );
            let snapshot = take(&client, &project, &cluster, arguments.days).await?;
            println!("snapshot {snapshot} of {cluster}");
            snapshot
        }
    };
    let task = Task {
        client,
        clock,
        project,
        cluster,
        bucket,
        snapshot,
    };
    run.goes_on(
        "the snapshot continues unless it failed; wait for it and export it with",
        task.arguments(),
    );
    complete(&task).await?;
    run.goes_on(
        "there may be an export already; find it, or make it, with",
        task.arguments(),
    );
    export(&task, &run).await
}

// ANCHOR: core
/// Exports a snapshot, unless an earlier run did, and waits for the end of the export.
async fn export(task: &Task, run: &Run) -> Outcome {
    let (client, project, cluster) = (&task.client, &task.project, &task.cluster);
    let request = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: task.bucket,
        snapshot_id: task.snapshot,
    });
    // The key depends on the snapshot only, so that each snapshot has one export.
    let key = format!("export-{}", task.snapshot);
    let create = client.create_backup_export(project, cluster, &request);
    let job = match client.find_export(project, cluster, &key).await? {
        Some(job) => job,
        None => create.idempotency_key(&key).await?,
    };
    println!("export {} of snapshot {}", job.id()?, task.snapshot);
    run.goes_on("the export continues; wait for it with", task.arguments());
    let wait = client.wait_for_backup_export(project, cluster, job.id()?);
    match shared::watch(&*task.clock, wait.states(), progress).await {
        Err(error @ WaitError::Failed(_)) => {
            run.says("the export has ended; a new export needs a new snapshot, or another key");
            return Err(error.into());
        }
        waited => waited?,
    };
    println!("exports of {cluster}, the newest first:");
    let mut jobs = client.list_backup_exports(project, cluster).items();
    while let Some(job) = jobs.try_next().await? {
        println!(
            "  {}  {}  {}",
            job.id()?,
            job.state()?,
            job.prefix.as_deref().unwrap_or_default()
        );
    }
    Ok(())
}
// ANCHOR_END: core

/// Returns the state of an export, the number of exported collections and the total.
fn progress(job: &DiskBackupExportJob) -> (String, u64, Option<u64>) {
    let state = job.state.as_ref().map_or("?", |state| state.as_str());
    let status = job.export_status.clone().unwrap_or_default();
    let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let done = count(status.exported_collections).unwrap_or_default();
    (state.to_owned(), done, count(status.total_collections))
}

/// Waits until the snapshot is complete.
async fn complete(task: &Task) -> Outcome {
    let Task {
        client,
        clock,
        project,
        cluster,
        snapshot,
        ..
    } = task;
    let shown = |status: &Option<SnapshotStatus>| {
        let status = status.as_ref().map_or("?", |status| status.as_str());
        (format!("snapshot {status}"), 0, None)
    };
    let wait = client.wait_for_backup_snapshot(project, cluster, snapshot);
    match shared::watch(&**clock, wait.states(), |state| shown(&state.status)).await {
        // The snapshot may be one of a sharded cluster.
        Err(WaitError::Poll(error)) if error.is_not_found() => {
            let wait = client.wait_for_backup_sharded_cluster(project, cluster, snapshot);
            shared::watch(&**clock, wait.states(), |state| shown(&state.status)).await?;
        }
        waited => drop(waited?),
    }
    Ok(())
}

async fn take(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
    days: i64,
) -> Outcome<ObjectId> {
    let request = DiskBackupOnDemandSnapshotRequest::new(days).description("before its export");
    let taken = client.take_snapshots(project, cluster, &request).await?;
    Ok(*taken.id()?)
}

impl Task {
    /// Returns the arguments that resume this task.
    fn arguments(&self) -> String {
        let Self {
            cluster,
            bucket,
            snapshot,
            ..
        } = self;
        format!("--cluster {cluster} --bucket {bucket} --snapshot {snapshot}")
    }
}
