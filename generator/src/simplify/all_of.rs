//! Prepares `allOf`, so that what is left combines objects only.
//!
//! - Members with annotations only are dropped; the schema gets their annotations.
//! - Members that are all strings, numbers, booleans or lists become one schema with the constraints of all.
//! - A referenced choice is copied beside the properties of other members, unless the schema is one of its variants:
//!   the next pass adds the properties to each variant of the copy.

use super::choices::constrains_presence_only;
use super::schemas::{every_schema, every_schema_of_document};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::Kind;
use crate::document::{ORIGIN, SCHEMAS, object, schema_name, string};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

type Schemas = Map<String, Value>;

/// Maximum length of a chain of references. A longer chain is a cycle, which another pass reports.
const DEEPEST: usize = 32;

pub(super) fn prepare(document: &mut Value, diagnostics: &mut Diagnostics) {
    every_schema_of_document(document, &mut annotate);
    let schemas = object(document, SCHEMAS).clone();
    every_schema_of_document(document, &mut |schema| {
        merge_values(schema, &schemas);
        copy_choice(schema, &schemas, diagnostics);
    });
}

/// The type of an object whose properties have no fixed names.
pub(super) const MAP: &str = "map";

/// Returns the JSON type of a schema's values, or [`MAP`], if the schema or what it refers to states one.
pub(super) fn json_type<'s>(schema: &'s Value, schemas: &'s Schemas) -> Option<&'s str> {
    type_within(schema, schemas, DEEPEST)
}

fn type_within<'s>(schema: &'s Value, schemas: &'s Schemas, depth: usize) -> Option<&'s str> {
    let depth = depth.checked_sub(1)?;
    if let Some(name) = schema_name(schema) {
        return type_within(schemas.get(name)?, schemas, depth);
    }
    let of_members = || {
        let mut members = members(schema).iter();
        members.find_map(|member| type_within(member, schemas, depth))
    };
    let values = schema.get("enum").and_then(Value::as_array);
    let is_text = values.is_some_and(|values| values.iter().any(Value::is_string));
    let is_object = schema.get("properties").is_some();
    let values = schema.get("additionalProperties");
    let is_map = !is_object && values.is_some_and(|values| *values != Value::Bool(false));
    // Some documents give each schema with `allOf` the type `object`.
    of_members()
        .or_else(|| is_map.then_some(MAP))
        .or_else(|| string(schema, "type"))
        .or_else(|| is_text.then_some("string"))
        .or_else(|| is_object.then_some("object"))
}

fn members(schema: &Value) -> &[Value] {
    let members = schema.get("allOf").and_then(Value::as_array);
    members.map_or(&[], Vec::as_slice)
}

/// Moves the annotations of members that have nothing else to the schema.
fn annotate(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let Some(Value::Array(members)) = schema.get_mut("allOf") else {
        return;
    };
    let all = std::mem::take(members);
    let (annotations, others): (Vec<Value>, Vec<Value>) = all.into_iter().partition(is_annotation);
    let is_empty = others.is_empty();
    *members = others;
    if is_empty {
        schema.shift_remove("allOf");
    }
    for annotation in annotations {
        for (key, value) in annotation.as_object().into_iter().flatten() {
            if key != ORIGIN {
                schema.entry(key).or_insert_with(|| value.clone());
            }
        }
    }
}

/// Returns true if a schema describes a use of its values, and does not constrain the values themselves.
fn is_annotation(schema: &Value) -> bool {
    const OF_USE: [&str; 5] = ["nullable", "readOnly", "writeOnly", "default", "deprecated"];
    let is_annotation = |key: &String| {
        let kind = Kind::Schema.member(key);
        OF_USE.contains(&key.as_str()) || kind.is_for_people() || kind == Kind::Extension
    };
    let keywords = schema.as_object();
    keywords.is_some_and(|keywords| keywords.keys().all(is_annotation))
}

/// Replaces an `allOf` of schemas that are no objects by one schema.
fn merge_values(schema: &mut Value, schemas: &Schemas) {
    if members(schema).is_empty() {
        return;
    }
    let types: BTreeSet<&str> = members(schema)
        .iter()
        .filter_map(|member| json_type(member, schemas))
        .collect();
    let types: Vec<&str> = types.into_iter().collect();
    let merged_type = match types.as_slice() {
        [] => string(schema, "type").unwrap_or("object"),
        ["integer", "number"] => "integer",
        [only] => only,
        _ => return,
    };
    // The next passes replace the schema by its only reference.
    if merged_type == "object" || matches!(members(schema), [only] if schema_name(only).is_some()) {
        return;
    }
    let has_enum = |member: &&Value| has_enum(member, schemas, DEEPEST);
    let mut enums = members(schema).iter().filter(has_enum);
    if let (Some(only), None) = (enums.next(), enums.next())
        && schema_name(only).is_some()
    {
        let only = json!([only]);
        crate::document::set(schema, "allOf", only);
        return;
    }
    let mut merged = Map::new();
    if add_value(schema, &mut merged, schemas, DEEPEST).is_some() {
        let is_map = merged_type == MAP;
        let merged_type = if is_map { "object" } else { merged_type };
        merged.insert("type".to_owned(), json!(merged_type));
        for key in [ORIGIN, "title", "x-rust-name"] {
            let own = schema.get(key).cloned();
            merged.extend(own.map(|own| (key.to_owned(), own)));
        }
        *schema = Value::Object(merged);
    }
}

/// Returns true if a schema, its members or what it refers to list the allowed values.
fn has_enum(schema: &Value, schemas: &Schemas, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let target = schema_name(schema).and_then(|name| schemas.get(name));
    schema.get("enum").is_some()
        || target
            .into_iter()
            .chain(members(schema))
            .any(|inner| has_enum(inner, schemas, depth))
}

/// Adds the keywords of a schema after those of its members; `None` if the schemas contain themselves.
fn add_value(
    schema: &Value,
    merged: &mut Map<String, Value>,
    schemas: &Schemas,
    depth: usize,
) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    if let Some(name) = schema_name(schema) {
        return add_value(schemas.get(name)?, merged, schemas, depth);
    }
    for member in members(schema) {
        add_value(member, merged, schemas, depth)?;
    }
    for (key, value) in schema.as_object().into_iter().flatten() {
        if [ORIGIN, "title", "x-rust-name", "allOf"].contains(&key.as_str()) {
            continue;
        }
        let known = merged.get(key);
        let value = known.map_or_else(|| value.clone(), |known| narrower(key, known, value));
        merged.insert(key.clone(), value);
    }
    Some(())
}

/// Returns the value of a keyword that holds if both values do.
fn narrower(key: &str, one: &Value, other: &Value) -> Value {
    let is_less = one.as_f64() < other.as_f64();
    match (key, one, other) {
        ("enum", Value::Array(one), Value::Array(other)) => {
            let common = one.iter().filter(|value| other.contains(value));
            common.cloned().collect()
        }
        ("minimum" | "minLength" | "minItems", ..) if !is_less => one.clone(),
        ("maximum" | "maxLength" | "maxItems", ..) if is_less => one.clone(),
        _ => other.clone(),
    }
}

/// Replaces the reference to a choice by the choice, if other members have properties.
fn copy_choice(schema: &mut Value, schemas: &Schemas, diagnostics: &mut Diagnostics) {
    if members(schema).is_empty() {
        return;
    }
    let heir = schema.clone();
    let is_object = |member: &Value| json_type(member, schemas) == Some("object");
    let is_choice = |member: &&Value| choice(member, schemas).is_some();
    let (choices, others): (Vec<&Value>, Vec<&Value>) = members(&heir).iter().partition(is_choice);
    if choices.is_empty() || members(&heir).len() == 1 && heir.get("properties").is_none() {
        return;
    }
    if heir.get("properties").is_none() && !others.iter().any(|other| is_object(other)) {
        // Nothing is left but constraints, which apply to no variant alone.
        return crate::document::set(schema, "allOf", json!(choices));
    }
    let mut copied = Vec::new();
    for member in members(&heir) {
        let choice = choice(member, schemas).filter(|choice| !is_variant(&heir, choice, schemas));
        let mut copy = choice.unwrap_or(member).clone();
        if choice.is_some() && contains_all_of(&mut copy) {
            let place = string(member, ORIGIN).or(string(&heir, ORIGIN));
            let message = "this choice has a variant with `allOf`, and cannot be combined with the properties of another schema";
            let help =
                "move the variant to a component in the corrections overlay, and refer to it";
            let place = place.unwrap_or_default();
            diagnostics.push(Diagnostic::new("unsupported-all-of", place, message, help).remove());
            return;
        }
        if let (Some(copy), true) = (copy.as_object_mut(), choice.is_some()) {
            for key in ["discriminator", "title", "x-rust-name"] {
                copy.shift_remove(key);
            }
            let origin = member.get(ORIGIN).cloned();
            copy.extend(origin.map(|origin| (ORIGIN.to_owned(), origin)));
        }
        copied.push(copy);
    }
    crate::document::set(schema, "allOf", Value::Array(copied));
}

/// Returns the choice that a schema is or refers to.
fn choice<'s>(mut schema: &'s Value, schemas: &'s Schemas) -> Option<&'s Value> {
    for _ in 0..DEEPEST {
        match schema_name(schema) {
            Some(name) => schema = schemas.get(name)?,
            None => break,
        }
    }
    variants(schema)
        .any(|variant| !constrains_presence_only(variant))
        .then_some(schema)
}

fn variants(choice: &Value) -> impl Iterator<Item = &Value> {
    let listed = ["oneOf", "anyOf"].into_iter();
    listed
        .filter_map(|key| choice.get(key).and_then(Value::as_array))
        .flatten()
}

/// Returns true if a variant of the choice is the heir or inherits from it.
fn is_variant(heir: &Value, choice: &Value, schemas: &Schemas) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = variants(choice).filter_map(schema_name).collect();
    while let Some(name) = open.pop() {
        let Some(schema) = schemas.get(name).filter(|_| seen.insert(name)) else {
            continue;
        };
        if schema == heir {
            return true;
        }
        open.extend(schema_name(schema));
        open.extend(members(schema).iter().filter_map(schema_name));
    }
    false
}

fn contains_all_of(schema: &mut Value) -> bool {
    let mut is_found = false;
    every_schema(schema, Kind::Schema, &mut |schema| {
        is_found |= schema.get("allOf").is_some();
    });
    is_found
}
