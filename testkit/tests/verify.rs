//! `verify` as a process: its output and exit status.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_testkit::{Outcome, verify};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A schedule in the version before the SDK's.
const OLDER: &str = "\
> GET /api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Cluster0/backup/schedule
> Accept: application/vnd.atlas.2023-01-01+json
HTTP/2.0 200 OK
Content-Type: application/vnd.atlas.2023-01-01+json;charset=utf-8
Deprecation: Mon, 5 Aug 2024 00:00:00 GMT
Sunset: Thu, 1 Jul 2027 00:00:00 GMT

{\"clusterName\":\"Cluster0\",\"policies\":[]}
";

fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/recordings")
}

/// A folder with the older schedule, an invalid one and one with an unknown field.
fn mixed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("older.http", OLDER);
    write("broken.http", &OLDER.replace("\"Cluster0\"", "7"));
    write("unknown.http", &OLDER.replace("[]", "[],\"news\":1"));
    folder
}

/// Returns the exit status and the lines of the output.
#[track_caller]
fn run(arguments: &[&str]) -> (i32, Vec<String>) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_atlas-backup-testkit"));
    let output = program.arg("verify").args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (
        output.status.code().unwrap(),
        text.lines().map(str::to_owned).collect(),
    )
}

#[test]
fn the_verdict_is_the_last_line_and_the_exit_status() {
    let folder = mixed();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let all = folder.path().to_str().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let empty = at("empty");
    let notes = at("notes.txt");
    fs::write(&notes, "notes").unwrap();
    let (older, broken, unknown) = (at("older.http"), at("broken.http"), at("unknown.http"));
    let (absent, document) = (at("absent"), at("document.yaml"));
    for (arguments, status, last) in [
        (
            vec![older.as_str()],
            0,
            "holds: 1 recording, 0 errors, 0 warnings",
        ),
        (vec![&unknown], 0, "holds: 1 recording, 0 errors, 1 warning"),
        (
            vec![&unknown, "--fail-on", "undocumented"],
            1,
            "violated: 1 of 1 recording, ",
        ),
        (
            vec![&unknown, "--maintainer"],
            1,
            "violated: 1 of 1 recording, 1 error, ",
        ),
        (
            vec![&broken],
            1,
            "violated: 1 of 1 recording, 1 error, 0 warnings",
        ),
        (
            vec![all],
            1,
            "violated: 1 of 4 recordings, 2 errors, 1 warning",
        ),
        (
            vec![&notes, &older],
            2,
            "could not be judged: 1 of 2 recordings cannot be read",
        ),
        (vec![&absent], 2, "could not be judged: cannot read "),
        (
            vec![&empty],
            2,
            "could not be judged: there are no recordings in ",
        ),
        (
            vec![&older, "--spec", &absent],
            2,
            "could not be judged: cannot read ",
        ),
        (vec![&older, "--spec", &notes], 2, "could not be judged: "),
        (
            vec![&older, "--baseline", &notes],
            2,
            "could not be judged: ",
        ),
        (
            vec![&older, "--severity", &notes],
            2,
            "could not be judged: ",
        ),
    ] {
        let (found, lines) = run(&arguments);
        assert_eq!(found, status, "{arguments:?}: {lines:#?}");
        let verdict = lines.last().unwrap();
        assert!(verdict.starts_with(last), "{arguments:?}: {verdict}");
    }
    fs::write(
        &document,
        "openapi: 3.0.3\ninfo: {title: Mine, version: '7'}\npaths: {}\n",
    )
    .unwrap();
    let (status, lines) = run(&[&broken, "--spec", &document]);
    assert_eq!(status, 2, "{lines:#?}");
    assert!(
        lines[0].starts_with("judged by Mine 7 (sha256 "),
        "{lines:#?}"
    );
}

#[test]
fn recordings_without_one_of_a_documented_operation_cannot_be_judged() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("page.http", &OLDER.replace("/backup/schedule", "/metrics"));
    write("user.http", &OLDER.replace("/api/atlas/v2/", "/api/other/"));
    let all = folder.path().to_str().unwrap();
    for format in ["text", "json", "junit", "markdown", "html", "github"] {
        let (status, lines) = run(&[all, "--format", format]);
        assert_eq!(status, 2, "{format}: {lines:#?}");
    }
    let (_, lines) = run(&[all]);
    assert_eq!(
        lines.last().unwrap(),
        "could not be judged: none of 2 recordings is of an operation of the documents"
    );
    assert_eq!(verify(all).unwrap().outcome(), Outcome::Unjudged);
    write("schedule.http", OLDER);
    let (status, lines) = run(&[all]);
    assert_eq!(status, 0, "{lines:#?}");
    // A violation takes precedence.
    fs::remove_file(folder.path().join("schedule.http")).unwrap();
    let error = OLDER.replace("/backup/schedule", "/metrics");
    write("error.http", &error.replace("200 OK", "404 Not Found"));
    let (status, lines) = run(&[all]);
    assert_eq!(status, 1, "{lines:#?}");
}

#[test]
fn a_valid_contract_prints_a_few_lines_without_corrections() {
    let (status, lines) = run(&[recordings().to_str().unwrap()]);
    assert_eq!(status, 0, "{lines:#?}");
    assert!(lines.len() <= 20, "{lines:#?}");
    assert!(
        lines.iter().all(|line| !line.contains("correct")),
        "{lines:#?}"
    );
    let (_, told) = run(&[recordings().to_str().unwrap(), "--maintainer"]);
    assert!(told.iter().any(|line| line == "corrections"), "{told:#?}");
}

#[test]
fn a_violation_names_file_place_expected_and_actual_value() {
    let folder = mixed();
    let (_, lines) = run(&[folder.path().to_str().unwrap()]);
    let file = format!("violates: {}", folder.path().join("broken.http").display());
    assert_eq!(
        lines[..5],
        [
            file.as_str(),
            "  v2 getBackupSchedule 200",
            "  error: /clusterName: type",
            "    expected string, got 7",
            "    by #/components/schemas/DiskBackupSnapshotSchedule/properties/clusterName",
        ]
    );
}

#[test]
fn each_format_can_be_parsed() {
    let folder = mixed();
    let all = folder.path().to_str().unwrap();
    let printed = |format: &str| {
        let (status, lines) = run(&[all, "--format", format]);
        assert_eq!(status, 1, "{format}");
        lines.join("\n")
    };
    let json: Value = serde_json::from_str(&printed("json")).unwrap();
    assert_eq!(json["outcome"], "violated");
    assert_eq!(json["counts"]["older version"], 1);
    assert_eq!(json["recordings"][0]["findings"][0]["actual"], "7");
    let junit = printed("junit");
    assert_eq!(junit.matches("<testcase ").count(), 3, "{junit}");
    assert!(
        junit.contains("tests=\"3\" failures=\"1\" errors=\"0\""),
        "{junit}"
    );
    let markdown = printed("markdown");
    assert!(markdown.starts_with("# Contract: violated\n"), "{markdown}");
    assert!(printed("html").contains("<h1 data-outcome=\"1\">Contract: violated</h1>"));
    let annotations = printed("github");
    let first = format!(
        "::error file={},title=",
        folder.path().join("broken.http").display()
    );
    assert!(annotations.starts_with(&first), "{annotations}");
}

#[test]
fn a_baseline_accepts_known_findings_but_no_new_ones() {
    let folder = mixed();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (broken, kept) = (at("broken.http"), tempfile::NamedTempFile::new().unwrap());
    let kept = kept.path().to_str().unwrap();
    assert_eq!(run(&[&broken, "--write-baseline", kept]).0, 1);
    let (status, lines) = run(&[&broken, "--baseline", kept]);
    assert_eq!(status, 0, "{lines:#?}");
    let other = OLDER.replace("\"Cluster0\"", "7").replace("[]", "8");
    fs::write(&broken, other).unwrap();
    assert_eq!(run(&[&broken, "--baseline", kept]).0, 1);
    fs::write(&broken, OLDER).unwrap();
    let (status, lines) = run(&[&broken, "--baseline", kept]);
    let stale = |line: &String| line.contains("which is no longer found");
    assert!(status == 0 && lines.iter().any(stale), "{lines:#?}");
    assert_eq!(
        run(&[&broken, "--baseline", kept, "--fail-on", "warning"]).0,
        1
    );
}

#[test]
fn program_and_library_give_the_same_verdicts() {
    let folder = mixed();
    for path in [folder.path(), &recordings()] {
        let report = verify(path).unwrap();
        let (status, lines) = run(&[path.to_str().unwrap(), "--format", "json"]);
        assert_eq!(status, i32::from(report.outcome().exit_status()));
        let json: Value = serde_json::from_str(&lines.join("\n")).unwrap();
        assert_eq!(json["verdict"], report.verdict());
        let told = json["recordings"].as_array().unwrap();
        assert_eq!(told.len(), report.recordings.len());
        for (told, judged) in told.iter().zip(&report.recordings) {
            assert_eq!(told["recording"], judged.recording);
            assert_eq!(told["verdict"], judged.verdict.to_string());
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_printed_exits_with_2() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_atlas-backup-testkit"));
    let program = program.arg("verify").arg(recordings()).stdout(full);
    let output = program.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("panicked"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_verdict_that_cannot_be_printed_on_standard_error_is_the_exit_status() {
    let folder = mixed();
    let at = |name: &str| folder.path().join(name).display().to_string();
    for (path, status) in [
        (at("older.http"), 0),
        (at("broken.http"), 1),
        (at("absent"), 2),
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_atlas-backup-testkit"));
        let program = program.args(["verify", &path, "--format", "json"]);
        let output = program.stderr(full).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{path}");
    }
}
