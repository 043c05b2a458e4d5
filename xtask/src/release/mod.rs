//! `cargo xtask release`: prepares the next version of the SDK with its changelog and migration guide.
//!
//! The repository stores the curated document and the public API of the last release. Publishing is manual.
//!
//! Invariant: the generated code of a release is up to date and compiles.
//! Invariant: the changelog is written first and the manifest last, so that the next release detects and refuses an
//! interrupted one.

mod changelog;
mod compiled;
mod migration;
mod sections;
mod version;

use crate::api;
use crate::generate;
use crate::handwritten;
use crate::output::print;
use crate::tree;
use crate::workspace::{self, Planned};
use atlas_backup_generator::{
    ApiChanges, Bump, Change, Class, DiffOptions, Selection, Text, bump, compare_public_apis, diff,
};
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::path::Path;
use std::process::ExitCode;
use version::Version;

const CURATED: &str = "spec/v2/curated.yaml";
/// The stored curated document and public API of the last release.
const RELEASED: [&str; 2] = [generate::RELEASED, "spec/v2/released-api.txt"];
const MANIFEST: &str = "sdk/Cargo.toml";
/// The testkit embeds the documents of one SDK version, so it has that version and requires exactly that SDK.
const TESTKIT: &str = "testkit/Cargo.toml";
const LOCK: &str = "Cargo.lock";
const CHANGELOG: &str = "CHANGELOG.md";
const MIGRATION: &str = "MIGRATION.md";

#[derive(Args)]
pub(crate) struct Arguments {
    /// Prints the planned changes without writing.
    #[arg(long)]
    dry_run: bool,
    /// Releases this version, which must be at least the next one, for example `1.0.0`.
    #[arg(long, value_name = "MAJOR.MINOR.PATCH")]
    version: Option<String>,
    /// Dates the section of the changelog; today in UTC by default.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
}

/// A planned release.
struct Release {
    version: String,
    /// The kind of release, in one word.
    kind: &'static str,
    /// The section of the changelog.
    section: String,
    /// The section of the migration guide; empty without breaking changes.
    migration: String,
    planned: Vec<Planned>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode, String> {
    let tree = tree::take_unless(arguments.dry_run, root)?;
    let today = || Timestamp::now().to_zoned(TimeZone::UTC).date();
    let date = arguments.date.unwrap_or_else(today);
    let Some(release) = plan(root, arguments.version.as_deref(), date)? else {
        print(
            "nothing to release: no document, no API date, no Rust API and no note has changed\n",
        )?;
        return Ok(ExitCode::SUCCESS);
    };
    print(&format!("{}\n{}", release.section, release.migration))?;
    let changes = workspace::changes(root, &release.planned, &[])?;
    workspace::print_changes(&changes, tree.is_some())?;
    if let Some(tree) = tree {
        compiled::check(root)?;
        // Compiling takes a while, in which a person may edit a file.
        check_unedited(root, arguments.version.as_deref(), date, &release)?;
        tree.apply(&release.planned, &changes)?;
    }
    print(&format!(
        "{} release {}; when `cargo publish --dry-run --package atlas-backup --package atlas-backup-testkit` passes, commit it, tag it, \
         and publish it with `cargo publish --package atlas-backup --package atlas-backup-testkit`\n",
        release.kind, release.version
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Plans a release; `None` if nothing changed since the last one.
fn plan(root: &Path, wanted: Option<&str>, date: Date) -> Result<Option<Release>, String> {
    let read = |path: &str| workspace::read(&root.join(path));
    let there = |path: &str| workspace::read_if_there(&root.join(path));
    let (manifest, changelog) = (read(MANIFEST)?, read(CHANGELOG)?);
    let (before, after) = released_version(&manifest)?;
    let last = Version::parse(before)
        .ok_or_else(|| format!("error: {MANIFEST}: `{before}` is no version"))?;
    check_uninterrupted(last, &changelog)?;
    check_generated(root)?;
    let curated = read(CURATED)?;
    let lines = api::lines(root)?;
    let api_date = generate::selection(root)?.api_date;
    let known = baseline(there(RELEASED[0])?, there(RELEASED[1])?, &changelog)?;
    let is_first = known.is_none();
    let (changes, api) = match &known {
        Some((document, surface)) => (
            compared(document, &curated, &api_date)?,
            compare_public_apis(&api::kept(surface), &lines),
        ),
        None => (Vec::new(), ApiChanges::default()),
    };
    let notes = changelog::notes(&changelog)?;
    let moved = moved(before, &api_date).filter(|_| !is_first);
    let bump = asked(&changes, &api, !notes.is_empty() || moved.is_some());
    let asked = if is_first { last } else { last.after(bump) };
    let next = chosen(wanted, asked)?;
    if !is_first && next == last {
        return Ok(None);
    }
    let version = format!("{next}+{api_date}");
    let (section, migration) = match &known {
        None => (String::new(), String::new()),
        Some(_) => (
            changelog::section(&changes, &api, moved.as_deref()),
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
            CHANGELOG,
            changelog::released(&changelog, &version, date, &section)?,
        ),
        file(api::PATH, text.clone()),
        file(RELEASED[1], text),
        file(RELEASED[0], curated),
    ];
    if !migration.is_empty() {
        let guide = there(MIGRATION)?;
        planned.push(file(
            MIGRATION,
            migration::with_section(guide.as_deref(), &migration)?,
        ));
    }
    let mut packages = vec!["atlas-backup"];
    if let Some(testkit) = there(TESTKIT)? {
        planned.push(file(TESTKIT, paired(&testkit, before, &version)?));
        packages.push("atlas-backup-testkit");
    }
    if let Some(lock) = there(LOCK)? {
        planned.push(file(LOCK, locked(&lock, &packages, before, &version)?));
    }
    let head = &manifest[..manifest.len() - before.len() - after.len()];
    planned.push(file(MANIFEST, format!("{head}{version}{after}")));
    Ok(Some(Release {
        version,
        kind: match bump {
            _ if is_first => "first",
            Bump::Major => "breaking",
            Bump::Minor => "feature",
            Bump::Patch => "fix",
            Bump::None => "declared",
        },
        section,
        migration,
        planned,
    }))
}

/// Refuses a tree with an interrupted release.
fn check_uninterrupted(last: Version, changelog: &str) -> Result<(), String> {
    match changelog::last(changelog).and_then(Version::parse) {
        Some(newest) if newest > last => Err(format!(
            "error: {CHANGELOG} has {newest} and {MANIFEST} has {last}: an earlier release was interrupted while it wrote; \
             move the notes of {newest} in {CHANGELOG} back below `## [Unreleased]` and remove the rest of its section, \
             undo with git what it wrote of {}, and release again",
            [
                MIGRATION,
                api::PATH,
                RELEASED[0],
                RELEASED[1],
                TESTKIT,
                LOCK
            ]
            .join(", ")
        )),
        _ => Ok(()),
    }
}

/// Refuses to write if a file changed since the release was planned.
fn check_unedited(
    root: &Path,
    wanted: Option<&str>,
    date: Date,
    release: &Release,
) -> Result<(), String> {
    match plan(root, wanted, date)? {
        Some(now) if now.planned == release.planned => Ok(()),
        _ => Err(
            "error: files were edited while the release was compiled; nothing is released: run it again"
                .to_owned(),
        ),
    }
}

/// Checks that the generated code is up to date.
fn check_generated(root: &Path) -> Result<(), String> {
    let planned = generate::plan(root, generate::Format::Text, &mut |_| {})?;
    handwritten::check(root, &planned)?;
    let changes = workspace::changes(root, &planned, &generate::owned())?;
    if changes.is_empty() {
        return Ok(());
    }
    let changes: String = changes
        .iter()
        .map(|change| format!("would {change}\n"))
        .collect();
    Err(format!(
        "error: the SDK is not what the documents say; run `cargo xtask generate`, review what it changes, and release then:\n{changes}"
    ))
}

/// Reads the stored state of the last release; `None` before the first one.
fn baseline(
    document: Option<String>,
    surface: Option<String>,
    changelog: &str,
) -> Result<Option<(String, String)>, String> {
    let [document_path, surface_path] = RELEASED;
    let lost = |missing: &str, why: String| {
        Err(format!(
            "error: {missing} is not there, and {why}: bring it back from the commit of the last release, since the next one is compared with it; \
             if the first release was interrupted, move its notes in {CHANGELOG} back below `## [Unreleased]`, remove the rest of its section and {surface_path}, \
             and release again"
        ))
    };
    match (document, surface, changelog::last(changelog)) {
        (Some(document), Some(surface), _) => Ok(Some((document, surface))),
        (Some(_), None, _) => lost(surface_path, format!("{document_path} is")),
        (None, Some(_), _) => lost(document_path, format!("{surface_path} is")),
        (None, None, Some(last)) => lost(document_path, format!("{CHANGELOG} tells of {last}")),
        (None, None, None) => Ok(None),
    }
}

/// Describes a changed API date.
fn moved(released: &str, api_date: &str) -> Option<String> {
    let (_, last) = released.split_once('+')?;
    (last != api_date).then(|| format!("The API date is {api_date}, and was {last}."))
}

/// Returns the version of the release: the required one, or a higher one given on the command line.
fn chosen(wanted: Option<&str>, asked: Version) -> Result<Version, String> {
    let Some(text) = wanted else { return Ok(asked) };
    let wanted = Version::parse(text)
        .ok_or_else(|| format!("error: `{text}` is no version; write MAJOR.MINOR.PATCH"))?;
    match wanted >= asked {
        true => Ok(wanted),
        false => Err(format!(
            "error: {text} is too low: what has changed asks for {asked} at least"
        )),
    }
}

/// Returns the lock file with the new version of each package.
fn locked(lock: &str, packages: &[&str], before: &str, version: &str) -> Result<String, String> {
    let end = if lock.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lock = lock.to_owned();
    for package in packages {
        let entry =
            |version: &str| format!("name = \"{package}\"{end}version = \"{version}\"{end}");
        if !lock.contains(&entry(before)) {
            return Err(format!(
                "error: {LOCK} has no entry of `{package}` {before}, which {MANIFEST} has; run `cargo update --workspace`"
            ));
        }
        lock = lock.replacen(&entry(before), &entry(version), 1);
    }
    Ok(lock)
}

/// Returns the testkit's manifest with the new version, also for its dependency on the SDK.
fn paired(manifest: &str, before: &str, version: &str) -> Result<String, String> {
    let exact = |version: &str| {
        let (release, _) = version.split_once('+').unwrap_or((version, ""));
        format!("version = \"={release}\"")
    };
    let own = |version: &str| format!("version = \"{version}\"");
    for wanted in [own(before), exact(before)] {
        if !manifest.contains(&wanted) {
            return Err(format!(
                "error: {TESTKIT} has no `{wanted}`, and {MANIFEST} has {before}; write it there"
            ));
        }
    }
    Ok(manifest.replacen(&own(before), &own(version), 1).replacen(
        &exact(before),
        &exact(version),
        1,
    ))
}

/// Returns the version in a manifest and its build metadata.
fn released_version(manifest: &str) -> Result<(&str, &str), String> {
    let found = manifest.split_once("\nversion = \"");
    let found = found.and_then(|(_, after)| after.find('"').map(|end| after.split_at(end)));
    found.ok_or_else(|| format!("error: {MANIFEST} has no version"))
}

/// Returns the required bump: the largest of those for the document, the Rust API, and notes or a new API date.
fn asked(changes: &[Change], api: &ApiChanges, has_more: bool) -> Bump {
    let of_api = match api.class() {
        Some(Class::Breaking) => Bump::Major,
        Some(Class::Feature) => Bump::Minor,
        Some(Class::Fix | Class::Docs) => Bump::Patch,
        None => Bump::None,
    };
    let of_more = match has_more {
        true => Bump::Patch,
        false => Bump::None,
    };
    bump(changes).max(of_api).max(of_more)
}

fn compared(old: &str, new: &str, api_date: &str) -> Result<Vec<Change>, String> {
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(api_date),
    };
    diff(text(RELEASED[0], old), text(CURATED, new), &options).map_err(|found| found.to_string())
}

#[cfg(test)]
mod tests;
