//! Restores the newest snapshot of a cluster into another cluster, and prints the time it took.
//!
//! `cargo run -p atlas-backup --features sandbox --example restore_automated` uses the sandbox; with `MONGODB_ATLAS_*`
//! in the environment, it uses Atlas and replaces the data of the other cluster.
use std::process::ExitCode;

use atlas_backup::v2::{
    DeliveryType, DiskBackupSnapshotRestoreJob, DiskBackupSnapshotRestoreJobRequest,
};
use atlas_backup::{Client, ClusterName, ObjectId, WaitError, sandbox::Sandbox};
use clap::Parser;

mod shared;
use shared::{Outcome, Run, Service};

/// Restores a snapshot into another cluster. This replaces the data of that cluster.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// Name of the cluster with the snapshot
    #[arg(long, value_name = "NAME", default_value = "Cluster0")]
    cluster: ClusterName,
    /// Name of the cluster whose data is replaced; only the sandbox has a default
    #[arg(long, value_name = "NAME")]
    into: Option<ClusterName>,
    /// Identifier of the snapshot; by default, the newest one
    #[arg(long, value_name = "ID")]
    snapshot: Option<ObjectId>,
    /// Waits for this restore job, and creates none
    #[arg(long, value_name = "ID", conflicts_with_all = ["into", "snapshot"])]
    job: Option<ObjectId>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    shared::run(|run| prepare(arguments, run)).await
}

async fn prepare(arguments: Arguments, run: Run) -> Outcome {
    let Service {
        builder,
        clock,
        project,
        sandbox,
    } = arguments.project.service(&run, Sandbox::builder())?;
    let client = run.client(builder.user_agent_suffix("restore-automated/1.0"))?;
    let cluster = arguments.cluster;
    let began = clock.now();
    let id = if let Some(job) = arguments.job {
        job
    } else {
        let target: ClusterName = match (arguments.into, sandbox) {
            (Some(target), _) => target,
            (None, Some(_)) => "Restored0".parse()?,
            (None, None) => return Err(shared::usage("--into is needed")),
        };
        let snapshot = match arguments.snapshot {
            Some(snapshot) => snapshot,
            None => shared::newest_snapshot(&client, &project, &cluster).await?,
        };
        println!("restoring snapshot {snapshot} of {cluster} into {target}");
        // A restore job has no idempotency key, so the user has to search the list.
        run.says(
            "a restore job may exist; search for it before you run this again, and wait for it with --job ID",
        );
        create(&client, &project, &cluster, snapshot, target).await?
    };
    println!("restore job {id}");
    run.goes_on(
        "the restore continues; wait for it with",
        format!("--cluster {cluster} --job {id}"),
    );

    let wait = client.wait_for_backup_restore_job(&project, &cluster, &id);
    match shared::watch(&*clock, wait.states(), progress).await {
        Ok(job) => {
            let finished = job.and_then(|job| job.finished_at);
            let finished = finished.map_or(String::new(), |at| format!(", at {at}"));
            println!("restored{finished}; waited for {:.0?}", clock.now() - began);
            Ok(())
        }
        Err(error) => {
            if matches!(error, WaitError::Failed(_)) {
                run.says("the restore has ended");
            }
            Err(error.into())
        }
    }
}

// ANCHOR: core
/// Creates the job that replaces the data of `target` by a snapshot of `cluster`, in the same project.
async fn create(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
    snapshot: ObjectId,
    target: ClusterName,
) -> Outcome<ObjectId> {
    let request = DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Automated)
        .snapshot_id(snapshot)
        .target_group_id(*project)
        .target_cluster_name(target);
    let job = client
        .create_backup_restore_job(project, cluster, &request)
        .await?;
    Ok(*job.id()?)
}

/// Returns the state of the job for the bar. A completed job has `finished_at`.
fn progress(job: &DiskBackupSnapshotRestoreJob) -> (String, u64, Option<u64>) {
    let what = match job.finished_at {
        Some(_) => "the data is restored",
        None => "the data is being restored",
    };
    (what.to_owned(), 0, None)
}
// ANCHOR_END: core
