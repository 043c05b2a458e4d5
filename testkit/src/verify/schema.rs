//! Judges a JSON value by a schema of an OpenAPI 3.0 document.
//!
//! This walks the document itself instead of converting it to JSON Schema, because a finding must name the
//! place in the document to correct, and because undocumented fields must be found.
//!
//! Invariants: the walk ends, even if a base schema and its children refer to each other; an invalid document
//! is a finding and never a pass.

mod keywords;
mod node;

use crate::verify::finding::{Finding, Rule, shown, type_name};
use crate::verify::pointer::escape;
use serde_json::{Map, Value};

pub(crate) use node::{Node, resolve};

/// The direction of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the service.
    Response,
    /// To the service.
    Request,
}

/// Judges `body` by the schema at `schema`, and returns sorted findings.
pub(crate) fn check<'a>(
    root: &'a Value,
    schema: &Node<'a>,
    body: &Value,
    direction: Direction,
) -> Vec<Finding> {
    let mut walk = Walk {
        root,
        direction,
        findings: Vec::new(),
    };
    walk.value(body, schema, "");
    walk.findings.sort();
    walk.findings.dedup();
    walk.findings
}

struct Walk<'a> {
    root: &'a Value,
    direction: Direction,
    findings: Vec<Finding>,
}

impl<'a> Walk<'a> {
    fn report(
        &mut self,
        rule: Rule,
        schema: &str,
        at: &str,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) {
        self.findings.push(Finding {
            at: at.to_owned(),
            rule,
            schema: schema.to_owned(),
            expected: expected.into(),
            actual: actual.into(),
        });
    }

    fn resolved(&mut self, node: &Node<'a>, at: &str) -> Option<Node<'a>> {
        match resolve(self.root, node) {
            Ok(node) => Some(node),
            Err(reference) => {
                self.report(Rule::Document, &node.pointer, at, "a schema", reference);
                None
            }
        }
    }

    fn value(&mut self, value: &Value, schema: &Node<'a>, at: &str) {
        if value.is_null() {
            if !self.accepts_null(schema, &mut Vec::new()) {
                let pointer = self
                    .resolved(schema, at)
                    .map_or_else(|| schema.pointer.clone(), |node| node.pointer);
                self.report(Rule::Nullable, &pointer, at, "not null", "null");
            }
            return;
        }
        let mut parts = Vec::new();
        self.gather(value, schema, at, &mut parts);
        self.judge(value, &parts, 0, at);
    }

    /// Judges `value` by all of `parts`; the keywords of those before `fresh` were judged already.
    fn judge(&mut self, value: &Value, parts: &[Node<'a>], fresh: usize, at: &str) {
        for part in parts.iter().skip(fresh) {
            for (rule, expected) in keywords::broken(part.value, value) {
                self.report(rule, &part.pointer, at, expected, shown(value));
            }
        }
        match value {
            Value::Array(items) => {
                for schema in parts.iter().filter_map(|part| part.get("items")) {
                    for (index, item) in items.iter().enumerate() {
                        self.value(item, &schema, &format!("{at}/{index}"));
                    }
                }
            }
            Value::Object(fields) => self.fields(fields, parts, at),
            _ => {}
        }
    }

    /// Reports missing fields that have a checked accessor in the SDK.
    fn check_always_sent(&mut self, fields: &Map<String, Value>, parts: &[Node<'a>], at: &str) {
        let properties = parts.iter().filter_map(|part| part.get("properties"));
        let properties = properties.flat_map(|properties| {
            let names = properties.value.as_object().into_iter().flat_map(Map::keys);
            let found = names.filter_map(|name| Some((name.clone(), properties.get(name)?)));
            found.collect::<Vec<_>>()
        });
        for (name, property) in
            properties.filter(|(_, property)| property.says("x-rust-always-sent"))
        {
            let actual = match fields.get(&name) {
                None => "absent",
                Some(Value::Null) => "null",
                Some(_) => continue,
            };
            let at = format!("{at}/{}", escape(&name));
            self.report(
                Rule::AlwaysSent,
                &property.pointer,
                &at,
                "in every response",
                actual,
            );
        }
    }

    fn fields(&mut self, fields: &Map<String, Value>, parts: &[Node<'a>], at: &str) {
        let declared = |name: &str| -> Vec<Node<'a>> {
            parts
                .iter()
                .filter_map(|part| part.get("properties")?.get(name))
                .collect()
        };
        for part in parts {
            for name in part.required().filter(|name| !fields.contains_key(*name)) {
                // A field for the other direction is required only there.
                let other_way = declared(name)
                    .iter()
                    .any(|schema| self.is_for_other_direction(schema));
                if !other_way {
                    self.report(
                        Rule::Required,
                        &part.pointer,
                        &format!("{at}/{}", escape(name)),
                        "present",
                        "absent",
                    );
                }
            }
        }
        if self.direction == Direction::Response {
            self.check_always_sent(fields, parts, at);
        }
        let owner = parts
            .iter()
            .find(|part| part.value.get("properties").is_some());
        for (name, value) in fields {
            let at = format!("{at}/{}", escape(name));
            let schemas = declared(name);
            for schema in &schemas {
                if self.is_for_other_direction(schema) {
                    let (rule, expected) = match self.direction {
                        Direction::Response => (Rule::WriteOnly, "in requests only"),
                        Direction::Request => (Rule::ReadOnly, "in responses only"),
                    };
                    self.report(rule, &schema.pointer, &at, expected, type_name(value));
                }
                self.value(value, schema, &at);
            }
            if !schemas.is_empty() {
                continue;
            }
            let open = parts
                .iter()
                .filter_map(|part| part.get("additionalProperties"));
            let open = open
                .filter(|extra| extra.value != &Value::Bool(false))
                .collect::<Vec<_>>();
            for extra in open.iter().filter(|extra| extra.value.is_object()) {
                self.value(value, extra, &at);
            }
            // A schema without properties only says that the value is an object.
            if let (Some(owner), true) = (owner, open.is_empty()) {
                self.report(
                    Rule::Undocumented,
                    &owner.pointer,
                    &at,
                    "no such field",
                    type_name(value),
                );
            }
        }
    }

    /// Returns true if a field is only for the other direction.
    fn is_for_other_direction(&self, schema: &Node<'a>) -> bool {
        let keyword = match self.direction {
            Direction::Response => "writeOnly",
            Direction::Request => "readOnly",
        };
        resolve(self.root, schema).is_ok_and(|schema| schema.says(keyword))
    }

    /// Collects the schemas that apply to `value`: this one, its parts, and the matching branch or variant.
    ///
    /// A schema is added only once, so that cycles of base and child end.
    fn gather(&mut self, value: &Value, schema: &Node<'a>, at: &str, into: &mut Vec<Node<'a>>) {
        let Some(node) = self.resolved(schema, at) else {
            return;
        };
        if into.iter().any(|part| part.pointer == node.pointer) {
            return;
        }
        into.push(node.clone());
        for member in node.members("allOf") {
            self.gather(value, &member, at, into);
        }
        if let Some(discriminator) = node.get("discriminator") {
            if let Some(child) = self.tagged(value, &node, &discriminator, at) {
                self.gather(value, &child, at, into);
            }
            return;
        }
        for keyword in ["oneOf", "anyOf"] {
            let branches = node.members(keyword);
            if !branches.is_empty() {
                self.pick(value, &branches, keyword, at, into);
            }
        }
    }

    /// Returns the variant of a union that the value's tag selects.
    fn tagged(
        &mut self,
        value: &Value,
        node: &Node<'a>,
        discriminator: &Node<'a>,
        at: &str,
    ) -> Option<Node<'a>> {
        let name = discriminator
            .value
            .get("propertyName")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mapping = discriminator
            .value
            .get("mapping")
            .and_then(Value::as_object);
        let fields = value.as_object()?;
        let at = format!("{at}/{}", escape(name));
        let Some(tag) = fields.get(name) else {
            if !node.requires(name) {
                self.report(
                    Rule::Discriminator,
                    &discriminator.pointer,
                    &at,
                    "a tag",
                    "absent",
                );
            }
            return None;
        };
        let tag_text = tag.as_str().unwrap_or_default();
        let mapped = mapping
            .and_then(|mapping| mapping.get(tag_text))
            .and_then(Value::as_str)
            .unwrap_or(tag_text);
        let pointer = match mapped.strip_prefix('#') {
            Some(pointer) => pointer.to_owned(),
            None => format!("/components/schemas/{}", escape(mapped)),
        };
        let child = self
            .root
            .pointer(&pointer)
            .map(|value| Node { pointer, value });
        if child.is_none() {
            let tags =
                mapping.map(|mapping| mapping.keys().cloned().collect::<Vec<_>>().join(", "));
            self.report(
                Rule::Discriminator,
                &discriminator.pointer,
                &at,
                tags.unwrap_or_default(),
                shown(tag),
            );
        }
        child
    }

    /// Adds the best matching branch: the one with the fewest violations, then the fewest undocumented
    /// fields.
    ///
    /// Undocumented fields count because objects whose fields are all optional would otherwise match any
    /// body.
    fn pick(
        &mut self,
        value: &Value,
        branches: &[Node<'a>],
        keyword: &str,
        at: &str,
        into: &mut Vec<Node<'a>>,
    ) {
        let fresh = into.len();
        let mut tried = Vec::new();
        for branch in branches {
            let mut walk = Walk {
                root: self.root,
                direction: self.direction,
                findings: Vec::new(),
            };
            let mut parts = into.clone();
            walk.gather(value, branch, at, &mut parts);
            walk.judge(value, &parts, fresh, at);
            let violations = walk
                .findings
                .iter()
                .filter(|finding| finding.rule.is_violation())
                .count();
            tried.push(((violations, walk.findings.len()), parts));
        }
        let Some(best) = tried.iter().map(|(score, _)| *score).min() else {
            return;
        };
        let fitting = tried.iter().filter(|(score, _)| *score == best).count();
        let pointer = branches
            .first()
            .map(|branch| branch.pointer.trim_end_matches("/0"))
            .unwrap_or_default();
        let expected = format!("{keyword} of {} branches", branches.len());
        if best.0 > 0 {
            self.report(
                Rule::Branch,
                pointer,
                at,
                expected,
                format!("no branch fits {}", shown(value)),
            );
        } else if fitting > 1 && keyword == "oneOf" {
            self.report(
                Rule::Branch,
                pointer,
                at,
                expected,
                format!("{fitting} branches fit {}", shown(value)),
            );
        }
        // For a scalar, the closest branch's findings add nothing to the finding above.
        if (best.0 == 0 || value.is_object())
            && let Some((_, parts)) = tried.into_iter().find(|(score, _)| *score == best)
        {
            *into = parts;
        }
    }

    fn accepts_null(&self, schema: &Node<'a>, seen: &mut Vec<String>) -> bool {
        let Ok(node) = resolve(self.root, schema) else {
            return false;
        };
        if node.says("nullable") || seen.contains(&node.pointer) {
            return true;
        }
        seen.push(node.pointer.clone());
        let constrained = ["type", "enum", "properties", "items", "required"];
        if constrained
            .iter()
            .any(|keyword| node.value.get(keyword).is_some())
        {
            return false;
        }
        let all = node
            .members("allOf")
            .iter()
            .all(|member| self.accepts_null(member, seen));
        let mut any = |keyword| {
            let branches = node.members(keyword);
            branches.is_empty()
                || branches
                    .iter()
                    .any(|branch| self.accepts_null(branch, seen))
        };
        any("oneOf") && any("anyOf") && all
    }
}

#[cfg(test)]
mod tests;
