//! Tests that a killed command leaves each file either old or new, and that the next run completes the tree or refuses
//! it.
//!
//! A command is killed when a given file changes, not after a given time, so that the tests do not depend on the speed
//! of the machine. Tests of `release` check that it refuses an incomplete release.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_support::repository::copy_tree;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Number of times that each command is killed.
const TIMES: usize = 60;

/// A release of the same day, however long the test takes.
const RELEASE: [&str; 3] = ["release", "--date", "2026-01-01"];

/// Number of modules of the SDK, each of which is a file.
const MODULES: usize = 16;

const NO_OVERLAY: &str = "overlay: 1.0.0\ninfo: {title: None, version: '1'}\nactions: []\n";

type Tree = BTreeMap<PathBuf, Vec<u8>>;

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Returns an API with a resource for each module. Its responses have these fields.
fn document(fields: &[&str]) -> String {
    let mut text =
        "openapi: 3.0.3\ninfo: {title: Many, version: '1', description: Many.}\npaths:\n"
            .to_owned();
    let mut schemas = String::new();
    for module in 0..MODULES {
        write!(
            text,
            "  /m{module}:\n    get:\n      operationId: getM{module}\n      tags: [m{module}]\n      summary: Get it.\n      description: It.\n      \
             responses:\n        '200': {{description: It., content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing{module}'}}}}}}}}\n"
        )
        .unwrap();
        write!(
            schemas,
            "    Thing{module}:\n      type: object\n      description: It.\n      properties:\n"
        )
        .unwrap();
        for field in fields {
            writeln!(
                schemas,
                "        {field}: {{type: string, description: It.}}"
            )
            .unwrap();
        }
    }
    format!("{text}components:\n  schemas:\n{schemas}")
}

/// Creates a repository after its first release.
fn repository() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let root = place.path();
    let operations: Vec<_> = (0..MODULES).map(|module| format!("getM{module}")).collect();
    write(
        root,
        "spec/v2/selection.toml",
        &format!("api_date = \"2025-03-12\"\noperations = {operations:?}\n"),
    );
    write(root, "spec/v2/upstream.yaml", &document(&["name", "kind"]));
    write(root, "spec/v2/source.toml", "");
    write(
        root,
        "spec/v1/curated.yaml",
        "openapi: 3.0.3\ninfo: {title: Old, version: '1', description: Old.}\npaths: {}\n",
    );
    for name in ["names", "corrections", "behaviour", "prose/none"] {
        write(root, &format!("spec/v2/overlays/{name}.yaml"), NO_OVERLAY);
    }
    let version = "name = \"atlas-backup\"\nversion = \"1.0.0+2025-03-12\"\n";
    write(root, "sdk/Cargo.toml", &format!("[package]\n{version}"));
    write(root, "Cargo.lock", &format!("[[package]]\n{version}"));
    write(
        root,
        "CHANGELOG.md",
        "# Changelog\n\n## [Unreleased]\n\n- All.\n",
    );
    write(
        root,
        "sdk/src/lib.rs",
        "mod generated { pub mod v1; pub mod v2; }\npub use generated::{v1, v2};\n",
    );
    succeeds(root, &["generate"]);
    succeeds(root, &RELEASE);
    place
}

/// Returns every file except the lock and the temporary file.
fn tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            let below = self::tree(&path).into_iter();
            tree.extend(below.map(|(inner, content)| (name.join(inner), content)));
        } else if ![".xtask-lock", ".xtask-new"]
            .map(Path::new)
            .contains(&name.as_path())
        {
            tree.insert(name, fs::read(&path).unwrap());
        }
    }
    tree
}

fn xtask(root: &Path, arguments: &[&str]) -> Command {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask
        .arg("--root")
        .arg(root)
        .args(arguments)
        .current_dir(root);
    xtask.stdout(Stdio::null()).stderr(Stdio::null());
    xtask
}

fn succeeds(root: &Path, arguments: &[&str]) {
    let status = xtask(root, arguments).status().unwrap();
    assert!(status.success(), "{arguments:?}");
}

/// Kills a command when a file changes; without a file, when the first temporary file appears.
fn killed(root: &Path, arguments: &[&str], file: Option<&PathBuf>) {
    let file = root.join(file.map_or(Path::new(".xtask-new"), PathBuf::as_path));
    let before = fs::read(&file).ok();
    let mut process = xtask(root, arguments).spawn().unwrap();
    while fs::read(&file).ok() == before && process.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Kills a command at each file, in a repository that `prepare` sets up, and then runs it again.
///
/// `is_refused` is true if the command may refuse an incomplete tree.
fn killed_at_every_file(
    arguments: &[&str],
    writes: &[&str],
    is_refused: bool,
    prepare: impl Fn(&Path),
) {
    let template = repository();
    prepare(template.path());
    let before = tree(template.path());
    let whole = tempfile::tempdir().unwrap();
    copy_tree(template.path(), whole.path()).unwrap();
    succeeds(whole.path(), arguments);
    let after = tree(whole.path());
    let mut changed: Vec<&PathBuf> = before.keys().chain(after.keys()).collect();
    changed.retain(|path| before.get(*path) != after.get(*path));
    changed.sort();
    changed.dedup();
    for path in writes {
        assert!(changed.contains(&&PathBuf::from(path)), "{path} stays");
    }
    let mut moments = vec![None];
    moments.extend(changed.iter().copied().map(Some));
    // Number of times that the tree was unchanged, mixed, and complete before the command ran again.
    let (mut as_before, mut mixed, mut complete) = (0, 0, 0);
    for (time, file) in moments.iter().cycle().take(TIMES).enumerate() {
        let one = tempfile::tempdir().unwrap();
        let root = one.path();
        copy_tree(template.path(), root).unwrap();
        killed(root, arguments, *file);
        let left = tree(root);
        let mut paths = left.keys().chain(after.keys()).chain(before.keys());
        let is_whole = paths.all(|path| {
            let is = |tree: &Tree| left.get(path) == tree.get(path);
            is(&before) || is(&after)
        });
        assert!(is_whole, "{arguments:?}, {time}: a file is half written");
        let is_mixed = left != before && left != after;
        match is_mixed {
            true => mixed += 1,
            false if left == before => as_before += 1,
            false => complete += 1,
        }
        let again = xtask(root, arguments).status().unwrap();
        let refused = is_mixed && is_refused;
        assert_eq!(again.success(), !refused, "{arguments:?}, {time}");
        let expected = if refused { &left } else { &after };
        assert!(tree(root) == *expected, "{arguments:?}, {time}");
    }
    println!("{arguments:?}: {as_before} as before, {mixed} mixed, {complete} complete");
    // A command that writes two files can write the second before it is killed for the first.
    assert!(mixed > 0 || changed.len() == 2);
}

#[test]
fn a_killed_generation_is_completed_by_the_next() {
    let writes = [
        "sdk/src/generated/v2/m0.rs",
        "sdk/src/generated/v2/stale_0.rs",
        "spec/v2/curated.yaml",
    ];
    killed_at_every_file(&["generate"], &writes, false, |root| {
        write(
            root,
            "spec/v2/upstream.yaml",
            &document(&["name", "kind", "more"]),
        );
        for number in 0..MODULES {
            let stale = format!("sdk/src/generated/v2/stale_{number}.rs");
            write(root, &stale, "");
        }
    });
}

#[test]
fn a_killed_pull_is_completed_by_the_next() {
    let writes = ["spec/v2/source.toml", "spec/v2/upstream.yaml"];
    killed_at_every_file(&["pull", "--from", "new.yaml"], &writes, false, |root| {
        write(root, "new.yaml", &document(&["name", "kind", "more"]));
    });
}

/// A schema is renamed, and an operation is no longer selected.
#[test]
fn a_killed_pull_that_edits_overlays_is_completed_by_the_next() {
    let writes = [
        "spec/v2/overlays/behaviour.yaml",
        "spec/v2/overlays/names.yaml",
        "spec/v2/overlays/prose/none.yaml",
        "spec/v2/source.toml",
        "spec/v2/upstream.yaml",
    ];
    let pull = ["pull", "--from", "new.yaml", "--prune", "--follow-renames"];
    killed_at_every_file(&pull, &writes, false, |root| {
        let unselected = MODULES - 1;
        for (name, target, update) in [
            (
                "behaviour",
                format!("$.paths['/m{unselected}'].get"),
                "x-idempotent: true",
            ),
            (
                "names",
                format!("$.paths['/m{unselected}'].get"),
                "x-rust-module: last",
            ),
            (
                "prose/none",
                "$.components.schemas.Thing0".to_owned(),
                "description: A thing.",
            ),
        ] {
            let action = format!("actions:\n- target: {target}\n  update:\n    {update}\n");
            let overlay = NO_OVERLAY.replace("actions: []\n", &action);
            write(root, &format!("spec/v2/overlays/{name}.yaml"), &overlay);
        }
        let selection = fs::read_to_string(root.join("spec/v2/selection.toml")).unwrap();
        let rest = selection.replace(&format!(", \"getM{unselected}\""), "");
        assert_ne!(rest, selection);
        write(root, "spec/v2/selection.toml", &rest);
        let renamed = document(&["name", "kind"])
            .replace("Thing0'", "Item0'")
            .replace("Thing0:", "Item0:");
        write(root, "new.yaml", &renamed);
    });
}

/// A breaking release with notes writes every file that a release can write.
#[test]
fn a_killed_release_is_complete_or_refused_by_the_next() {
    let writes = [
        "CHANGELOG.md",
        "Cargo.lock",
        "MIGRATION.md",
        "sdk/Cargo.toml",
        "sdk/api.txt",
        "spec/v2/released-api.txt",
        "spec/v2/released.yaml",
    ];
    killed_at_every_file(&RELEASE, &writes, true, |root| {
        write(root, "spec/v2/upstream.yaml", &document(&["name"]));
        succeeds(root, &["generate"]);
        let changelog = fs::read_to_string(root.join("CHANGELOG.md")).unwrap();
        let noted = changelog.replacen("## [Unreleased]\n", "## [Unreleased]\n\n- Less.\n", 1);
        write(root, "CHANGELOG.md", &noted);
    });
}
