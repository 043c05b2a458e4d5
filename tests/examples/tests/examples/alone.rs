//! Each example without any setup, with its own sandbox.
use crate::process::{ALL, Ended, example, folder, run};

/// In the SDK's crate, so that the example runs from the published crate alone.
const RECORDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sdk/examples/recordings");

fn done(name: &str, arguments: &[&str]) -> Ended {
    let folder = folder();
    let ended = run(example(name).args(arguments).current_dir(&folder));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended
}

#[test]
fn example_without_arguments_does_its_work_and_leaves_no_file() {
    for (name, _) in ALL {
        let folder = folder();
        let mut command = example(name);
        if name == "recorded_test" {
            // Its default is in the package of the SDK, and this is another.
            command.arg(RECORDINGS);
        }
        let ended = run(command.current_dir(&folder));
        assert_eq!(ended.code, Some(0), "{name}: {ended:?}");
        let left = std::fs::read_dir(&folder).unwrap().count();
        assert_eq!(left, 0, "{name} left a file in the working directory");
    }
}

#[test]
fn a_snapshot_is_taken_exported_and_listed() {
    let ended = done("export_snapshot", &[]);
    assert!(ended.err.contains("this is the sandbox"), "{ended:?}");
    assert!(ended.err.contains("5/5 Successful"), "{ended:?}");
    assert!(
        ended.err.contains("snapshot inProgress, after 0:00:"),
        "{ended:?}"
    );
    assert!(
        ended.out.contains(" Successful  exported_snapshots/"),
        "{ended:?}"
    );
}

#[test]
fn a_sharded_cluster_is_exported_too() {
    let ended = done("export_snapshot", &["--cluster", "Sharded0"]);
    assert!(ended.out.contains("of Sharded0"), "{ended:?}");
    assert!(ended.err.contains("Successful"), "{ended:?}");
}

#[test]
fn a_restore_prints_its_duration() {
    let ended = done("restore_automated", &[]);
    assert!(
        ended.out.contains("of Cluster0 into Restored0"),
        "{ended:?}"
    );
    assert!(
        ended.err.contains("the data is restored, after 0:04:"),
        "{ended:?}"
    );
    let line = ended.out.lines().last().unwrap();
    assert!(
        line.starts_with("restored, at 2026-03-14T02:04:00Z; waited for 2"),
        "{line}"
    );
}

#[test]
fn a_restore_is_downloaded_to_files_one_for_each_shard() {
    let folder = folder();
    let one = run(example("restore_download").arg(folder.path()));
    assert_eq!(one.code, Some(0), "{one:?}");
    assert!(one.err.contains("1048576/1048576 bytes"), "{one:?}");
    let archive = |ended: &Ended, cluster: &str, number: usize| {
        let (_, job) = ended.out.split_once("restore job ").unwrap();
        let job = job.lines().next().unwrap();
        let name = format!("restore-{cluster}-{job}-{number}.tar.gz");
        folder.path().join(name)
    };
    let path = archive(&one, "Cluster0", 0);
    assert_eq!(path.metadata().unwrap().len(), 1_048_576);
    let sharded = run(example("restore_download")
        .args(["--cluster", "Sharded0"])
        .arg(folder.path()));
    assert_eq!(sharded.code, Some(0), "{sharded:?}");
    assert!(archive(&sharded, "Sharded0", 1).exists());

    let again = run(example("restore_download").arg(folder.path()));
    assert_eq!(again.code, Some(1), "{again:?}");
    // A sandbox gives its first job the same identifier each time.
    assert!(
        again.err.contains("there is a file at the destination"),
        "{again:?}"
    );
    let replaced = run(example("restore_download")
        .arg("--overwrite")
        .arg(folder.path()));
    assert_eq!(replaced.code, Some(0), "{replaced:?}");
}

#[test]
fn buckets_of_three_clouds_are_registered_and_known_ones_are_not_changed() {
    let ended = done("export_bucket_setup", &[]);
    let lines: Vec<_> = ended.out.lines().collect();
    assert!(
        lines[0].starts_with("AWS nightly-exports: known already as "),
        "{ended:?}"
    );
    assert!(
        lines[1].starts_with("Azure https://example.blob.core.windows.net/nightly: now known as ")
    );
    assert!(lines[2].starts_with("Google Cloud nightly-archive: now known as "));
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_bucket_with_another_role_is_reported_and_not_changed() {
    let other = "nightly-exports=60f1e2d3c4b5a69788796a5c";
    let ended = done("export_bucket_setup", &["--aws", other]);
    assert!(
        ended
            .out
            .contains("with another role, which is not changed"),
        "{ended:?}"
    );
}

#[test]
fn a_fleet_is_exported_and_reported() {
    let folder = folder();
    let file = folder.path().join("report.json");
    let ended = run(example("fleet_export").arg("--json").arg(&file));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended
            .out
            .starts_with("run 2026-03-14, shard 0/1: 12 of 12 clusters exported\n"),
        "{ended:?}"
    );
    assert_eq!(ended.out.matches("  exported\n").count(), 12);
    let told = |line: &&str| line.ends_with(": exported");
    let last = ended.err.lines().rfind(told).unwrap();
    assert!(last.starts_with("12/12 Fleet"), "{ended:?}");
    assert_eq!(ended.err.lines().filter(told).count(), 12, "{ended:?}");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(report["run"], "2026-03-14");
    let rows = report["clusters"].as_array().unwrap();
    assert!(
        rows.iter()
            .all(|row| row["outcome"] == "exported" && row["export"].is_string())
    );
    let parts = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(parts, 1, "something was left beside the report");
}

#[test]
fn a_fleet_export_continues_after_a_failed_cluster() {
    let ended = run(example("fleet_export").args(["Cluster0", "NoSuch", "Sharded0"]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains("2 of 3 clusters exported"), "{ended:?}");
    let line = ended
        .out
        .lines()
        .find(|line| line.starts_with("NoSuch"))
        .unwrap();
    assert!(line.contains("CLUSTER_NOT_FOUND"), "{line}");
    assert!(ended.err.contains("/3 NoSuch: failed: "), "{ended:?}");
    assert!(
        ended
            .err
            .ends_with("error: 1 of 3 clusters were not exported\n"),
        "{ended:?}"
    );
}

#[test]
fn a_custom_policy_decides_about_every_failure() {
    let ended = done("custom_retry", &[]);
    let decided = [
        "attempt 1: 503 Service Unavailable: After(2s)",
        "attempt 2: 429 Too Many Requests: After(20s)",
        "attempt 3: Interrupted: After(6s)",
        "attempt 1: 503 Service Unavailable: Stop",
    ];
    for line in decided {
        assert!(ended.out.contains(line), "{line}: {ended:?}");
    }
    let impatient = run(example("custom_retry").args(["--patience", "10"]));
    assert_eq!(impatient.code, Some(1), "{impatient:?}");
    assert!(
        impatient
            .out
            .contains("attempt 2: 429 Too Many Requests: Stop"),
        "{impatient:?}"
    );
}

#[test]
fn spans_have_the_names_of_opentelemetry() {
    let ended = done("otel_tracing", &[]);
    for field in [
        "otel.name=\"listExportBuckets\"",
        "otel.kind=\"client\"",
        "http.response.status_code=503",
        "http.request.resend_count=1",
        "url.template=\"/api/atlas/v2/groups/{groupId}/backup/exportBuckets\"",
    ] {
        assert!(ended.out.contains(field), "{field}: {ended:?}");
    }
}

#[test]
fn exports_are_listed_without_asynchronous_code() {
    assert!(done("blocking", &[]).out.ends_with("  Queued\n"));
}

#[test]
fn a_nightly_export_is_started() {
    let ended = done("nightly_export", &[]);
    assert!(
        ended.out.lines().last().unwrap().ends_with(" is Queued"),
        "{ended:?}"
    );
}

#[test]
fn a_download_link_of_the_sandbox_is_downloaded() {
    let ended = done("download", &["--sandbox", "restore.tar.gz"]);
    assert!(
        ended.err.ends_with("1048576 bytes, resumed 0 times\n"),
        "{ended:?}"
    );
}

#[test]
fn a_test_can_run_with_recordings_only() {
    let ended = done("recorded_test", &[RECORDINGS]);
    assert_eq!(
        ended.out,
        "48 collections were exported, and every recording was used\n"
    );
}

#[test]
fn a_file_that_is_not_a_recording_is_reported() {
    let folder = folder();
    std::fs::write(folder.path().join("1_broken.http"), "> GET\n").unwrap();
    let ended = run(example("recorded_test").arg(folder.path()));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.err.starts_with("error: ") && ended.err.contains("1_broken.http"),
        "{ended:?}"
    );
    assert!(!ended.err.contains('{'), "{ended:?}");
}

#[test]
fn the_examples_recordings_are_those_of_the_export_session() {
    let own = std::fs::read_dir(RECORDINGS).unwrap();
    let mut own: Vec<_> = own.map(|file| file.unwrap().path()).collect();
    own.sort();
    assert_eq!(own.len(), 5);
    let story = concat!(env!("CARGO_MANIFEST_DIR"), "/../recordings/stories/export");
    let of_story: Vec<_> = std::fs::read_dir(story)
        .unwrap()
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    for file in own {
        assert!(
            of_story.contains(&std::fs::read(&file).unwrap()),
            "{file:?}"
        );
    }
}
