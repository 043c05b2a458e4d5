//! A command that is killed leaves the tree as it was or complete, once the next command has run.
//!
//! The moments are drawn as how far the files have come, not as times: what a moment leads to may differ between machines,
//! what is asked of it may not. Each step of the file system by itself is the matter of the journal's own tests.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

use atlas_backup_support::repository::copy_tree;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How many moments there are for each command.
const MOMENTS: u64 = 100;

/// How many modules the SDK has, each a file.
const MODULES: usize = 16;

const NO_OVERLAY: &str = "overlay: 1.0.0\ninfo: {title: None, version: '1'}\nactions: []\n";

type Tree = BTreeMap<PathBuf, Vec<u8>>;

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// An API with a resource for each module, whose answers have these fields.
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

/// A repository with its first release behind it.
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
        "# Changelog\n\n## Unreleased\n\n- All.\n",
    );
    write(
        root,
        "sdk/src/lib.rs",
        "mod generated { pub mod v1; pub mod v2; }\npub use generated::{v1, v2};\n",
    );
    succeeds(root, &["generate"]);
    succeeds(root, &["release"]);
    place
}

/// Every file but the lock, which is no part of the work.
fn tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            let below = self::tree(&path).into_iter();
            tree.extend(below.map(|(inner, content)| (name.join(inner), content)));
        } else if name != Path::new(".xtask-lock") {
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

/// How many files wait to be moved.
fn waiting(root: &Path) -> usize {
    fs::read_dir(root.join(".xtask-staged")).map_or(0, Iterator::count)
}

fn is_begun(root: &Path) -> bool {
    root.join(".xtask-staged/journal.json").exists()
}

/// Where a command is killed.
enum Moment {
    /// When what waits to be moved has changed that often.
    Staged(u64),
    /// When the journal is there.
    Begun,
    /// When that file is not as it was.
    Changed(PathBuf, Option<Vec<u8>>),
}

/// Kills a command at a moment, or lets it end.
fn killed(root: &Path, arguments: &[&str], moment: &Moment) {
    let mut process = xtask(root, arguments).spawn().unwrap();
    let (mut seen, mut changes) = (0, 0);
    let mut is_reached = || match moment {
        Moment::Staged(after) => {
            let now = waiting(root);
            changes += u64::from(now != seen);
            seen = now;
            changes >= *after
        }
        Moment::Begun => is_begun(root),
        Moment::Changed(path, before) => fs::read(root.join(path)).ok() != *before,
    };
    while !is_reached() && process.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    process.kill().unwrap();
    process.wait().unwrap();
}

/// A few bits that look random (Steele, Lea, Flood: SplitMix64).
fn drawn(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Kills a command at each of its moments, in a repository that `prepare` has made ready for it.
fn at_every_moment(arguments: &[&str], writes: &[&str], prepare: impl Fn(&Path)) {
    let template = repository();
    prepare(template.path());
    let before = tree(template.path());
    let whole = tempfile::tempdir().unwrap();
    copy_tree(template.path(), whole.path()).unwrap();
    succeeds(whole.path(), arguments);
    let after = tree(whole.path());
    let mut changed: Vec<&PathBuf> = before.keys().chain(after.keys()).collect();
    changed.retain(|path| before.get(*path) != after.get(*path));
    changed.dedup();
    for path in writes {
        assert!(changed.contains(&&PathBuf::from(path)), "{path} stays");
    }
    let count = changed.len() as u64;
    // How often the tree was as it was, mixed, and complete, before the next command ran.
    let (mut as_before, mut mixed, mut complete) = (0, 0, 0);
    for seed in 0..MOMENTS {
        let one = tempfile::tempdir().unwrap();
        let root = one.path();
        copy_tree(template.path(), root).unwrap();
        let of = |count: u64| drawn(seed) % count;
        let moment = match seed % 4 {
            // The first moment is the beginning, the second the end.
            _ if seed == 0 => Moment::Staged(0),
            _ if seed == 1 => Moment::Staged(u64::MAX),
            2 => {
                let path = changed[of(count) as usize];
                Moment::Changed(path.clone(), before.get(path).cloned())
            }
            3 => Moment::Begun,
            _ => Moment::Staged(of(2 * count + 3)),
        };
        killed(root, arguments, &moment);
        let is_mixed = is_begun(root);
        if is_mixed {
            // Whoever only reads is told, and changes nothing.
            let there = tree(root);
            let checked = xtask(root, &["generate", "--check"]).status().unwrap();
            assert!(!checked.success(), "{arguments:?}, seed {seed}");
            assert_eq!(tree(root), there, "{arguments:?}, seed {seed}");
        }
        // The next command has nothing to do of its own.
        let next = xtask(root, &["pull", "--from", "nowhere"]).status();
        assert!(!next.unwrap().success());
        let found = tree(root);
        match is_mixed {
            true => mixed += 1,
            false if found == before => as_before += 1,
            false => complete += 1,
        }
        assert!(
            found == before && !is_mixed || found == after,
            "{arguments:?}, seed {seed}"
        );
    }
    println!("{arguments:?}: {as_before} as before, {mixed} mixed, {complete} complete");
    assert!(as_before > 0 && mixed > 0 && complete > 0);
}

#[test]
fn a_generation_that_is_killed_is_all_there_or_not_begun() {
    let writes = [
        "sdk/src/generated/v2/m0.rs",
        "sdk/src/generated/v2/stale_0.rs",
        "spec/v2/curated.yaml",
    ];
    at_every_moment(&["generate"], &writes, |root| {
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
fn a_pull_that_is_killed_is_all_there_or_not_begun() {
    let writes = ["spec/v2/source.toml", "spec/v2/upstream.yaml"];
    at_every_moment(&["pull", "--from", "new.yaml"], &writes, |root| {
        write(root, "new.yaml", &document(&["name", "kind", "more"]));
    });
}

/// A release that writes all that a release can: a breaking one, with notes.
#[test]
fn a_release_that_is_killed_is_all_there_or_not_begun() {
    let writes = [
        "CHANGELOG.md",
        "Cargo.lock",
        "MIGRATION.md",
        "sdk/Cargo.toml",
        "sdk/api.txt",
        "spec/v2/released-api.txt",
        "spec/v2/released.yaml",
    ];
    at_every_moment(&["release"], &writes, |root| {
        write(root, "spec/v2/upstream.yaml", &document(&["name"]));
        succeeds(root, &["generate"]);
        let changelog = fs::read_to_string(root.join("CHANGELOG.md")).unwrap();
        let noted = changelog.replacen("## Unreleased\n", "## Unreleased\n\n- Less.\n", 1);
        write(root, "CHANGELOG.md", &noted);
    });
}
