//! A place in the document, and the ways to other places.
//!
//! Invariant: a place has its JSON pointer, because findings are reported by it.

use crate::verify::pointer::escape;
use serde_json::Value;

/// A place in the document.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

impl<'a> Node<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<Node<'a>> {
        let pointer = format!("{}/{}", self.pointer, escape(key));
        self.value.get(key).map(|value| Node { pointer, value })
    }

    pub(crate) fn members(&self, keyword: &str) -> Vec<Node<'a>> {
        let pointer = |index| format!("{}/{keyword}/{index}", self.pointer);
        let list = self
            .value
            .get(keyword)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        list.enumerate()
            .map(|(index, value)| Node {
                pointer: pointer(index),
                value,
            })
            .collect()
    }

    pub(crate) fn says(&self, keyword: &str) -> bool {
        self.value.get(keyword) == Some(&Value::Bool(true))
    }

    pub(super) fn requires(&self, field: &str) -> bool {
        self.required().any(|name| name == field)
    }

    pub(super) fn required(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.value
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }
}

/// Follows `$ref` to the schema; keywords beside a `$ref` are ignored, as OpenAPI 3.0 requires.
///
/// # Errors
/// Returns the last pointer if it leads nowhere or is part of a cycle.
pub(crate) fn resolve<'a>(root: &'a Value, node: &Node<'a>) -> Result<Node<'a>, String> {
    let mut node = node.clone();
    let mut seen = Vec::new();
    while let Some(reference) = node.value.get("$ref").and_then(Value::as_str) {
        if seen.contains(&reference) {
            return Err(reference.to_owned());
        }
        seen.push(reference);
        let pointer = reference.strip_prefix('#').ok_or(reference)?;
        let value = root.pointer(pointer).ok_or(reference)?;
        node = Node {
            pointer: pointer.to_owned(),
            value,
        };
    }
    Ok(node)
}
