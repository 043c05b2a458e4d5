//! The migration guide: for each breaking change, advice and the lines of the API before and after.
//!
//! Invariant: every removed line of the API is in the guide, even if no change of the document explains it.

mod advice;

use super::sections::{headings, with_its_line_ends};
use advice::advice;
use atlas_backup_generator::{ApiChanges, Change, ChangeKind, Class, Item, OutputChange, api_path};

/// Maximum number of API lines before and after a change.
const SHOWN: usize = 8;

/// Returns the section of a release; empty without breaking changes.
pub(super) fn section(from: &str, to: &str, changes: &[Change], api: &ApiChanges) -> String {
    let breaking: Vec<_> = changes
        .iter()
        .filter(|change| change.class() == Class::Breaking)
        .collect();
    if breaking.is_empty() && api.class() != Some(Class::Breaking) {
        return String::new();
    }
    let mut text = format!("## From {from} to {to}\n");
    let (removed, added) = (essential(&api.removed), essential(&api.added));
    let about = |lines: &[&str], change: &Change| -> Vec<String> {
        let lines = lines.iter().filter(|line| is_about(line, change));
        lines.map(|line| (*line).to_owned()).collect()
    };
    for change in &breaking {
        let advice = advice(&change.what).unwrap_or_default();
        let reason = change.what.sentence().replace(char::is_control, " ");
        let others: Vec<_> = change
            .items()
            .skip(1)
            .map(|item| format!("`{item}`"))
            .collect();
        let others = match others.as_slice() {
            [] => String::new(),
            others => format!(" The same holds for {}.", others.join(", ")),
        };
        let (item, rule) = (&change.item, change.rule().id);
        text.push_str(&format!(
            "\n### `{item}`\n\n`{rule}`: {reason}. {advice}{others}\n"
        ));
        text.push_str(&shown(&about(&removed, change), &about(&added, change)));
    }
    let is_explained = |line: &str| breaking.iter().any(|change| is_about(line, change));
    let left: Vec<_> = removed.iter().filter(|line| !is_explained(line)).collect();
    if !left.is_empty() {
        let is_same = |line: &&&str| left.iter().any(|old| api_path(old) == api_path(line));
        let after: Vec<_> = added
            .iter()
            .filter(is_same)
            .map(|line| (*line).to_owned())
            .collect();
        text.push_str("\n### Elsewhere in the Rust API\n");
        if after.is_empty() {
            text.push_str("\nThese are gone, and nothing has their names.\n");
        }
        let before: Vec<_> = left.iter().map(|line| (**line).to_owned()).collect();
        text.push_str(&code(&before, &after));
    }
    text
}

/// Returns the guide with a new section before the earlier ones.
pub(super) fn with_section(guide: Option<&str>, section: &str) -> Result<String, String> {
    const HEAD: &str = "# Migration\n\nWhat to change in code that uses this crate, for each release that breaks some; the newest release first.\n";
    with_its_line_ends(guide.unwrap_or_default(), |guide| {
        let earlier = headings(guide).first().map(|(at, _)| &guide[*at..]);
        let space = if earlier.is_some() { "\n" } else { "" };
        Ok(format!(
            "{HEAD}\n{section}{space}{}",
            earlier.unwrap_or_default()
        ))
    })
}

/// Returns the first API lines before and after; empty if they are equal.
fn shown(before: &[String], after: &[String]) -> String {
    let first = |lines: &[String]| -> Vec<String> {
        let more = lines.len().saturating_sub(SHOWN);
        let more = (more > 0).then(|| format!("// and {more} more"));
        lines.iter().take(SHOWN).cloned().chain(more).collect()
    };
    match before.is_empty() && after.is_empty() {
        true => String::new(),
        false => code(&first(before), &first(after)),
    }
}

/// Formats the API lines before and after.
fn code(before: &[String], after: &[String]) -> String {
    let part = |name: &str, lines: &[String]| match lines {
        [] => String::new(),
        lines => format!("// {name}\n{}\n", lines.join("\n")),
    };
    format!(
        "\n```rust,ignore\n{}{}```\n",
        part("before", before),
        part("after", after)
    )
}

/// Removes lines that another line implies.
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

/// Returns true if an API line belongs to the item of a change.
fn is_about(line: &str, change: &Change) -> bool {
    let path = api_path(line);
    let segments: Vec<&str> = path
        .split(['<', '>', ':'])
        .filter(|segment| !segment.is_empty())
        .collect();
    change
        .items()
        .any(|item| is_about_item(&segments, line, item, &change.what))
}

fn is_about_item(segments: &[&str], line: &str, item: &Item, what: &ChangeKind) -> bool {
    let head = item.name.as_str();
    if let ChangeKind::TypeRenamed { new } = what {
        // The item may occur anywhere in the line.
        let mut words = line.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        return words.any(|word| word == head || word == new);
    }
    let also = also_named(what);
    let names = |word: &str| segments.contains(&word) || segments.contains(&pascal(word).as_str());
    match item.member.as_deref() {
        None => names(head) || also.iter().any(|word| names(word)),
        Some(member) => {
            let last = segments.last().copied().unwrap_or_default();
            let wanted = [member, "new", head, &pascal(head)];
            names(head) && (wanted.contains(&last) || also.contains(&last))
        }
    }
}

/// Returns the further names of a change.
fn also_named(what: &ChangeKind) -> Vec<&str> {
    match what {
        ChangeKind::OperationRenamed { old, new }
        | ChangeKind::ParameterRenamed { old, new }
        | ChangeKind::FieldRenamed { old, new }
        | ChangeKind::EnumValueRenamed { old, new }
        | ChangeKind::UnionKindRenamed { old, new } => vec![old, new],
        ChangeKind::OperationEarlierNameRemoved { earlier } => vec![earlier],
        ChangeKind::UnionKindChanged { kind, old, new } => vec![kind, old, new],
        ChangeKind::BodyTypeChanged { old, new }
        | ChangeKind::ParameterTypeChanged { old, new }
        | ChangeKind::FieldTypeChanged { old, new }
        | ChangeKind::ResponseTypeChanged {
            given: OutputChange::Type { old, new },
        } => vec![old, new],
        _ => Vec::new(),
    }
}

/// Returns the marker type of a method.
fn pascal(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_uppercase() + rest
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::{advice, section, with_section};
    use crate::workspace;
    use atlas_backup_generator::{
        ApiChanges, Change, ChangeKind, Class, DiffOptions, File, RULES, Selection, Source, Target,
        Text, compare_public_apis, diff, generate, public_api,
    };

    fn of(changes: &[Change], api: &ApiChanges) -> String {
        section("0.1.0", "0.2.0", changes, api)
    }

    /// Returns the public API of a document; empty if the generator refuses it.
    fn lines(document: &str) -> Vec<String> {
        let source = Source {
            document: Text {
                name: "it",
                text: document,
            },
            overlays: Vec::new(),
            selection: Selection::All,
            released: None,
            api_date: Some("2025-03-12"),
            documented: false,
            curated: "it",
            target: Target {
                crate_name: "it",
                directory: "api",
                receiver: "Client",
                features: true,
            },
        };
        let Ok(generated) = generate(&source, &mut |_, _| {}) else {
            return Vec::new();
        };
        let mut files = generated.files;
        let content = "mod client { pub struct Client; pub struct Call<E>(E); }\npub use client::{Call, Client};\npub mod api;";
        files.push(File {
            path: "lib.rs".to_owned(),
            content: content.to_owned(),
        });
        public_api("it", &files).unwrap()
    }

    /// A pair of documents for a rule.
    #[derive(serde::Deserialize)]
    struct Pair {
        old: serde_json::Value,
        new: serde_json::Value,
    }

    fn compared(old: &str, new: &str) -> Vec<Change> {
        let text = |text| Text { name: "it", text };
        let options = DiffOptions {
            selection: Selection::All,
            api_date: Some("2025-03-12"),
        };
        diff(text(old), text(new), &options).unwrap()
    }

    #[test]
    fn every_breaking_change_is_told_with_lines_of_the_api_or_in_words() {
        let (mut guide, mut in_words) = (String::new(), Vec::new());
        for rule in RULES.iter().filter(|rule| rule.class == Class::Breaking) {
            let path = format!("generator/tests/diff/{}.yaml", rule.id);
            let text = workspace::read(&workspace::root().join(path)).unwrap();
            let pair: Pair = serde_saphyr::from_str(&text).unwrap();
            let (old, new) = (pair.old.to_string(), pair.new.to_string());
            let mut changes = compared(&old, &new);
            changes.retain(|change| change.rule().id == rule.id);
            let api = compare_public_apis(&lines(&old), &lines(&new));
            let section = section("1", "2", &changes, &api);
            let (_, told) = section.split_once('\n').unwrap();
            let (told, _) = told.split_once("\n### Elsewhere").unwrap_or((told, ""));
            guide.push_str(told);
            if !told.contains("// before") && !told.contains("// after") {
                in_words.push(rule.id);
            }
        }
        // The signatures are equal, or the generator refuses the document.
        assert_eq!(
            in_words,
            [
                "sunset-passed",
                "security-tightened",
                "pages-changed",
                "parameters-reordered",
            ]
        );
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("guide", guide);
        });
    }

    #[test]
    fn every_breaking_rule_has_its_advice_and_no_other() {
        for rule in RULES {
            let path = format!("generator/tests/diff/{}.yaml", rule.id);
            let text = workspace::read(&workspace::root().join(path)).unwrap();
            let pair: Pair = serde_saphyr::from_str(&text).unwrap();
            let changes = compared(&pair.old.to_string(), &pair.new.to_string());
            let mut of_rule = changes.iter().filter(|change| change.rule().id == rule.id);
            let change = of_rule.next().unwrap();
            assert_eq!(
                advice(&change.what).is_some(),
                rule.class == Class::Breaking,
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn retyped_union_accessor_gets_other_advice_than_a_removed_one() {
        let of = |retyped| {
            let name = "id".to_owned();
            advice(&ChangeKind::UnionAccessorRemoved { name, retyped })
        };
        assert_eq!(of(true), Some("Use the type that the method returns now."));
        assert_ne!(of(true), of(false));
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
        assert_eq!(of(&[], &api), expected);
        let guide = with_section(
            Some("# Migration\n\nOld.\n\n## From 0.0.1 to 0.1.0\n"),
            expected,
        )
        .unwrap();
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
        assert_eq!(of(&[], &api), "");
    }
}
