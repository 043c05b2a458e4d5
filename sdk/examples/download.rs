//! Downloads the archive of a restore job, and resumes an earlier run.
//!
//! `cargo run -p atlas-backup --features download,sandbox --example download -- restore.tar.gz`, with the delivery URL
//! in `ATLAS_DOWNLOAD_URL` or on the first line of standard input, because other users of the machine can see
//! arguments. With `--sandbox`, or without a file, the example downloads an archive of a sandbox.
//!
//! Exit codes: 0 if the file is complete, 1 if another run may help, 2 for invalid arguments, 3 if the URL has expired.
use std::fmt::Display;
use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use atlas_backup::sandbox::Sandbox;
use atlas_backup::v2::{DeliveryType, DiskBackupSnapshotRestoreJobRequest};
use atlas_backup::{Client, Credentials, DownloadError, Downloaded, SecretUrl};
use clap::Parser;

mod shared;
use shared::{Bar, Outcome};

/// The variable with the delivery URL.
const LINK: &str = "ATLAS_DOWNLOAD_URL";

/// Downloads the delivery URL in ATLAS_DOWNLOAD_URL, or else on standard input. Without a file, downloads an archive of
/// a sandbox to a temporary folder.
#[derive(Parser)]
struct Arguments {
    /// Downloads an archive of a sandbox instead
    #[arg(long)]
    sandbox: bool,
    /// File for the archive
    file: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.file.is_none() && std::env::var_os(LINK).is_some() {
        return failed("name the file for the archive; see --help", 2);
    }
    let prepared = if arguments.sandbox || arguments.file.is_none() {
        played().await
    } else {
        given()
    };
    // Removed when the example ends.
    let (prepared, folder) = match (prepared, tempfile::tempdir()) {
        (Ok(prepared), Ok(folder)) => (prepared, folder),
        (Err(error), _) => return failed(error, 1),
        (_, Err(error)) => return failed(error, 1),
    };
    let file = arguments
        .file
        .unwrap_or(folder.path().join("restore.tar.gz"));
    let (client, link) = prepared;
    match download(&client, &link, &file).await {
        Ok(whole) => {
            eprintln!("{} bytes, resumed {} times", whole.bytes, whole.resumed);
            ExitCode::SUCCESS
        }
        Err(error @ (DownloadError::Link(_) | DownloadError::Exists | DownloadError::NotAFile)) => {
            failed(error, 2)
        }
        Err(error @ DownloadError::Expired { .. }) => failed(error, 3),
        Err(error) => failed(error, 1),
    }
}

// ANCHOR: core
/// Downloads an archive. Resumes an earlier download to the same file.
async fn download(
    client: &Client,
    link: &SecretUrl,
    file: &Path,
) -> Result<Downloaded, DownloadError> {
    let mut bar = Bar::new();
    let download = client
        .download(link)
        .on_progress(|now| bar.show("bytes", now.received, now.total, Duration::ZERO));
    let downloaded = download.to_file(file).await;
    bar.end();
    downloaded
}
// ANCHOR_END: core

/// Reads the delivery URL. A download sends no credentials, so the client has none that work.
fn given() -> Outcome<(Client, SecretUrl)> {
    let client = Client::builder()
        .credentials(Credentials::bearer("none"))
        .build()?;
    if let Ok(link) = std::env::var(LINK) {
        return Ok((client, link.into()));
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok((client, line.trim().to_owned().into()))
}

/// Creates a restore job in a sandbox, and returns its delivery URL.
async fn played() -> Outcome<(Client, SecretUrl)> {
    let sandbox = Sandbox::new();
    let client = sandbox.client().build()?;
    let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse()?);
    let request = DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download)
        .snapshot_id(sandbox.snapshot(Sandbox::CLUSTER)?);
    let restore = client.restore_and_wait(&project, &cluster, &request);
    let job = restore.await?;
    let link = job.delivery_url.into_iter().flatten().next();
    Ok((client, link.ok_or("a job without a link")?))
}

fn failed(why: impl Display, code: u8) -> ExitCode {
    eprintln!("{why}");
    ExitCode::from(code)
}
