//! The schema keywords that judge one value without its members.
//!
//! Supported: `type`, `enum`, `pattern`, `format` (`date-time`, `uuid`, `email`, `int32`, `int64`),
//! `minimum`, `maximum` and their `exclusive…`, `minLength`, `maxLength`, `minItems`, `maxItems`. Other
//! formats are annotations.

use crate::verify::finding::Rule;
use regex::Regex;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;

/// Returns the rules of `schema` that the non-null `value` breaks, with the expectations.
pub(super) fn broken(schema: &Value, value: &Value) -> Vec<(Rule, String)> {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    if let Some(expected) = text("type")
        && !is_of_type(value, expected)
    {
        // The other keywords apply to values of this type only.
        return vec![(Rule::Type, expected.to_owned())];
    }
    let mut broken = Vec::new();
    if let Some(known) = schema.get("enum").and_then(Value::as_array)
        && !known.contains(value)
    {
        let known = known.iter().map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        });
        broken.push((Rule::Enum, known.collect::<Vec<_>>().join(", ")));
    }
    if let (Some(pattern), Some(string)) = (text("pattern"), value.as_str()) {
        match matches(pattern, string) {
            Some(true) => {}
            Some(false) => broken.push((Rule::Pattern, pattern.to_owned())),
            None => broken.push((Rule::Document, format!("a valid pattern, not {pattern}"))),
        }
    }
    if let Some(format) = text("format")
        && !is_of_format(value, format)
    {
        broken.push((Rule::Format, format.to_owned()));
    }
    broken.extend(out_of_range(schema, value).map(|expected| (Rule::Range, expected)));
    broken.extend(wrong_length(schema, value).map(|expected| (Rule::Length, expected)));
    broken
}

thread_local! {
    /// Each pattern is compiled once; the documents bound their number.
    static COMPILED: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

/// Returns true if `text` matches; `None` if the pattern is invalid.
fn matches(pattern: &str, text: &str) -> Option<bool> {
    COMPILED.with_borrow_mut(|compiled| {
        if !compiled.contains_key(pattern) {
            compiled.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        let regex = compiled.get(pattern)?.as_ref()?;
        Some(regex.is_match(text))
    })
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => {
            value.is_i64()
                || value.is_u64()
                || value.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        _ => false,
    }
}

fn is_of_format(value: &Value, format: &str) -> bool {
    let matches =
        |pattern: &str| matches(pattern, value.as_str().unwrap_or_default()) == Some(true);
    match (format, value) {
        // RFC 3339: the pattern rejects the shorter forms of ISO 8601, the parser rejects the 31st of
        // February.
        ("date-time", Value::String(text)) => {
            matches(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$")
                && text.parse::<jiff::Timestamp>().is_ok()
        }
        ("uuid", Value::String(_)) => {
            matches("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
        }
        ("email", Value::String(_)) => matches(r"^[^@\s]+@[^@\s]+$"),
        ("int32", Value::Number(number)) => number
            .as_i64()
            .is_some_and(|number| i32::try_from(number).is_ok()),
        ("int64", Value::Number(number)) => number.is_i64(),
        _ => true,
    }
}

fn out_of_range(schema: &Value, value: &Value) -> Option<String> {
    let number = value.as_f64()?;
    let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
    let exclusive = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    if let Some(minimum) = limit("minimum") {
        if exclusive("exclusiveMinimum") && number <= minimum {
            return Some(format!("> {minimum}"));
        } else if number < minimum {
            return Some(format!(">= {minimum}"));
        }
    }
    let maximum = limit("maximum")?;
    if exclusive("exclusiveMaximum") && number >= maximum {
        Some(format!("< {maximum}"))
    } else {
        (number > maximum).then(|| format!("<= {maximum}"))
    }
}

fn wrong_length(schema: &Value, value: &Value) -> Option<String> {
    let (length, least, most, of) = match value {
        Value::String(text) => (text.chars().count(), "minLength", "maxLength", "characters"),
        Value::Array(items) => (items.len(), "minItems", "maxItems", "items"),
        _ => return None,
    };
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    let limit = |key: &str| schema.get(key).and_then(Value::as_u64);
    match (limit(least), limit(most)) {
        (Some(least), _) if length < least => Some(format!("at least {least} {of}")),
        (_, Some(most)) if length > most => Some(format!("at most {most} {of}")),
        _ => None,
    }
}
