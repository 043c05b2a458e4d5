//! Changes as text, JSON and Markdown.

use atlas_backup_generator::{Bump, Change, Class, Direction, bump};
use clap::ValueEnum;
use serde::Serialize;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Markdown,
}

/// The classes in the order they are told, with their headings.
const CLASSES: [(Class, &str, &str); 4] = [
    (Class::Breaking, "breaking", "Breaking"),
    (Class::Feature, "feature", "Features"),
    (Class::Fix, "fix", "Fixes"),
    (Class::Docs, "docs", "Documentation"),
];

/// How many operations a line names.
const NAMED: usize = 3;

#[derive(Serialize)]
struct Report<'c> {
    bump: Bump,
    changes: &'c [Change],
}

/// The changes and the bump they ask for, with a line break at the end.
pub(crate) fn formatted(changes: &[Change], format: Format) -> Result<String, String> {
    Ok(match format {
        Format::Text => text(changes),
        Format::Markdown => markdown(changes),
        Format::Json => {
            let report = Report {
                bump: bump(changes),
                changes,
            };
            let json = serde_json::to_string_pretty(&report);
            json.map_err(|error| format!("error: {error}"))? + "\n"
        }
    })
}

fn text(changes: &[Change]) -> String {
    let mut text = String::new();
    for (class, name, _) in CLASSES {
        let of_class: Vec<_> = changes
            .iter()
            .filter(|change| change.class == class)
            .collect();
        if of_class.is_empty() {
            continue;
        }
        text.push_str(&format!("{name} ({})\n", of_class.len()));
        for change in of_class {
            let Change {
                rule, item, reason, ..
            } = change;
            let (way, pointer) = (way(change), pointer(change));
            let line = format!("  {rule:<24} {item}: {reason}{way}  {pointer}");
            text.push_str(&printable(&line));
            text.push('\n');
        }
        text.push('\n');
    }
    text + &format!("bump: {}\n", bump_name(changes))
}

/// Short lines, one thing each: long tables cannot be read on a phone.
fn markdown(changes: &[Change]) -> String {
    let mut text = format!("### API changes: {}\n", bump_name(changes));
    if changes.is_empty() {
        text.push_str("\nNo change that a user of the SDK would see.\n");
    }
    for (class, _, heading) in CLASSES {
        let of_class: Vec<_> = changes
            .iter()
            .filter(|change| change.class == class)
            .collect();
        if of_class.is_empty() {
            continue;
        }
        let count = of_class.len();
        let folded = matches!(class, Class::Fix | Class::Docs);
        text.push_str(&match folded {
            true => format!("\n<details><summary>{heading} ({count})</summary>\n\n"),
            false => format!("\n**{heading} ({count})**\n\n"),
        });
        for change in of_class {
            let Change {
                rule, item, reason, ..
            } = change;
            let (way, operations) = (way(change), operations(change));
            let lines = [
                format!("- `{item}`: {reason}{way}"),
                format!("  `{rule}`{operations}"),
            ];
            for line in lines {
                text.push_str(&printable(&line));
                text.push('\n');
            }
        }
        if folded {
            text.push_str("\n</details>\n");
        }
    }
    text
}

/// A line without what a document could move the cursor by.
fn printable(line: &str) -> String {
    line.replace(char::is_control, " ")
}

fn way(change: &Change) -> &'static str {
    match change.direction {
        Some(Direction::Request) => " (requests)",
        Some(Direction::Answer) => " (answers)",
        Some(Direction::Both) => " (requests and answers)",
        None => "",
    }
}

/// The place in the new document or, for what is gone, in the old one.
fn pointer(change: &Change) -> String {
    match (&change.new, &change.old) {
        (Some(new), _) => new.clone(),
        (None, Some(old)) => format!("old {old}"),
        (None, None) => String::new(),
    }
}

/// The operations a change reaches; of many, the first.
fn operations(change: &Change) -> String {
    let named: Vec<_> = change
        .operations
        .iter()
        .take(NAMED)
        .map(|id| format!("`{id}`"))
        .collect();
    match change.operations.len().saturating_sub(NAMED) {
        _ if named.is_empty() => String::new(),
        0 => format!(" in {}", named.join(", ")),
        more => format!(" in {} and {more} more", named.join(", ")),
    }
}

fn bump_name(changes: &[Change]) -> &'static str {
    match bump(changes) {
        Bump::Major => "major",
        Bump::Minor => "minor",
        Bump::Patch => "patch",
        Bump::None => "none",
    }
}
