//! `cargo xtask release`: the next version of the SDK, what changed since the last one, and what users have to do.
//!
//! The last release is remembered as its curated document and its public API, beside the documents. Publishing is left to a person.
//!
//! Invariant: all files are written, or none.

mod changelog;
mod migration;
mod version;

use crate::api;
use crate::generate;
use crate::journal;
use crate::workspace::{self, Planned};
use atlas_backup_generator::{
    ApiChanges, Bump, Change, Class, DiffOptions, Selection, Text, bump, compare_surfaces, diff,
    sha256,
};
use clap::Args;
use std::path::Path;
use std::process::ExitCode;
use version::Version;

const CURATED: &str = "spec/v2/curated.yaml";
/// The curated document and the public API of the last release.
const RELEASED: [&str; 2] = ["spec/v2/released.yaml", "spec/v2/released-api.txt"];
const MANIFEST: &str = "sdk/Cargo.toml";
const LOCK: &str = "Cargo.lock";
const CHANGELOG: &str = "CHANGELOG.md";
const MIGRATION: &str = "MIGRATION.md";

#[derive(Args)]
pub(crate) struct Arguments {
    /// Writes nothing; prints what would be written.
    #[arg(long)]
    dry_run: bool,
}

/// A release to be.
struct Release {
    version: String,
    bump: Bump,
    /// What the changelog says of it.
    section: String,
    /// What users have to do; empty if nothing breaks.
    migration: String,
    planned: Vec<Planned>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode, String> {
    let tree = journal::take_unless(arguments.dry_run, root)?;
    let Some(release) = plan(root)? else {
        println!("nothing to release: no document, no Rust API and no note has changed");
        return Ok(ExitCode::SUCCESS);
    };
    print!("{}\n{}", release.section, release.migration);
    let changes = workspace::changes(root, &release.planned, &[])?;
    for change in &changes {
        println!("{}{change}", if arguments.dry_run { "would " } else { "" });
    }
    let bump = match release.bump {
        Bump::Major => "breaking",
        Bump::Minor => "feature",
        Bump::Patch => "fix",
        Bump::None => "first",
    };
    if let Some(tree) = tree {
        tree.apply(&release.planned, &changes)?;
    }
    println!(
        "{bump} release {}; publish it with `cargo publish --package atlas-backup`",
        release.version
    );
    Ok(ExitCode::SUCCESS)
}

/// What is to be written; `None` if nothing has changed since the last release.
fn plan(root: &Path) -> Result<Option<Release>, String> {
    let read = |path: &str| workspace::read(&root.join(path));
    let there = |path: &str| root.join(path).exists().then(|| read(path)).transpose();
    let (curated, manifest, changelog) = (read(CURATED)?, read(MANIFEST)?, read(CHANGELOG)?);
    check_generated(root, &curated)?;
    let lines = api::lines(root)?;
    let api_date = generate::selection(root)?.api_date;
    let (before, after) = released_version(&manifest)?;
    let last = Version::parse(before)
        .ok_or_else(|| format!("error: {MANIFEST}: `{before}` is no version"))?;

    let known = there(RELEASED[0])?.zip(there(RELEASED[1])?);
    let is_first = known.is_none();
    let (changes, api) = match &known {
        Some((document, surface)) => (
            compared(document, &curated, &api_date)?,
            compare_surfaces(&api::kept(surface), &lines),
        ),
        None => (Vec::new(), ApiChanges::default()),
    };
    let notes = changelog::notes(&changelog)?;
    let bump = asked(&changes, &api, !notes.is_empty());
    if !is_first && bump == Bump::None {
        return Ok(None);
    }
    let next = if is_first { last } else { last.after(bump) };
    let version = format!("{next}+{api_date}");
    let (section, migration) = match is_first {
        true => (String::new(), String::new()),
        false => (
            changelog::section(&changes, &api)?,
            migration::section(&last.to_string(), &next.to_string(), &changes, &api),
        ),
    };

    let file = |path: &str, content: String| Planned {
        path: path.to_owned(),
        content,
    };
    let text = api::text(&lines);
    let mut planned = vec![
        file(
            MANIFEST,
            format!(
                "{}{version}{after}",
                &manifest[..manifest.len() - before.len() - after.len()]
            ),
        ),
        file(
            CHANGELOG,
            changelog::released(&changelog, &version, &section)?,
        ),
        file(RELEASED[0], curated),
        file(RELEASED[1], text.clone()),
        file(api::PATH, text),
    ];
    if !migration.is_empty() {
        let guide = there(MIGRATION)?;
        planned.push(file(
            MIGRATION,
            migration::with_section(guide.as_deref(), &migration),
        ));
    }
    if let Some(lock) = there(LOCK)? {
        let entry = |version: &str| format!("name = \"atlas-backup\"\nversion = \"{version}\"\n");
        planned.push(file(
            LOCK,
            lock.replacen(&entry(before), &entry(&version), 1),
        ));
    }
    Ok(Some(Release {
        version,
        bump: if is_first { Bump::None } else { bump },
        section,
        migration,
        planned,
    }))
}

/// The version in a manifest, and what stands behind it.
fn released_version(manifest: &str) -> Result<(&str, &str), String> {
    let found = manifest.split_once("\nversion = \"");
    let found = found.and_then(|(_, after)| after.find('"').map(|end| after.split_at(end)));
    found.ok_or_else(|| format!("error: {MANIFEST} has no version"))
}

/// What changes of the document, of the Rust API, and notes by hand ask for: the gravest of the three.
fn asked(changes: &[Change], api: &ApiChanges, has_notes: bool) -> Bump {
    let of_api = match api.class() {
        Some(Class::Breaking) => Bump::Major,
        Some(Class::Feature) => Bump::Minor,
        Some(Class::Fix | Class::Docs) => Bump::Patch,
        None => Bump::None,
    };
    let of_notes = match has_notes {
        true => Bump::Patch,
        false => Bump::None,
    };
    bump(changes).max(of_api).max(of_notes)
}

fn compared(old: &str, new: &str, api_date: &str) -> Result<Vec<Change>, String> {
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(api_date),
    };
    diff(text(RELEASED[0], old), text(CURATED, new), &options).map_err(|found| found.to_string())
}

/// A release is of code that was generated from the document beside it.
fn check_generated(root: &Path, curated: &str) -> Result<(), String> {
    let pin = format!("SPEC_SHA256: &str = \"{}\"", sha256(curated));
    for path in workspace::files_below(root, "sdk/src")? {
        if path.ends_with("/mod.rs") && workspace::read(&root.join(path))?.contains(&pin) {
            return Ok(());
        }
    }
    Err(format!(
        "error: the SDK was not generated from {CURATED} as it is; run `cargo xtask generate`"
    ))
}

#[cfg(test)]
mod tests;
