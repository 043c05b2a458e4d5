//! Runs the code of an application against recorded traffic, as a test does.
//!
//! `cargo run -p atlas-backup --features replay --example recorded_test`. It uses no network and does not wait.
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atlas_backup::v2::{DiskBackupExportJobRequest, DiskBackupExportJobRequestFields};
use atlas_backup::{
    BoxFuture, Client, Clock, ClusterName, Credentials, ObjectId, Replay, Timestamp,
};
use clap::Parser;

/// Runs the code of an application against recordings, and reports differences.
#[derive(Parser)]
struct Arguments {
    /// Folder with recordings in which an export is created, polled, and successful
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/recordings"))]
    recordings: PathBuf,
}

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

// ANCHOR: core
/// The tested code: exports a snapshot and returns the number of exported collections.
async fn export(client: &Client, bucket: ObjectId, snapshot: ObjectId) -> Outcome<Option<i64>> {
    let (project, cluster): (ObjectId, ClusterName) =
        ("5f0c1e2d3a4b5c6d7e8f9a0b".parse()?, "Cluster0".parse()?);
    let wanted = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: bucket,
        snapshot_id: snapshot,
    });
    let ended = client.export_and_wait(&project, &cluster, &wanted).await?;
    Ok(ended
        .export_status
        .and_then(|status| status.exported_collections))
}
// ANCHOR_END: core

/// A clock that skips waits.
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

/// The test.
async fn test(recordings: PathBuf) -> Outcome {
    let replay = Replay::from_dir(recordings)?;
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
    let (bucket, snapshot) = (
        "61a2b3c4d5e6f708192a3b4c".parse()?,
        "69b4c1d2e3f40516273850a4".parse()?,
    );
    let exported = export(&client, bucket, snapshot).await;
    // Checked first, because its error names the request that was not recorded.
    replay.finish()?;
    let exported = exported?;
    if exported != Some(48) {
        return Err(format!("48 collections were expected, and {exported:?} exported").into());
    }
    println!("48 collections were exported, and every recording was used");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match test(Arguments::parse().recordings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
