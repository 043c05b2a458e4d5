//! What is said of values beyond their type: bounds, patterns, formats, defaults.

use super::rules::*;
use super::{Changes, Direction, Place};
use crate::document::{child, flag};
use serde_json::Value;

/// The bounds of values, and whether a bound is one from below.
const BOUNDS: [(&str, bool); 8] = [
    ("minLength", true),
    ("maxLength", false),
    ("minItems", true),
    ("maxItems", false),
    ("minimum", true),
    ("maximum", false),
    ("minProperties", true),
    ("maxProperties", false),
];

/// Compares what two schemas of one type say of its values, and of the values inside those.
pub(super) fn compare(old: &Value, new: &Value, place: &Place, item: &str, changes: &mut Changes) {
    let sent = place.direction == Some(Direction::Request);
    let said = |value: Option<&Value>| {
        value.map_or_else(|| "none".to_owned(), |value| format!("`{value}`"))
    };
    for (key, rule) in [
        ("format", FORMAT_CHANGED),
        ("default", DEFAULT_CHANGED),
        ("pattern", PATTERN_CHANGED),
    ] {
        let (old, new) = (old.get(key), new.get(key));
        if old != new {
            let reason = format!("its {key} is {}, and was {}", said(new), said(old));
            changes.add(rule, place.clone(), item, reason);
        }
    }
    if flag(old, "nullable") != flag(new, "nullable") {
        let reason = match flag(new, "nullable") {
            true => "it may be `null`",
            false => "it may not be `null` any more",
        };
        changes.add(NULLABLE_CHANGED, place.clone(), item, reason);
    }
    let (mut tighter, mut looser) = (Vec::new(), Vec::new());
    for (key, lower) in BOUNDS {
        let bound = |schema: &Value| schema.get(key).and_then(Value::as_f64);
        let tightened = match (bound(old), bound(new)) {
            (Some(old), Some(new)) if old == new => continue,
            (None, None) => continue,
            (old, None) => old.is_none(),
            (None, Some(_)) => true,
            (Some(old), Some(new)) => (new > old) == lower,
        };
        let told = format!(
            "{key} is {}, and was {}",
            said(new.get(key)),
            said(old.get(key))
        );
        match tightened {
            true => tighter.push(told),
            false => looser.push(told),
        }
    }
    // Values of an integer; those of text are an enum's variants.
    let values = |schema: &Value| {
        let values = schema.get("enum").and_then(Value::as_array);
        values
            .cloned()
            .filter(|values| !values.iter().any(Value::is_string))
    };
    let (old_values, new_values) = (values(old), values(new));
    if old_values != new_values {
        let gone = |from: &Option<Vec<Value>>, to: &Option<Vec<Value>>| match (from, to) {
            (Some(from), Some(to)) => from.iter().any(|value| !to.contains(value)),
            (from, to) => from.is_none() && to.is_some(),
        };
        if gone(&old_values, &new_values) {
            tighter.push("some values are not allowed any more".to_owned());
        }
        if gone(&new_values, &old_values) {
            looser.push("more values are allowed".to_owned());
        }
    }
    let rules = match sent {
        true => (CONSTRAINT_TIGHTENED, CONSTRAINT_LOOSENED),
        false => (ANSWER_CONSTRAINT_CHANGED, ANSWER_CONSTRAINT_CHANGED),
    };
    for (rule, told) in [(rules.0, tighter), (rules.1, looser)] {
        if !told.is_empty() {
            changes.add(rule, place.clone(), item, told.join("; "));
        }
    }
    for key in ["items", "additionalProperties"] {
        if let (Some(old @ Value::Object(_)), Some(new @ Value::Object(_))) =
            (old.get(key), new.get(key))
        {
            let inside =
                |pointer: &Option<String>| pointer.as_ref().map(|pointer| child(pointer, key));
            let place = place.at(inside(&place.old), inside(&place.new));
            compare(old, new, &place, item, changes);
        }
    }
}
