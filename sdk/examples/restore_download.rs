//! Has a snapshot made into an archive and downloads it; what breaks off is resumed.
//!
//! `cargo run -p atlas-backup --features download,sandbox --example restore_download` plays it in the sandbox; with
//! `MONGODB_ATLAS_*` in the environment it is real.
use std::path::PathBuf;
use std::process::ExitCode;

use atlas_backup::v2::{DeliveryType, DiskBackupSnapshotRestoreJobRequest};
use atlas_backup::{ClusterName, DownloadError, ObjectId, sandbox::Sandbox};
use clap::Parser;

mod shared;
use shared::{Bar, Outcome, Resume};

/// Downloads a snapshot as an archive, one for each shard.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    project: shared::Project,
    /// The cluster whose snapshot it is
    #[arg(long, value_name = "NAME", default_value = "Cluster0")]
    cluster: ClusterName,
    /// Downloads this snapshot instead of the newest
    #[arg(long, value_name = "ID")]
    snapshot: Option<ObjectId>,
    /// Creates nothing, and downloads what this restore job delivers
    #[arg(long, value_name = "ID", conflicts_with = "snapshot")]
    job: Option<ObjectId>,
    /// Replaces a file that is there
    #[arg(long)]
    overwrite: bool,
    /// The directory for the archives
    #[arg(default_value = ".")]
    directory: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    shared::run(|resume| download(arguments, resume)).await
}

async fn download(arguments: Arguments, resume: Resume) -> Outcome {
    let service = arguments.project.service(Sandbox::builder())?;
    let client = service
        .builder
        .user_agent_suffix("restore-download/1.0")
        .build()?;
    let (project, cluster) = (service.project, arguments.cluster);
    let id = if let Some(job) = arguments.job {
        job
    } else {
        let snapshot = match arguments.snapshot {
            Some(snapshot) => snapshot,
            None => shared::newest_snapshot(&client, &project, &cluster).await?,
        };
        let request =
            DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
        resume.by("a job may be there; look before you run this again, and go on with --job ID");
        let job = client
            .create_backup_restore_job(&project, &cluster, &request)
            .await?;
        println!("the archive of snapshot {snapshot} is being made");
        job.id.ok_or("a job without an identifier")?
    };
    println!("restore job {id}");
    resume.by(format!("the job goes on, and a part that was downloaded is kept; go on with --cluster {cluster} --job {id}"));

    let job = client
        .wait_for_backup_restore_job(&project, &cluster, &id)
        .await?;
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
        return Err("the job has no links: they were used, or ran out".into());
    }
    for (number, link) in links.iter().enumerate() {
        let path = arguments
            .directory
            .join(format!("restore-{cluster}-{number}.tar.gz"));
        let mut bar = Bar::default();
        let download = client
            .download(link)
            .overwrite(arguments.overwrite)
            .on_progress(|now| bar.show("bytes", now.received, now.total));
        let downloaded = match download.to_file(&path).await {
            // An earlier run of this has downloaded it.
            Err(DownloadError::Exists) if arguments.job.is_some() => {
                println!("{}: there already", path.display());
                continue;
            }
            Err(error @ DownloadError::Expired { .. }) => {
                resume.by("run this again without --job");
                return Err(error.into());
            }
            downloaded => downloaded?,
        };
        bar.end();
        println!(
            "{}: {} bytes, resumed {} times",
            path.display(),
            downloaded.bytes,
            downloaded.resumed
        );
    }
    Ok(())
}
