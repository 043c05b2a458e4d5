//! Values with one missing or malformed list.

use serde_json::{Map, Value, json};

/// Returns copies of `value`, one for each list and each way to invalidate it.
///
/// The list is missing, `null`, of another type, or has an unreadable item. Each copy comes with the name of
/// the list's field.
#[must_use]
pub fn invalidated_lists(value: &Value) -> Vec<(String, Value)> {
    let mut spoiled = Vec::new();
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let with = |other: Option<Value>| {
                    let mut fields: Map<_, _> = fields.clone();
                    match other {
                        Some(other) => fields.insert(name.clone(), other),
                        None => fields.remove(name),
                    };
                    Value::Object(fields)
                };
                if let Value::Array(items) = inner {
                    let odd = [json!(null), json!([[]]), json!(-0.5)].map(|odd| {
                        let mut items = items.clone();
                        items.push(odd);
                        Value::Array(items)
                    });
                    let others = [json!(null), json!("none"), json!({ "0": items })];
                    let all = others.into_iter().chain(odd).map(Some).chain([None]);
                    spoiled.extend(all.map(|other| (name.clone(), with(other))));
                }
                let inner = invalidated_lists(inner).into_iter();
                spoiled.extend(inner.map(|(at, inner)| (at, with(Some(inner)))));
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                for (at, inner) in invalidated_lists(inner) {
                    let mut items = items.clone();
                    items[index] = inner;
                    spoiled.push((at, Value::Array(items)));
                }
            }
        }
        _ => {}
    }
    spoiled
}

#[cfg(test)]
mod tests {
    use super::invalidated_lists;
    use serde_json::json;

    #[test]
    fn each_list_at_any_depth_is_invalidated_in_seven_ways() {
        let value = json!({ "a": [{ "b": [1] }, { "b": [] }], "c": 1 });
        let spoiled = invalidated_lists(&value);
        assert_eq!(spoiled.len(), 3 * 7);
        for expected in [
            ("a", json!({ "c": 1 })),
            ("a", json!({ "a": null, "c": 1 })),
            ("b", json!({ "a": [{}, { "b": [] }], "c": 1 })),
            ("b", json!({ "a": [{ "b": [1] }, { "b": [null] }], "c": 1 })),
        ] {
            let expected = (expected.0.to_owned(), expected.1);
            assert!(spoiled.contains(&expected), "{expected:?}");
        }
    }
}
