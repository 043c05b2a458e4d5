//! Creates a restore job for a download, and downloads its archives. Interrupted downloads are resumed.
//!
//! `cargo run -p atlas-backup --features download,sandbox --example restore_download` uses the sandbox; with
//! `MONGODB_ATLAS_*` in the environment, it uses Atlas.
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use atlas_backup::v2::{
    DeliveryType, DiskBackupSnapshotRestoreJob, DiskBackupSnapshotRestoreJobRequest,
};
use atlas_backup::{
    Client, ClusterName, DownloadError, ObjectId, SecretUrl, WaitError, sandbox::Sandbox,
};
use clap::Parser;

mod shared;
use shared::{Bar, Outcome, Run, Service};

/// Downloads a snapshot as an archive, one for each shard.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// Name of the cluster with the snapshot
    #[arg(long, value_name = "NAME", default_value = "Cluster0")]
    cluster: ClusterName,
    /// Identifier of the snapshot; by default, the newest one
    #[arg(long, value_name = "ID")]
    snapshot: Option<ObjectId>,
    /// Downloads the archives of this restore job, and creates none
    #[arg(long, value_name = "ID", conflicts_with = "snapshot")]
    job: Option<ObjectId>,
    /// Replaces existing files
    #[arg(long)]
    overwrite: bool,
    /// Directory for the archives; only the sandbox has a default, which is removed at the end
    directory: Option<PathBuf>,
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
    let client = run.client(builder.user_agent_suffix("restore-download/1.0"))?;
    let cluster = arguments.cluster;
    let temporary = tempfile::tempdir()?;
    let directory = match (arguments.directory, sandbox) {
        (Some(directory), _) => directory,
        (None, Some(_)) => temporary.path().to_owned(),
        (None, None) => return Err(shared::usage("a directory for the archives is needed")),
    };
    let overwrite = if arguments.overwrite {
        "--overwrite "
    } else {
        ""
    };
    let to = format!(
        "{overwrite}{}",
        shared::quoted(&directory.to_string_lossy())
    );
    // Checked first, because preparing an archive takes hours.
    if !directory.is_dir() {
        return Err(shared::usage("the directory is not there"));
    }
    let id = if let Some(job) = arguments.job {
        job
    } else {
        let snapshot = match arguments.snapshot {
            Some(snapshot) => snapshot,
            None => shared::newest_snapshot(&client, &project, &cluster).await?,
        };
        let request =
            DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
        run.says("a restore job may exist; search for it before you run this again, and resume with --job ID");
        let job = client
            .create_backup_restore_job(&project, &cluster, &request)
            .await?;
        *job.id()?
    };
    println!("restore job {id}");
    // With the job, so that the archive of another one is not taken for its own.
    let path = |number| {
        let name = format!("restore-{cluster}-{id}-{number}.tar.gz");
        directory.join(name)
    };
    run.goes_on(
        "the job continues, and downloaded parts are preserved; resume with",
        format!("--cluster {cluster} --job {id} {to}"),
    );

    let states = client
        .wait_for_backup_restore_job(&project, &cluster, &id)
        .states();
    let shown = |job: &DiskBackupSnapshotRestoreJob| {
        let snapshot = job
            .snapshot_id
            .map_or(String::new(), |id| format!(" of snapshot {id}"));
        (format!("the archive{snapshot} is made"), 0, None)
    };
    let again = |snapshot: Option<ObjectId>| {
        let of = snapshot.map_or(String::new(), |id| format!(" --snapshot {id}"));
        run.goes_on(
            "have the archive made once more with",
            format!("--cluster {cluster}{of} {to}"),
        );
    };
    let job = match shared::watch(&*clock, states, shown).await {
        Err(WaitError::Failed(job)) => {
            again(job.snapshot_id);
            return Err(WaitError::Failed(job).into());
        }
        waited => waited?.ok_or("a job without a state")?,
    };
    if let Some(until) = job.expires_at {
        println!("the links work until {until}");
    }
    let delivered = job.delivery_url.unwrap_or_default();
    let of_shards = job
        .components
        .unwrap_or_default()
        .into_iter()
        .filter_map(|shard| shard.download_url);
    let links = if delivered.is_empty() {
        of_shards.collect()
    } else {
        delivered
    };
    if links.is_empty() {
        again(job.snapshot_id);
        return Err("the job has no links: they were used, or ran out".into());
    }
    for (number, link) in links.iter().enumerate() {
        let downloaded = download(&client, link, &path(number), arguments.overwrite).await;
        match downloaded {
            // An earlier run has downloaded it.
            Err(DownloadError::Exists) if arguments.job.is_some() => {
                println!("{}: there already", path(number).display());
            }
            Err(error @ DownloadError::Expired { .. }) => {
                again(job.snapshot_id);
                return Err(error.into());
            }
            downloaded => downloaded?,
        }
    }
    Ok(())
}

// ANCHOR: core
/// Downloads an archive to a file. Resumes an interrupted download.
async fn download(
    client: &Client,
    link: &SecretUrl,
    path: &Path,
    overwrite: bool,
) -> Result<(), DownloadError> {
    let mut bar = Bar::new();
    let downloaded = client
        .download(link)
        .overwrite(overwrite)
        .on_progress(|now| bar.show("bytes", now.received, now.total, Duration::ZERO))
        .to_file(path)
        .await?;
    bar.end();
    println!(
        "{}: {} bytes, resumed {} times",
        path.display(),
        downloaded.bytes,
        downloaded.resumed
    );
    Ok(())
}
// ANCHOR_END: core
