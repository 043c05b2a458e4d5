//! Checks requests by the API's document.
//!
//! Must never know an operation: every rule comes from data that was generated from the document.
use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;

use super::document;
use super::operation_call::Refusal;
use super::patterns::matches;
use crate::operation::Operation;

/// Maximum nesting of a body; the document has only a handful of levels.
const DEEPEST: usize = 32;

/// A violation at one place of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Violation {
    at: String,
    what: Wrong,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wrong {
    Missing,
    /// The value is not one of the allowed values.
    Value(String),
    Rule(String),
}

/// Checks a request, and refuses it in the service's words; a refused body has all its violations listed.
pub(super) fn check(
    operation: &Operation,
    version: usize,
    path: &BTreeMap<&'static str, String>,
    query: &[(String, String)],
    body: &[u8],
) -> Result<Value, Refusal> {
    let document = document::of(version);
    let row = &document["operations"][operation.id];
    let check = Check {
        document,
        change: operation.method == Method::PATCH,
    };
    for parameter in row["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let times = query.iter().filter(|(key, _)| key == name).count();
        if times > 1 && parameter["in"] == "query" && parameter["schema"]["type"] != "array" {
            return Err(Refusal::new(
                400,
                "VALIDATION_ERROR",
                format!("{name} is given {times} times."),
            )
            .about(&[name]));
        }
        let value = match parameter["in"].as_str() {
            Some("path") => path.get(name).map(String::as_str),
            Some("query") => query
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str()),
            _ => continue,
        };
        check.parameter(name, parameter, value)?;
    }
    let expected = &row["body"];
    if body.is_empty() {
        return match expected["required"] == true {
            true => Err(Refusal::new(400, "INVALID_JSON", "The body is missing.")),
            false => Ok(Value::Null),
        };
    }
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return Err(Refusal::new(
            400,
            "INVALID_JSON",
            "The body is not readable as JSON.",
        ));
    };
    let mut violations = Vec::new();
    check.value(&body, &expected["schema"], "", 0, &mut violations);
    match refusal(violations, "body") {
        Some(refusal) => Err(refusal),
        None => Ok(body),
    }
}

/// `place` is the part of the request that the violations are in.
fn refusal(mut violations: Vec<Violation>, place: &str) -> Option<Refusal> {
    violations.dedup();
    let first = violations.first()?;
    if let [Violation { at, what }] = violations.as_slice() {
        match what {
            Wrong::Missing => {
                let missing = Refusal::new(400, "MISSING_ATTRIBUTE", format!("{at} is missing."));
                return Some(missing.about(&[at]));
            }
            Wrong::Value(value) => {
                let detail = format!("{value} is no value of {at}.");
                return Some(Refusal::new(400, "INVALID_ENUM_VALUE", detail).about(&[value, at]));
            }
            Wrong::Rule(_) => {}
        }
    }
    let detail = match violations.len() {
        1 => format!("The {place} has a problem."),
        count => format!("The {place} has {count} problems."),
    };
    let mut refusal = Refusal::new(400, "VALIDATION_ERROR", detail).about(&[&first.at]);
    let fields = violations.into_iter().map(|fault| {
        let what = match fault.what {
            Wrong::Missing => "must be present".to_owned(),
            Wrong::Value(value) => format!("cannot be {value}"),
            Wrong::Rule(rule) => rule,
        };
        (fault.at, what)
    });
    refusal.fields = fields.collect();
    Some(refusal)
}

struct Check<'d> {
    document: &'d Value,
    /// True if the request changes an existing resource.
    change: bool,
}

impl<'d> Check<'d> {
    /// Checks a parameter, which is a text whatever its type.
    fn parameter(&self, name: &str, rule: &Value, value: Option<&str>) -> Result<(), Refusal> {
        let Some(text) = value else {
            return match rule["required"] == true {
                true => Err(
                    Refusal::new(400, "MISSING_ATTRIBUTE", format!("{name} is missing."))
                        .about(&[name]),
                ),
                false => Ok(()),
            };
        };
        let schema = self.resolved(&rule["schema"]);
        let read: Option<Value> = match schema["type"].as_str() {
            Some("integer" | "number" | "boolean") => serde_json::from_str(text).ok(),
            // Lists are repeated parameters; each one is an item.
            Some("array") => return Ok(()),
            _ => Some(Value::String(text.to_owned())),
        };
        let mut violations = Vec::new();
        let whole = schema["type"] == "integer";
        match read.filter(|value| !value.is_null()) {
            // The document has no maximum for the number of a page; a 64-bit integer is required.
            Some(value) if whole && value.is_number() && value.as_i64().is_none() => {
                violations.push(rule_broken(name, "must be a 64-bit integer".to_owned()));
            }
            Some(value) => self.value(&value, schema, name, 0, &mut violations),
            None => violations.push(rule_broken(name, "is of another type".to_owned())),
        }
        let Some(mut refusal) = refusal(violations, "query") else {
            return Ok(());
        };
        // An invalid identifier gets the same status as an unknown one.
        if rule["in"] == "path" {
            let code = match name {
                "groupId" => "INVALID_GROUP_ID",
                "snapshotId" => "INVALID_SNAPSHOT_ID",
                "clusterName" => "CLUSTER_NOT_FOUND",
                _ => "INVALID_JOB_ID",
            };
            refusal = Refusal::unknown(code, name, text);
        }
        Err(refusal)
    }

    fn resolved(&self, schema: &'d Value) -> &'d Value
    where
        Self: 'd,
    {
        let reference = schema["$ref"]
            .as_str()
            .and_then(|reference| reference.strip_prefix('#'));
        match reference.and_then(|pointer| self.document.pointer(pointer)) {
            Some(target) => target,
            None => schema,
        }
    }

    /// Checks `value` by a schema.
    fn value(
        &self,
        value: &Value,
        schema: &Value,
        at: &str,
        depth: usize,
        violations: &mut Vec<Violation>,
    ) {
        let schema = match schema["$ref"]
            .as_str()
            .and_then(|reference| reference.strip_prefix('#'))
        {
            Some(pointer) => self.document.pointer(pointer).unwrap_or(&Value::Null),
            None => schema,
        };
        if depth > DEEPEST {
            return violations.push(rule_broken(at, "nests too deep".to_owned()));
        }
        if value.is_null() {
            // An update clears a field with `null`.
            if !self.change && schema["nullable"] != true {
                violations.push(rule_broken(at, "cannot be null".to_owned()));
            }
            return;
        }
        self.kind(value, schema, at, depth, violations);
        let expected = schema["type"].as_str();
        if let Some(expected) = expected.filter(|expected| !is_a(value, expected)) {
            return violations.push(rule_broken(at, format!("must be of type {expected}")));
        }
        if let Some(values) = schema["enum"].as_array()
            && !values.contains(value)
        {
            let shown = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            return violations.push(Violation {
                at: at.to_owned(),
                what: Wrong::Value(shown),
            });
        }
        match value {
            Value::String(text) => bounded(
                text.chars().count(),
                schema,
                "Length",
                "characters",
                at,
                violations,
            ),
            Value::Array(items) => {
                bounded(items.len(), schema, "Items", "items", at, violations);
                for (index, item) in items.iter().enumerate() {
                    // An update can clear a list, but not its items.
                    if item.is_null() && schema["items"]["nullable"] != true {
                        violations.push(rule_broken(
                            &format!("{at}[{index}]"),
                            "cannot be null".to_owned(),
                        ));
                        continue;
                    }
                    self.value(
                        item,
                        &schema["items"],
                        &format!("{at}[{index}]"),
                        depth + 1,
                        violations,
                    );
                }
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                #[allow(
                    clippy::cast_precision_loss,
                    reason = "the bounds are powers of two, less one at most"
                )]
                let (least, most) = match schema["format"].as_str() {
                    Some("int32") => (Some(f64::from(i32::MIN)), Some(f64::from(i32::MAX))),
                    Some("int64") => (Some(i64::MIN as f64), Some(i64::MAX as f64)),
                    _ => (None, None),
                };
                let below = schema["minimum"]
                    .as_f64()
                    .or(least)
                    .filter(|least| number < *least);
                let above = schema["maximum"]
                    .as_f64()
                    .or(most)
                    .filter(|most| number > *most);
                if let Some(least) = below {
                    violations.push(rule_broken(at, format!("must be at least {least}")));
                }
                if let Some(most) = above {
                    violations.push(rule_broken(at, format!("must be at most {most}")));
                }
            }
            Value::Object(fields) => {
                for name in schema["required"].as_array().into_iter().flatten() {
                    let name = name.as_str().unwrap_or_default();
                    if fields.get(name).is_none_or(Value::is_null) {
                        violations.push(Violation {
                            at: below(at, name),
                            what: Wrong::Missing,
                        });
                    }
                }
                for (name, value) in fields {
                    let known = &schema["properties"][name.as_str()];
                    // Read-only and undocumented fields are ignored.
                    if !known.is_null() {
                        self.value(value, known, &below(at, name), depth + 1, violations);
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
        // Formats need no check, because only responses have dates and UUIDs.
        if let (Some(pattern), Value::String(text)) = (schema["pattern"].as_str(), value)
            && !matches(pattern, text)
        {
            violations.push(rule_broken(at, format!("must match {pattern}")));
        }
    }

    /// Checks a union by its discriminator's variant, or else by any variant that matches.
    fn kind(
        &self,
        value: &Value,
        schema: &Value,
        at: &str,
        depth: usize,
        violations: &mut Vec<Violation>,
    ) {
        let named = schema["discriminator"]["propertyName"].as_str();
        let tag = named.and_then(|name| value[name].as_str());
        let mapped = tag.and_then(|tag| schema["discriminator"]["mapping"][tag].as_str());
        if let Some(reference) = mapped {
            let kind = self.document.pointer(reference.trim_start_matches('#'));
            return self.value(
                value,
                kind.unwrap_or(&Value::Null),
                at,
                depth + 1,
                violations,
            );
        }
        if let Some(name) = named {
            let what = match tag {
                Some(tag) => Wrong::Value(tag.to_owned()),
                None => Wrong::Missing,
            };
            let at = below(at, name);
            return violations.push(Violation { at, what });
        }
        if let Some(kinds) = schema["oneOf"].as_array() {
            let fits = kinds.iter().any(|kind| {
                let mut own = Vec::new();
                self.value(value, kind, at, depth + 1, &mut own);
                own.is_empty()
            });
            if !fits {
                violations.push(rule_broken(at, "is none of the kinds there are".to_owned()));
            }
        }
    }
}

fn rule_broken(at: &str, rule: String) -> Violation {
    Violation {
        at: at.to_owned(),
        what: Wrong::Rule(rule),
    }
}

fn below(at: &str, name: &str) -> String {
    match at {
        "" => name.to_owned(),
        at => format!("{at}.{name}"),
    }
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        // An integer beyond 64 bits is parsed as a float without a fraction.
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

fn bounded(
    size: usize,
    schema: &Value,
    what: &str,
    unit: &str,
    at: &str,
    violations: &mut Vec<Violation>,
) {
    let bound = |side: &str| {
        schema[format!("{side}{what}")]
            .as_u64()
            .and_then(|bound| usize::try_from(bound).ok())
    };
    let (least, most) = (
        bound("min").unwrap_or(0),
        bound("max").unwrap_or(usize::MAX),
    );
    if (least..=most).contains(&size) {
        return;
    }
    let rule = match (least, most) {
        (0, most) => format!("must have at most {most} {unit}"),
        (least, usize::MAX) => format!("must have at least {least} {unit}"),
        (least, most) => format!("must have {least} to {most} {unit}"),
    };
    violations.push(rule_broken(at, rule));
}
