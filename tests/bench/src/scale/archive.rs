//! Downloads of an archive to a file, beside `curl` and a loop over `reqwest`.

use super::Size;
use crate::Outcome;
use crate::calls::client::client;
use crate::calls::service::Service;
use crate::jobs::{peak, served};
use crate::row::{Figure, Row, Target};
use crate::timing::{in_turn, measured_in_turn, processor_seconds, run};
use atlas_backup::{HttpTransport, SecretUrl};
use std::io::{ErrorKind, Write as _};
use std::process::Command;

const ROUNDS: usize = 3;

/// A path that no archive has yet.
fn file() -> Outcome<(tempfile::TempDir, std::path::PathBuf)> {
    let place = tempfile::tempdir()?;
    let file = place.path().join("archive");
    Ok((place, file))
}

fn link(base: &str, megabytes: usize) -> String {
    format!("{base}/archive/{megabytes}")
}

pub(super) fn ours(megabytes: usize) -> Outcome<()> {
    let service = Service::start()?;
    let (_place, file) = file()?;
    let client = client(&service.base)?;
    let link = SecretUrl::from(link(&service.base, megabytes));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let whole = runtime.block_on(client.download(&link).to_file(&file))?;
    expect(whole.bytes, megabytes)
}

/// As somebody writes it by hand: neither resumed nor synced.
pub(super) fn by_hand(megabytes: usize) -> Outcome<()> {
    let service = Service::start()?;
    let (_place, file) = file()?;
    let http = HttpTransport::client_builder()?.no_proxy().build()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let bytes = runtime.block_on(async {
        let response = http.get(link(&service.base, megabytes)).send().await?;
        let mut response = response.error_for_status()?;
        let (mut file, mut bytes) = (std::fs::File::create(&file)?, 0);
        while let Some(piece) = response.chunk().await? {
            file.write_all(&piece)?;
            bytes += piece.len() as u64;
        }
        Outcome::Ok(bytes)
    })?;
    expect(bytes, megabytes)
}

fn expect(bytes: u64, megabytes: usize) -> Outcome<()> {
    match bytes == megabytes as u64 * 1024 * 1024 {
        true => Ok(()),
        false => Err(format!("{bytes} bytes").into()),
    }
}

/// `curl`, and what it wrote brought to disk, as our file is.
fn curl(base: &str, megabytes: usize) -> Outcome<()> {
    let (_place, file) = file()?;
    let mut command = Command::new("curl");
    command.args(["--silent", "--fail", "--noproxy", "*", "--output"]);
    run(command.arg(&file).arg(link(base, megabytes)))?;
    std::fs::File::open(&file)?.sync_all()?;
    expect(std::fs::metadata(&file)?.len(), megabytes)
}

fn is_there(program: &str) -> bool {
    let started = Command::new(program).arg("--version").output();
    !started.is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

pub(super) fn rows(size: &Size) -> Outcome<Vec<Row>> {
    let megabytes = size.archive;
    let service = Service::start()?;
    let job = |name| served(name, megabytes, &service.base);
    let ours = || job("archive-ours").map(drop);
    let (time, curls) = match is_there("curl") {
        true => {
            let (time, curls) = in_turn(ROUNDS, ours, || curl(&service.base, megabytes))?;
            (time.into(), curls.into())
        }
        false => {
            let missing = Figure::Missing("peer missing: run `apt-get install curl`".to_owned());
            (missing.clone(), missing)
        }
    };
    let by_hand = || job("archive-reqwest").map(drop);
    let (processor, by_hands) = measured_in_turn(processor_seconds, ROUNDS, ours, by_hand)?;
    let small = served("archive-ours", 1, &service.base)?;
    let rows: [(_, String, Figure, Figure, _); 3] = [
        (
            "scale-archive-time",
            format!(
                "seconds to download {megabytes} MB to a file, synced; peer: `curl`, synced afterwards"
            ),
            time,
            curls,
            Target::Ratio(1.0 / 0.95),
        ),
        (
            "scale-archive-processor",
            "seconds of the processors for it; peer: `reqwest` to a file, not synced".to_owned(),
            processor.into(),
            by_hands.into(),
            Target::Ratio(1.2),
        ),
        (
            "scale-archive-memory",
            "MB at most for it; peer: for 1 MB".to_owned(),
            peak(&job("archive-ours")?)?.into(),
            peak(&small)?.into(),
            Target::Above(4.0),
        ),
    ];
    let rows = rows.into_iter();
    Ok(rows
        .map(|(id, what, ours, peer, target)| Row::new(id, what, ours, peer, &target))
        .collect())
}
