//! Exports forty clusters with a process that is killed, and a second one that continues.
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlas_backup::sandbox::{ClusterKind, Sandbox};

/// Number of started exports at which the first process is killed.
const BEGUN: usize = 15;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_and_restarted_program_creates_one_export_of_each_of_forty_clusters() {
    let names: Vec<String> = (0..40).map(|number| format!("Fleet{number:02}")).collect();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let builder = Sandbox::builder().origin(&origin);
    let add = |builder: atlas_backup::sandbox::SandboxBuilder, name: &String| {
        builder.cluster(name, ClusterKind::ReplicaSet)
    };
    let sandbox = names.iter().fold(builder, add).build().unwrap();
    let serving = sandbox.clone();
    tokio::spawn(async move { serving.serve(listener).await });
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_downstream-nightly"));
        command
            .env("MONGODB_ATLAS_BASE_URL", &origin)
            .env("MONGODB_ATLAS_CLIENT_ID", Sandbox::CLIENT_ID)
            .env("MONGODB_ATLAS_CLIENT_SECRET", Sandbox::CLIENT_SECRET)
            .env("MONGODB_ATLAS_PROJECT_ID", sandbox.project().to_string())
            .env("EXPORT_BUCKET_ID", sandbox.bucket().to_string())
            .arg("2026-03-14")
            .args(&names)
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    };

    let mut first = start();
    let begun = AtomicUsize::new(0);
    for line in BufReader::new(first.stderr.take().unwrap()).lines() {
        if line.unwrap().contains("Queued") && begun.fetch_add(1, Ordering::Relaxed) + 1 == BEGUN {
            // This is SIGKILL on Unix.
            first.kill().unwrap();
            break;
        }
    }
    assert!(!first.wait().unwrap().success());
    // A newer snapshot does not cause a second export.
    let client = sandbox.client().build().unwrap();
    let project = sandbox.project();
    let take = atlas_backup::v2::DiskBackupOnDemandSnapshotRequest::new(1);
    for name in &names {
        let cluster = name.parse().unwrap();
        client
            .take_snapshots(&project, &cluster, &take)
            .await
            .unwrap();
    }
    // The exports of the first process end: the second one prints nothing while it waits for them.
    sandbox.clock().advance(Duration::from_secs(3600));

    let mut second = start();
    let (mut printed, mut running, mut polled) = (String::new(), BTreeSet::new(), 0);
    for line in BufReader::new(second.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        let name = line.split(':').next().unwrap_or_default().to_owned();
        if line.contains("Queued") || line.contains("InProgress") {
            running.insert(name);
            polled += 1;
        } else {
            running.remove(&name);
        }
        // Let time pass for the exports, once for all of them: an access token must be valid until it is used.
        if polled >= running.len() {
            sandbox.clock().advance(Duration::from_secs(900));
            polled = 0;
        }
        printed = printed + &line + "\n";
    }
    assert!(second.wait().unwrap().success(), "{printed}");
    for name in &names {
        let cluster = name.parse().unwrap();
        let exports = client.list_backup_exports(&project, &cluster).items();
        let exports = exports.try_collect().await.unwrap();
        assert_eq!(exports.len(), 1, "{name}");
        assert_eq!(exports[0].state().unwrap().as_str(), "Successful", "{name}");
    }
}
