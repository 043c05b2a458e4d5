//! A fleet that is exported by several processes, some of which are killed.
use std::io::{BufRead as _, Read as _};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlas_backup::sandbox::{ClusterKind, Fault, FaultKind};

use serde_json::{Value, json};

use crate::process::{Ended, Running, Served, example, folder, line_with, run, start};

fn names() -> Vec<String> {
    (0..12).map(|number| format!("Fleet{number:02}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_restarted_processes_create_one_export_of_each_cluster() {
    let served = Served::open(|sandbox| {
        let clusters = names().into_iter();
        clusters.fold(sandbox, |sandbox, name| {
            sandbox.cluster(&name, ClusterKind::ReplicaSet)
        })
    })
    .await;
    let folder = folder();
    let list = folder.path().join("clusters.txt");
    std::fs::write(&list, format!("# the fleet\n\n{}\n", names().join("\n"))).unwrap();
    let shard = |index: usize| {
        let mut command = served.example("fleet_export");
        command.env("JOB_COMPLETION_INDEX", index.to_string());
        command.args([
            "--shard",
            "3",
            "--run",
            "night",
            "--poll",
            "0.1",
            "--max-wait",
            "1",
        ]);
        command.arg("--clusters").arg(&list);
        command
            .arg("--token-store")
            .arg(folder.path().join("tokens"));
        command
            .arg("--json")
            .arg(folder.path().join(format!("{index}.json")));
        command
    };

    let two_at_once = |index| start(shard(index).args(["--concurrency", "2"]));
    let mut first: Vec<_> = (0..3).map(two_at_once).collect();
    for process in &mut first {
        line_with("has begun", &mut process.err);
    }
    line_with("has begun", &mut first[1].err);
    first[0].signal("KILL");
    first[1].signal("KILL");
    first[2].signal("TERM");
    let ended: Vec<_> = first.into_iter().map(|process| process.end()).collect();
    assert_eq!((ended[0].code, ended[1].code), (None, None));
    assert_eq!(ended[2].code, Some(1), "{:?}", ended[2]);
    assert!(
        ended[2].err.contains("created exports continue"),
        "{:?}",
        ended[2]
    );
    // A started export can be found again.
    let rows = report(&folder.path().join("2.json"));
    let begun = |row: &&Value| row["outcome"] == "not ended" && row["export"].is_string();
    let row = rows.iter().find(begun).unwrap();
    assert!(
        ended[2].out.contains(row["export"].as_str().unwrap()),
        "{row} {:?}",
        ended[2]
    );
    assert!(!folder.path().join("0.json").exists());

    // A newer snapshot does not cause another export.
    served.snapshots(&names()).await;

    // A response is lost, too.
    served
        .sandbox
        .inject(
            Fault::new(FaultKind::ResetAfter)
                .of("createBackupExport")
                .after(1),
        )
        .unwrap();
    let second: Vec<_> = (0..3).map(|index| start(&mut shard(index))).collect();
    let begun = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        for mut process in second {
            let (sandbox, begun) = (&served.sandbox, &begun);
            threads.spawn(move || {
                for line in process.err.by_ref().lines().map(Result::unwrap) {
                    if line.contains("has begun") && begun.fetch_add(1, Ordering::Relaxed) == 11 {
                        // The duration of an export.
                        sandbox.clock().advance(Duration::from_secs(900));
                    }
                }
                let ended = process.end();
                assert_eq!(ended.code, Some(0), "{ended:?}");
                assert!(ended.out.contains("4 of 4 clusters exported"), "{ended:?}");
            });
        }
    });
    let third = run(&mut ended[2].hint(&shard(2)));
    assert_eq!(third.code, Some(0), "{third:?}");
    for name in names() {
        assert_eq!(served.exports(&name).await, 1, "{name}");
    }
    let mut seen = Vec::new();
    for index in 0..3 {
        let rows = report(&folder.path().join(format!("{index}.json")));
        assert!(
            rows.iter().all(|row| row["outcome"] == "exported"),
            "{rows:?}"
        );
        let cluster = |row: &Value| row["cluster"].as_str().unwrap().to_owned();
        seen.extend(rows.iter().map(cluster));
    }
    seen.sort();
    assert_eq!(seen, names());
    // Seven processes, three of which started at the same time.
    assert_eq!(served.answered("/api/oauth/token"), 1);
    assert_eq!(served.answered("/api/oauth/revoke"), 0);
}

/// Returns the rows of a report.
fn report(path: &Path) -> Vec<Value> {
    let report: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    report["clusters"].as_array().unwrap().clone()
}

/// Advances the clock whenever the process prints a line with this text, until it ends.
fn ends_with_time(
    served: &Served,
    mut process: Running,
    words: &str,
    seconds: u64,
) -> (usize, Ended) {
    let (mut times, mut told) = (0, String::new());
    for line in process.err.by_ref().lines().map(Result::unwrap) {
        if line.contains(words) {
            served.sandbox.clock().advance(Duration::from_secs(seconds));
            times += 1;
        }
        told += &format!("{line}\n");
    }
    let mut ended = process.end();
    ended.err = told;
    (times, ended)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_is_exported_within_a_low_rate_limit() {
    let served = Served::open(|sandbox| {
        let clusters = names().into_iter();
        let sandbox = clusters.fold(sandbox, |sandbox, name| {
            sandbox.cluster(&name, ClusterKind::ReplicaSet)
        });
        sandbox.rate_limit(20, 5.0)
    })
    .await;
    let mut command = served.example("fleet_export");
    let process = start(command.args(["--poll", "0.05"]).args(names()));
    let (refused, ended) = ends_with_time(&served, process, "429 Too Many Requests", 300);
    assert!(refused > 0, "{ended:?}");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.out.contains("12 of 12 clusters exported"),
        "{ended:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_export_is_a_permanent_failure() {
    let served = Served::open(|sandbox| sandbox).await;
    let fails = FaultKind::FailJob {
        reason: "the bucket is gone".to_owned(),
    };
    served
        .sandbox
        .inject(Fault::new(fails).of("createBackupExport"))
        .unwrap();
    let folder = folder();
    let json = folder.path().join("report.json");
    let run = |clusters: &[&str]| {
        let mut command = served.example("fleet_export");
        command.args(["--run", "night", "--poll", "0.1", "--json"]);
        start(command.arg(&json).args(clusters))
    };
    let (_, ended) = ends_with_time(&served, run(&["Cluster0"]), "has begun", 900);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.err.contains("a run with another name"), "{ended:?}");
    let row = &report(&json)[0];
    assert_eq!(
        (&row["outcome"], &row["state"]),
        (&json!("given up"), &json!("Failed"))
    );
    assert_eq!(row["why"], "the bucket is gone");
    let line = ended.out.lines().last().unwrap();
    assert!(line.contains(row["export"].as_str().unwrap()), "{line}");
    assert!(line.ends_with("given up: the bucket is gone"), "{line}");

    // The same run creates no other export; a missing cluster may exist later.
    let ended = run(&["Cluster0", "NoSuch"]).end();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(served.exports("Cluster0").await, 1);
    assert_eq!(report(&json)[1]["errorCode"], "CLUSTER_NOT_FOUND");
}

#[test]
fn every_cluster_is_in_one_shard_for_every_order_of_names() {
    let share = |command: &mut Command| {
        let ended = run(command.arg("--dry-run"));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended.out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut all = Vec::new();
    for index in 0..5 {
        let index = format!("{index}/5");
        let one = share(
            example("fleet_export")
                .args(names())
                .args(["--shard", &index]),
        );
        let backwards = names().into_iter().rev().chain(names());
        let other = share(
            example("fleet_export")
                .args(backwards)
                .args(["--shard", &index]),
        );
        assert_eq!(one, other);
        all.extend(one);
    }
    all.sort();
    assert_eq!(all, names());
}
