//! Restores the newest snapshot of a cluster into another cluster, and says how long it took.
//!
//! `cargo run -p atlas-backup --features sandbox --example restore_automated` plays it in the sandbox; with
//! `MONGODB_ATLAS_*` in the environment it is real, and replaces what the other cluster holds.
use std::process::ExitCode;

use atlas_backup::v2::{
    DeliveryType, DiskBackupSnapshotRestoreJob, DiskBackupSnapshotRestoreJobRequest,
};
use atlas_backup::{Client, ClusterName, ObjectId, WaitError, sandbox::Sandbox};
use clap::Parser;

mod shared;
use shared::{Outcome, Run, Service};

/// Restores a snapshot into another cluster, whose data it replaces.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// The cluster whose snapshot it is
    #[arg(long, value_name = "NAME", default_value = "Cluster0")]
    cluster: ClusterName,
    /// The cluster whose data is replaced; only the sandbox has a default
    #[arg(long, value_name = "NAME")]
    into: Option<ClusterName>,
    /// Restores this snapshot instead of the newest
    #[arg(long, value_name = "ID")]
    snapshot: Option<ObjectId>,
    /// Creates nothing, and waits for this restore job
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
        // A restore job carries no key: whether one was made has to be looked up.
        run.says(
            "a job may be there; look before you run this again, and wait for it with --job ID",
        );
        create(&client, &project, &cluster, snapshot, target).await?
    };
    println!("restore job {id}");
    run.goes_on(
        "the restore goes on; wait for it with",
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
                run.says("nothing goes on");
            }
            Err(error.into())
        }
    }
}

// ANCHOR: core
/// Creates the job that replaces what `target` holds by a snapshot of `cluster`, in the same project.
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

/// What the job does at the moment, for the bar; a job that is done has `finished_at`.
fn progress(job: &DiskBackupSnapshotRestoreJob) -> (String, u64, Option<u64>) {
    let what = match job.finished_at {
        Some(_) => "the data is restored",
        None => "the data is being restored",
    };
    (what.to_owned(), 0, None)
}
// ANCHOR_END: core
