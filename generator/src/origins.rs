//! Marks every part of a document with its place in it, so that whatever is made of it later can point back.

use crate::document::{ORIGIN, child};
use serde_json::{Map, Value};

/// Keys under which nothing is compared by its place, or which hold examples and data.
const UNMARKED: [&str; 11] = [
    "callbacks",
    "default",
    "discriminator",
    "enum",
    "example",
    "examples",
    "externalDocs",
    "info",
    "security",
    "servers",
    "tags",
];

/// Keys under which the next level's keys are names somebody chose, not keywords.
const NAMES: [&str; 9] = [
    "components",
    "content",
    "headers",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
];

/// Writes into every part where it is.
pub(crate) fn mark(document: &mut Value) {
    mark_part(document, "");
}

/// Takes the marks off.
pub(crate) fn forget(part: &mut Value) {
    match part {
        Value::Object(map) => {
            map.shift_remove(ORIGIN);
            map.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        _ => {}
    }
}

fn mark_part(part: &mut Value, pointer: &str) {
    match part {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                if UNMARKED.contains(&key.as_str()) || key.starts_with("x-") {
                    continue;
                }
                let pointer = child(pointer, key);
                match inner {
                    Value::Object(named) if NAMES.contains(&key.as_str()) => {
                        mark_named(named, &pointer, key == "components");
                    }
                    _ => mark_part(inner, &pointer),
                }
            }
            if !pointer.is_empty() {
                map.insert(ORIGIN.to_owned(), Value::String(pointer.to_owned()));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                mark_part(item, &format!("{pointer}/{index}"));
            }
        }
        _ => {}
    }
}

/// The parts below a level of names; components have two such levels.
fn mark_named(named: &mut Map<String, Value>, pointer: &str, twice: bool) {
    for (name, inner) in named {
        let pointer = child(pointer, name);
        match inner {
            Value::Object(inner) if twice => mark_named(inner, &pointer, false),
            _ => mark_part(inner, &pointer),
        }
    }
}
