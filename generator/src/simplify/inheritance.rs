//! Flattens `allOf`: a schema gets the properties and `required` of its members, its own `required` on top.
//!
//! A member that is a discriminator base lends its properties only, never its `oneOf` or mapping: the child is one of
//! the union's kinds, not the union.

use super::schemas::schema_names;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{SCHEMAS, child, object, schema_name, schema_reference};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub(super) fn flatten(document: &mut Value, diagnostics: &mut Diagnostics) {
    let original = object(document, SCHEMAS).clone();
    for (_, pointer) in schema_names(document) {
        let Some(schema) = document.pointer_mut(&pointer) else {
            continue;
        };
        flatten_inside(schema, &original, &pointer, diagnostics);
        // Each schema below would say the same again of the ancestors they share.
        if diagnostics.found().len() >= MOST_FINDINGS {
            return;
        }
    }
}

/// Flattens `schema` and what is inside it.
fn flatten_inside(
    schema: &mut Value,
    original: &Map<String, Value>,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) {
    if let Some(target) = wrapped(schema, original) {
        if let Some(map) = schema.as_object_mut() {
            map.shift_remove("allOf");
            map.insert("$ref".to_owned(), Value::String(schema_reference(&target)));
        }
        return;
    }
    if schema.get("allOf").is_some() {
        let mut merge = Merge {
            flat: Map::new(),
            path: Vec::new(),
            merged: BTreeSet::new(),
            original,
        };
        merge.add(schema, pointer, diagnostics);
        let flat = merge.flat;
        if let Some(map) = schema.as_object_mut() {
            map.shift_remove("allOf");
            map.extend(flat);
        }
    }
    super::schemas::each_inner(schema, pointer, &mut |inner, pointer, _| {
        flatten_inside(inner, original, pointer, diagnostics)
    });
}

/// The schema that an `allOf` with a single reference stands for: 3.0's way to put a description beside a `$ref`.
/// A kind of a union that adds nothing to its base looks the same, and is not.
fn wrapped(schema: &Value, original: &Map<String, Value>) -> Option<String> {
    let [member] = schema.get("allOf").and_then(Value::as_array)?.as_slice() else {
        return None;
    };
    let target = schema_name(member)?;
    let base = original.get(target)?;
    let kinds = object(base, "/discriminator/mapping").values();
    let is_kind = kinds
        .filter_map(Value::as_str)
        .filter_map(|kind| original.get(kind.rsplit('/').next()?))
        .any(|kind| kind == schema);
    let adds = ["properties", "required"]
        .iter()
        .any(|key| schema.get(key).is_some());
    (!adds && !is_kind).then(|| target.to_owned())
}

/// After so many findings the rest would be echoes.
const MOST_FINDINGS: usize = 20;

/// A longer line of ancestors is taken for a mistake: nobody reads that far, and the work is bounded.
const MOST_ANCESTORS: usize = 64;

/// The shape of one schema and of all it inherits from.
struct Merge<'d> {
    flat: Map<String, Value>,
    /// The bases between the schema and the one being added.
    path: Vec<String>,
    /// The bases that are in already: what is inherited twice is inherited once.
    merged: BTreeSet<String>,
    original: &'d Map<String, Value>,
}

impl Merge<'_> {
    /// Adds the shape of `schema`, that of its `allOf` members first.
    fn add(&mut self, schema: &Value, pointer: &str, diagnostics: &mut Diagnostics) {
        let members = schema.get("allOf").and_then(Value::as_array);
        for (index, member) in members.into_iter().flatten().enumerate() {
            let pointer = format!("{pointer}/allOf/{index}");
            match schema_name(member) {
                Some(name) => self.add_base(name, pointer, diagnostics),
                None => self.add(member, &pointer, diagnostics),
            }
        }
        self.flat
            .entry("type")
            .or_insert_with(|| Value::String("object".to_owned()));
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            let all = self
                .flat
                .entry("properties")
                .or_insert_with(|| Value::Object(Map::new()));
            if let Some(all) = all.as_object_mut() {
                all.extend(properties.clone());
            }
        }
        if let Some(required) = schema.get("required").and_then(Value::as_array) {
            let all = self
                .flat
                .entry("required")
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Some(all) = all.as_array_mut() {
                let new: Vec<_> = required
                    .iter()
                    .filter(|name| !all.contains(name))
                    .cloned()
                    .collect();
                all.extend(new);
            }
        }
    }

    fn add_base(&mut self, name: &str, pointer: String, diagnostics: &mut Diagnostics) {
        let target = child(SCHEMAS, name);
        let Some(base) = self.original.get(name) else {
            return;
        };
        let help = "remove one of the `allOf` members in the corrections overlay";
        if self.path.contains(&target) {
            let message = format!("`{name}` inherits from itself");
            diagnostics.push(Diagnostic::new("inheritance-cycle", pointer, message, help).remove());
        } else if self.path.len() == MOST_ANCESTORS {
            let message =
                format!("`{name}` is the {MOST_ANCESTORS}th ancestor in one line, and has more");
            diagnostics
                .push(Diagnostic::new("inheritance-too-deep", pointer, message, help).remove());
        } else if self.merged.insert(target.clone()) {
            self.path.push(target.clone());
            self.add(base, &target, diagnostics);
            self.path.pop();
        }
    }
}
