//! The summary of `generate`: the generated and the omitted operations, in about ten lines.

use atlas_backup_generator::{Generated, Omission, Omitted};
use std::collections::BTreeMap;

/// Maximum length of a line of names, in bytes.
const WIDTH: usize = 100;

/// Returns the summary. With `verbose`, it lists every omitted operation on its own line.
pub(crate) fn of(generated: &Generated, verbose: bool) -> String {
    let files = generated.files.iter();
    let lines: usize = files.map(|file| file.content.lines().count()).sum();
    let operations = generated.operations;
    let mut summary = format!(
        "{}, {}, {}",
        counted(operations, "operation"),
        counted(generated.modules.len(), "module"),
        counted(lines, "line"),
    );
    let left_out = left_out(generated, verbose);
    if !left_out.is_empty() {
        summary.push('\n');
        summary.push_str(&left_out);
    }
    summary
}

/// Returns the omitted operations with their reasons; empty if there are none.
pub(crate) fn left_out(generated: &Generated, verbose: bool) -> String {
    if generated.omitted.is_empty() {
        return String::new();
    }
    let omitted = generated.omitted.len();
    let selected = counted(omitted + generated.operations, "selected operation");
    let mut summary = format!("left out: {omitted} of {selected}");
    let mut reasons: BTreeMap<&str, Vec<&Omitted>> = BTreeMap::new();
    for omitted in &generated.omitted {
        reasons.entry(reason(omitted)).or_default().push(omitted);
    }
    for (reason, omitted) in reasons {
        summary.push_str(&format!("\n  {:>4} {reason}:", omitted.len()));
        match verbose {
            true => omitted
                .iter()
                .for_each(|one| summary.push_str(&at_length(one))),
            false => summary.push_str(&format!(" {}", first(&omitted))),
        }
    }
    if !verbose {
        summary.push_str(
            "\n  `--verbose` names all of them; one that is selected by its name is a finding",
        );
    }
    summary
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn reason(omitted: &Omitted) -> &'static str {
    match omitted.reason {
        Omission::NoVersion { .. } => "without a version by the API date",
        Omission::Ended { .. } => "ended by the API date",
    }
}

fn at_length(Omitted { id, place, reason }: &Omitted) -> String {
    let reason = match reason {
        Omission::NoVersion { oldest } => format!("starts with version {oldest}"),
        Omission::Ended { sunset } => format!("ended on {sunset}"),
    };
    format!("\n       {id} ({place}) {reason}")
}

/// Returns as many names as fit into a line.
fn first(omitted: &[&Omitted]) -> String {
    let mut line = String::new();
    for (index, Omitted { id, .. }) in omitted.iter().enumerate() {
        if index > 0 && line.len() + id.len() > WIDTH {
            return format!("{line}, …");
        }
        if index > 0 {
            line.push_str(", ");
        }
        line.push_str(id);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::of;
    use atlas_backup_generator::{Diagnostics, Generated, Omission, Omitted};

    fn generated(omitted: usize) -> Generated {
        let omitted = (0..omitted).map(|number| Omitted {
            id: format!("getGroupClusterThing{number}"),
            place: format!("GET /groups/things/{number}"),
            reason: match number % 2 {
                0 => Omission::NoVersion {
                    oldest: "2026-01-01".to_owned(),
                },
                _ => Omission::Ended {
                    sunset: "2025-01-01".to_owned(),
                },
            },
        });
        Generated {
            curated: String::new(),
            requests: String::new(),
            index: String::new(),
            files: Vec::new(),
            modules: vec!["jobs".to_owned()],
            operations: 540,
            omitted: omitted.collect(),
            undescribed: Diagnostics::default(),
        }
    }

    #[test]
    fn the_summary_of_hundreds_of_operations_is_a_few_short_lines() {
        for count in [0, 1, 2, 540] {
            let summary = of(&generated(count), false);
            assert!(summary.lines().count() <= 10, "{summary}");
            assert!(summary.lines().all(|line| line.len() < 200), "{summary}");
        }
        insta::assert_snapshot!(of(&generated(9), false), @r"
        540 operations, 1 module, 0 lines
        left out: 9 of 549 selected operations
             4 ended by the API date: getGroupClusterThing1, getGroupClusterThing3, getGroupClusterThing5, getGroupClusterThing7
             5 without a version by the API date: getGroupClusterThing0, getGroupClusterThing2, getGroupClusterThing4, getGroupClusterThing6, …
          `--verbose` names all of them; one that is selected by its name is a finding
        ");
    }

    #[test]
    fn the_verbose_summary_names_every_operation_with_its_reason() {
        let summary = of(&generated(540), true);
        assert_eq!(summary.matches("getGroupClusterThing").count(), 540);
        insta::assert_snapshot!(of(&generated(2), true), @r"
        540 operations, 1 module, 0 lines
        left out: 2 of 542 selected operations
             1 ended by the API date:
               getGroupClusterThing1 (GET /groups/things/1) ended on 2025-01-01
             1 without a version by the API date:
               getGroupClusterThing0 (GET /groups/things/0) starts with version 2026-01-01
        ");
    }
}
