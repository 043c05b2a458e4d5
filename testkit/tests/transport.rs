//! The recording transport: its recordings are redacted, complete and valid.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup::sandbox::{Fault, FaultKind};
use atlas_backup_testkit::record::archive::Summary;
use atlas_backup_testkit::{RecordingTransport, Sandbox, verify};
use std::fs;

/// Returns the contents of all files in a folder.
fn written(folder: &std::path::Path) -> Vec<String> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect()
}

#[tokio::test]
async fn a_clients_traffic_is_recorded_without_secrets_and_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::new();
    let transport = RecordingTransport::new(sandbox.clone(), folder.path()).unwrap();
    let client = sandbox
        .client()
        .transport(transport.clone())
        .build()
        .unwrap();
    let (project, cluster) = (sandbox.project(), Sandbox::CLUSTER.parse().unwrap());
    client
        .list_backup_exports(&project, &cluster)
        .await
        .unwrap();
    client
        .list_backup_snapshots(&project, &cluster)
        .await
        .unwrap();
    let summary = transport.finish().unwrap();
    // The first challenge is not recorded.
    let expected = Summary {
        recorded: 2,
        refused: 0,
        left_out: 1,
    };
    assert_eq!(summary, expected);
    let files = written(folder.path());
    assert!(files[0].contains("/backup/exports") && files[1].contains("/backup/snapshots"));
    for secret in [
        &project.to_string(),
        Sandbox::PUBLIC_KEY,
        Sandbox::CLUSTER,
        "authorization",
    ] {
        let secret = secret.to_lowercase();
        assert!(
            files
                .iter()
                .all(|file| !file.to_lowercase().contains(&secret)),
            "{secret}"
        );
    }
    let report = verify(folder.path()).unwrap();
    assert!(report.holds(), "{report}");
    // The client continues without recording.
    client
        .list_backup_exports(&project, &cluster)
        .await
        .unwrap();
    assert_eq!(transport.finish().unwrap(), Summary::default());
    assert_eq!(written(folder.path()), files);
}

#[tokio::test]
async fn a_lost_response_is_counted_and_reported_to_the_client() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::new();
    let lost = Fault::new(FaultKind::ResetAfter).of("listBackupExports");
    sandbox.inject(lost).unwrap();
    let transport = RecordingTransport::new(sandbox.clone(), folder.path()).unwrap();
    let client = sandbox
        .client()
        .transport(transport.clone())
        .build()
        .unwrap();
    let cluster = Sandbox::CLUSTER.parse().unwrap();
    // The client retries successfully.
    client
        .list_backup_exports(&sandbox.project(), &cluster)
        .await
        .unwrap();
    let summary = transport.finish().unwrap();
    assert_eq!((summary.recorded, summary.left_out), (1, 2));
}

#[test]
fn a_nonempty_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "notes").unwrap();
    let refused = RecordingTransport::new(Sandbox::new(), folder.path());
    assert!(refused.unwrap_err().to_string().contains("not empty"));
}

#[cfg(unix)]
#[test]
fn a_folder_has_one_recorder_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let open = || RecordingTransport::new(Sandbox::new(), folder.path());
    let first = open().unwrap();
    let error = open().unwrap_err();
    assert_eq!(
        error.to_string(),
        "another process or transport records into the folder; name another folder"
    );
    first.finish().unwrap();
    open().unwrap();
}
