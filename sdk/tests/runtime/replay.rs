//! Replays of recorded sessions, and the errors of requests that differ from the recording.
use std::path::PathBuf;

use atlas_backup::v2::*;
use atlas_backup::*;
use http::Method;

use crate::world::*;

fn story(name: &str) -> PathBuf {
    let stories = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/recordings/stories");
    stories.join(name)
}

fn client(replay: &Replay) -> Client {
    let builder = Client::builder().transport(replay.clone());
    let builder = builder.clock(ManualClock::new()).randomness(Sevens);
    builder
        .credentials(Credentials::bearer("any"))
        .build()
        .unwrap()
}

fn id(text: &str) -> ObjectId {
    text.parse().unwrap()
}

fn cluster() -> ClusterName {
    "Cluster0".parse().unwrap()
}

const BUCKET: &str = "61a2b3c4d5e6f708192a3b4c";

async fn take_and_export(client: &Client) -> Result<DiskBackupExportJob, Error> {
    let (project, cluster) = (id(GROUP), cluster());
    let wanted = DiskBackupOnDemandSnapshotRequest::new(7);
    let DiskBackupSnapshot::ReplicaSet(snapshot) =
        client.take_snapshots(&project, &cluster, &wanted).await?
    else {
        panic!("a replica set was recorded");
    };
    let snapshot = snapshot.id.unwrap();
    let waited = client
        .wait_for_backup_snapshot(&project, &cluster, &snapshot)
        .await;
    waited.unwrap();
    let wanted = DiskBackupExportJobRequest::new(DiskBackupExportJobRequestFields {
        export_bucket_id: id(BUCKET),
        snapshot_id: snapshot,
    });
    let job = client
        .create_backup_export(&project, &cluster, &wanted)
        .await?;
    let job = job.id.unwrap();
    Ok(client
        .wait_for_backup_export(&project, &cluster, &job)
        .await
        .unwrap())
}

#[tokio::test]
async fn a_recorded_snapshot_and_export_can_be_replayed() {
    let replay = Replay::from_dir(story("export")).unwrap();
    let client = client(&replay);
    let exported = take_and_export(&client).await.unwrap();
    assert_eq!(
        exported.export_status.unwrap().exported_collections,
        Some(48)
    );
    let (project, cluster) = (id(GROUP), cluster());
    let mut jobs = client
        .list_backup_exports(&project, &cluster)
        .items_per_page(2)
        .items();
    let mut states = Vec::new();
    while let Some(job) = jobs.try_next().await.unwrap() {
        states.push(job.state.unwrap().to_string());
    }
    assert_eq!(states, ["Successful", "Failed", "Cancelled", "Successful"]);
    replay.finish().unwrap();
}

#[tokio::test]
async fn recorded_restores_can_be_replayed() {
    let (project, cluster) = (id(GROUP), cluster());
    let request = |kind| {
        let request = DiskBackupSnapshotRestoreJobRequest::new(kind);
        request.snapshot_id(id("69b4c1d2e3f4051627384950"))
    };

    let replay = Replay::from_dir(story("restore_automated")).unwrap();
    let automated = client(&replay);
    let wanted = request(DeliveryType::Automated)
        .target_cluster_name("Restored0".parse::<ClusterName>().unwrap())
        .target_group_id(id("5f0c1e2d3a4b5c6d7e8f9a1c"));
    let job = automated
        .create_backup_restore_job(&project, &cluster, &wanted)
        .await
        .unwrap();
    let wait = automated.wait_for_backup_restore_job(&project, &cluster, &job.id.unwrap());
    assert!(wait.await.unwrap().finished_at.is_some());
    replay.finish().unwrap();

    let replay = Replay::from_dir(story("restore_download")).unwrap();
    let download = client(&replay);
    let wanted = request(DeliveryType::Download);
    let job = download
        .create_backup_restore_job(&project, &cluster, &wanted)
        .await
        .unwrap();
    let wait = download.wait_for_backup_restore_job(&project, &cluster, &job.id.unwrap());
    assert_eq!(wait.await.unwrap().delivery_url.unwrap().len(), 1);
    replay.finish().unwrap();

    let replay = Replay::from_dir(story("restore_cancelled")).unwrap();
    let cancelled = client(&replay);
    let job = cancelled
        .create_backup_restore_job(&project, &cluster, &wanted)
        .await
        .unwrap();
    let job = job.id.unwrap();
    let mut states = cancelled
        .wait_for_backup_restore_job(&project, &cluster, &job)
        .states();
    assert!(states.try_next().await.unwrap().is_some());
    cancelled
        .cancel_backup_restore_job(&project, &cluster, &job)
        .await
        .unwrap();
    let Err(WaitError::Failed(last)) = states.try_next().await else {
        panic!("a cancelled job is no success");
    };
    assert_eq!(last.cancelled, Some(true));
    replay.finish().unwrap();
}

#[tokio::test]
async fn a_recorded_bucket_session_can_be_replayed() {
    let replay = Replay::from_dir(story("buckets")).unwrap();
    let (client, project) = (client(&replay), id(GROUP));
    let role = id("60f1e2d3c4b5a69788796a5b");
    let wanted = DiskBackupSnapshotAwsExportBucketRequest::new("nightly-exports", role);
    let wanted = DiskBackupSnapshotExportBucketRequest::Aws(wanted);
    client
        .create_export_bucket(&project, &wanted)
        .await
        .unwrap();
    let mut buckets = client
        .list_export_buckets(&project)
        .items_per_page(2)
        .items();
    let mut found = 0;
    while buckets.try_next().await.unwrap().is_some() {
        found += 1;
    }
    assert_eq!(found, 3);
    let private = UpdateRequirePrivateNetworkingRequest::new(true);
    client
        .update_backup_export_bucket(&project, &id(BUCKET), &private)
        .await
        .unwrap();
    client
        .delete_export_bucket(&project, &id(BUCKET))
        .await
        .unwrap();
    client
        .wait_for_export_bucket_deletion(&project, &id(BUCKET))
        .await
        .unwrap();
    replay.finish().unwrap();
}

fn recording(method: Method, target: &str, body: &str) -> Recording {
    Recording::new(method, target, reply(200, &[], body))
}

#[tokio::test]
async fn a_request_out_of_order_is_an_error_that_names_the_expected_one() {
    let replay = Replay::from_recordings([
        recording(Method::POST, PATH, r#"{"name":"new"}"#),
        recording(Method::GET, &format!("{PATH}/one"), r#"{"name":"one"}"#),
    ]);
    let client = client(&replay);
    let error = get(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 1));
    let transport = std::error::Error::source(&error).unwrap();
    let unexpected = std::error::Error::source(transport).unwrap();
    let unexpected: &UnexpectedRequest = unexpected.downcast_ref().unwrap();
    assert_eq!(unexpected.asked(), format!("GET {PATH}/one"));
    assert_eq!(unexpected.next(), Some(&*format!("POST {PATH}")));

    assert_eq!(create(&client, "new").await.unwrap().name, "new");
    assert_eq!(get(&client).await.unwrap().name, "one");
    let error = format!("{:?}", get(&client).await.unwrap_err());
    assert!(error.contains("next: None"), "{error}");
    let unfinished = replay.finish().unwrap_err();
    assert_eq!(
        (unfinished.unused.len(), unfinished.unexpected.len()),
        (0, 2)
    );
    assert!(
        unfinished
            .to_string()
            .contains("the next recording is none"),
        "{unfinished}"
    );
}

#[tokio::test]
async fn a_loose_replay_responds_in_any_order_prefers_equal_queries_and_repeats_the_last() {
    let page = |name: &str| format!(r#"{{"results":[{{"name":"{name}"}}],"totalCount":2}}"#);
    let replay = Replay::from_recordings([
        recording(Method::GET, &format!("{PATH}?pageNum=1"), &page("first")),
        recording(
            Method::GET,
            &format!("{PATH}?itemsPerPage=5&pageNum=2"),
            &page("second"),
        ),
        recording(Method::GET, &format!("{PATH}/one"), r#"{"name":"young"}"#),
        recording(Method::GET, &format!("{PATH}/one"), r#"{"name":"old"}"#),
        recording(Method::DELETE, PATH, ""),
    ])
    .loose();
    let client = client(&replay);
    for name in ["young", "old", "old"] {
        assert_eq!(get(&client).await.unwrap().name, name);
    }
    let page = list(&client).page_num(2).items_per_page(5).await.unwrap();
    assert_eq!(page.results[0].name, "second");
    for (number, name) in [(1, "first"), (2, "second"), (1, "first"), (9, "second")] {
        let page = list(&client).page_num(number).await.unwrap();
        assert_eq!(page.results[0].name, name);
    }
    assert_eq!(replay.unused(), [format!("DELETE {PATH}")]);
    assert!(replay.finish().is_err());
}

#[test]
fn a_folder_is_read_in_order_and_every_other_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    let names = || -> Vec<String> {
        let names = Replay::from_dir(folder.path()).unwrap().unused();
        let short = |name: String| name.rsplit('/').next().unwrap().to_owned();
        names.into_iter().map(short).collect()
    };
    let nothing = Replay::from_dir(folder.path()).unwrap_err().to_string();
    assert!(nothing.ends_with("there are no recordings"), "{nothing}");
    assert!(Replay::from_dir(folder.path().join("absent")).is_err());

    write("GET_api_x_10.snaphost", b"HTTP/2.0 200 OK\n\n");
    write("GET_api_x_9.snaphost", b"HTTP/2.0 200 OK\n\n");
    write("a.http", b"> GET /api/x\nHTTP/1.1 200 OK\n\n");
    assert_eq!(
        names(),
        ["GET_api_x_9.snaphost", "GET_api_x_10.snaphost", "a.http"]
    );
    write("notes.txt", b"");
    let refused = Replay::from_dir(folder.path()).unwrap_err().to_string();
    assert!(
        refused.ends_with("notes.txt: not an .http or .snaphost file"),
        "{refused}"
    );
}

#[tokio::test]
async fn the_file_name_of_a_raw_response_gives_its_request() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!(
        "GET_{}_one_1.snaphost",
        PATH.trim_start_matches('/').replace('/', "_")
    );
    std::fs::write(
        folder.path().join(name),
        "HTTP/2.0 200 OK\r\n\r\n{\"name\":\"one\"}",
    )
    .unwrap();
    let replay = Replay::from_dir(folder.path()).unwrap();
    assert_eq!(get(&client(&replay)).await.unwrap().name, "one");
    replay.finish().unwrap();
}

#[test]
fn a_recorded_response_is_replayed_exactly_and_an_invalid_file_is_reported() {
    let text = b"> GET /x?a=b\n> Accept: */*\n>\n> body\nHTTP/1.1 202\nX-A:  1 \r\nx-a: 2\n\n\xff\r\n>\n\n";
    let read = Recording::parse(text).unwrap();
    assert_eq!(read.name(), "GET /x?a=b");
    assert_eq!(read.answer().status(), 202);
    assert_eq!(
        read.answer()
            .headers()
            .get_all("x-a")
            .iter()
            .collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(&read.answer().body()[..], b"\xff\r\n>\n");
    for (text, why) in [
        ("", "no request line"),
        ("GET /x\nHTTP/1.1 200 OK\n\n", "no request line"),
        (
            "> GET https://cloud.example/x\nHTTP/1.1 200 OK\n\n",
            "no request line",
        ),
        ("> get /x\nHTTP/1.1 200 OK\n\n", "not an HTTP method"),
        ("> GET /x\n{}", "expected a status line"),
        ("> GET /x\nHTTP/1.1 fine\n\n", "expected a status line"),
        ("> GET /x\nHTTP/1.1 99\n\n", "expected a status line"),
        ("> GET /x\nHTTP/1.1 200\n{}\n", "not a header"),
        ("> GET /x\nHTTP/1.1 200\na b: c\n", "not a header"),
    ] {
        let error = Recording::parse(text).unwrap_err().to_string();
        assert!(error.contains(why), "{text:?}: {error}");
    }
}
