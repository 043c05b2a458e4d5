//! Runs an application's code against recorded traffic, as a test of it would.
//!
//! `cargo run -p atlas-backup --features replay --example recorded_test`; nothing leaves the machine, and no time passes.
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atlas_backup::v2::{
    DiskBackupExportJobRequest, DiskBackupOnDemandSnapshotRequest, DiskBackupSnapshot,
};
use atlas_backup::{
    BoxFuture, Client, Clock, ClusterName, Credentials, ObjectId, Replay, Timestamp,
};
use clap::Parser;

/// Runs an application's code against recordings.
#[derive(Parser)]
struct Arguments {
    /// The recordings: a snapshot, its export, and the list of exports
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/recordings/stories/export"))]
    recordings: PathBuf,
}

/// What is tested: it takes a snapshot, exports it, and tells how many collections were exported.
async fn export(
    client: &Client,
    project: &ObjectId,
    cluster: &ClusterName,
    bucket: ObjectId,
) -> Result<Option<i64>, Box<dyn std::error::Error>> {
    let wanted = DiskBackupOnDemandSnapshotRequest::new(7);
    let DiskBackupSnapshot::ReplicaSet(taken) =
        client.take_snapshots(project, cluster, &wanted).await?
    else {
        return Err("not a replica set".into());
    };
    let snapshot = taken.id.ok_or("a snapshot without an identifier")?;
    client
        .wait_for_backup_snapshot(project, cluster, &snapshot)
        .await?;
    let wanted = DiskBackupExportJobRequest::new(bucket, snapshot);
    let job = client
        .create_backup_export(project, cluster, &wanted)
        .await?;
    let job = job.id.ok_or("a job without an identifier")?;
    let ended = client
        .wait_for_backup_export(project, cluster, &job)
        .await?;
    Ok(ended
        .export_status
        .and_then(|status| status.exported_collections))
}

/// A clock whose waits are over at once.
struct Impatient(Arc<Mutex<Instant>>);

impl Clock for Impatient {
    fn now(&self) -> Instant {
        self.0
            .lock()
            .map_or_else(|poisoned| *poisoned.into_inner(), |now| *now)
    }

    fn date(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let now = self.0.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            if let Ok(mut now) = now.lock() {
                *now += duration;
            }
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let replay = Replay::from_dir(Arguments::parse().recordings)?;
    #[allow(
        clippy::disallowed_methods,
        reason = "any moment will do to start from"
    )]
    let clock = Impatient(Arc::new(Mutex::new(Instant::now())));
    let client = Client::builder()
        .credentials(Credentials::bearer("not looked at"))
        .transport(replay.clone())
        .clock(clock)
        .build()?;

    let (project, cluster): (ObjectId, ClusterName) =
        ("5f0c1e2d3a4b5c6d7e8f9a0b".parse()?, "Cluster0".parse()?);
    let exported = export(
        &client,
        &project,
        &cluster,
        "61a2b3c4d5e6f708192a3b4c".parse()?,
    )
    .await?;
    assert_eq!(exported, Some(48));

    // The list that was recorded afterwards is all that is left.
    for name in replay.unused() {
        println!("not used: {name}");
    }
    let jobs = client
        .list_backup_exports(&project, &cluster)
        .items_per_page(2);
    let mut jobs = jobs.items();
    while let Some(job) = jobs.try_next().await? {
        println!("{:?}: {:?}", job.id, job.state);
    }
    replay.finish()?;
    Ok(())
}
