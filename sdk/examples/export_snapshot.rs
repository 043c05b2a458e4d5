//! Takes a snapshot, exports it to a bucket, and shows how far it is.
//!
//! `cargo run -p atlas-backup --features sandbox --example export_snapshot` plays it in the sandbox; with
//! `MONGODB_ATLAS_*` in the environment it is real.
use std::process::ExitCode;

use atlas_backup::v2::{
    DiskBackupExportJobRequest, DiskBackupOnDemandSnapshotRequest, DiskBackupSnapshot,
};
use atlas_backup::{Client, ClusterName, ObjectId, WaitError, sandbox::Sandbox};
use clap::Parser;

mod shared;
use shared::{Bar, Outcome, Resume};

/// Takes a snapshot of a cluster, exports it to a bucket, and lists the cluster's exports.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// The cluster's name
    #[arg(long, value_name = "NAME", default_value = "Cluster0")]
    cluster: ClusterName,
    /// Where to; the first export bucket of the project unless given
    #[arg(long, value_name = "ID")]
    bucket: Option<ObjectId>,
    /// Exports this snapshot instead of a new one; an export of it that there is already is waited for
    #[arg(long, value_name = "ID")]
    snapshot: Option<ObjectId>,
    /// How many days a new snapshot is kept
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..))]
    days: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    shared::run(|resume| export(arguments, resume)).await
}

async fn export(arguments: Arguments, resume: Resume) -> Outcome {
    let service = arguments.project.service(Sandbox::builder())?;
    let client = service
        .builder
        .user_agent_suffix("export-snapshot/1.0")
        .build()?;
    let (project, cluster) = (service.project, arguments.cluster);
    let bucket = shared::bucket(&client, &project, arguments.bucket).await?;
    let snapshot = match arguments.snapshot {
        Some(snapshot) => snapshot,
        None => take(&client, &project, &cluster, arguments.days, &resume).await?,
    };

    // The key is the snapshot's name: however often this is run, there is one export of it.
    let key = format!("export-{snapshot}");
    let request = DiskBackupExportJobRequest::new(bucket, snapshot);
    let create = || {
        client
            .create_backup_export(&project, &cluster, &request)
            .idempotency_key(&key)
    };
    resume.by(format!(
        "continue with --cluster {cluster} --bucket {bucket} --snapshot {snapshot}"
    ));
    let job = match create().find_created().await? {
        Some(job) => job,
        None => create().await?,
    };
    let id = job.id.ok_or("a job without an identifier")?;
    println!("export {id} of snapshot {snapshot}");
    resume.by(format!(
        "the export goes on; wait for it with --cluster {cluster} --bucket {bucket} --snapshot {snapshot}"
    ));

    let mut bar = Bar::default();
    let mut states = client
        .wait_for_backup_export(&project, &cluster, &id)
        .states();
    loop {
        match states.try_next().await {
            Ok(Some(job)) => {
                let state = job.state.as_ref().map_or("?", |state| state.as_str());
                let status = job.export_status.unwrap_or_default();
                let count =
                    |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
                let done = count(status.exported_collections).unwrap_or_default();
                bar.show(state, done, count(status.total_collections));
            }
            Ok(None) => break,
            Err(WaitError::Failed(job)) => {
                resume.by("nothing goes on; a new export needs a new snapshot, or another key");
                let reason = job.state_reason.and_then(|reason| reason.message);
                let reason = reason.unwrap_or_else(|| "no reason was given".to_owned());
                return Err(format!("the export ended in {:?}: {reason}", job.state).into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    bar.end();

    println!("exports of {cluster}, the newest first:");
    let mut jobs = client.list_backup_exports(&project, &cluster).items();
    while let Some(job) = jobs.try_next().await? {
        let (id, state) = (job.id.ok_or("a job without an identifier")?, job.state);
        let state = state.as_ref().map_or("?", |state| state.as_str());
        println!("  {id}  {state}  {}", job.prefix.unwrap_or_default());
    }
    Ok(())
}

async fn take(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
    days: i64,
    resume: &Resume,
) -> Outcome<ObjectId> {
    let request = DiskBackupOnDemandSnapshotRequest::new(days).description("before its export");
    let taken = client.take_snapshots(project, cluster, &request).await?;
    let id = match &taken {
        DiskBackupSnapshot::ReplicaSet(snapshot) => snapshot.id,
        DiskBackupSnapshot::ShardedCluster(snapshot) => snapshot.id,
        _ => None,
    };
    let id = id.ok_or("a snapshot without an identifier")?;
    println!("snapshot {id} of {cluster}");
    resume.by(format!(
        "the snapshot goes on; once it is complete, export it with --snapshot {id}"
    ));
    if let DiskBackupSnapshot::ShardedCluster(_) = taken {
        client
            .wait_for_backup_sharded_cluster(project, cluster, &id)
            .await?;
    } else {
        client
            .wait_for_backup_snapshot(project, cluster, &id)
            .await?;
    }
    Ok(id)
}
