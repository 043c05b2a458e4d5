//! What users have to change in their code: for each breaking change a word of advice, and their code before and after.
//!
//! Invariant: every line of the API that goes is told, whether a change of a document explains it or not.

mod advice;
mod code;
mod expressions;

use super::sections::{headings, with_its_line_ends};
use advice::advice;
use atlas_backup_generator::{ApiChanges, Change, Class, Given, Text, What, api_path, usage};
use code::{Example, Names};

/// The section for one release; empty if nothing breaks. Each side is a version, and the curated document it was generated from.
pub(super) fn section(
    (from, old): (&str, &str),
    (to, new): (&str, &str),
    changes: &[Change],
    api: &ApiChanges,
) -> Result<String, String> {
    let breaking: Vec<_> = changes
        .iter()
        .filter(|change| change.class() == Class::Breaking)
        .collect();
    if breaking.is_empty() && api.class() != Some(Class::Breaking) {
        return Ok(String::new());
    }
    let used = |name, text| usage(Text { name, text }).map_err(|found| found.to_string());
    let names = Names {
        old: used(super::RELEASED[0], old)?,
        new: used(super::CURATED, new)?,
        changes,
    };
    let mut text = format!("## From {from} to {to}\n");
    let (mut before, mut after) = (essential(&api.removed), essential(&api.added));
    for change in breaking {
        let advice = advice(&change.what).unwrap_or_default();
        let reason = change.what.sentence().replace(char::is_control, " ");
        let example = names.example(change);
        text.push_str(&format!(
            "\n### `{}`\n\n`{}`: {reason}. {advice}{}\n",
            change.item,
            change.rule().id,
            match example.words.as_str() {
                "" => String::new(),
                words => format!(" {words}"),
            }
        ));
        // What the change says, no line has to say again.
        before.retain(|line| !is_about(line, change));
        after.retain(|line| !is_about(line, change));
        text.push_str(&shown(&example));
    }
    if !before.is_empty() {
        let same: Vec<_> = after
            .into_iter()
            .filter(|line| before.iter().any(|old| api_path(old) == api_path(line)))
            .collect();
        text.push_str("\n### Elsewhere in the Rust API\n");
        if same.is_empty() {
            text.push_str("\nThese are gone, and nothing has their names.\n");
        }
        text.push_str(&shown(&Example {
            before: owned(&before),
            after: owned(&same),
            words: String::new(),
        }));
    }
    Ok(text)
}

/// The guide with a section put before those of earlier releases.
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

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// Code before and after; nothing where there is none, or where it is the same.
fn shown(example: &Example) -> String {
    let Example { before, after, .. } = example;
    if before == after {
        return String::new();
    }
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
    let head = change.item.name.as_str();
    if let What::TypeRenamed { new } = &change.what {
        // Wherever it is named.
        let mut words = line.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        return words.any(|word| word == head || word == new);
    }
    let also = also_named(&change.what);
    let names = |word: &str| segments.contains(&word) || segments.contains(&pascal(word).as_str());
    match change.item.member.as_deref() {
        None => names(head) || also.iter().any(|word| names(word)),
        Some(member) => {
            let last = segments.last().copied().unwrap_or_default();
            let wanted = [member, "new", head, &pascal(head)];
            names(head) && (wanted.contains(&last) || also.contains(&last))
        }
    }
}

/// What else a change is about than its item.
fn also_named(what: &What) -> Vec<&str> {
    match what {
        What::OperationRenamed { old, new }
        | What::ParameterRenamed { old, new }
        | What::FieldRenamed { old, new }
        | What::EnumValueRenamed { old, new }
        | What::UnionKindRenamed { old, new } => vec![old, new],
        What::OperationEarlierNameRemoved { earlier } => vec![earlier],
        What::UnionKindChanged { kind, old, new } => vec![kind, old, new],
        What::BodyTypeChanged { old, new }
        | What::ParameterTypeChanged { old, new }
        | What::FieldTypeChanged { old, new }
        | What::AnswerTypeChanged {
            given: Given::Type { old, new },
        } => vec![old, new],
        _ => Vec::new(),
    }
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
    use super::{advice, section, with_section};
    use crate::workspace;
    use atlas_backup_generator::{
        ApiChanges, Change, Class, DiffOptions, RULES, Selection, Text, diff,
    };

    const EMPTY: &str = "openapi: 3.0.3\npaths: {}\n";

    fn of(changes: &[Change], api: &ApiChanges) -> String {
        section(("0.1.0", EMPTY), ("0.2.0", EMPTY), changes, api).unwrap()
    }

    /// A pair of documents that fires a rule.
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
    fn every_breaking_change_is_told_with_code_of_users_or_in_words() {
        let (mut guide, mut in_words) = (String::new(), Vec::new());
        for rule in RULES.iter().filter(|rule| rule.class == Class::Breaking) {
            let path = format!("generator/tests/diff/{}.yaml", rule.id);
            let text = workspace::read(&workspace::root().join(path)).unwrap();
            let pair: Pair = serde_saphyr::from_str(&text).unwrap();
            let (old, new) = (pair.old.to_string(), pair.new.to_string());
            let mut changes = compared(&old, &new);
            changes.retain(|change| change.rule().id == rule.id);
            let section = section(("1", &old), ("2", &new), &changes, &ApiChanges::default());
            let section = section.unwrap();
            let (_, told) = section.split_once('\n').unwrap();
            guide.push_str(told);
            if !told.contains("// before") {
                in_words.push(rule.id);
            }
        }
        // The code is the same: `items()` gives something else; the kinds of that pair keep their names.
        assert_eq!(in_words, ["pages-changed", "union-form-changed"]);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("guide", guide);
        });
    }

    #[test]
    fn a_type_that_is_split_by_kinds_is_told_as_it_is_sent_and_as_it_is_received() {
        let body = serde_json::json!({"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Bucket"}
        }}});
        let record = |fields: &[&str]| {
            let all = ["cloud", "name"].iter().chain(fields);
            let string = serde_json::json!({"type": "string"});
            let properties: serde_json::Map<_, _> = all
                .clone()
                .map(|field| ((*field).to_owned(), string.clone()))
                .collect();
            let required: Vec<_> = all.collect();
            serde_json::json!({"type": "object", "required": required, "properties": properties})
        };
        let document = |schemas: serde_json::Value| {
            let mut answer = body.clone();
            answer["description"] = "It.".into();
            let operation = serde_json::json!({
                "operationId": "addBucket", "tags": ["buckets"],
                "requestBody": body, "responses": {"200": answer},
            });
            let paths = serde_json::json!({"/buckets": {"post": operation}});
            serde_json::json!({
                "openapi": "3.0.3", "info": {"title": "It", "version": "1"},
                "paths": paths, "components": {"schemas": schemas},
            })
            .to_string()
        };
        let old = document(serde_json::json!({"Bucket": record(&[])}));
        let new = document(serde_json::json!({
            "Bucket": {"type": "object", "discriminator": {"propertyName": "cloud", "mapping": {
                "AWS": "#/components/schemas/AwsBucket", "AZURE": "#/components/schemas/AzureBucket",
            }}},
            "AwsBucket": record(&["role"]),
            "AzureBucket": record(&["account"]),
        }));
        let text = |text| Text { name: "it", text };
        let options = DiffOptions {
            selection: Selection::All,
            api_date: None,
        };
        let changes = diff(text(&old), text(&new), &options).unwrap();
        let told = section(("1", &old), ("2", &new), &changes, &ApiChanges::default()).unwrap();
        for expected in [
            "// before\nlet it = BucketRequest::new(BucketRequestFields { cloud, name });\n// after\n\
             let it = BucketRequest::Aws(AwsBucketRequest::new(AwsBucketRequestFields { name, role }));\n\
             let it = BucketRequest::Azure(AzureBucketRequest::new(AzureBucketRequestFields { name, account }));\n```",
            "// before\nlet it: Bucket;\nlet cloud: Option<String> = it.cloud;\n\
             let name: Option<String> = it.name;\n// after\nmatch it {\n    Bucket::Aws(it)",
        ] {
            assert!(told.contains(expected), "{told}");
        }
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
