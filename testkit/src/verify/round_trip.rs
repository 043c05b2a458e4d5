//! Compares JSON before and after the SDK decoded and encoded it.
//!
//! Values are equal if they mean the same: the order of fields is ignored, numbers compare by value,
//! date-times by instant, and `null` equals an absent field.

use crate::verify::finding::{Finding, Rule, shown};
use crate::verify::pointer::escape;
use jiff::Timestamp;
use serde_json::{Number, Value};

/// Returns the differences of `after` from `before`, in the order of `before`.
#[must_use]
pub fn differences(before: &Value, after: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    compare(before, after, "", &mut found);
    found
}

fn compare(before: &Value, after: &Value, at: &str, found: &mut Vec<Finding>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let present = |value: &&Value| !value.is_null();
            for (name, value) in before.iter().filter(|(_, value)| !value.is_null()) {
                let at = format!("{at}/{}", escape(name));
                match after.get(name).filter(present) {
                    Some(other) => compare(value, other, &at, found),
                    None => found.push(finding(Rule::Lost, at, Some(value), None)),
                }
            }
            for (name, value) in after.iter().filter(|(_, value)| !value.is_null()) {
                if before.get(name).filter(present).is_none() {
                    let at = format!("{at}/{}", escape(name));
                    found.push(finding(Rule::Added, at, None, Some(value)));
                }
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                compare(before, after, &format!("{at}/{index}"), found);
            }
        }
        _ if same(before, after) => {}
        _ => found.push(finding(
            Rule::Changed,
            at.to_owned(),
            Some(before),
            Some(after),
        )),
    }
}

fn finding(rule: Rule, at: String, before: Option<&Value>, after: Option<&Value>) -> Finding {
    let text = |value: Option<&Value>| value.map_or_else(|| "absent".to_owned(), shown);
    Finding {
        at,
        rule,
        schema: String::new(),
        expected: text(before),
        actual: text(after),
    }
}

/// Returns true if two values mean the same; they are not both objects or arrays of one length.
fn same(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Number(before), Value::Number(after)) => {
            before == after || numerically(before, after)
        }
        (Value::String(before), Value::String(after)) => {
            let instant = |text: &str| text.parse::<Timestamp>().ok();
            before == after || instant(before).is_some_and(|before| Some(before) == instant(after))
        }
        _ => before == after,
    }
}

/// Compares integers exactly: different ones beyond 2⁵³ are the same float.
fn numerically(before: &Number, after: &Number) -> bool {
    let both_integers = !before.is_f64() && !after.is_f64();
    !both_integers && before.as_f64() == after.as_f64()
}

#[cfg(test)]
mod tests {
    use super::differences;
    use serde_json::{Value, json};

    fn check(before: &Value, after: &Value, expected: &[&str]) {
        let found = differences(before, after);
        let found = found
            .iter()
            .map(|finding| format!("{} {}", finding.rule, finding.at))
            .collect::<Vec<_>>();
        assert_eq!(found, expected, "{before} {after}");
    }

    #[test]
    fn equivalent_json_has_no_differences() {
        for (before, after) in [
            (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1})),
            (json!({"a": null}), json!({})),
            (json!({}), json!({"a": null})),
            (json!([1, 2.5]), json!([1.0, 2.5])),
            (
                json!("2024-01-02T03:04:05Z"),
                json!("2024-01-02T04:04:05.000+01:00"),
            ),
        ] {
            check(&before, &after, &[]);
        }
    }

    #[test]
    fn lost_added_and_changed_fields_are_named() {
        for (before, after, expected) in [
            (
                json!({"a": {"b": 1}}),
                json!({"a": {}}),
                &["SDK lost /a/b"][..],
            ),
            (json!({"a": null}), json!({"a": []}), &["SDK added /a"]),
            (json!({"a": []}), json!({}), &["SDK lost /a"]),
            (
                json!({"a/b": 1}),
                json!({"a/b": "1"}),
                &["SDK changed /a~1b"],
            ),
            (
                json!([{"a": 1}, {"a": 2}]),
                json!([{"a": 1}, {"a": 3}]),
                &["SDK changed /1/a"],
            ),
            (json!([1, 2]), json!([1]), &["SDK changed "]),
            (json!([null]), json!([0]), &["SDK changed /0"]),
            (
                json!(9_007_199_254_740_993_i64),
                json!(9_007_199_254_740_992_i64),
                &["SDK changed "],
            ),
            (
                json!("2024-01-02T03:04:05Z"),
                json!("2024-01-02T03:04:06Z"),
                &["SDK changed "],
            ),
            (
                json!({"a": 1, "b": 1}),
                json!({"c": 1}),
                &["SDK lost /a", "SDK lost /b", "SDK added /c"],
            ),
        ] {
            check(&before, &after, expected);
        }
    }
}
