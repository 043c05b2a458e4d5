//! Replays the history with the commands a maintainer uses: each revision is generated, compared, released and compiled
//! with the code of its users.
//!
//! Must never leave the machine: crates are those of the workspace's lock file.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_evolution::{API_DATE, Step, history, steps};
use atlas_backup_generator::{DiffOptions, Selection, Text, diff};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where the revisions are generated; kept between runs, so that only what changed is compiled again.
fn workplace() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("evolution")
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn cargo(arguments: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    let output = cargo.args(arguments).current_dir(workspace()).output();
    output.unwrap()
}

/// Runs `cargo xtask`; what it printed.
fn xtask(arguments: &[&str]) -> String {
    let all = [&["run", "--quiet", "--package", "xtask", "--"], arguments].concat();
    let output = cargo(&all);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

/// Generates every revision as a crate `rN` of its own: `r0` is the base, each other one change more.
fn revisions(steps: &[Step]) -> Vec<PathBuf> {
    let place = workplace();
    let base = history().join("base.yaml");
    let mut overlays = Vec::new();
    let mut revisions = Vec::new();
    for number in 0..=steps.len() {
        if let Some(step) = number.checked_sub(1).and_then(|before| steps.get(before)) {
            let overlay = place.join(format!("overlays/{}.yaml", step.name));
            write(&overlay, &step.overlay());
            overlays.extend(["--overlay".to_owned(), overlay.display().to_string()]);
        }
        let (name, out) = (format!("r{number}"), place.join(format!("r{number}")));
        let (spec, out_text) = (base.display().to_string(), out.display().to_string());
        let mut arguments = vec!["generate", "--spec", &spec, "--api-date", API_DATE];
        arguments.extend(["--crate-name", &name, "--out", &out_text]);
        arguments.extend(overlays.iter().map(String::as_str));
        xtask(&arguments);
        revisions.push(out);
    }
    revisions
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            write(&target, &read(&path));
        }
    }
}

/// Puts a revision where the SDK is in a repository.
fn check_in(revision: &Path, repository: &Path) {
    copy(&revision.join("src"), &repository.join("sdk/src"));
    let document = read(revision.join("openapi.yaml"));
    write(&repository.join("spec/v2/curated.yaml"), &document);
}

/// The version in the manifest, without the API date.
fn version(repository: &Path) -> String {
    let manifest = read(repository.join("sdk/Cargo.toml"));
    let line = manifest.lines().find(|line| line.starts_with("version"));
    let version = line.and_then(|line| line.split('"').nth(1)).unwrap();
    version.trim_end_matches(&format!("+{API_DATE}")).to_owned()
}

fn rules(old: &Path, new: &Path) -> BTreeSet<String> {
    let (old, new) = (
        read(old.join("openapi.yaml")),
        read(new.join("openapi.yaml")),
    );
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(API_DATE),
    };
    let changes = diff(text("old", &old), text("new", &new), &options);
    let changes = changes.unwrap_or_else(|found| panic!("{found}"));
    changes
        .iter()
        .map(|change| change.rule.to_owned())
        .collect()
}

/// Releases every revision in one repository; each must have the version its step expects.
fn release(steps: &[Step], revisions: &[PathBuf]) {
    let repository = tempfile::tempdir().unwrap();
    let root = repository.path();
    let selection = format!("api_date = \"{API_DATE}\"\noperations = []\n");
    write(&root.join("spec/v2/selection.toml"), &selection);
    let manifest = format!("[package]\nname = \"atlas-backup\"\nversion = \"0.1.0+{API_DATE}\"\n");
    write(&root.join("sdk/Cargo.toml"), &manifest);
    write(
        &root.join("CHANGELOG.md"),
        "# Changelog\n\n## Unreleased\n\n- The first one.\n",
    );
    let place = root.display().to_string();
    for (number, revision) in revisions.iter().enumerate() {
        check_in(revision, root);
        xtask(&["--root", &place, "release"]);
        let expected = match number.checked_sub(1).and_then(|before| steps.get(before)) {
            Some(step) => (step.name.as_str(), step.version.as_str()),
            None => ("base", "0.1.0"),
        };
        assert_eq!((expected.0, version(root).as_str()), expected);
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("changelog", read(root.join("CHANGELOG.md")));
        insta::assert_snapshot!("migration", read(root.join("MIGRATION.md")));
    });
}

/// What the compiler says of each consumer: its errors and warnings by their codes.
type Verdicts = BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>;

/// Compiles every consumer with the revision before its step and the one after it, all in one run.
fn compile(steps: &[Step]) -> Verdicts {
    let place = workplace().join("consumers");
    let mut manifest =
        "[package]\nname = \"consumers\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n"
            .to_owned();
    for number in 0..=steps.len() {
        let line = format!(
            "r{number} = {{ path = \"../r{number}\", default-features = false, features = [\"buckets\", \"exports\"] }}"
        );
        writeln!(manifest, "{line}").unwrap();
    }
    write(&place.join("Cargo.toml"), &manifest);
    write(&place.join("src/lib.rs"), "");
    write(
        &place.join("Cargo.lock"),
        &read(workspace().join("Cargo.lock")),
    );
    // What an earlier history left.
    let _ = fs::remove_dir_all(place.join("examples"));
    let mut verdicts = Verdicts::new();
    for (number, step) in steps.iter().enumerate() {
        for (when, revision) in [("before", number), ("after", number + 1)] {
            let code = format!(
                "//! A user.\nuse r{revision} as sdk;\n{}\nfn main() {{}}\n",
                step.consumer
            );
            let name = format!("{}_{when}", step.name);
            write(&place.join(format!("examples/{name}.rs")), &code);
            verdicts.insert(name, Default::default());
        }
    }
    let manifest = place.join("Cargo.toml").display().to_string();
    let target = workplace().join("target").display().to_string();
    let check = [
        "check",
        "--offline",
        "--examples",
        "--keep-going",
        "--message-format",
        "json",
    ];
    let output = cargo(
        &[
            &check[..],
            &["--manifest-path", &manifest, "--target-dir", &target],
        ]
        .concat(),
    );
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        if message["reason"] != "compiler-message" {
            continue;
        }
        let name = message["target"]["name"].as_str().unwrap();
        let (level, code) = (
            &message["message"]["level"],
            message["message"]["code"]["code"].as_str(),
        );
        match (verdicts.get_mut(name), code) {
            (Some(verdict), Some(code)) if level == "error" => verdict.0.insert(code.to_owned()),
            (Some(verdict), Some(code)) if code != "dead_code" => verdict.1.insert(code.to_owned()),
            (None, _) if level == "error" => panic!("{name}: {}", message["message"]["rendered"]),
            _ => false,
        };
    }
    // Without a verdict on anything, nothing was compiled.
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("could not compile") || output.status.success(),
        "{errors}"
    );
    verdicts
}

#[test]
fn every_change_has_the_class_the_release_and_the_effect_on_users_that_it_says() {
    let steps = steps().unwrap();
    assert!(steps.len() >= 12, "the history is gone");
    let revisions = revisions(&steps);
    for (step, pair) in steps.iter().zip(revisions.windows(2)) {
        let fired = rules(&pair[0], &pair[1]);
        assert_eq!((&step.name, &fired), (&step.name, &step.rules));
    }
    release(&steps, &revisions);
    let verdicts = compile(&steps);
    for step in &steps {
        let (before, after) = (
            format!("{}_before", step.name),
            format!("{}_after", step.name),
        );
        assert_eq!(verdicts[&before], Default::default(), "{before}");
        assert_eq!(
            verdicts[&after],
            (step.fails.clone(), step.warns.clone()),
            "{after}"
        );
    }
}
