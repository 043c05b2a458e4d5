//! Flattens `allOf`: a schema gets the properties and `required` of all members, in addition to its own.
//!
//! Of a discriminator base, only the properties are inherited, not `oneOf` or the mapping: the subschema is a variant
//! of the union and not the union itself.

use super::schemas::{each_operation_schema, schema_names};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{ORIGIN, SCHEMAS, child, object, schema_name, schema_reference, string};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub(super) fn flatten(document: &mut Value, diagnostics: &mut Diagnostics) {
    let original = object(document, SCHEMAS).clone();
    for (_, pointer) in schema_names(document) {
        let Some(schema) = document.pointer_mut(&pointer) else {
            continue;
        };
        flatten_inside(schema, &original, &pointer, &mut Vec::new(), diagnostics);
        // Schemas below would repeat the diagnostics of their common ancestors.
        if diagnostics.found().len() >= MOST_DIAGNOSTICS {
            return;
        }
    }
    each_operation_schema(document, &mut |schema, pointer, _, _| {
        flatten_inside(schema, &original, pointer, &mut Vec::new(), diagnostics);
    });
}

/// Flattens `schema` and the schemas inside it.
///
/// `open` has the original locations of the flattened schemas around it. An inherited property brings its own inline
/// schemas, which may be the same again.
fn flatten_inside(
    schema: &mut Value,
    original: &Map<String, Value>,
    pointer: &str,
    open: &mut Vec<String>,
    diagnostics: &mut Diagnostics,
) {
    if let Some(target) = wrapped(schema, original) {
        if let Some(map) = schema.as_object_mut() {
            map.shift_remove("allOf");
            map.insert("$ref".to_owned(), Value::String(schema_reference(&target)));
        }
        return;
    }
    let inherits = schema.get("allOf").is_some();
    if inherits {
        let place = string(schema, ORIGIN).unwrap_or(pointer).to_owned();
        if open.contains(&place) {
            let message = "the schema inherits from a schema that contains it";
            let help = "move it to a component in the corrections overlay, and refer to it";
            diagnostics.push(Diagnostic::new("inheritance-cycle", place, message, help).remove());
            return;
        }
        open.push(place);
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
        flatten_inside(inner, original, pointer, open, diagnostics);
    });
    if inherits {
        open.pop();
    }
}

/// Returns the schema that an `allOf` with a single reference stands for.
///
/// In OpenAPI 3.0, this is the way to add a description to a `$ref`. A variant of a union that adds nothing to its
/// base has the same form and is not replaced.
fn wrapped(schema: &Value, original: &Map<String, Value>) -> Option<String> {
    let [member] = schema.get("allOf").and_then(Value::as_array)?.as_slice() else {
        return None;
    };
    let target = schema_name(member)?;
    let base = original.get(target)?;
    let variants = object(base, "/discriminator/mapping").values();
    let is_variant = variants
        .filter_map(Value::as_str)
        .filter_map(|variant| original.get(variant.rsplit('/').next()?))
        .any(|variant| variant == schema);
    let adds = ["properties", "required"]
        .iter()
        .any(|key| schema.get(key).is_some());
    (!adds && !is_variant).then(|| target.to_owned())
}

/// Number of diagnostics after which flattening stops, because later ones only repeat earlier ones.
const MOST_DIAGNOSTICS: usize = 20;

/// Maximum number of ancestors in one line. Limits the work on a malformed document.
const MOST_ANCESTORS: usize = 64;

/// The merged members of one schema and its ancestors.
struct Merge<'d> {
    flat: Map<String, Value>,
    /// Bases between the schema and the one being added, to detect cycles.
    path: Vec<String>,
    /// Bases that are merged already, so that each is merged only once.
    merged: BTreeSet<String>,
    original: &'d Map<String, Value>,
}

impl Merge<'_> {
    /// Adds the members of `schema`, after those of its `allOf` parts.
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
            let message = format!(
                "`{name}` is the {MOST_ANCESTORS}th ancestor in one line and has further ancestors"
            );
            diagnostics
                .push(Diagnostic::new("inheritance-too-deep", pointer, message, help).remove());
        } else if self.merged.insert(target.clone()) {
            self.path.push(target.clone());
            self.add(base, &target, diagnostics);
            self.path.pop();
        }
    }
}
