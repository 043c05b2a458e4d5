//! Tests `spec/OASDIFF.md`: each check of oasdiff is in one row, each mentioned rule exists, and each rule is
//! mentioned.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests read files and may fail loudly"
)]

use atlas_backup_generator::RULES;
use std::collections::BTreeSet;
use std::path::Path;

/// Number of checks in version 1.32.1.
const CHECKS: usize = 755;

/// Returns the cells of all table rows.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}

/// Returns the texts between backticks.
fn named(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Expands the braces of a pattern.
fn spelt_out(pattern: &str) -> Vec<String> {
    let braces = pattern.split_once('{');
    let Some((before, (inside, after))) =
        braces.and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        return vec![pattern.to_owned()];
    };
    let all = inside.split(',').map(|part| [before, part, after].concat());
    all.flat_map(|pattern| spelt_out(&pattern)).collect()
}

#[test]
fn oasdiff_table_lists_each_check_once_with_existing_rules_or_a_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/OASDIFF.md");
    let text = std::fs::read_to_string(path).expect("it is there");
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    let (mut checks, mut used, mut alone) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let (mut met, mut unmet) = (0, 0);
    for row in rows(&text) {
        let [pattern] = named(row[0])[..] else {
            unreachable!("a row begins with one pattern: {row:?}")
        };
        if let [_, reason] = row[..] {
            assert!(!reason.is_empty() && alone.insert(pattern), "{row:?}");
            continue;
        }
        let [_, severity, rules, remark] = row[..] else {
            unreachable!("a row has four cells: {row:?}")
        };
        assert!(["error", "warning", "info"].contains(&severity), "{row:?}");
        let spelt = spelt_out(pattern);
        let rules = named(rules);
        match rules.is_empty() {
            true => unmet += spelt.len(),
            false => met += spelt.len(),
        }
        assert!(!rules.is_empty() || !remark.is_empty(), "{row:?}");
        for rule in rules {
            assert!(known.contains(rule), "{rule} in {row:?}");
            used.insert(rule);
        }
        checks.extend(spelt);
    }
    let distinct: BTreeSet<&String> = checks.iter().collect();
    assert_eq!((checks.len(), distinct.len()), (CHECKS, CHECKS));
    let expected: BTreeSet<&str> = known.difference(&used).copied().collect();
    assert_eq!(alone, expected);
    let totals = format!(
        "Of the {CHECKS} checks, {met} have a rule here, and {unmet} have none, each for the given reason. {} rules",
        alone.len()
    );
    assert!(text.contains(&totals), "{totals}");
}
