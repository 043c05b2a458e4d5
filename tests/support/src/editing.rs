//! Edits of JSON documents by pointers (RFC 6901).

use serde_json::Value;

/// Returns the pointer of the parent.
#[must_use]
pub fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Returns the last name or index of a pointer.
#[must_use]
pub fn key(pointer: &str) -> String {
    let token = pointer.rsplit('/').next().unwrap_or_default();
    token.replace("~1", "/").replace("~0", "~")
}

/// Returns all pointers of a document, in document order.
#[must_use]
pub fn pointers(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(document, "", &mut found);
    found
}

fn collect(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(inner, &format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                collect(inner, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Removes a part and returns it.
pub fn remove(document: &mut Value, pointer: &str) -> Option<Value> {
    match document.pointer_mut(parent(pointer))? {
        Value::Object(map) => map.shift_remove(&key(pointer)),
        Value::Array(items) => {
            let index = key(pointer).parse().ok();
            let index = index.filter(|index| *index < items.len())?;
            Some(items.remove(index))
        }
        _ => None,
    }
}

/// Renames a member without changing its position.
pub fn rename(document: &mut Value, pointer: &str, name: &str) -> Option<()> {
    let map = document.pointer_mut(parent(pointer))?.as_object_mut()?;
    let old = key(pointer);
    let renamed = std::mem::take(map).into_iter().map(|(key, value)| {
        let key = if key == old { name.to_owned() } else { key };
        (key, value)
    });
    *map = renamed.collect();
    Some(())
}
