//! Downloads what a restore job delivers, and goes on where an earlier run of it stopped.
//!
//! `cargo run --features download --example download -- restore.tar.gz`, with the link in `ATLAS_DOWNLOAD_URL` or on
//! the first line of standard input: other users of the machine see arguments. Exits with 0 when the file is there, 1
//! when another run may help, 2 when it was called wrongly, 3 when the link has expired.
use std::fmt::Display;
use std::io::{self, BufRead as _};
use std::process::ExitCode;

use atlas_backup::{Client, Credentials, DownloadError, Progress, SecretUrl};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [path] = &arguments[..] else {
        let usage =
            "usage: download FILE, with the link in ATLAS_DOWNLOAD_URL or on standard input";
        return failed(usage, 2);
    };
    let link = match link() {
        Ok(link) => link,
        Err(error) => return failed(error, 2),
    };
    // A link is all that a download needs; a client that calls the service as well has credentials.
    let client = match Client::builder()
        .credentials(Credentials::bearer("none"))
        .build()
    {
        Ok(client) => client,
        Err(error) => return failed(error, 1),
    };
    let mut shown = None;
    let download = client.download(&link).on_progress(|now| {
        let percent = percent(now);
        if shown.replace(percent) != Some(percent) {
            eprint!("\r{percent} %, {} bytes", now.received);
        }
    });
    match download.to_file(path).await {
        Ok(whole) => {
            eprintln!("\r{} bytes, resumed {} times", whole.bytes, whole.resumed);
            ExitCode::SUCCESS
        }
        Err(error @ (DownloadError::Link(_) | DownloadError::Exists)) => failed(error, 2),
        Err(error @ DownloadError::Expired { .. }) => failed(error, 3),
        Err(error) => failed(error, 1),
    }
}

fn link() -> io::Result<SecretUrl> {
    if let Ok(link) = std::env::var("ATLAS_DOWNLOAD_URL") {
        return Ok(link.into());
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned().into())
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
