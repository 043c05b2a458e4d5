//! `cargo xtask diff`: compares two documents from the view of SDK users and returns the required version bump.

mod format;

pub(crate) use format::{Format, formatted, of_release};

use crate::output::{print, print_message};
use crate::workspace;
use atlas_backup_generator::{Change, Class, DiffOptions, Selection, Text, diff};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// The short help of `--select`.
pub(crate) const SELECT: &str = "The operations, as a comma-separated list of names, `list*`, `tag:NAME` or `all`; a leading `-` excludes";

/// The long help of `--select`.
pub(crate) const SELECT_AT_LENGTH: &str = "\
The operations, as a comma-separated list of terms:
  getJob      the operation with this `operationId` or this name in the SDK
  list*       the operations whose name matches; `*` matches any characters
  tag:Jobs    the operations with this tag; `*` is allowed, too
  all         every operation
A leading `-` excludes operations: `all,-getJob`, `tag:Jobs,-delete*`. An operation that a term names must have a version by the API
date. The other terms skip operations without such a version and operations that have ended.";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The old OpenAPI 3.0 document.
    old: PathBuf,
    /// The new OpenAPI 3.0 document.
    new: PathBuf,
    /// The output format: text, JSON for programs, or Markdown for a comment on a pull request.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Selects the operations to compare, by their names and tags in either document.
    #[arg(long, value_name = "TERM,…", default_value = "all", help = SELECT, long_help = SELECT_AT_LENGTH, allow_hyphen_values = true)]
    select: String,
    /// Selects the dated versions to compare, for documents with dated media types. The default is the newest versions.
    #[arg(long, value_name = "YYYY-MM-DD")]
    api_date: Option<String>,
    /// Exits with 1 if there is a change of this class or a more severe one, with 2 if the documents cannot be compared.
    #[arg(long, value_enum)]
    fail_on: Option<Threshold>,
}

/// The least severe class that fails the command.
#[derive(Clone, Copy, ValueEnum)]
enum Threshold {
    Breaking,
    Feature,
    Fix,
}

impl Threshold {
    fn class(self) -> Class {
        match self {
            Self::Breaking => Class::Breaking,
            Self::Feature => Class::Feature,
            Self::Fix => Class::Fix,
        }
    }
}

/// The exit code if the documents cannot be compared, which differs from that of `--fail-on`.
const UNREADABLE: u8 = 2;

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    compare(arguments).unwrap_or_else(|message| {
        print_message(message);
        ExitCode::from(UNREADABLE)
    })
}

fn compare(arguments: &Arguments) -> Result<ExitCode, String> {
    let (old, new) = (
        workspace::read(&arguments.old)?,
        workspace::read(&arguments.new)?,
    );
    let (old_name, new_name) = (
        arguments.old.display().to_string(),
        arguments.new.display().to_string(),
    );
    let options = DiffOptions {
        selection: Selection::parse(&arguments.select),
        api_date: arguments.api_date.as_deref(),
    };
    let text = |name, text| Text { name, text };
    let changes = diff(text(&old_name, &old), text(&new_name, &new), &options)
        .map_err(|found| found.to_string())?;
    print(&formatted(&changes, arguments.format)?)?;
    let fails = arguments
        .fail_on
        .is_some_and(|threshold| reaches(&changes, threshold.class()));
    Ok(match fails {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

/// Returns true if a change has this class or a more severe one.
fn reaches(changes: &[Change], class: Class) -> bool {
    changes.iter().any(|change| change.class() <= class)
}

#[cfg(test)]
mod tests {
    use super::{Format, formatted, reaches};
    use atlas_backup_generator::{Change, Class, DiffOptions, Selection, Text, diff};

    fn changes() -> Vec<Change> {
        let text = |name, text| Text { name, text };
        let options = DiffOptions {
            selection: Selection::All,
            api_date: Some("2025-03-12"),
        };
        let (old, new) = (
            include_str!("example/old.yaml"),
            include_str!("example/new.yaml"),
        );
        diff(text("old.yaml", old), text("new.yaml", new), &options).unwrap()
    }

    #[test]
    fn changes_are_formatted_as_text_json_and_markdown() {
        for (name, format) in [
            ("text", Format::Text),
            ("json", Format::Json),
            ("markdown", Format::Markdown),
        ] {
            let formatted_changes = formatted(&changes(), format).unwrap();
            insta::with_settings!({
                omit_expression => true,
                prepend_module_to_snapshot => false,
                snapshot_path => "example",
            }, {
                insta::assert_snapshot!(name, formatted_changes);
            });
        }
    }

    #[test]
    fn text_of_a_document_is_not_markup() {
        let text = |name, text| Text { name, text };
        let options = DiffOptions {
            selection: Selection::All,
            api_date: None,
        };
        let document = |values: &str| {
            format!(
                "openapi: 3.0.3\ninfo: {{title: It, version: '1'}}\npaths: {{/a: {{get: {{operationId: a, responses: {{'200': \
                 {{description: It., content: {{application/json: {{schema: {{type: object, properties: {{'`b`': {{type: string, enum: \
                 {values}}}}}}}}}}}}}}}}}}}}}\n"
            )
        };
        let (old, new) = (
            document("[x]"),
            document("[x, '`</details>`', '```', '<b>']"),
        );
        let changes = diff(text("old.yaml", &old), text("new.yaml", &new), &options).unwrap();
        assert_eq!(changes.len(), 3);
        let formatted_changes = formatted(&changes, Format::Markdown).unwrap();
        // The text outside of code.
        let outside: Vec<&str> = formatted_changes
            .lines()
            .flat_map(|line| line.split('`').step_by(2))
            .collect();
        let outside = outside.concat();
        assert!(
            !outside.contains("</details>") && !outside.contains("<b>"),
            "{formatted_changes}"
        );
    }

    #[test]
    fn no_change_is_told_too() {
        assert_eq!(formatted(&[], Format::Text).unwrap(), "bump: none\n");
    }

    #[test]
    fn threshold_is_reached_by_its_class_and_by_more_severe_ones() {
        let of_class = |class| -> Vec<Change> {
            let changes = changes().into_iter();
            changes.filter(|change| change.class() == class).collect()
        };
        for (class, threshold, reached) in [
            (Class::Breaking, Class::Breaking, true),
            (Class::Breaking, Class::Fix, true),
            (Class::Feature, Class::Breaking, false),
            (Class::Feature, Class::Feature, true),
            (Class::Docs, Class::Fix, false),
        ] {
            let changes = of_class(class);
            assert!(!changes.is_empty(), "{class:?}");
            assert_eq!(
                reaches(&changes, threshold),
                reached,
                "{class:?} {threshold:?}"
            );
        }
    }
}
