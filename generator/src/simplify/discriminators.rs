//! Completes discriminators, so that each variant has its tag values.
//!
//! - A member that no mapping mentions is identified by its schema's name (OpenAPI 3.0, Discriminator Object). The
//!   same holds for each schema that inherits from a base with neither a choice nor a mapping.
//! - The tag's enum must contain all values of the mapping. In documents that nobody curated, missing values are
//!   added; in curated documents they are reported.
//! - A variant that does not declare the tag gets it as a property.
//! - A discriminator that identifies no variants is removed. A base that is also one of its own variants becomes an
//!   ordinary record.

use super::schemas::schema_names;
use crate::api::naming;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{ORIGIN, SCHEMAS, child, object, schema_name, schema_reference, string};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Maximum length of a chain of references. A longer chain is a cycle.
const DEEPEST: usize = 64;

/// One tag value and the variant that it identifies.
struct TagValue {
    tag: String,
    value: String,
    variant: String,
    /// Pointer to the mapping entry or to the choice.
    place: String,
}

pub(super) fn complete(document: &mut Value, diagnostics: &mut Diagnostics) {
    let subschemas = subschemas(document);
    let known: BTreeSet<String> = object(document, SCHEMAS).keys().cloned().collect();
    for (name, pointer) in schema_names(document) {
        if let Some(schema) = document.pointer_mut(&pointer) {
            imply(schema, &subschemas, &name);
        }
    }
    let mut tag_values = Vec::new();
    super::schemas::every_schema_of_document(document, &mut |schema| {
        tag_values.extend(mapped(schema, &known, diagnostics));
    });
    let is_numbered = naming::numbers_collisions(document);
    for tag_value in tag_values {
        let variant = child(SCHEMAS, &tag_value.variant);
        match tag_of(document, variant.clone(), &tag_value.tag) {
            None => {
                if let Some(variant) = document
                    .pointer_mut(&variant)
                    .and_then(Value::as_object_mut)
                {
                    let properties = variant.entry("properties").or_insert_with(|| json!({}));
                    if let Some(properties) = properties.as_object_mut() {
                        properties.insert(tag_value.tag, json!({ "type": "string" }));
                    }
                }
            }
            Some(tag) => {
                let listed = document
                    .pointer_mut(&tag)
                    .and_then(|tag| tag.get_mut("enum"))
                    .and_then(Value::as_array_mut);
                let Some(listed) = listed else { continue };
                if listed
                    .iter()
                    .any(|value| *value == tag_value.value.as_str())
                {
                    continue;
                }
                if is_numbered {
                    listed.push(json!(tag_value.value));
                    continue;
                }
                let TagValue {
                    value,
                    variant,
                    place,
                    ..
                } = tag_value;
                let origin = document.pointer(&tag).and_then(|tag| string(tag, ORIGIN));
                let found = Diagnostic::new(
                    "unlisted-tag",
                    origin.map_or(tag.clone(), str::to_owned),
                    format!("`{value}` is mapped to `{variant}`, but the enum of the tag lacks it"),
                    "add the value in the corrections overlay",
                );
                let found = found.and(place.clone());
                diagnostics.push(found.update(json!({ "enum": [value] })));
            }
        }
    }
}

/// Returns the direct subschemas (by `allOf`) of each schema.
fn subschemas(document: &Value) -> BTreeMap<String, Vec<String>> {
    let mut subschemas: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, schema) in object(document, SCHEMAS) {
        let bases = schema.get("allOf").and_then(Value::as_array);
        let bases: BTreeSet<&str> = bases
            .into_iter()
            .flatten()
            .filter_map(schema_name)
            .collect();
        for base in bases {
            subschemas
                .entry(base.to_owned())
                .or_default()
                .push(name.clone());
        }
    }
    subschemas
}

/// Adds a mapping of all subschemas to a base that has neither a mapping nor a choice.
fn imply(schema: &mut Value, subschemas: &BTreeMap<String, Vec<String>>, name: &str) {
    let choice = ["oneOf", "anyOf"]
        .iter()
        .any(|key| schema.get(*key).is_some());
    let Some(discriminator) = schema
        .get_mut("discriminator")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    if choice || discriminator.contains_key("mapping") {
        return;
    }
    let mut mapping = serde_json::Map::new();
    let mut open = vec![name];
    while let Some(base) = open.pop() {
        for subschema in subschemas.get(base).into_iter().flatten() {
            if mapping
                .insert(subschema.clone(), json!(schema_reference(subschema)))
                .is_none()
            {
                open.push(subschema);
            }
        }
    }
    if !mapping.is_empty() {
        discriminator.insert("mapping".to_owned(), Value::Object(mapping));
    }
}

/// Completes the mapping of one schema's discriminator and returns its entries.
fn mapped(
    schema: &mut Value,
    known: &BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) -> Vec<TagValue> {
    let place = string(schema, ORIGIN).unwrap_or_default().to_owned();
    let choice = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key));
    let members = choice.and_then(Value::as_array).into_iter().flatten();
    let (members, has_inline) = members.fold((Vec::new(), false), |(mut named, inline), member| {
        match schema_name(member) {
            Some(name) => named.push(name.to_owned()),
            None => return (named, true),
        }
        (named, inline)
    });
    let Some(discriminator) = schema.get_mut("discriminator") else {
        return Vec::new();
    };
    let Some(tag) = string(discriminator, "propertyName").map(str::to_owned) else {
        let message = "the discriminator has no `propertyName`";
        let help = "add `propertyName` in the corrections overlay";
        let found = Diagnostic::new("nameless-discriminator", place, message, help);
        let update = json!({ "discriminator": { "propertyName": "type" } });
        diagnostics.push(found.update(update));
        return Vec::new();
    };
    let mut mapping = object(discriminator, "/mapping").clone();
    for target in mapping.values_mut() {
        if let Some(name) = target.as_str().filter(|name| known.contains(*name)) {
            *target = json!(schema_reference(name));
        }
    }
    for member in members {
        let target = json!(schema_reference(&member));
        if !mapping.values().any(|known| *known == target) {
            mapping.insert(member, target);
        }
    }
    let variant = |target: &Value| {
        let target = target.as_str()?.strip_prefix(&schema_reference(""))?;
        known.contains(target).then(|| target.to_owned())
    };
    let tag_values = mapping.iter().filter_map(|(value, target)| {
        Some(TagValue {
            tag: tag.clone(),
            value: value.clone(),
            variant: variant(target)?,
            place: child(&format!("{place}/discriminator/mapping"), value),
        })
    });
    let tag_values: Vec<TagValue> = tag_values.collect();
    // An inline member has no tag value, so the variants of such a choice are distinguished by their shape.
    if mapping.is_empty() || has_inline {
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove("discriminator");
        }
        return Vec::new();
    }
    if let Some(discriminator) = discriminator.as_object_mut() {
        discriminator.insert("mapping".to_owned(), Value::Object(mapping));
    }
    tag_values
}

/// Returns the pointer of a variant's tag property, own or inherited, with references followed to its enum.
fn tag_of(document: &Value, variant: String, tag: &str) -> Option<String> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![variant]);
    while let Some(pointer) = open.pop() {
        let own = child(&format!("{pointer}/properties"), tag);
        if document.pointer(&own).is_some() {
            return Some(resolved(document, own));
        }
        let bases = document.pointer(&format!("{pointer}/allOf"));
        let bases = bases.and_then(Value::as_array).into_iter().flatten();
        let bases = bases
            .enumerate()
            .map(|(index, base)| match schema_name(base) {
                Some(name) => child(SCHEMAS, name),
                None => format!("{pointer}/allOf/{index}"),
            });
        open.extend(bases.filter(|base| seen.insert(base.clone())));
    }
    None
}

/// Follows the references from a schema to their end.
fn resolved(document: &Value, mut pointer: String) -> String {
    for _ in 0..DEEPEST {
        let schema = document.pointer(&pointer);
        let wrapped = schema.and_then(|schema| schema.pointer("/allOf/0"));
        let Some(name) =
            schema.and_then(|schema| schema_name(schema).or_else(|| schema_name(wrapped?)))
        else {
            break;
        };
        pointer = child(SCHEMAS, name);
    }
    pointer
}
