//! The committed values of the deterministic rows, and the check that none grows.

use crate::row::Row;
use crate::{Outcome, whole};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Maximum growth of a value before the check fails: compilers and allocators change counts by less.
const TOLERANCE: f64 = 0.03;

/// The same for calls, which use a socket, so that their counts are not quite the same on every run: three runs of one
/// program beside other work differed by up to 1.8 %.
const TOLERANCE_OF_CALLS: f64 = 0.05;

const HEAD: &str = "# The deterministic figures of `cargo xtask bench`, which `cargo xtask bench --check` compares with.
# After an intended change, `cargo xtask bench --record` updates them.
";

fn path(root: &Path) -> PathBuf {
    root.join("tests/bench/figures.toml")
}

/// Returns the deterministic values of a run, by row.
fn measured(rows: &[Row]) -> BTreeMap<String, f64> {
    let rows = rows.iter().filter(|row| row.deterministic);
    rows.filter_map(|row| Some((row.id.to_owned(), row.ours.value()?)))
        .collect()
}

fn committed(root: &Path) -> Outcome<BTreeMap<String, f64>> {
    Ok(toml::from_str(&fs::read_to_string(path(root))?)?)
}

/// Writes the deterministic values of a run to the committed file, and draws their curve.
///
/// Values of rows that did not run are preserved.
pub(crate) fn record(root: &Path, rows: &[Row], all: bool) -> Outcome<()> {
    let mut figures = if all {
        BTreeMap::new()
    } else {
        committed(root)?
    };
    figures.extend(measured(rows));
    let mut text = HEAD.to_owned();
    for (id, figure) in &figures {
        text.push_str(&format!("{id} = {figure:?}\n"));
    }
    fs::write(path(root), text)?;
    let curve = whole::curve(|id| figures.get(id).copied());
    Ok(fs::write(root.join("docs/src/generation.svg"), curve)?)
}

/// Compares a run with the committed values.
///
/// # Errors
/// When a value has grown by more than the tolerance, or only one of the two has it.
pub(crate) fn check(root: &Path, rows: &[Row], all: bool) -> Outcome<()> {
    let (mut committed, measured) = (committed(root)?, measured(rows));
    if !all {
        committed.retain(|id, _| rows.iter().any(|row| row.id == id));
    }
    let found = differences(&committed, &measured);
    match found.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{}\nIf this is meant, run `cargo xtask bench --record` and commit {}.",
            found.join("\n"),
            "tests/bench/figures.toml"
        )
        .into()),
    }
}

fn differences(committed: &BTreeMap<String, f64>, measured: &BTreeMap<String, f64>) -> Vec<String> {
    let mut found = Vec::new();
    for (id, figure) in measured {
        let tolerance = match id.starts_with("call-") {
            true => TOLERANCE_OF_CALLS,
            false => TOLERANCE,
        };
        match committed.get(id) {
            None => found.push(format!("`{id}` has no committed figure")),
            Some(before) if *figure > before * (1.0 + tolerance) => found.push(format!(
                "`{id}` grew by {:.1} %, from {before} to {figure}",
                (figure / before - 1.0) * 100.0
            )),
            Some(_) => {}
        }
    }
    let gone = committed.keys().filter(|id| !measured.contains_key(*id));
    found.extend(gone.map(|id| format!("`{id}` was not measured")));
    found
}

#[cfg(test)]
mod tests {
    use super::differences;
    use std::collections::BTreeMap;

    fn figures(of: &[(&str, f64)]) -> BTreeMap<String, f64> {
        of.iter()
            .map(|(id, figure)| ((*id).to_owned(), *figure))
            .collect()
    }

    #[test]
    fn a_figure_may_shrink_and_grow_by_three_percent_and_that_of_a_call_by_five() {
        for (id, after) in [("a", 10.0), ("a", 99.0), ("a", 103.0), ("call-a", 105.0)] {
            let found = differences(&figures(&[(id, 100.0)]), &figures(&[(id, after)]));
            assert_eq!(found, [] as [&str; 0]);
        }
    }

    #[test]
    fn a_figure_that_grew_more_or_has_no_counterpart_is_reported() {
        let before = figures(&[("call-grown", 100.0), ("grown", 100.0), ("gone", 1.0)]);
        let after = figures(&[("call-grown", 105.5), ("grown", 103.5), ("new", 1.0)]);
        assert_eq!(
            differences(&before, &after),
            [
                "`call-grown` grew by 5.5 %, from 100 to 105.5",
                "`grown` grew by 3.5 %, from 100 to 103.5",
                "`new` has no committed figure",
                "`gone` was not measured",
            ]
        );
    }
}
