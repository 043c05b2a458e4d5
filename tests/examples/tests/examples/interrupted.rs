//! Processes that are ended from outside or cut off, and others that go on in their place.
use std::time::Duration;

use atlas_backup::v2::{DeliveryType, DiskBackupSnapshotRestoreJobRequest};
use tokio::io::{AsyncReadExt as _, copy};
use tokio::net::{TcpListener, TcpStream};

use crate::process::{Served, folder, line_with, run, start};

const NEVER: u32 = 1;

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_export_is_told_how_to_go_on_and_another_process_does() {
    let served = Served::open(|sandbox| sandbox.real_time(NEVER)).await;
    let snapshot = served.sandbox.snapshot("Cluster0").unwrap().to_string();
    let export = || {
        let mut command = served.example("export_snapshot");
        command.args(["--snapshot", &snapshot]);
        command
    };
    let mut first = start(&mut export());
    let begun = line_with("export ", &mut first.out);
    line_with("Queued", &mut first.err);
    first.signal("INT");
    let ended = first.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .err
            .contains("the export goes on; wait for it with --cluster Cluster0"),
        "{ended:?}"
    );
    assert!(
        ended.err.contains(&format!("--snapshot {snapshot}")),
        "{ended:?}"
    );

    let mut second = start(&mut export());
    assert_eq!(line_with("export ", &mut second.out), begun);
    assert_eq!(served.exports("Cluster0").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_restore_is_told_which_job_goes_on() {
    let served = Served::open(|sandbox| sandbox.real_time(NEVER)).await;
    let mut restore = start(
        served
            .example("restore_automated")
            .args(["--into", "Restored0"]),
    );
    let job = line_with("restore job ", &mut restore.out);
    let job = job.trim_start_matches("restore job ");
    restore.signal("TERM");
    let ended = restore.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains(&format!(
        "the restore goes on; wait for it with --cluster Cluster0 --job {job}"
    )));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_setup_of_buckets_finds_those_of_the_first() {
    let served = Served::open(|sandbox| sandbox.real_time(NEVER)).await;
    let role = "60f1e2d3c4b5a69788796a5b";
    let set_up = || {
        let mut command = served.example("export_bucket_setup");
        command.arg("--aws").arg(format!("nightly={role}"));
        command.arg("--azure").arg(format!(
            "https://example.blob.core.windows.net/nightly={role}"
        ));
        command.arg("--gcp").arg(format!("nightly-archive={role}"));
        run(&mut command)
    };
    let (first, second) = (set_up(), set_up());
    assert_eq!(
        (first.code, second.code),
        (Some(0), Some(0)),
        "{first:?} {second:?}"
    );
    assert_eq!(first.out.replace("now known", "known already"), second.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_nightly_export_is_the_first() {
    let served = Served::open(|sandbox| sandbox.real_time(NEVER)).await;
    let nightly = || run(served.example("nightly_export").arg("2026-03-14"));
    let (first, second) = (nightly(), nightly());
    assert_eq!(
        (first.code, second.code),
        (Some(0), Some(0)),
        "{first:?} {second:?}"
    );
    assert_eq!(first.out.lines().last(), second.out.lines().last());
    assert_eq!(served.exports("Cluster0").await, 1);
}

/// Passes connections on to `to`, and breaks each off after so many bytes of answers.
async fn breaks_off(listener: TcpListener, to: String, bytes: u64) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let service = TcpStream::connect(&to).await.unwrap();
        tokio::spawn(async move {
            let (mut asks, mut hears) = client.into_split();
            let (answers, mut listens) = service.into_split();
            let asking = tokio::spawn(async move { copy(&mut asks, &mut listens).await });
            // Either side may be gone before the other.
            let _ = copy(&mut answers.take(bytes), &mut hears).await;
            asking.abort();
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_breaks_off_is_resumed() {
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", proxy.local_addr().unwrap());
    let served = Served::open(|sandbox| sandbox.origin(&origin).real_time(100)).await;
    tokio::spawn(breaks_off(proxy, served.address(), 600_000));

    let client = served.sandbox.client().build().unwrap();
    let (project, cluster) = (served.sandbox.project(), "Cluster0".parse().unwrap());
    let snapshot = served.sandbox.snapshot("Cluster0").unwrap();
    let request =
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
    let job = client
        .create_backup_restore_job(&project, &cluster, &request)
        .await
        .unwrap();
    let job = job.id.unwrap();
    let often = Duration::from_millis(100)..=Duration::from_millis(100);
    let wait = client
        .wait_for_backup_restore_job(&project, &cluster, &job)
        .pauses(often);
    wait.await.unwrap();

    let folder = folder();
    let mut download = served.example("restore_download");
    download
        .args(["--job", &job.to_string()])
        .arg(folder.path());
    let ended = run(&mut download);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended
            .out
            .ends_with("restore-Cluster0-0.tar.gz: 1048576 bytes, resumed 1 times\n"),
        "{ended:?}"
    );
    let again = run(&mut download);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(
        again
            .out
            .ends_with("restore-Cluster0-0.tar.gz: there already\n"),
        "{again:?}"
    );
}
