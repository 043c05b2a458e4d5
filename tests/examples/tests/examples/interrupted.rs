//! Processes that are stopped or disconnected, and others that continue their work.
use std::time::Duration;

use atlas_backup::sandbox::{Fault, FaultKind};
use atlas_backup::v2::{
    DeliveryType, DiskBackupSnapshotAwsExportBucketRequest, DiskBackupSnapshotExportBucketRequest,
    DiskBackupSnapshotExportBucketResponse, DiskBackupSnapshotRestoreJobRequest,
};
use tokio::io::{AsyncReadExt as _, copy};
use tokio::net::{TcpListener, TcpStream};

use crate::process::{Served, folder, line_with, run, start};

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_export_is_continued_by_the_printed_command() {
    let served = Served::open(|sandbox| sandbox).await;
    let other = served.sandbox.client().build().unwrap();
    let role = "60f1e2d3c4b5a69788796a5b".parse().unwrap();
    let bucket = DiskBackupSnapshotAwsExportBucketRequest::new("another", role);
    let bucket = DiskBackupSnapshotExportBucketRequest::Aws(bucket);
    let made = other
        .create_export_bucket(&served.sandbox.project(), &bucket)
        .await;
    let DiskBackupSnapshotExportBucketResponse::Aws(bucket) = made.unwrap() else {
        panic!("a bucket of another cloud");
    };
    let bucket = bucket.id.unwrap().to_string();

    let mut command = served.example("export_snapshot");
    command.args(["--cluster", "Sharded0", "--bucket", &bucket]);
    let mut first = start(&mut command);
    let snapshot = line_with("snapshot ", &mut first.out);
    line_with("snapshot queued", &mut first.err);
    first.signal("INT");
    let ended = first.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("the snapshot continues"), "{ended:?}");

    served.sandbox.clock().advance(Duration::from_secs(600));
    let mut second = start(&mut ended.hint(&command));
    let begun = line_with("export ", &mut second.out);
    assert!(
        snapshot.contains(begun.rsplit(' ').next().unwrap()),
        "{snapshot}: {begun}"
    );
    line_with("Queued", &mut second.err);
    second.signal("INT");
    let ended = second.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .err
            .contains("the export continues; wait for it with:\n"),
        "{ended:?}"
    );

    served.sandbox.clock().advance(Duration::from_secs(900));
    let third = run(&mut ended.hint(&command));
    assert_eq!(third.code, Some(0), "{third:?}");
    assert!(third.out.starts_with(&begun), "{third:?}");
    assert_eq!(served.exports("Sharded0").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_restore_is_continued_by_the_printed_command() {
    let served = Served::open(|sandbox| sandbox).await;
    let mut command = served.example("restore_automated");
    let mut restore = start(command.args(["--into", "Restored0"]));
    let job = line_with("restore job ", &mut restore.out);
    restore.signal("TERM");
    let ended = restore.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    served.sandbox.clock().advance(Duration::from_secs(3600));
    let restored = run(&mut ended.hint(&command));
    assert_eq!(restored.code, Some(0), "{restored:?}");
    assert!(restored.out.starts_with(&job), "{restored:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_download_continues_at_the_given_destination() {
    let served = Served::open(|sandbox| sandbox).await;
    let folder = folder();
    let directory = folder.path().join("the night's archives");
    std::fs::create_dir(&directory).unwrap();
    let mut command = served.example("restore_download");
    let mut download = start(command.arg(&directory));
    line_with("is made", &mut download.err);
    download.signal("INT");
    let ended = download.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    served.sandbox.clock().advance(Duration::from_secs(300));
    let downloaded = run(&mut ended.hint(&command));
    assert_eq!(downloaded.code, Some(0), "{downloaded:?}");
    let (_, job) = downloaded.out.split_once("restore job ").unwrap();
    let name = format!("restore-Cluster0-{}-0.tar.gz", job.lines().next().unwrap());
    assert!(directory.join(name).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_nightly_export_is_continued_by_the_printed_command() {
    let served = Served::open(|sandbox| sandbox).await;
    let refusal = FaultKind::Status {
        status: 403,
        retry_after: None,
    };
    served
        .sandbox
        .inject(Fault::new(refusal).of("createBackupExport"))
        .unwrap();
    let mut command = served.example("nightly_export");
    let ended = run(command.arg("the 14th, 'Pi'"));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let again = run(&mut ended.hint(&command));
    assert_eq!(again.code, Some(0), "{again:?}");
    let once_more = run(&mut command);
    assert_eq!(once_more.out.lines().last(), again.out.lines().last());
    assert_eq!(served.exports("Cluster0").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_example_revokes_its_access_token_however_it_ends() {
    let served = Served::open(|sandbox| sandbox).await;
    let folder = folder();
    let ended: [(&str, &[&str], i32); 7] = [
        ("blocking", &[], 0),
        ("blocking", &["--cluster", "NoSuch"], 1),
        ("custom_retry", &[], 0),
        (
            "export_bucket_setup",
            &["--aws", "nightly=60f1e2d3c4b5a69788796a5b"],
            0,
        ),
        ("fleet_export", &["NoSuch"], 1),
        ("nightly_export", &[], 0),
        ("otel_tracing", &[], 0),
    ];
    for (name, arguments, code) in ended {
        let ended = run(served.example(name).args(arguments));
        assert_eq!(ended.code, Some(code), "{name}: {ended:?}");
    }
    let interrupted: [(&str, &[&str], &str); 4] = [
        ("export_snapshot", &[], "snapshot queued"),
        ("fleet_export", &["Cluster0"], "has begun"),
        (
            "restore_automated",
            &["--into", "Restored0"],
            "is being restored",
        ),
        ("restore_download", &["."], "is made"),
    ];
    for (name, arguments, line) in interrupted {
        let mut command = served.example(name);
        let mut process = start(command.args(arguments).current_dir(&folder));
        line_with(line, &mut process.err);
        process.signal("INT");
        let ended = process.end();
        assert_eq!(ended.code, Some(1), "{name}: {ended:?}");
    }
    assert_eq!(served.answered("/api/oauth/token"), 11);
    assert_eq!(served.answered("/api/oauth/revoke"), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_can_be_stopped_from_its_first_call_on() {
    let served = Served::open(|sandbox| sandbox).await;
    let slow = FaultKind::Latency {
        milliseconds: 600_000,
    };
    served
        .sandbox
        .inject(Fault::new(slow).of("listExportBuckets"))
        .unwrap();
    let process = start(served.example("fleet_export").arg("Cluster0"));
    while served.answered("/api/oauth/token") == 0 {
        tokio::task::yield_now().await;
    }
    process.signal("TERM");
    let ended = process.end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.ends_with("error: interrupted\n"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_service_is_reported() {
    let served = Served::open(|sandbox| sandbox).await;
    let down = FaultKind::Status {
        status: 503,
        retry_after: None,
    };
    for (name, cluster) in [
        ("export_snapshot", "--cluster=Cluster0"),
        ("fleet_export", "Cluster0"),
    ] {
        served
            .sandbox
            .inject(Fault::new(down.clone()).of("listExportBuckets"))
            .unwrap();
        let mut process = start(served.example(name).arg(cluster));
        line_with(
            "the service responds with 503 Service Unavailable (attempt 1); again in",
            &mut process.err,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_setup_of_buckets_finds_those_of_the_first() {
    let served = Served::open(|sandbox| sandbox).await;
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
async fn a_second_nightly_export_finds_the_first() {
    let served = Served::open(|sandbox| sandbox).await;
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

/// Forwards connections to `to`, and closes each after this many bytes of responses.
async fn close_after(listener: TcpListener, to: String, bytes: u64) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let service = TcpStream::connect(&to).await.unwrap();
        tokio::spawn(async move {
            let (mut asks, mut hears) = client.into_split();
            let (answers, mut listens) = service.into_split();
            let asking = tokio::spawn(async move { copy(&mut asks, &mut listens).await });
            // Either side may close first.
            let _ = copy(&mut answers.take(bytes), &mut hears).await;
            asking.abort();
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_download_is_resumed() {
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", proxy.local_addr().unwrap());
    let served = Served::open(|sandbox| sandbox.origin(&origin)).await;
    tokio::spawn(close_after(proxy, served.address(), 600_000));

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
    served.sandbox.clock().advance(Duration::from_secs(300));

    let folder = folder();
    // An archive of another job.
    std::fs::write(folder.path().join("restore-Cluster0-0.tar.gz"), "old").unwrap();
    let mut download = served.example("restore_download");
    download
        .args(["--job", &job.to_string()])
        .arg(folder.path());
    let name = format!("restore-Cluster0-{job}-0.tar.gz");
    let ended = run(&mut download);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended
            .out
            .ends_with(&format!("{name}: 1048576 bytes, resumed 1 times\n")),
        "{ended:?}"
    );
    let again = run(&mut download);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(
        again.out.ends_with(&format!("{name}: there already\n")),
        "{again:?}"
    );
}
