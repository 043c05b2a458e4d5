//! Overlay actions for undocumented fields, ready to paste under `actions:`.
//!
//! Invariant: an action states only what the recordings show; a person writes its reason.

use crate::verify::finding::Rule;
use crate::verify::pointer::json_path;
use crate::verify::verdict::Judged;
use std::collections::{BTreeMap, BTreeSet};

/// The change, and the recordings that show it.
#[derive(Default)]
struct Action {
    types: BTreeSet<String>,
    evidence: BTreeSet<String>,
}

/// Returns one overlay action per undocumented field, as YAML; empty if there is none.
#[must_use]
pub fn actions(judged: &[Judged]) -> String {
    let mut undocumented = BTreeMap::<(&str, &str), Action>::new();
    let mut write_only = BTreeMap::<&str, Action>::new();
    for one in judged {
        for class in &one.findings {
            let finding = &class.finding;
            let action = match finding.rule {
                Rule::Undocumented => {
                    let field = finding.at.rsplit('/').next().unwrap_or_default();
                    undocumented.entry((&finding.schema, field)).or_default()
                }
                Rule::WriteOnly => write_only.entry(&finding.schema).or_default(),
                _ => continue,
            };
            action.types.insert(finding.actual.clone());
            action.evidence.insert(one.recording.clone());
        }
    }
    let mut yaml = String::new();
    for ((schema, field), action) in &undocumented {
        yaml += &head(
            &json_path(&format!("{schema}/properties")),
            "the document lacks a field",
            action,
        );
        yaml += &format!(
            "  update:\n    {}:\n      readOnly: true\n",
            quoted(&field.replace("~1", "/").replace("~0", "~"))
        );
        yaml += &shape(&action.types);
    }
    for (schema, action) in &write_only {
        yaml += &head(
            &json_path(&format!("{schema}/writeOnly")),
            "responses have the field too",
            action,
        );
        yaml += "  remove: true\n";
    }
    yaml
}

fn head(target: &str, reason: &str, action: &Action) -> String {
    let evidence = action
        .evidence
        .iter()
        .map(|name| quoted(name))
        .collect::<Vec<_>>()
        .join(", ");
    format!(
        "- target: {}\n  description: {}\n  x-evidence: [{evidence}]\n",
        quoted(target),
        quoted(reason)
    )
}

/// Returns the lines of a schema for values of these types.
fn shape(types: &BTreeSet<String>) -> String {
    let nullable = if types.contains("null") {
        "      nullable: true\n"
    } else {
        ""
    };
    let known = types
        .iter()
        .filter(|name| name.as_str() != "null")
        .collect::<Vec<_>>();
    let shape = match known.as_slice() {
        // For several types, or `null` alone, leave the type out: the recordings do not determine it.
        [one] if one.as_str() == "array" => "      type: array\n      items: {}\n".to_owned(),
        [one] => format!("      type: {one}\n"),
        _ => String::new(),
    };
    format!("{nullable}{shape}")
}

/// Formats a YAML scalar: plain where that is safe, otherwise in double quotes as in JSON.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"$._/ ".contains(&byte);
    let starts =
        text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$' || first == '_');
    if starts && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("{text:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Judged, actions};
    use crate::verify::finding::{Finding, Rule};
    use crate::verify::verdict::{Class, Verdict};

    fn judged(recording: &str, rule: Rule, at: &str, schema: &str, actual: &str) -> Judged {
        let finding = Finding {
            at: at.to_owned(),
            rule,
            schema: schema.to_owned(),
            expected: String::new(),
            actual: actual.to_owned(),
        };
        Judged {
            file: String::new(),
            older: None,
            recording: recording.to_owned(),
            operation: None,
            status: Some(200),
            verdict: Verdict::Undocumented,
            findings: vec![Class {
                finding,
                count: 1,
                accepted: false,
            }],
            corrected: Vec::new(),
        }
    }

    #[test]
    fn an_undocumented_field_gets_one_action_with_all_its_evidence() {
        let job = "/components/schemas/Job";
        let yaml = actions(&[
            judged("jobs/get.http", Rule::Undocumented, "/shard", job, "string"),
            judged(
                "jobs/list.http",
                Rule::Undocumented,
                "/results/*/shard",
                job,
                "null",
            ),
            judged("jobs/list.http", Rule::Type, "/id", job, "null"),
            judged(
                "jobs/it's.http",
                Rule::Undocumented,
                "/tags",
                "/components/schemas/Job/allOf/1",
                "array",
            ),
            judged(
                "jobs/get.http",
                Rule::WriteOnly,
                "/key",
                "/components/schemas/Job/properties/key",
                "string",
            ),
        ]);
        let expected = r#"- target: $.components.schemas.Job.properties
  description: the document lacks a field
  x-evidence: [jobs/get.http, jobs/list.http]
  update:
    shard:
      readOnly: true
      nullable: true
      type: string
- target: "$.components.schemas.Job.allOf[1].properties"
  description: the document lacks a field
  x-evidence: ["jobs/it's.http"]
  update:
    tags:
      readOnly: true
      type: array
      items: {}
- target: $.components.schemas.Job.properties.key.writeOnly
  description: responses have the field too
  x-evidence: [jobs/get.http]
  remove: true
"#;
        assert_eq!(yaml, expected);
    }

    #[test]
    fn no_undocumented_fields_give_no_actions() {
        assert_eq!(
            actions(&[judged(
                "a",
                Rule::Type,
                "/id",
                "/components/schemas/Job",
                "null"
            )]),
            ""
        );
    }
}
