//! Mutations of a document.

use crate::removed;
use serde_json::{Value, json};

/// A mutation: its name, the places of a document where it applies, and its implementation.
pub(crate) struct Kind {
    pub(crate) what: &'static str,
    pub(crate) fits: fn(&str, &Value) -> bool,
    pub(crate) change: fn(&mut Value, &str) -> Option<()>,
}

pub(crate) const KINDS: [Kind; 10] = [
    Kind {
        what: "without the property",
        fits: |pointer, _| is_property(pointer),
        change: without,
    },
    Kind {
        what: "with another required field",
        fits: |pointer, value| {
            pointer.starts_with(SCHEMAS) && value.get("properties").is_some_and(Value::is_object)
        },
        change: |root, pointer| {
            root.pointer_mut(pointer)?["required"] = json!(["aFieldOfNextYear"]);
            Some(())
        },
    },
    Kind {
        what: "of another type",
        fits: |pointer, value| is_property(pointer) && value.get("type").is_some(),
        change: |root, pointer| {
            let value = root.pointer_mut(pointer)?;
            let is_boolean = value["type"] == json!("boolean");
            value["type"] = json!(if is_boolean { "integer" } else { "boolean" });
            Some(())
        },
    },
    Kind {
        what: "without the value",
        fits: |pointer, value| {
            pointer.starts_with(SCHEMAS) && pointer.contains("/enum/") && value.is_string()
        },
        change: without,
    },
    Kind {
        what: "without",
        fits: |pointer, value| pointer.ends_with("/nullable") && value == &json!(true),
        change: without,
    },
    Kind {
        what: "with a pattern that nothing matches",
        fits: |pointer, value| pointer.ends_with("/pattern") && value.is_string(),
        change: |root, pointer| {
            *root.pointer_mut(pointer)? = json!("^never$");
            Some(())
        },
    },
    Kind {
        what: "without the status",
        fits: |pointer, _| is_in(pointer, "responses"),
        change: without,
    },
    Kind {
        what: "with another media type",
        fits: |pointer, _| pointer.rsplit('/').nth(1) == Some("content"),
        change: |root, pointer| {
            let media = removed(root, pointer)?;
            root.pointer_mut(pointer.rsplit_once('/')?.0)?["application/xml"] = media;
            Some(())
        },
    },
    Kind {
        what: "at most -1",
        fits: |pointer, value| is_property(pointer) && value.get("type") == Some(&json!("integer")),
        change: |root, pointer| {
            root.pointer_mut(pointer)?["maximum"] = json!(-1);
            Some(())
        },
    },
    Kind {
        what: "without the parameter",
        fits: |pointer, _| is_in(pointer, "parameters"),
        change: without,
    },
];

const SCHEMAS: &str = "/components/schemas/";

fn is_property(pointer: &str) -> bool {
    pointer.starts_with(SCHEMAS) && pointer.rsplit('/').nth(1) == Some("properties")
}

/// Returns true if the pointer is of a member of an operation's `part`.
fn is_in(pointer: &str, part: &str) -> bool {
    pointer.starts_with("/paths/") && pointer.rsplit('/').nth(1) == Some(part)
}

fn without(root: &mut Value, pointer: &str) -> Option<()> {
    removed(root, pointer).map(drop)
}
