//! Compares two runs of the measurements, row by row.
//!
//! Must never conclude from a time alone that a program got slower: the machine may differ too, which the
//! peers' times show.

use crate::Outcome;
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// A file written by `--json`.
#[derive(Deserialize)]
struct Report {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    ours: Option<f64>,
    peer: Option<f64>,
    met: bool,
}

/// Returns a Markdown table of both reports: values before and after, and the change of each.
pub(crate) fn compare(before: &Path, after: &Path) -> Outcome<String> {
    let read = |path: &Path| -> Outcome<Report> {
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let report = serde_json::from_str(&text);
        Ok(report.map_err(|error| {
            format!(
                "{}: not a report of `cargo xtask bench --json`: {error}",
                path.display()
            )
        })?)
    };
    Ok(table(&read(before)?, &read(after)?))
}

fn table(before: &Report, after: &Report) -> String {
    let mut text = "| | ours before | ours after | change | peer's change | met |\n|---|---|---|---|---|---|\n".to_owned();
    for new in &after.rows {
        let old = before.rows.iter().find(|old| old.id == new.id);
        let met = |row: &Row| if row.met { "yes" } else { "no" };
        let met = match old {
            Some(old) if old.met != new.met => format!("{} → {}", met(old), met(new)),
            _ => met(new).to_owned(),
        };
        text.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {met} |\n",
            new.id,
            figure(old.and_then(|old| old.ours)),
            figure(new.ours),
            change(old.and_then(|old| old.ours), new.ours),
            change(old.and_then(|old| old.peer), new.peer),
        ));
    }
    let gone = |old: &&Row| !after.rows.iter().any(|new| new.id == old.id);
    for old in before.rows.iter().filter(gone) {
        text.push_str(&format!(
            "| `{}` | {} | – | – | – | removed |\n",
            old.id,
            figure(old.ours)
        ));
    }
    text
}

fn figure(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.3}"))
}

fn change(before: Option<f64>, after: Option<f64>) -> String {
    match before.zip(after) {
        Some((before, after)) if before == after => "+0.0 %".to_owned(),
        Some((before, after)) => format!("{:+.1} %", (after / before - 1.0) * 100.0),
        None => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, table};

    fn report(text: &str) -> Report {
        serde_json::from_str(text).unwrap_or(Report { rows: Vec::new() })
    }

    #[test]
    fn changes_are_listed_by_row_including_rows_of_only_one_report() {
        let before = report(
            r#"{"rows":[{"id":"a","what":"","ours":2.0,"peer":4.0,"ratio":0.5,"target":"","met":true},
            {"id":"none","ours":0.0,"peer":1.0,"met":true},{"id":"old","ours":1.0,"peer":null,"met":false}]}"#,
        );
        let after = report(
            r#"{"rows":[{"id":"a","ours":3.0,"peer":4.0,"met":false},{"id":"none","ours":0.0,"peer":1.0,"met":true},{"id":"new","ours":1.0,"peer":1.0,"met":true}]}"#,
        );
        let table = table(&before, &after);
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| `a` | 2.000 | 3.000 | +50.0 % | +0.0 % | yes → no |",
                "| `none` | 0.000 | 0.000 | +0.0 % | +0.0 % | yes |",
                "| `new` | – | 1.000 | – | – | yes |",
                "| `old` | 1.000 | – | – | – | removed |",
            ]
        );
    }
}
