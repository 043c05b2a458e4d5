//! A fleet that is exported by several processes, some of which are killed.
use std::io::{BufRead as _, Read as _};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlas_backup::sandbox::{ClusterKind, Fault, FaultKind};

use crate::process::{Served, example, folder, line_with, run, start};

fn names() -> Vec<String> {
    (0..12).map(|number| format!("Fleet{number:02}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_are_killed_and_run_again_make_one_export_of_each_cluster() {
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
        ended[2].err.contains("wait for them with --run night"),
        "{:?}",
        ended[2]
    );
    assert!(ended[2].out.contains("not ended"), "{:?}", ended[2]);
    assert!(folder.path().join("2.json").exists() && !folder.path().join("0.json").exists());

    // An answer is lost, too.
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
                        // As long as an export takes.
                        sandbox.clock().advance(Duration::from_secs(900));
                    }
                }
                let ended = process.end();
                assert_eq!(ended.code, Some(0), "{ended:?}");
                assert!(ended.out.contains("4 of 4 clusters exported"), "{ended:?}");
            });
        }
    });
    let third = run(&mut shard(1));
    assert_eq!(third.code, Some(0), "{third:?}");
    for name in names() {
        assert_eq!(served.exports(&name).await, 1, "{name}");
    }
    let mut seen = Vec::new();
    for index in 0..3 {
        let text = std::fs::read(folder.path().join(format!("{index}.json"))).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let rows = report["clusters"].as_array().unwrap();
        seen.extend(
            rows.iter()
                .map(|row| row["cluster"].as_str().unwrap().to_owned()),
        );
    }
    seen.sort();
    assert_eq!(seen, names());
    let tokens = std::fs::read_dir(folder.path().join("tokens"))
        .unwrap()
        .count();
    assert_eq!(tokens, 1, "the processes share one token");
}

#[test]
fn every_cluster_is_in_one_shard_whatever_order_they_are_named_in() {
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
