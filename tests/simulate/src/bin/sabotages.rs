//! Injects the faults of `sabotages.toml` into a copy of the SDK.
//!
//! Runs seeds with each fault until the simulation finds it.
//!
//! Must never change a file of the repository except for the table of the guide.
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;
use serde::Deserialize;

#[derive(Parser)]
#[command(
    about = "Runs seeds with each fault of sabotages.toml, and writes the table of the guide"
)]
struct Arguments {
    /// Number of seeds to run with each fault.
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    seeds: u64,
    /// Changes nothing, and fails if the table of the guide differs.
    #[arg(long)]
    check: bool,
    /// Runs only faults whose description contains this text; the table is not written then.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

/// A fault to inject.
#[derive(Deserialize)]
struct Sabotage {
    what: String,
    file: String,
    old: String,
    new: String,
}

#[derive(Deserialize)]
struct Sabotages {
    sabotage: Vec<Sabotage>,
}

/// The page with the table, within the repository, and the markers around it.
const PAGE: &str = "docs/src/simulation.md";
const AROUND: [&str; 2] = ["<!-- sabotages -->\n", "<!-- /sabotages -->\n"];

/// The parts that a copy needs to be built.
const PARTS: [&str; 4] = ["sdk", "tests/simulate", "Cargo.toml", "Cargo.lock"];

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs all faults; returns true if each was found.
fn run(arguments: &Arguments) -> io::Result<bool> {
    let root = root();
    let copy = root.join("target/sabotages");
    for part in PARTS {
        mirror(&root.join(part), &copy.join(part))?;
    }
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let (before, after) = manifest.split_once("members = [").unwrap_or_default();
    let (_, after) = after.split_once(']').unwrap_or_default();
    let members = r#"members = ["sdk", "tests/simulate"]"#;
    write_changed(
        &copy.join("Cargo.toml"),
        format!("{before}{members}{after}"),
    )?;

    let sabotages = sabotages(&root)?.sabotage;
    put_in(&sabotages, &root, &copy)?;
    let program = build(&copy)?;
    let (mut rows, mut all) = (String::new(), true);
    for (number, sabotage) in sabotages.iter().enumerate() {
        let meant = |only: &String| sabotage.what.contains(only);
        if !arguments.only.as_ref().is_none_or(meant) {
            continue;
        }
        let row = match run_seeds(&program, number, arguments.seeds)? {
            Some((seed, promise)) => format!("{seed} | {promise}"),
            None => {
                all = false;
                "not found | ".to_owned()
            }
        };
        println!("| {} | {row} |", sabotage.what);
        rows.push_str(&format!("| {} | {row} |\n", sabotage.what));
    }
    if arguments.only.is_none() {
        let head = "| Fault | First seed | Broken promise |\n|---|---|---|\n";
        let page = fs::read_to_string(root.join(PAGE))?;
        let (before, _, after) = parts(&page)?;
        let [begin, end] = AROUND;
        let written = format!("{before}{begin}{head}{rows}{end}{after}");
        if !arguments.check {
            fs::write(root.join(PAGE), written)?;
        } else if written != page {
            println!("the table of {PAGE} differs; run this program without `--check` to write it");
            all = false;
        }
    }
    Ok(all)
}

/// Splits a page into the text before the table, the table, and the text after it.
fn parts(page: &str) -> io::Result<(&str, &str, &str)> {
    let [begin, end] = AROUND;
    let parts = page.split_once(begin).and_then(|(before, rest)| {
        let (table, after) = rest.split_once(end)?;
        Some((before, table, after))
    });
    parts.ok_or_else(|| io::Error::other(format!("{PAGE} has no markers for the table")))
}

/// Injects all faults into the copy; an environment variable selects the active one.
fn put_in(sabotages: &[Sabotage], root: &Path, copy: &Path) -> io::Result<()> {
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    let library = "sdk/src/lib.rs";
    for (number, sabotage) in sabotages.iter().enumerate() {
        for file in [library, &sabotage.file] {
            if !files.contains_key(file) {
                files.insert(file, fs::read_to_string(root.join(file))?);
            }
        }
        let on = format!("crate::sabotage::is({number})");
        let new = sabotage.new.replace("SABOTAGED", &on);
        if let Some(text) = files.get_mut(sabotage.file.as_str()) {
            *text = text.replacen(&sabotage.old, &new, 1);
        }
    }
    if let Some(text) = files.get_mut(library) {
        text.push_str(SWITCH);
    }
    let mut files = files.iter();
    files.try_for_each(|(file, text)| write_changed(&copy.join(file), text))
}

/// Selects the active fault in the copy.
const SWITCH: &str = r#"
mod sabotage {
    static PLAYED: std::sync::LazyLock<Option<usize>> =
        std::sync::LazyLock::new(|| std::env::var("SABOTAGE").ok()?.parse().ok());

    pub(crate) fn is(number: usize) -> bool {
        *PLAYED == Some(number)
    }
}
"#;

/// Builds the copy in a target folder of its own: in the repository's, cargo would confuse the two.
fn build(copy: &Path) -> io::Result<PathBuf> {
    let target = copy.join("target");
    let output = Command::new("cargo")
        .args(["build", "--release", "--quiet"])
        .args(["--package", "atlas-backup-simulate"])
        .args(["--bin", "atlas-backup-simulate"])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", &target)
        .output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!(
            "the copy cannot be built:\n{error}"
        )));
    }
    Ok(target.join("release/atlas-backup-simulate"))
}

/// Runs seeds with a fault; returns the first seed that fails, and the promise that it breaks.
fn run_seeds(program: &Path, number: usize, seeds: u64) -> io::Result<Option<(u64, String)>> {
    let output = Command::new(program)
        .args(["--brief", "--seeds", &seeds.to_string()])
        .env("SABOTAGE", number.to_string())
        .env("RUST_BACKTRACE", "0")
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let found = text.lines().find_map(|line| {
        let (seed, rest) = line.strip_prefix("seed ")?.split_once(" breaks ")?;
        let sentence = rest.split_once(" (")?.1.split_once("): ")?.0;
        Some((seed.parse().ok()?, sentence.to_owned()))
    });
    match found {
        None if !output.status.success() => Err(io::Error::other(format!("{text}"))),
        found => Ok(found),
    }
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

fn sabotages(root: &Path) -> io::Result<Sabotages> {
    let text = fs::read_to_string(root.join("tests/simulate/sabotages.toml"))?;
    toml::from_str(&text).map_err(io::Error::other)
}

/// Updates a copy without touching files that are equal, so that they are not rebuilt.
fn mirror(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            mirror(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    write_changed(to, &fs::read(from)?)
}

fn write_changed(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    match fs::read(path) {
        Ok(there) if there == content.as_ref() => Ok(()),
        _ => fs::write(path, content),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sabotage_applies_to_one_place_and_is_in_the_table_with_a_seed() {
        let root = root();
        let page = fs::read_to_string(root.join(PAGE)).unwrap();
        let (_, table, _) = parts(&page).unwrap();
        let sabotages = sabotages(&root).unwrap().sabotage;
        for Sabotage {
            what,
            file,
            old,
            new,
        } in &sabotages
        {
            let text = fs::read_to_string(root.join(file)).unwrap();
            assert_eq!(
                text.matches(old.as_str()).count(),
                1,
                "{what}: {file} has `{old}`"
            );
            assert_ne!(old, new, "{what}");
            let mut rows = table
                .lines()
                .filter(|row| row.starts_with(&format!("| {what} |")));
            let row = rows
                .next()
                .unwrap_or_else(|| panic!("the table lacks: {what}"));
            assert!(!row.contains("not found") && rows.next().is_none(), "{row}");
        }
        assert_eq!(table.lines().count(), sabotages.len() + 2);
    }
}
