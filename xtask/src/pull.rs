//! `cargo xtask pull`: stores a new upstream document without prose, pins it, and reports the changes.
//!
//! Invariant: if an overlay does not match the document or no code can be generated from it, no file changes.

mod edits;
mod unselected;

use crate::diff::{Format, formatted};
use crate::generate::{RELEASED, SelectionFile, overlays, selection, v2};
use crate::output::{print, print_message};
use crate::tree;
use crate::workspace::{self, Planned};
use atlas_backup_generator::{
    Change, DiffOptions, Preview, Pulled, Selection, Text, diff, preview, pull, unselected,
};
use clap::Args;
use edits::Edits;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use unselected::{candidates, known, remembered, versions};

const UPSTREAM: &str = "spec/v2/upstream.yaml";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The upstream OpenAPI document.
    #[arg(long)]
    from: PathBuf,
    /// Also writes the curated document, even if descriptions are missing.
    #[arg(long, value_name = "FILE")]
    preview: Option<PathBuf>,
    /// Also removes the parts of the overlays that only concern unselected operations, and prints the removal as a diff.
    #[arg(long)]
    prune: bool,
    /// Also writes the new names of renamed schemas into the overlays, where an action only describes or names one, and
    /// prints it as a diff.
    #[arg(long)]
    follow_renames: bool,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode, String> {
    print_message(format_args!("in {}", root.display()));
    let tree = tree::take(root)?;
    let pull = take_in(root, arguments)?;
    // Printed first: the written files record these changes, so the next run does not report them again.
    print(&pull.report)?;
    if overlays(root)? != pull.overlays {
        return Err(
            "error: an overlay was edited meanwhile; nothing is written: run it again".to_owned(),
        );
    }
    tree.apply(&pull.planned, &pull.changes)?;
    Ok(ExitCode::SUCCESS)
}

/// The accepted document with its report.
struct Pull {
    report: String,
    /// The overlays before any edit.
    overlays: Vec<(String, String)>,
    planned: Vec<Planned>,
    changes: Vec<workspace::Change>,
}

/// Plans the files for the document and its pin, and reports the changes.
fn take_in(root: &Path, arguments: &Arguments) -> Result<Pull, String> {
    let Arguments {
        from, preview: at, ..
    } = arguments;
    let mut last = Instant::now();
    // Printed on standard error, because standard output has the report.
    let mut stage = |name: &str, counts: String| {
        let elapsed = last.elapsed().as_secs_f64() * 1e3;
        print_message(format_args!("  {name:<10} {counts:<48} {elapsed:>6.1} ms"));
        last = Instant::now();
    };
    let text = workspace::read(from)?;
    let name = from
        .file_name()
        .map_or_else(|| "upstream".into(), |name| name.to_string_lossy());
    let wanted = selection(root)?;
    let document = Text {
        name: &name,
        text: &text,
    };
    let before = workspace::read_if_there(&root.join(UPSTREAM))?;
    let before = before.as_deref().map(|text| Text {
        name: UPSTREAM,
        text,
    });
    let selected = Selection::Operations(wanted.operations.clone());
    let pulled = pull(document, before, &selected).map_err(|found| found.to_string())?;
    let others = unselected(document, &selected, Some(&wanted.api_date))
        .map_err(|found| found.to_string())?;
    let counts = format!(
        "{} operations, {} unselected",
        pulled.operations,
        others.len()
    );
    stage("select", counts);
    let facts = changes_of_facts(before, &pulled, &wanted);
    let read = overlays(root)?;
    let edits = match before {
        Some(before) => Edits::of(&read, arguments, document, before, &selected, &facts)?,
        None => Edits::none(&read),
    };
    let released = workspace::read_if_there(&root.join(RELEASED))?;
    let source = v2(&pulled.upstream, &edits.texts, &wanted, released.as_deref());
    let coming = preview(&source).map_err(|found| {
        let mut codes = found.found().iter().map(|found| found.code);
        let prune = match codes.any(|code| code == "overlay-target-missing") {
            true => "; `--prune` removes actions about operations that are no longer selected",
            false => "",
        };
        let proposed = &edits.proposed;
        format!(
            "{found}{proposed}nothing is written: correct the overlays so that the SDK can be generated{prune}"
        )
    })?;
    stage("preview", format!("{} overlays", read.len()));
    let difference = difference(root, &coming, &wanted)?;
    let mut known = known(root, &pulled)?;
    if let Some(before) = before {
        let unselected = unselected(before, &selected, None).map_err(|found| found.to_string())?;
        known.extend(unselected.into_iter().map(|it| (it.id, it.place.into())));
    }
    let news = versions(&facts) + &candidates(&others, &known);
    stage("compare", "the SDK's document and the versions".to_owned());
    let summary = summary(&pulled);
    let planned = planned(edits.texts, pulled, remembered(&others, known));
    if let Some(path) = at {
        std::fs::write(path, &coming.curated)
            .map_err(|error| format!("error: cannot write {}: {error}", path.display()))?;
    }
    let changes = workspace::changes(root, &planned, &[])?;
    let mut report: String = changes.iter().map(|change| format!("{change}\n")).collect();
    report.push_str(&edits.made);
    report.push_str(&edits.proposed);
    report.push_str(&difference);
    report.push_str(&news);
    report.push_str(&to_do(&coming));
    Ok(Pull {
        report: report + &summary,
        overlays: read,
        planned,
        changes,
    })
}

/// Compares the stored document with the new one, both without prose. Returns no changes if a document is invalid
/// without its overlays.
fn changes_of_facts(
    before: Option<Text<'_>>,
    pulled: &Pulled,
    wanted: &SelectionFile,
) -> Vec<Change> {
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(&wanted.api_date),
    };
    let new = Text {
        name: "the document to come",
        text: &pulled.upstream,
    };
    let changes = before.map(|old| diff(old, new, &options).unwrap_or_default());
    changes.unwrap_or_default()
}

fn summary(pulled: &Pulled) -> String {
    format!(
        "{} operations pulled, newest version {}, sha256 {}; now run `cargo xtask generate`\n",
        pulled.operations, pulled.newest, pulled.sha256
    )
}

/// Returns the files to write, in the order in which an interrupted pull can be completed.
///
/// The overlays are first, because their edits follow from the difference to the stored document. The pin is last.
fn planned(overlays: Vec<(String, String)>, pulled: Pulled, remembered: Planned) -> Vec<Planned> {
    let pin = format!(
        "# @generated by `cargo xtask pull`: the source of spec/v2/upstream.yaml.\n\
         document_version = {:?}\nx_xgen_sha = {:?}\nsha256 = {:?}\nnewest_media_type = {:?}\n",
        pulled.version, pulled.revision, pulled.sha256, pulled.newest
    );
    let overlays = overlays.into_iter();
    let mut planned: Vec<Planned> = overlays
        .map(|(path, content)| Planned { path, content })
        .collect();
    planned.extend([
        Planned {
            path: UPSTREAM.to_owned(),
            content: pulled.upstream,
        },
        remembered,
        Planned {
            path: "spec/v2/source.toml".to_owned(),
            content: pin,
        },
    ]);
    planned
}

/// Returns the changes for users of the SDK: the differences between the old and the new curated document.
fn difference(root: &Path, coming: &Preview, wanted: &SelectionFile) -> Result<String, String> {
    let Ok(there) = workspace::read(&root.join("spec/v2/curated.yaml")) else {
        return Ok("there is no curated document yet to compare with\n".to_owned());
    };
    let text = |name, text| Text { name, text };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(&wanted.api_date),
    };
    let changes = diff(
        text("spec/v2/curated.yaml", &there),
        text("the document to come", &coming.curated),
        &options,
    );
    let changes = changes
        .map_err(|found| format!("{found}nothing is written: the two cannot be compared"))?;
    formatted(&changes, Format::Text)
}

/// Returns the tasks to complete before `generate` succeeds.
fn to_do(coming: &Preview) -> String {
    let mut report = String::new();
    for found in coming.adopted.found() {
        let line = found.place.as_ref().map(|place| format!(":{}", place.line));
        let place = format!("{}{}", found.document, line.unwrap_or_default());
        let part = if found.code == "overlay-action-partly-idle" {
            "partly "
        } else {
            ""
        };
        report.push_str(&format!(
            "{part}adopted: {}\n  --> {place}\n  help: {}\n",
            found.message, found.help
        ));
    }
    let undocumented = coming.undocumented.found();
    if !undocumented.is_empty() {
        report.push_str("undocumented; for a file in spec/v2/overlays/prose:\n");
    }
    for found in undocumented {
        if let Some(action) = &found.action {
            report.push_str(&format!("{action}\n"));
        }
    }
    report
}

#[cfg(test)]
mod tests;
