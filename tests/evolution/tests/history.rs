//! Replays the history with a maintainer's commands: each revision is generated, compared, released and
//! compiled with its users' code.
//!
//! Must never leave the machine: crates are those of the workspace's lock file.

#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_evolution::xtask::{Xtask, cargo, messages};
use atlas_backup_evolution::{Revision, Step, history, revisions, steps};
use atlas_backup_generator::{Change, DiffOptions, Selection, Text, diff};
use atlas_backup_support::repository::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the folder of the revisions.
///
/// It is preserved between runs, so that only changes are compiled again.
fn workplace() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("evolution")
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

/// Generates every revision as a crate `rN`: `r0` is the base, and each next one has one more change.
fn crates(xtask: &Xtask, revisions: &[Revision]) -> Vec<PathBuf> {
    let place = workplace();
    let base = history().join("base.yaml").display().to_string();
    let mut crates: Vec<PathBuf> = Vec::new();
    for (number, revision) in revisions.iter().enumerate() {
        let overlay = place.join(format!("overlays/{number}.yaml"));
        write(&overlay, &revision.overlay);
        let (name, out) = (format!("r{number}"), place.join(format!("r{number}")));
        let (overlay, out_text) = (overlay.display().to_string(), out.display().to_string());
        let selected = revision.operations.join(",");
        let mut arguments = vec!["generate", "--spec", &base, "--overlay", &overlay];
        arguments.extend(["--select", &selected, "--api-date", &revision.api_date]);
        arguments.extend(["--crate-name", &name, "--out", &out_text]);
        // Each revision is a release, from which the next one carries over.
        let released = crates.last().map(|last| last.join("openapi.yaml"));
        let released = released.map(|path| path.display().to_string());
        if let Some(released) = &released {
            arguments.extend(["--released", released]);
        }
        xtask.run(&arguments).unwrap();
        crates.push(out);
    }
    crates
}

/// Creates a repository before its first release, with the base as its document.
fn repository() -> tempfile::TempDir {
    let repository = tempfile::tempdir().unwrap();
    let root = repository.path();
    let none = "overlay: 1.0.0\ninfo: {title: None, version: '1'}\nactions: []\n";
    for name in ["names", "behaviour", "prose/none"] {
        write(&root.join(format!("spec/v2/overlays/{name}.yaml")), none);
    }
    let base = read(history().join("base.yaml"));
    write(&root.join("spec/v2/upstream.yaml"), &base);
    let old = "openapi: 3.0.3\ninfo: {title: Old, version: '1', description: Old.}\npaths: {}\n";
    write(&root.join("spec/v1/curated.yaml"), old);
    let manifest = "[package]\nname = \"atlas-backup\"\nversion = \"0.1.0+2025-03-12\"\n";
    write(&root.join("sdk/Cargo.toml"), manifest);
    let runtime = "mod generated { pub mod v1; pub mod v2; }\npub use generated::{v1, v2};\n\
         pub mod client { pub struct Client; pub struct Call<E>(E); }\npub use client::{Call, Client};\n";
    write(&root.join("sdk/src/lib.rs"), runtime);
    let changelog = "# Changelog\n\n## [Unreleased]\n\n- The first one.\n";
    write(&root.join("CHANGELOG.md"), changelog);
    repository
}

/// Returns the version in the manifest, and the API date in it.
fn version(repository: &Path) -> (String, String) {
    let manifest = read(repository.join("sdk/Cargo.toml"));
    let line = manifest.lines().find(|line| line.starts_with("version"));
    let version = line.and_then(|line| line.split('"').nth(1)).unwrap();
    let (version, api_date) = version.split_once('+').unwrap();
    (version.to_owned(), api_date.to_owned())
}

fn changes(old: &Path, new: &Path, api_date: &str) -> Vec<Change> {
    let (old, new) = (
        read(old.join("openapi.yaml")),
        read(new.join("openapi.yaml")),
    );
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(api_date),
    };
    let changes = diff(text("old", &old), text("new", &new), &options);
    changes.unwrap_or_else(|found| panic!("{found}"))
}

/// Generates and releases every revision in one repository; each must have the version its step expects.
fn release(xtask: &Xtask, steps: &[Step], revisions: &[Revision]) {
    let repository = repository();
    let root = repository.path();
    let place = root.display().to_string();
    for (number, revision) in revisions.iter().enumerate() {
        let Revision {
            api_date,
            operations,
            ..
        } = revision;
        let selection = format!("api_date = {api_date:?}\noperations = {operations:?}\n");
        write(&root.join("spec/v2/selection.toml"), &selection);
        let corrections = root.join("spec/v2/overlays/corrections.yaml");
        write(&corrections, &revision.overlay);
        xtask.run(&["--root", &place, "generate"]).unwrap();
        let step = number.checked_sub(1).and_then(|before| steps.get(before));
        let mut arguments = vec!["--root", &place, "release", "--date", "2026-01-01"];
        if let Some(step) = step.filter(|step| step.declared) {
            arguments.extend(["--version", &step.version]);
        }
        xtask.run(&arguments).unwrap();
        let expected = match step {
            Some(step) => (step.name.as_str(), step.version.as_str()),
            None => ("base", "0.1.0"),
        };
        let (found, dated) = version(root);
        assert_eq!((expected.0, found.as_str()), expected);
        assert_eq!(dated, *api_date, "{}", expected.0);
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("changelog", read(root.join("CHANGELOG.md")));
        insta::assert_snapshot!("migration", read(root.join("MIGRATION.md")));
    });
}

/// The compiler's errors and warnings for a consumer, by code.
#[derive(Debug, Default, PartialEq, Eq)]
struct Verdict {
    errors: BTreeSet<String>,
    warnings: BTreeSet<String>,
    is_compiled: bool,
}

/// Returns the code of each step with the revision to compile it with, and a name.
fn consumers(steps: &[Step]) -> Vec<(String, usize, &str)> {
    let mut consumers = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let name = |when: &str| format!("{}_{when}", step.name);
        consumers.push((name("before"), number, step.consumer.as_str()));
        consumers.push((name("after"), number + 1, step.consumer.as_str()));
        if let Some(migrated) = &step.migrated {
            consumers.push((name("migrated"), number + 1, migrated.as_str()));
        }
    }
    consumers
}

/// Compiles all consumers in one run.
fn compile(steps: &[Step]) -> BTreeMap<String, Verdict> {
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
    write(&place.join("Cargo.lock"), &read(root().join("Cargo.lock")));
    // Remove the files of an earlier history.
    let _ = fs::remove_dir_all(place.join("examples"));
    let mut verdicts = BTreeMap::new();
    for (name, revision, code) in consumers(steps) {
        let code = format!("//! A user.\nuse r{revision} as sdk;\n{code}\nfn main() {{}}\n");
        write(&place.join(format!("examples/{name}.rs")), &code);
        verdicts.insert(name, Verdict::default());
    }
    let manifest = place.join("Cargo.toml").display().to_string();
    let target = workplace().join("target").display().to_string();
    let output = cargo(&[
        "check",
        "--offline",
        "--examples",
        "--keep-going",
        "--message-format",
        "json",
        "--manifest-path",
        &manifest,
        "--target-dir",
        &target,
    ])
    .unwrap();
    for message in messages(&output) {
        let Some(name) = message["target"]["name"].as_str() else {
            continue;
        };
        let (kind, said) = (&message["reason"], &message["message"]);
        let Some(verdict) = verdicts.get_mut(name) else {
            // The revisions themselves compile without a warning.
            assert!(kind != "compiler-message", "{name}: {}", said["rendered"]);
            continue;
        };
        if kind == "compiler-artifact" {
            verdict.is_compiled = true;
        }
        if kind != "compiler-message" {
            continue;
        }
        // A message without a code counts by its text, except for the summary at the end.
        let words = said["message"].as_str().unwrap();
        let code = said["code"]["code"].as_str().unwrap_or(words);
        match said["level"].as_str() {
            _ if words.starts_with("aborting due to") || code == "dead_code" => {}
            Some("error") => drop(verdict.errors.insert(code.to_owned())),
            Some("warning") if !words.ends_with("warning emitted") => {
                verdict.warnings.insert(code.to_owned());
            }
            _ => {}
        }
    }
    verdicts
}

#[test]
fn every_change_has_the_documented_class_release_and_effect_on_users() {
    let steps = steps().unwrap();
    assert!(steps.len() >= 12, "the history is gone");
    let revisions = revisions(&read(history().join("base.yaml")), &steps).unwrap();
    let xtask = Xtask::built().unwrap();
    let crates = crates(&xtask, &revisions);
    for ((step, pair), revision) in steps.iter().zip(crates.windows(2)).zip(&revisions[1..]) {
        let fired = changes(&pair[0], &pair[1], &revision.api_date);
        let rules = fired
            .iter()
            .map(|change| change.rule().id.to_owned())
            .collect();
        assert_eq!((&step.name, &rules), (&step.name, &step.rules));
        let classes = fired.iter().map(|change| {
            let class = serde_json::to_value(change.class()).unwrap();
            class.as_str().unwrap().to_owned()
        });
        assert_eq!(
            (&step.name, &classes.collect()),
            (&step.name, &step.classes)
        );
        let breaks = step.classes.contains("breaking") && !step.breaks_calls_only;
        assert_eq!(breaks, !step.fails.is_empty(), "{}", step.name);
        assert_eq!(breaks, step.migrated.is_some(), "{}", step.name);
    }
    release(&xtask, &steps, &revisions);
    let verdicts = compile(&steps);
    let compiles = Verdict {
        is_compiled: true,
        ..Verdict::default()
    };
    for step in &steps {
        let of = |when: &str| verdicts.get(&format!("{}_{when}", step.name));
        assert_eq!(of("before"), Some(&compiles), "{}, before", step.name);
        let expected = Verdict {
            errors: step.fails.clone(),
            warnings: step.warns.clone(),
            is_compiled: step.fails.is_empty(),
        };
        assert_eq!(of("after"), Some(&expected), "{}, after", step.name);
        let migrated = step.migrated.as_ref().map(|_| &compiles);
        assert_eq!(of("migrated"), migrated, "{}, migrated", step.name);
    }
}
