//! A command that is killed leaves the tree as it was or complete, once the next command has run.
//!
//! The moments are drawn as how far the files have come, not as times: what a moment leads to may differ between machines,
//! what is asked of it may not.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How many moments there are for each command.
const MOMENTS: u64 = 34;

/// How many files a generation has to remove.
const STALE: u64 = 500;

type Tree = BTreeMap<PathBuf, Vec<u8>>;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

/// Copies parts of this repository: those that a command reads and writes.
fn repository(root: &Path, parts: &[&str]) {
    for part in parts {
        let target = root.join(part);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        copy(&here().join(part), &target);
    }
}

fn change(path: &Path, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, change(text)).unwrap();
}

fn tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let below = self::tree(&path).into_iter();
            let name = PathBuf::from(path.file_name().unwrap());
            tree.extend(below.map(|(inner, content)| (name.join(inner), content)));
        } else {
            let name = PathBuf::from(path.file_name().unwrap());
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

/// How many files wait to be moved.
fn waiting(root: &Path) -> usize {
    fs::read_dir(root.join(".xtask-staged")).map_or(0, Iterator::count)
}

/// Where a command is killed.
enum Moment {
    /// When what waits to be moved has changed that often.
    Staged(u64),
    /// When that file is gone.
    Gone(PathBuf),
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
        Moment::Gone(path) => !root.join(path).exists(),
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

/// How often a command that was killed left the tree as it was, complete, or between the two, before the next one ran.
#[derive(Debug, Default)]
struct Outcomes {
    as_before: usize,
    complete: usize,
    between: usize,
}

/// Kills a command at each of its moments, in a repository prepared the same each time.
fn at_every_moment(arguments: &[&str], prepare: impl Fn(&Path)) -> Outcomes {
    let whole = tempfile::tempdir().unwrap();
    prepare(whole.path());
    let before = tree(whole.path());
    assert!(xtask(whole.path(), arguments).status().unwrap().success());
    let after = tree(whole.path());
    let goes: Vec<&PathBuf> = before
        .keys()
        .filter(|path| !after.contains_key(*path))
        .collect();
    let moved = after
        .iter()
        .filter(|(path, content)| before.get(*path) != Some(content));
    let moved = moved.count() as u64;
    assert!(moved > 1, "{moved} files written");
    let mut outcomes = Outcomes::default();
    for seed in 0..MOMENTS {
        let one = tempfile::tempdir().unwrap();
        let root = one.path();
        prepare(root);
        let of = |count: u64| drawn(seed) % count;
        let moment = match seed {
            // The first moment is the beginning, the second the end.
            0 => Moment::Staged(0),
            1 => Moment::Staged(u64::MAX),
            seed if seed % 2 == 0 && !goes.is_empty() => {
                Moment::Gone(goes[of(goes.len() as u64) as usize].clone())
            }
            _ => Moment::Staged(of(2 * moved + 3)),
        };
        killed(root, arguments, &moment);
        outcomes.between += usize::from(root.join(".xtask-staged/journal.json").exists());
        // The next command has nothing to do of its own.
        assert!(
            !xtask(root, &["pull", "--from", "nowhere"])
                .status()
                .unwrap()
                .success()
        );
        let found = tree(root);
        outcomes.as_before += usize::from(found == before);
        outcomes.complete += usize::from(found == after);
        assert!(
            found == before || found == after,
            "{arguments:?}, seed {seed}"
        );
    }
    assert!(
        outcomes.as_before > 0 && outcomes.complete > 0,
        "{outcomes:?}"
    );
    outcomes
}

#[test]
fn a_generation_that_is_killed_is_all_there_or_not_begun() {
    let outcomes = at_every_moment(&["generate"], |root| {
        repository(root, &["spec", "sdk/src/generated"]);
        let generated = root.join("sdk/src/generated/v2");
        for name in [
            "exports.rs",
            "flex.rs",
            "mod.rs",
            "schedules.rs",
            "shared.rs",
        ] {
            change(&generated.join(name), |text| text + "// old\n");
        }
        fs::remove_file(generated.join("snapshots.rs")).unwrap();
        // So many that moving and removing takes long enough to be killed within.
        for number in 0..STALE {
            fs::write(generated.join(format!("stale_{number}.rs")), "").unwrap();
        }
    });
    assert!(outcomes.between > 0, "{outcomes:?}");
}

#[test]
fn a_pull_that_is_killed_is_all_there_or_not_begun() {
    at_every_moment(&["pull", "--from", "new.yaml"], |root| {
        repository(root, &["spec"]);
        let upstream = root.join("spec/v2/upstream.yaml");
        let new = root.join("new.yaml");
        fs::copy(upstream, &new).unwrap();
        let prefix = "    DiskBackupExportJob:\n      properties:\n";
        let field = format!("{prefix}        brandNew:\n          type: string\n");
        change(&new, |text| text.replacen(prefix, &field, 1));
    });
}

#[test]
fn a_release_that_is_killed_is_all_there_or_not_begun() {
    at_every_moment(&["release"], |root| {
        repository(
            root,
            &[
                "spec",
                "sdk/src",
                "sdk/Cargo.toml",
                "Cargo.lock",
                "CHANGELOG.md",
            ],
        );
        for path in ["spec/v2/released.yaml", "spec/v2/released-api.txt"] {
            let _ = fs::remove_file(root.join(path));
        }
    });
}
