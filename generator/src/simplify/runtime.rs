//! Recognises strings that have a runtime type: identifiers, cluster names, timestamps and secret URLs.
//!
//! An overlay can pin the type of a schema with `x-rust-runtime`, independent of its pattern. A schema without a pin
//! is a timestamp by its format, a secret URL by `x-sensitive`, and an identifier if its pattern allows exactly 24
//! lower-case hexadecimal digits, in any spelling. Curated documents must pin each identifier.

use crate::api::{PINNABLE, RUNTIME_TYPE, naming};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::{self, Kind};
use crate::document::{flag, string};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const OBJECT_ID: &str = "ObjectId";

/// Pin of a string that has no runtime type.
const PLAIN: &str = "String";

/// Returns the runtime type of a schema, if it has one.
pub(super) fn runtime_type(schema: &Value) -> Option<&'static str> {
    if let Some(pin) = string(schema, RUNTIME_TYPE) {
        let mut known = PINNABLE.iter().map(|(name, _)| *name);
        return known.find(|name| *name == pin && *name != PLAIN);
    }
    if string(schema, "format") == Some("date-time") {
        return Some("Timestamp");
    }
    if flag(schema, "x-sensitive") {
        return Some("SecretUrl");
    }
    let is_id = string(schema, "pattern").is_some_and(is_object_id);
    is_id.then_some(OBJECT_ID)
}

/// Reports invalid pins and, in curated documents, unpinned strings that have the pattern of a runtime type.
pub(super) fn check(document: &Value, diagnostics: &mut Diagnostics) {
    let mut texts = Vec::new();
    walk::each(document, Kind::Document, "", &mut |location, kind, part| {
        let mut keys = [RUNTIME_TYPE, "pattern"].iter();
        if kind != Kind::Schema || keys.all(|key| part.get(key).is_none()) {
            return;
        }
        texts.push((location.pointer(), part));
    });
    let mut pinned: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (pointer, schema) in &texts {
        let Some(pin) = schema.get(RUNTIME_TYPE) else {
            continue;
        };
        let known = PINNABLE.iter().find(|(name, _)| *pin == *name);
        match known {
            Some((name, _)) if string(schema, "type") == Some("string") => {
                if let Some(pattern) = string(schema, "pattern") {
                    pinned.entry(pattern).or_default().insert(name);
                }
            }
            Some((name, _)) => {
                let message = format!("a schema that is not a string is pinned to `{name}`");
                let help = "pin only schemas of the type `string`";
                diagnostics.push(
                    Diagnostic::new("unknown-runtime-type", pointer, message, help)
                        .remove_at(format!("{pointer}/{RUNTIME_TYPE}")),
                );
            }
            None => {
                let known: Vec<&str> = PINNABLE.iter().map(|(name, _)| *name).collect();
                let message = format!("{pin} is not a runtime type");
                let help = format!("use one of {}", known.join(", "));
                let found = Diagnostic::new("unknown-runtime-type", pointer, message, help);
                diagnostics.push(found.update(json!({ RUNTIME_TYPE: PLAIN })));
            }
        }
    }
    if naming::numbers_collisions(document) {
        return;
    }
    for (pointer, schema) in &texts {
        let is_open = string(schema, "type") == Some("string")
            && [RUNTIME_TYPE, "enum"]
                .iter()
                .all(|key| schema.get(key).is_none());
        let Some(pattern) = string(schema, "pattern").filter(|_| is_open) else {
            continue;
        };
        let mut alike = pinned.get(pattern).into_iter().flatten();
        let looks_like = match is_object_id(pattern) {
            true => OBJECT_ID,
            false => match alike.find(|name| **name != PLAIN) {
                Some(name) => name,
                None => continue,
            },
        };
        let message = format!(
            "the string has the pattern of `{looks_like}` but no pin, so another pattern would change its type"
        );
        let help = format!("pin it in the names overlay, to `{PLAIN}` if it is plain text");
        let found = Diagnostic::new("unpinned-type", pointer, message, help);
        diagnostics.push(found.update(json!({ RUNTIME_TYPE: looks_like })));
    }
}

/// Returns true if a pattern allows exactly 24 lower-case hexadecimal digits, in any spelling.
fn is_object_id(pattern: &str) -> bool {
    let Some(inner) = pattern
        .strip_prefix('^')
        .and_then(|rest| rest.strip_suffix('$'))
    else {
        return false;
    };
    let ungrouped = |text: &'_ str| -> Option<String> {
        let inner = text.strip_prefix('(')?.strip_suffix(')')?;
        Some(inner.strip_prefix("?:").unwrap_or(inner).to_owned())
    };
    let inner = ungrouped(inner).unwrap_or_else(|| inner.to_owned());
    let Some((class, count)) = inner
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    else {
        return false;
    };
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = class;
    while !rest.is_empty() {
        let Some(part) = ["0-9", "\\d", "a-f"]
            .into_iter()
            .find(|part| rest.starts_with(part))
        else {
            return false;
        };
        parts.push(if part == "\\d" { "0-9" } else { part });
        rest = &rest[part.len()..];
    }
    parts.sort_unstable();
    count == "{24}" && parts == ["0-9", "a-f"]
}

#[cfg(test)]
mod tests {
    use super::is_object_id;

    #[test]
    fn pattern_is_object_id_only_for_24_hexadecimal_digits_in_any_spelling() {
        for (pattern, expected) in [
            ("^([a-f0-9]{24})$", true),
            ("^[a-f0-9]{24}$", true),
            ("^[0-9a-f]{24}$", true),
            ("^(?:[0-9a-f]{24})$", true),
            ("^[\\da-f]{24}$", true),
            ("[a-f0-9]{24}", false),
            ("^[a-fA-F0-9]{24}$", false),
            ("^[a-f0-9]{32}$", false),
            ("^[a-f]{24}$", false),
            ("^[a-f0-9]{24}-[a-f0-9]{24}$", false),
            ("^[a-zA-Z0-9][a-zA-Z0-9-]*$", false),
            ("^$", false),
            ("", false),
        ] {
            assert_eq!(is_object_id(pattern), expected, "{pattern}");
        }
    }
}
