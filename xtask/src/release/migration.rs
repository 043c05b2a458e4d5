//! What users have to change in their code: for each breaking change a word of advice, and the Rust there was and there is.
//!
//! Invariant: every line of the API that goes is told, whether a change of a document explains it or not.

use atlas_backup_generator::{ApiChanges, Change, Class, api_path};

/// What to do about a breaking change, by its rule.
const ADVICE: &[(&str, &str)] = &[
    (
        "operation-removed",
        "Remove the call: the service does not answer it any more.",
    ),
    (
        "operation-renamed",
        "Call the method, and its marker type, by the new name.",
    ),
    (
        "operation-earlier-name-removed",
        "Call the method, and its marker type, by the name the deprecation told.",
    ),
    (
        "operation-regrouped",
        "Name what belongs to it by the version's module (`v2::Job`), or by the new module's name.",
    ),
    (
        "sunset-passed",
        "Remove the call: the service turns this version off.",
    ),
    (
        "wait-removed",
        "Ask for the state yourself, or wait for something else.",
    ),
    (
        "pages-removed",
        "Await the call once: its answer is the whole list.",
    ),
    ("pages-changed", "Look at what `items` gives now."),
    ("required-parameter-added", "Pass the new argument."),
    ("parameter-removed", "Leave the parameter out."),
    (
        "parameter-required",
        "Pass it as an argument, and drop the setter.",
    ),
    (
        "parameter-optional",
        "Drop the argument, and call the setter if you need it.",
    ),
    ("parameter-type-changed", "Pass a value of the new type."),
    ("parameter-renamed", "Call the setter by its new name."),
    (
        "parameters-reordered",
        "Pass the arguments in the new order: the compiler may not tell you.",
    ),
    (
        "body-added",
        "Pass a body, or `None` where it is an `Option`.",
    ),
    ("body-removed", "Drop the last argument."),
    ("body-required", "Pass the body itself, not an `Option`."),
    ("body-optional", "Put the body into `Some`."),
    ("body-type-changed", "Build a body of the new type."),
    ("answer-type-changed", "Read the answer as the new type."),
    ("type-renamed", "Name the type by its new name."),
    (
        "type-regrouped",
        "Name the type by the version's module (`v2::Job`), or by another module that has it.",
    ),
    ("type-kind-changed", "Build and read it as what it is now."),
    (
        "change-form-changed",
        "Set fields through the setters, which take either form.",
    ),
    ("required-field-added", "Pass one argument more to `new`."),
    (
        "field-removed",
        "Leave the field out; what the service still sends is in `extra`.",
    ),
    ("field-renamed", "Name the field by its new name."),
    ("field-type-changed", "Read or set a value of the new type."),
    ("field-required", "Pass it to `new`, and drop the setter."),
    (
        "field-optional",
        "Drop the argument of `new`, and call the setter if you need it.",
    ),
    (
        "fields-reordered",
        "Pass the arguments of `new` in the new order: the compiler may not tell you.",
    ),
    ("tag-pinned", "Pass to `new` what it asks for now."),
    (
        "list-presence-changed",
        "Read it with or without `Option`, as the field has it now.",
    ),
    (
        "default-lost",
        "Decode the value instead of taking its default.",
    ),
    ("field-read-only", "Do not send it; answers still have it."),
    (
        "field-write-only",
        "Do not read it; requests still have it.",
    ),
    (
        "enum-value-removed",
        "Match the value as `Unknown`, should the service still send it.",
    ),
    (
        "enum-value-renamed",
        "Name the variant by its new name; the old value reads as `Unknown`, should the service still send it.",
    ),
    (
        "union-kind-removed",
        "Match the kind as `Unknown`, should the service still send it.",
    ),
    ("union-kind-renamed", "Name the variant by its new name."),
    ("union-kind-changed", "Read the variant as the new type."),
    ("union-form-changed", "Match the variants there are now."),
    (
        "union-accessor-removed",
        "Match the kinds, and read the field of each.",
    ),
];

/// The section for one release; empty if nothing breaks.
pub(super) fn section(from: &str, to: &str, changes: &[Change], api: &ApiChanges) -> String {
    let breaking: Vec<_> = changes
        .iter()
        .filter(|change| change.class == Class::Breaking)
        .collect();
    if breaking.is_empty() && api.class() != Some(Class::Breaking) {
        return String::new();
    }
    let mut text = format!("## From {from} to {to}\n");
    let (mut before, mut after) = (essential(&api.removed), essential(&api.added));
    for change in breaking {
        let advice = ADVICE.iter().find(|(rule, _)| *rule == change.rule);
        let advice = advice.map_or("", |(_, advice)| advice);
        let reason = change.reason.replace(char::is_control, " ");
        text.push_str(&format!(
            "\n### `{}`\n\n`{}`: {reason}. {advice}\n",
            change.item, change.rule
        ));
        let about = |lines: &mut Vec<&str>| -> Vec<String> {
            let of = lines.extract_if(.., |line| is_about(line, change));
            of.map(str::to_owned).collect()
        };
        text.push_str(&compared(&about(&mut before), &about(&mut after)));
    }
    if !before.is_empty() {
        let same: Vec<_> = after
            .into_iter()
            .filter(|line| before.iter().any(|old| api_path(old) == api_path(line)))
            .collect();
        text.push_str("\n### Elsewhere in the Rust API\n");
        text.push_str(&compared(&owned(&before), &owned(&same)));
    }
    text
}

/// The guide with a section put before those of earlier releases.
pub(super) fn with_section(guide: Option<&str>, section: &str) -> String {
    const HEAD: &str = "# Migration\n\nWhat to change in code that uses this crate, for each release that breaks some; the newest release first.\n";
    let earlier = guide.and_then(|guide| guide.find("\n## ").map(|at| &guide[at..]));
    format!("{HEAD}\n{section}{}", earlier.unwrap_or_default())
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn compared(before: &[String], after: &[String]) -> String {
    if before.is_empty() && after.is_empty() {
        return String::new();
    }
    let part = |name: &str, lines: &[String]| match lines {
        [] => format!("// {name}: nothing\n"),
        lines => format!("// {name}\n{}\n", lines.join("\n")),
    };
    format!(
        "\n```rust,ignore\n{}{}```\n",
        part("before", before),
        part("after", after)
    )
}

/// The lines without those that say no more than that the thing they belong to is among them.
fn essential(lines: &[String]) -> Vec<&str> {
    let is_definition = |line: &str| !line.contains("impl ") && !line.contains("impl<'de> ");
    let is_within = |line: &String, whole: &String| {
        let (part, path) = (api_path(line), api_path(whole));
        let below = part.strip_prefix(path);
        !path.is_empty()
            && is_definition(whole)
            && below.is_some_and(|below| match below {
                "" => !is_definition(line) && line != whole,
                below => below.starts_with("::"),
            })
    };
    let kept = lines
        .iter()
        .filter(|line| !lines.iter().any(|whole| is_within(line, whole)));
    kept.filter(|line| !line.starts_with("#[deprecated]"))
        .map(String::as_str)
        .collect()
}

/// Whether a line is about what a change is about.
fn is_about(line: &str, change: &Change) -> bool {
    let path = api_path(line);
    let segments: Vec<&str> = path
        .split(['<', '>', ':'])
        .filter(|segment| !segment.is_empty())
        .collect();
    let mut parts = change
        .item
        .split([':', '(', ')'])
        .filter(|part| !part.is_empty());
    let head = parts.next().unwrap_or_default();
    let names = |word: &str| segments.contains(&word) || segments.contains(&pascal(word).as_str());
    match parts.next() {
        None => names(head) || backticked(&change.reason).any(names),
        Some(member) => {
            let last = segments.last().copied().unwrap_or_default();
            let wanted = [member, "new", head, &pascal(head)];
            names(head)
                && (wanted.contains(&last) || backticked(&change.reason).any(|word| word == last))
        }
    }
}

/// What a sentence names.
fn backticked(reason: &str) -> impl Iterator<Item = &str> {
    reason.split('`').skip(1).step_by(2)
}

/// The marker type of a method.
fn pascal(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_uppercase() + rest
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::{ADVICE, section, with_section};
    use atlas_backup_generator::{ApiChanges, Class, RULES};

    #[test]
    fn every_breaking_rule_has_its_advice() {
        let breaking = RULES.iter().filter(|rule| rule.class == Class::Breaking);
        let breaking: Vec<_> = breaking.map(|rule| rule.id).collect();
        let advised: Vec<_> = ADVICE.iter().map(|(rule, _)| *rule).collect();
        assert_eq!(advised, breaking);
    }

    #[test]
    fn what_no_document_explains_is_told_too() {
        let api = ApiChanges {
            removed: vec![
                "pub fn atlas_backup::Client::v1(&self) -> V1".to_owned(),
                "pub struct atlas_backup::V1".to_owned(),
                "impl Clone for atlas_backup::V1".to_owned(),
            ],
            added: vec![
                "pub fn atlas_backup::Client::v1(self) -> V1".to_owned(),
                "pub fn atlas_backup::Client::other(self)".to_owned(),
            ],
        };
        let expected = "## From 0.1.0 to 0.2.0\n\n### Elsewhere in the Rust API\n\n```rust,ignore\n\
             // before\npub fn atlas_backup::Client::v1(&self) -> V1\npub struct atlas_backup::V1\n\
             // after\npub fn atlas_backup::Client::v1(self) -> V1\n```\n";
        assert_eq!(section("0.1.0", "0.2.0", &[], &api), expected);
        let guide = with_section(
            Some("# Migration\n\nOld.\n\n## From 0.0.1 to 0.1.0\n"),
            expected,
        );
        assert!(
            guide.ends_with("```\n\n## From 0.0.1 to 0.1.0\n"),
            "{guide}"
        );
    }

    #[test]
    fn a_release_that_breaks_nothing_has_no_section() {
        let api = ApiChanges {
            removed: Vec::new(),
            added: vec!["pub fn atlas_backup::Client::more(&self)".to_owned()],
        };
        assert_eq!(section("0.1.0", "0.1.1", &[], &api), "");
    }
}
