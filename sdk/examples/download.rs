//! Downloads what a restore job delivers, and goes on where an earlier run of it stopped.
//!
//! `cargo run -p atlas-backup --features download,sandbox --example download -- restore.tar.gz`, with the link in
//! `ATLAS_DOWNLOAD_URL` or on the first line of standard input: other users of the machine see arguments. With
//! `--sandbox` the link is one of a sandbox. Exits with 0 when the file is there, 1 when another run may help, 2 when it
//! was called wrongly, 3 when the link has expired.
use std::fmt::Display;
use std::io::{self, BufRead as _};
use std::path::PathBuf;
use std::process::ExitCode;

use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{DeliveryType, DiskBackupSnapshotRestoreJobRequest};
use atlas_backup::{Client, Credentials, DownloadError, Progress, SecretUrl};
use clap::Parser;

mod shared;
use shared::Outcome;

/// Downloads what is behind a link in ATLAS_DOWNLOAD_URL, or else on standard input.
#[derive(Parser)]
struct Arguments {
    /// Downloads an archive of a sandbox instead
    #[arg(long)]
    sandbox: bool,
    /// Where to
    file: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let prepared = if arguments.sandbox {
        played().await
    } else {
        given()
    };
    let (client, link) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return failed(error, 1),
    };
    let mut shown = None;
    let download = client.download(&link).on_progress(|now| {
        let percent = percent(now);
        if shown.replace(percent) != Some(percent) {
            eprint!("\r{percent} %, {} bytes", now.received);
        }
    });
    match download.to_file(arguments.file).await {
        Ok(whole) => {
            eprintln!("\r{} bytes, resumed {} times", whole.bytes, whole.resumed);
            ExitCode::SUCCESS
        }
        Err(error @ (DownloadError::Link(_) | DownloadError::Exists | DownloadError::NotAFile)) => {
            failed(error, 2)
        }
        Err(error @ DownloadError::Expired { .. }) => failed(error, 3),
        Err(error) => failed(error, 1),
    }
}

/// A link is all that a download needs; a client that calls the service as well has credentials.
fn given() -> Outcome<(Client, SecretUrl)> {
    let client = Client::builder()
        .credentials(Credentials::bearer("none"))
        .build()?;
    if let Ok(link) = std::env::var("ATLAS_DOWNLOAD_URL") {
        return Ok((client, link.into()));
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok((client, line.trim().to_owned().into()))
}

/// The link of a restore job in a sandbox.
async fn played() -> Outcome<(Client, SecretUrl)> {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build()?;
    let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse()?);
    let request = DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download)
        .snapshot_id(sandbox.snapshot(Sandbox::CLUSTER)?);
    let job = client
        .create_backup_restore_job(&project, &cluster, &request)
        .await?;
    let job = job.id.ok_or("a job without an identifier")?;
    let job = client
        .wait_for_backup_restore_job(&project, &cluster, &job)
        .await?;
    let link = job.delivery_url.into_iter().flatten().next();
    Ok((client, link.ok_or("a job without a link")?))
}

/// How much is there; 0 where the length is not known.
fn percent(now: Progress) -> u64 {
    let total = now.total.filter(|total| *total > 0);
    total.map_or(0, |total| {
        (u128::from(now.received) * 100 / u128::from(total)) as u64
    })
}

fn failed(why: impl Display, code: u8) -> ExitCode {
    eprintln!("\r{why}");
    ExitCode::from(code)
}
