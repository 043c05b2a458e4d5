//! Flattens `allOf`: a schema gets the properties and `required` of all members, in addition to its own.
//!
//! Of a discriminator base, only the properties are inherited, not `oneOf` or the mapping: the subschema is a variant
//! of the union and not the union itself. A property that is declared again without a type keeps the inherited type.

use super::all_of::{MAP, json_type};
use super::schemas::{each_operation_schema, schema_names};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{ORIGIN, SCHEMAS, child, object, schema_name, schema_reference, string};
use serde_json::{Map, Value, json};
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
            self.check_type(member, &pointer, diagnostics);
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
            for (name, property) in properties {
                if let Some(all) = all.as_object_mut() {
                    let inherited = all.get(name);
                    let property = match inherited {
                        Some(inherited) => refined(inherited, property, self.original),
                        None => property.clone(),
                    };
                    all.insert(name.clone(), property);
                }
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

    /// Reports a member whose values are no objects.
    fn check_type(&self, member: &Value, pointer: &str, diagnostics: &mut Diagnostics) {
        let json_type = json_type(member, self.original);
        let Some(other) = json_type.filter(|other| !["object", MAP].contains(other)) else {
            return;
        };
        let message = format!(
            "this member allows only values of type `{other}`, and another member allows none of them"
        );
        let help = "remove one of the `allOf` members in the corrections overlay";
        let place = string(member, ORIGIN).unwrap_or(pointer);
        diagnostics.push(Diagnostic::new("unsupported-all-of", place, message, help).remove());
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

/// Returns a property that is declared again. The later declaration replaces the type, if it states one.
fn refined(inherited: &Value, property: &Value, original: &Map<String, Value>) -> Value {
    let is_object = |schema: &Value| schema.get("properties").is_some();
    if is_object(property) && json_type(inherited, original) == Some("object") {
        let origin = property.get(ORIGIN).cloned();
        let mut both = json!({ "allOf": [inherited, property] });
        if let (Some(both), Some(origin)) = (both.as_object_mut(), origin) {
            both.insert(ORIGIN.to_owned(), origin);
        }
        return both;
    }
    const TYPE: [&str; 8] = [
        "$ref",
        "type",
        "enum",
        "allOf",
        "oneOf",
        "anyOf",
        "items",
        "additionalProperties",
    ];
    let mut refined = property.clone();
    if let (false, Some(refined)) = (
        TYPE.iter().any(|key| property.get(key).is_some()),
        refined.as_object_mut(),
    ) {
        for (key, value) in inherited.as_object().into_iter().flatten() {
            refined.entry(key).or_insert_with(|| value.clone());
        }
    }
    refined
}
