//! Finds the objects of an OpenAPI document.
//!
//! `objects.toml` is the specification's table of fields.
//!
//! Must never take data for an object: examples, defaults and extensions are not visited.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The table: the contents of each field of each object.
pub(crate) type Table = BTreeMap<String, toml::map::Map<String, toml::Value>>;

/// Reads the table.
pub(crate) fn table() -> Result<Table, toml::de::Error> {
    toml::from_str(include_str!("../objects.toml"))
}

/// Returns the objects of a document by type, if an operation refers to them.
pub(crate) fn objects(document: &Value, table: &Table) -> BTreeMap<String, Vec<Value>> {
    let mut walk = Walk {
        document,
        table,
        met: BTreeSet::new(),
        found: BTreeMap::new(),
    };
    walk.object("openapi", document);
    walk.found
}

struct Walk<'a> {
    document: &'a Value,
    table: &'a Table,
    met: BTreeSet<String>,
    found: BTreeMap<String, Vec<Value>>,
}

impl Walk<'_> {
    fn keep(&mut self, kind: &str, value: Value) {
        self.found.entry(kind.to_owned()).or_default().push(value);
    }

    fn object(&mut self, kind: &str, value: &Value) {
        let (Some(fields), Some(object)) = (self.table.get(kind), value.as_object()) else {
            return;
        };
        self.keep(kind, value.clone());
        let reference = object.get("$ref").and_then(Value::as_str);
        if let Some(pointer) = reference.and_then(|reference| reference.strip_prefix('#')) {
            self.keep("reference", kind.into());
            if let (true, Some(target)) = (
                self.met.insert(pointer.to_owned()),
                self.document.pointer(pointer),
            ) {
                self.object(kind, target);
            }
            return;
        }
        for (name, value) in object {
            let known = fields.get(name).or_else(|| fields.get("*"));
            if let (Some(holds), false) =
                (known.and_then(toml::Value::as_str), name.starts_with("x-"))
            {
                self.field(kind, holds.trim_end_matches('!'), value);
            }
        }
    }

    fn field(&mut self, owner: &str, holds: &str, value: &Value) {
        if let Some(kind) = holds
            .strip_prefix('[')
            .and_then(|kind| kind.strip_suffix(']'))
        {
            value
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|item| self.object(kind, item));
        } else if let Some(kind) = holds
            .strip_prefix('{')
            .and_then(|kind| kind.strip_suffix('}'))
        {
            for (name, item) in value.as_object().into_iter().flatten() {
                if let ("media_type", "request_body" | "response") = (kind, owner) {
                    self.keep(
                        &format!("{}_media_type", owner.trim_end_matches("_body")),
                        name.as_str().into(),
                    );
                }
                self.object(kind, item);
            }
        } else {
            self.object(holds, value);
        }
    }
}
