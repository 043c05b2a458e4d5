//! Processes that are ended from outside, and others that go on in their place.
use crate::process::{Served, line_with, run, start};

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
