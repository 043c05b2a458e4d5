//! Runs the published workflow and action in a repository that has only the installed program.
//!
//! The steps are read from the files as CI reads them.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_testkit::verify;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Seek as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::LazyLock;

/// A valid recording.
const EXPORTS: &str = "\
> GET /api/atlas/v2/groups/5f0c1e2d3a4b5c6d7e8f9a0b/clusters/Cluster0/backup/exports
> Accept: application/vnd.atlas.2023-01-01+json
HTTP/1.1 200 OK
Content-Type: application/vnd.atlas.2023-01-01+json

{\"results\":[],\"totalCount\":0}
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The folder of the installed program, as `cargo install` creates it.
static INSTALLED: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let place = tempfile::tempdir().unwrap();
    let status = Command::new(env!("CARGO"))
        .args(["install", "--debug", "--offline", "--locked", "--quiet"])
        .arg("--path")
        .arg(root().join("testkit"))
        .arg("--root")
        .arg(place.path())
        .arg("--target-dir")
        .arg(root().join("target"))
        .status()
        .unwrap();
    assert!(status.success());
    place
});

/// Creates a repository with one recording.
fn repository() -> tempfile::TempDir {
    let repository = tempfile::tempdir().unwrap();
    let recordings = repository.path().join("tests/recordings");
    fs::create_dir_all(&recordings).unwrap();
    fs::write(recordings.join("exports.http"), EXPORTS).unwrap();
    repository
}

/// A folder with a `cargo` that only notes its arguments, in the file `cargo.log` of the home directory.
static CARGO: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempfile::tempdir().unwrap();
    let cargo = place.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\necho \"$@\" >> \"$HOME/cargo.log\"\n").unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    place
});

/// Runs a step as GitHub does, with the installed program and without a true cargo, and prints it.
fn step(repository: &Path, run: &str, env: &BTreeMap<String, String>) -> ExitStatus {
    let path = format!(
        "{}:{}:/usr/bin:/bin",
        CARGO.path().display(),
        INSTALLED.path().join("bin").display()
    );
    // Not a pipe: a step that fails may leave a process behind that keeps it open.
    let mut printed = tempfile::tempfile().unwrap();
    let status = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", run])
        .current_dir(repository)
        .env_clear()
        .env("PATH", path)
        .env("HOME", repository)
        .env("RUNNER_TEMP", repository)
        .env("GITHUB_STEP_SUMMARY", repository.join("summary.md"))
        .env("GITHUB_OUTPUT", repository.join("output"))
        .envs(env)
        .stdout(printed.try_clone().unwrap())
        .stderr(printed.try_clone().unwrap())
        .status()
        .unwrap();
    let mut text = String::new();
    printed.rewind().unwrap();
    printed.read_to_string(&mut text).unwrap();
    let lines: Vec<_> = run
        .trim_end()
        .lines()
        .map(|line| format!("  $ {line}"))
        .collect();
    println!(
        "{}\n{text}  [exit status {}]",
        lines.join("\n"),
        status.code().unwrap()
    );
    status
}

fn read(path: &str) -> Value {
    serde_saphyr::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

fn env(value: &Value) -> BTreeMap<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    pairs
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

#[test]
fn every_step_is_a_checkout_or_has_a_name_and_a_command() {
    let workflow = read(".github/workflows/contract.yml");
    for (job, content) in workflow["jobs"].as_object().unwrap() {
        assert!(content["runs-on"].is_string(), "{job}");
        for step in content["steps"].as_array().unwrap() {
            let checkout = step["uses"]
                .as_str()
                .is_some_and(|uses| uses.starts_with("actions/checkout@v"));
            assert!(
                checkout || (step["name"].is_string() && step["run"].is_string()),
                "{job}: {step}"
            );
        }
    }
}

#[test]
fn every_command_of_the_workflow_works_in_another_repository() {
    let (workflow, repository) = (read(".github/workflows/contract.yml"), repository());
    let mut env = env(&workflow["env"]);
    // The runner of a workflow has all ports to itself.
    let free = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [sandbox, recorder] = free.map(|free| free.local_addr().unwrap().port().to_string());
    let with_free_ports = |text: &str| text.replace("8480", &sandbox).replace("8481", &recorder);
    for value in env.values_mut() {
        *value = with_free_ports(value);
    }
    assert!(env["STAGING"].ends_with(&sandbox), "{env:?}");
    for (job, content) in workflow["jobs"].as_object().unwrap() {
        for one in content["steps"].as_array().unwrap() {
            let Some(run) = one["run"].as_str() else {
                continue;
            };
            let status = step(repository.path(), &with_free_ports(run), &env);
            assert!(status.success(), "{job}: {run}");
        }
    }
    let summary = fs::read_to_string(repository.path().join("summary.md")).unwrap();
    assert_eq!(
        summary.matches("# Contract: holds").count(),
        workflow["jobs"].as_object().unwrap().len()
    );
    assert_eq!(
        summary.matches("\n1 recording: 1 ok").count(),
        2,
        "{summary}"
    );
}

#[test]
fn the_ten_line_workflow_of_the_readme_ends_with_the_exit_status_of_verify() {
    let text = fs::read_to_string(root().join("testkit/README.md")).unwrap();
    let (_, after) = text.split_once("```yaml\n").unwrap();
    let (workflow, _) = after.split_once("```").unwrap();
    assert!(workflow.lines().count() <= 10, "{workflow}");
    let workflow: Value = serde_saphyr::from_str(workflow).unwrap();
    let steps = workflow["jobs"]["contract"]["steps"]
        .as_array()
        .unwrap()
        .clone();
    let repository = repository();
    let file = repository.path().join("tests/recordings/exports.http");
    let statuses = |expected: i32| {
        let none = BTreeMap::new();
        let runs = steps.iter().filter_map(|step| step["run"].as_str());
        let statuses: Vec<_> = runs
            .map(|run| step(repository.path(), run, &none).code().unwrap())
            .collect();
        assert_eq!(statuses.last(), Some(&expected));
    };
    statuses(0);
    fs::write(&file, EXPORTS.replace(":0}", ":\"none\"}")).unwrap();
    statuses(1);
    fs::remove_file(&file).unwrap();
    statuses(2);
}

#[test]
fn the_action_installs_the_wanted_version_if_another_one_is_installed() {
    let action = read("action.yml");
    let install = action["runs"]["steps"][0]["run"].as_str().unwrap();
    let program = INSTALLED.path().join("bin/atlas-backup-testkit");
    let shown = Command::new(program).arg("--version").output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let (_, installed) = shown.trim_end().split_once(' ').unwrap();
    let (number, _) = installed.split_once('+').unwrap();
    let registry = "install --locked atlas-backup-testkit --version";
    for (version, expected) in [
        ("", "install --locked --path /action/testkit\n".to_owned()),
        (installed, String::new()),
        (number, String::new()),
        ("9.9.9", format!("{registry} 9.9.9\n")),
        ("0.1", format!("{registry} 0.1\n")),
    ] {
        let repository = repository();
        let env = [("VERSION", version), ("ACTION", "/action")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let ended = step(repository.path(), install, &BTreeMap::from(env));
        assert!(ended.success());
        let noted = fs::read_to_string(repository.path().join("cargo.log"));
        assert_eq!(noted.unwrap_or_default(), expected, "{version}");
    }
}

#[test]
fn the_action_judges_its_input_and_returns_the_exit_status() {
    let (action, repository) = (read("action.yml"), repository());
    let file = repository.path().join("tests/recordings/exports.http");
    let steps = action["runs"]["steps"].as_array().unwrap();
    let inputs = action["inputs"].as_object().unwrap();
    let given = BTreeMap::from([("recordings", "tests/recordings\n"), ("junit", "junit.xml")]);
    let outcome = || {
        let mut status = 0;
        for one in steps {
            assert_eq!(one["shell"], "bash");
            // Replace the inputs as GitHub does.
            let mut env = env(&one["env"]);
            for value in env.values_mut() {
                for (name, input) in inputs {
                    let default = input["default"].as_str().unwrap_or_default();
                    let text = given.get(name.as_str()).copied().unwrap_or(default);
                    *value = value.replace(&format!("${{{{ inputs.{name} }}}}"), text);
                }
            }
            let ended = step(repository.path(), one["run"].as_str().unwrap(), &env);
            status = ended.code().unwrap();
        }
        status
    };
    assert_eq!(outcome(), 0);
    assert!(
        fs::read_to_string(repository.path().join("junit.xml"))
            .unwrap()
            .contains("tests=\"1\"")
    );
    fs::write(&file, EXPORTS.replace(":0}", ":\"none\"}")).unwrap();
    assert_eq!(outcome(), 1);
    fs::write(&file, "nothing").unwrap();
    assert_eq!(outcome(), 2);
    let output = fs::read_to_string(repository.path().join("output")).unwrap();
    assert_eq!(output, "status=0\nstatus=1\nstatus=2\n");
    let summary = fs::read_to_string(repository.path().join("summary.md")).unwrap();
    for outcome in ["holds", "violated", "could not be judged"] {
        assert!(
            summary.contains(&format!("# Contract: {outcome}\n")),
            "{summary}"
        );
    }
}

/// Returns the verdicts of a JSON report; a corrected recording counts as valid.
fn verdicts(json: &[u8]) -> BTreeMap<String, String> {
    let report: Value = serde_json::from_slice(json).unwrap();
    let recordings = report["recordings"].as_array().unwrap().iter();
    let text = |value: &Value| {
        value
            .as_str()
            .unwrap()
            .replace("corrected by the overlay", "ok")
    };
    recordings
        .map(|judged| (text(&judged["recording"]), text(&judged["verdict"])))
        .collect()
}

#[test]
fn library_program_and_xtask_give_the_same_verdicts() {
    let repository = repository();
    let all = repository.path().join("tests/recordings");
    let broken = EXPORTS.replace(":0}", ":\"none\"}");
    fs::write(all.join("broken.http"), broken).unwrap();
    fs::write(
        all.join("unknown.http"),
        EXPORTS.replace(":0}", ":0,\"news\":1}"),
    )
    .unwrap();
    let old = EXPORTS.replace("/clusters/Cluster0/backup/exports", "/backup/exportBuckets");
    fs::write(all.join("older.http"), old).unwrap();
    for folder in [all, root().join("tests/recordings")] {
        let report = verify(&folder).unwrap();
        let program = Command::new(INSTALLED.path().join("bin/atlas-backup-testkit"))
            .args(["verify", "--format", "json"])
            .arg(&folder)
            .output()
            .unwrap();
        let xtask = Command::new(env!("CARGO"))
            .args([
                "run",
                "--quiet",
                "--package",
                "xtask",
                "--",
                "contract",
                "--format",
                "json",
            ])
            .arg("--recordings")
            .arg(&folder)
            .current_dir(root())
            .output()
            .unwrap();
        let library = report.recordings.iter();
        let library: BTreeMap<_, _> = library
            .map(|judged| (judged.recording.clone(), judged.verdict.to_string()))
            .collect();
        assert_eq!(library, verdicts(&program.stdout));
        assert_eq!(library, verdicts(&xtask.stdout));
        let status = i32::from(report.outcome().exit_status());
        assert_eq!(program.status.code(), Some(status));
        assert_eq!(xtask.status.code(), Some(status));
    }
}
