//! Formats changes as text, JSON and Markdown.

use atlas_backup_generator::{Bump, Change, Class, Direction, bump};
use clap::ValueEnum;
use serde::Serialize;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Markdown,
}

/// The classes in output order, with their headings.
const CLASSES: [(Class, &str, &str); 4] = [
    (Class::Breaking, "breaking", "Breaking"),
    (Class::Feature, "feature", "Features"),
    (Class::Fix, "fix", "Fixes"),
    (Class::Docs, "docs", "Documentation"),
];

/// Maximum number of operations in a line.
const NAMED: usize = 3;

#[derive(Serialize)]
struct Report<'c> {
    bump: Bump,
    changes: &'c [Change],
}

/// Formats the changes and the required bump, with a final line break.
pub(crate) fn formatted(changes: &[Change], format: Format) -> Result<String, String> {
    Ok(match format {
        Format::Text => text(changes),
        Format::Markdown => markdown(changes, bump_name(changes)),
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
            .filter(|change| change.class() == class)
            .collect();
        if of_class.is_empty() {
            continue;
        }
        text.push_str(&format!("{name} ({})\n", of_class.len()));
        for change in of_class {
            let (rule, item, reason) = (change.rule(), &change.item, change.what.sentence());
            let (why, rule) = (rule.why, rule.id);
            let (way, pointer) = (way(change), pointer(change));
            let others = change.elsewhere.len();
            let (item, more) = match others {
                0 => (item.to_string(), None),
                others => {
                    let operations = change.operations.join(", ");
                    (
                        format!("{item} and {others} more"),
                        Some(format!("  {:<24} in {operations}", "")),
                    )
                }
            };
            let lines = [
                format!("  {rule:<24} {item}: {reason}{way}; {why}"),
                format!("  {:<24} {pointer}", ""),
            ];
            for line in lines.into_iter().chain(more) {
                text.push_str(&printable(&line));
                text.push('\n');
            }
        }
        text.push('\n');
    }
    text + &format!("bump: {}\n", bump_name(changes))
}

/// Formats the changes of a release as Markdown, without the required bump, which its version already shows.
pub(crate) fn of_release(changes: &[Change]) -> String {
    let mut classes = CLASSES.iter();
    let foremost =
        classes.find(|(class, ..)| changes.iter().any(|change| change.class() == *class));
    let foremost = foremost.map_or_else(|| "none".to_owned(), |(.., name)| name.to_lowercase());
    markdown(changes, &foremost)
}

/// Formats changes as short lines, because wide tables are unreadable on a phone.
fn markdown(changes: &[Change], head: &str) -> String {
    let mut text = format!("### API changes: {head}\n");
    if changes.is_empty() {
        text.push_str("\nNo change that a user of the SDK would see.\n");
    }
    for (class, _, heading) in CLASSES {
        let of_class: Vec<_> = changes
            .iter()
            .filter(|change| change.class() == class)
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
            let (why, rule) = (change.rule().why, change.rule().id);
            let (way, operations) = (way(change), operations(change));
            let (mut item, reason) = (
                span(&change.item.to_string()),
                prose(&change.what.sentence()),
            );
            if !change.elsewhere.is_empty() {
                item.push_str(&format!(" and {} more", change.elsewhere.len()));
            }
            let lines = [
                format!("- {item}: {reason}{way}; {why}"),
                format!("  `{rule}`{operations}, {}", at(change)),
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

/// Escapes control characters.
fn printable(line: &str) -> String {
    line.replace(char::is_control, " ")
}

/// Formats any text as inline code.
fn span(text: &str) -> String {
    let longest = text.split(|sign| sign != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    match text.starts_with('`') || text.ends_with('`') {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// Formats a sentence with code as Markdown; text of a document is never markup.
fn prose(reason: &str) -> String {
    let mut parts: Vec<String> = reason.split('`').map(str::to_owned).collect();
    if parts.len().is_multiple_of(2) {
        // A single backtick is not code.
        parts = vec![reason.replace('`', "'")];
    }
    for outside in parts.iter_mut().step_by(2) {
        *outside = outside.replace('&', "&amp;").replace('<', "&lt;");
    }
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        match index % 2 {
            0 => text.push_str(part),
            // Empty code would become a longer run of backticks.
            _ if part.is_empty() => text.push_str("\"\""),
            _ => text.push_str(&format!("`{part}`")),
        }
    }
    text
}

fn way(change: &Change) -> &'static str {
    match change.direction {
        Some(Direction::Request) => " (requests)",
        Some(Direction::Response) => " (responses)",
        Some(Direction::Both) => " (requests and responses)",
        None => "",
    }
}

/// Formats the location of a change as Markdown.
fn at(change: &Change) -> String {
    match (&change.new, &change.old) {
        (None, Some(old)) => format!("in the old document at {}", span(old)),
        _ => format!("at {}", span(&pointer(change))),
    }
}

/// Returns the location in the new document, or in the old one for removed items.
fn pointer(change: &Change) -> String {
    match (&change.new, &change.old) {
        (Some(new), _) => new.clone(),
        (None, Some(old)) => format!("old {old}"),
        (None, None) => String::new(),
    }
}

/// Formats the affected operations; of many, the first ones.
fn operations(change: &Change) -> String {
    let named: Vec<_> = change
        .operations
        .iter()
        .take(NAMED)
        .map(|id| span(id))
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
