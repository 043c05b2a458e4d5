//! The archives at download links.
use super::*;
use std::io::Read as _;

const SIZE: usize = 10_000;

/// Returns a sandbox, its client, and the link to an archive.
async fn linked() -> (Sandbox, Client, SecretUrl) {
    linked_to(SIZE).await
}

async fn linked_to(size: usize) -> (Sandbox, Client, SecretUrl) {
    let sandbox = Sandbox::builder().archive_size(size).build().unwrap();
    let client = sandbox.client().build().unwrap();
    let (project, name) = (sandbox.project(), cluster(Sandbox::CLUSTER));
    let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
    let request =
        DiskBackupSnapshotRestoreJobRequest::new(DeliveryType::Download).snapshot_id(snapshot);
    let job = client
        .create_backup_restore_job(&project, &name, &request)
        .await
        .unwrap();
    let job = client
        .wait_for_backup_restore_job(&project, &name, &job.id.unwrap())
        .await
        .unwrap();
    (sandbox, client, job.delivery_url.unwrap().remove(0))
}

async fn downloaded(client: &Client, link: &SecretUrl) -> Result<Vec<u8>, DownloadError> {
    let mut bytes = Vec::new();
    client.download(link).to(&mut bytes).await?;
    Ok(bytes)
}

#[tokio::test]
async fn an_interrupted_download_is_resumed() {
    let (sandbox, client, link) = linked().await;
    let whole = downloaded(&client, &link).await.unwrap();
    let before = sandbox.seen().len();
    let cut = Fault::new(FaultKind::Truncate { bytes: 1_000 }).of("download");
    sandbox.inject(cut).unwrap();
    assert_eq!(downloaded(&client, &link).await.unwrap(), whole);
    let seen = sandbox.seen().split_off(before);
    let asked: Vec<_> = seen
        .iter()
        .map(|seen| (seen.operation, seen.status))
        .collect();
    assert_eq!(asked, [(Some("download"), 200), (Some("download"), 206)]);
    assert!(!format!("{seen:?}").contains(link.expose().rsplit('/').nth(1).unwrap()));
}

#[tokio::test]
async fn faults_without_an_operation_do_not_affect_downloads() {
    let (sandbox, client, link) = linked().await;
    sandbox.inject(Fault::new(FaultKind::ResetBefore)).unwrap();
    downloaded(&client, &link).await.unwrap();
    assert_eq!(sandbox.seen().last().unwrap().status, 200);
    let refused = client
        .list_export_buckets(&sandbox.project())
        .no_retry()
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Transport);
}

#[tokio::test]
async fn any_range_of_an_archive_can_be_requested() {
    let (sandbox, _, link) = linked().await;
    let link = link.expose();
    let ask = async |method, headers: &[(&str, &str)]| {
        raw(&sandbox, method, link, headers, "").await.unwrap()
    };
    let whole = ask("GET", &[]).await;
    let tag = whole.headers()["etag"].to_str().unwrap().to_owned();
    assert!(whole.headers().contains_key("date"));
    for (range, condition, status, from, to, expected) in [
        ("bytes=0-99", None, 206, 0, 100, "bytes 0-99/10000"),
        (
            "bytes=9990-",
            None,
            206,
            9_990,
            SIZE,
            "bytes 9990-9999/10000",
        ),
        ("bytes=-10", None, 206, 9_990, SIZE, "bytes 9990-9999/10000"),
        (
            "bytes=9990-99999",
            None,
            206,
            9_990,
            SIZE,
            "bytes 9990-9999/10000",
        ),
        (
            "bytes=0-99",
            Some(tag.as_str()),
            206,
            0,
            100,
            "bytes 0-99/10000",
        ),
        ("bytes=0-99", Some("\"another\""), 200, 0, SIZE, ""),
        ("bytes=5-2", None, 200, 0, SIZE, ""),
        ("bytes=five-", None, 200, 0, SIZE, ""),
        ("lines=1-2", None, 200, 0, SIZE, ""),
        ("bytes=10000-", None, 416, 0, 0, "bytes */10000"),
    ] {
        let mut headers = vec![("range", range)];
        headers.extend(condition.map(|condition| ("if-range", condition)));
        let answer = ask("GET", &headers).await;
        assert_eq!(answer.status(), status, "{range} {condition:?}");
        assert_eq!(answer.body(), &whole.body().slice(from..to), "{range}");
        let range = answer.headers().get("content-range");
        assert_eq!(range.map_or("", |range| range.to_str().unwrap()), expected);
    }
    let head = ask("HEAD", &[]).await;
    assert_eq!(
        (head.body().len(), &head.headers()["content-length"]),
        (0, &whole.headers()["content-length"])
    );
    let posted = ask("POST", &[]).await;
    assert_eq!(
        (
            posted.status().as_u16(),
            posted.headers()["allow"].to_str().unwrap()
        ),
        (405, "GET, HEAD")
    );
    let elsewhere = link.replace("-0/", "-1/");
    assert_eq!(
        raw(&sandbox, "GET", &elsewhere, &[], "")
            .await
            .unwrap()
            .status(),
        404
    );
    assert_eq!(
        ask("GET", &[("authorization", "Bearer mine")])
            .await
            .status(),
        400
    );
    sandbox.clock().advance(Duration::from_secs(3_600));
    assert_eq!(ask("GET", &[]).await.status(), 403);
}

/// Returns names and sizes of the files in an archive.
///
/// They are read by a library and, if installed, by the system's tools.
fn files_in(archive: &[u8]) -> Vec<(String, u64)> {
    let mut tar = Vec::new();
    let mut gzip = flate2::read::GzDecoder::new(archive);
    gzip.read_to_end(&mut tar).unwrap();
    let mut files = Vec::new();
    for entry in tar::Archive::new(tar.as_slice()).entries().unwrap() {
        let mut entry = entry.unwrap();
        let read = std::io::copy(&mut entry, &mut std::io::sink()).unwrap();
        assert_eq!(read, entry.size());
        files.push((entry.path().unwrap().display().to_string(), read));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.tar.gz");
    std::fs::write(&path, archive).unwrap();
    for (tool, argument) in [("gzip", "-t"), ("tar", "tzf")] {
        let mut command = std::process::Command::new(tool);
        if let Ok(output) = command.arg(argument).arg(&path).output() {
            assert!(output.status.success(), "{tool}: {output:?}");
            let expected = String::from_utf8(output.stdout).unwrap();
            let names = files.iter().map(|(name, _)| name.as_str());
            assert!(tool == "gzip" || names.eq(expected.lines()), "{expected}");
        }
    }
    files
}

#[tokio::test]
async fn an_archive_is_a_gzipped_tar_file_of_the_configured_size() {
    for (size, expected) in [
        (0, 1_560),
        (1_560, 1_560),
        (1_561, 1_561),
        (SIZE, SIZE),
        (65_535, 65_535),
        (70_000, 70_000),
        (1024 * 1024, 1024 * 1024),
    ] {
        let (sandbox, client, link) = linked_to(size).await;
        let archive = downloaded(&client, &link).await.unwrap();
        assert_eq!(archive.len(), expected);
        let snapshot = sandbox.snapshot(Sandbox::CLUSTER).unwrap();
        let files = files_in(&archive);
        assert_eq!(files[0].0, format!("restore-{snapshot}/collection-0.wt"));
        assert_eq!(files.len(), 1);
        assert!(expected as u64 - files[0].1 < 2_200, "{files:?}");
    }
}

#[tokio::test]
async fn a_range_of_an_archive_larger_than_memory_is_served_at_once() {
    let (sandbox, _, link) = linked_to(1 << 42).await;
    let headers = [("range", "bytes=-4096")];
    let answer = raw(&sandbox, "GET", link.expose(), &headers, "")
        .await
        .unwrap();
    assert_eq!(answer.status(), 206);
    assert_eq!(
        answer.headers()["content-range"],
        "bytes 4398046507008-4398046511103/4398046511104"
    );
    // The tar file ends with zeros; the gzip trailer holds its length.
    let body = answer.body();
    assert!(body[4_088 - 1_024..4_088].iter().all(|byte| *byte == 0));
    assert_eq!(body.len(), 4_096);
}
