//! Gives a name to every inline schema that becomes a type: enums, objects and unions move to the components.
//!
//! The original location keeps its description and constraints, and refers to the type by `x-rust-type`, or by
//! `x-rust-runtime` if it is a type of the runtime. The two keys differ so that a schema named like a runtime type is
//! not confused with it.

use super::hoisted_names::{Hoisted, ProposedName};
use super::runtime::runtime_type;
use super::schemas::{Role, each_inner, each_operation_schema, schema_names};
use crate::api::{RUNTIME_TYPE, naming};
use crate::diagnostic::Diagnostics;
use crate::document::walk;
use crate::document::{ORIGIN, SCHEMAS, object, schema_name, string, strings};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn hoist(document: &mut Value, diagnostics: &mut Diagnostics) {
    let mut hoisted = Hoisted::new(document);
    let schemas = object(document, SCHEMAS).iter();
    let names: BTreeMap<String, String> = schemas
        .map(|(key, schema)| (key.clone(), naming::type_name(schema, key)))
        .collect();
    for (key, pointer) in schema_names(document) {
        let Some(schema) = document.pointer_mut(&pointer) else {
            continue;
        };
        each_inner(schema, &pointer, &mut |inner, pointer, role| {
            // An inherited property's type is named after the schema that declares it.
            let written = string(inner, ORIGIN).and_then(schema_of);
            let owner = written.and_then(|written| names.get(&written));
            let Some(owner) = owner.or(names.get(&key)) else {
                return;
            };
            let proposed = ProposedName::at(owner, &format!("{owner}{}", ending(inner, role)));
            visit(inner, pointer, &proposed, &mut hoisted, diagnostics);
        });
    }
    each_operation_schema(document, &mut |schema, pointer, operation, name| {
        let proposed = ProposedName::at(operation, name);
        visit(schema, pointer, &proposed, &mut hoisted, diagnostics);
    });
    hoisted.move_to(document, diagnostics);
}

/// Returns the component schema that a pointer leads into.
fn schema_of(pointer: &str) -> Option<String> {
    let token = pointer.strip_prefix(SCHEMAS)?.split('/').nth(1)?;
    Some(walk::unescaped(token))
}

/// Returns the suffix that an inner schema adds to the name of its type.
fn ending(inner: &Value, role: Role<'_>) -> String {
    match role {
        Role::Member => member(inner),
        role => role.name(),
    }
}

/// Returns the name of a choice's member, independent of its position.
///
/// The name is its title, or else a constant that identifies it, or else its required properties, or else its
/// properties.
fn member(schema: &Value) -> String {
    /// Maximum number of properties in a name.
    const MOST: usize = 3;
    if let Some(title) = string(schema, "title") {
        return naming::pascal(title);
    }
    if let Some(items) = schema.get("items") {
        return member(items);
    }
    let properties = object(schema, "/properties");
    let constant = properties.values().find_map(|property| {
        let values = property.get("enum").and_then(Value::as_array)?;
        match values.as_slice() {
            [Value::String(only)] => Some(only),
            _ => None,
        }
    });
    if let Some(constant) = constant {
        return naming::pascal(constant);
    }
    let required: Vec<&str> = strings(schema, "required").collect();
    let named = match required.is_empty() {
        true => properties.keys().map(String::as_str).collect(),
        false => required,
    };
    let words: Vec<&str> = named.into_iter().take(MOST).collect();
    match words.is_empty() {
        true => naming::pascal("member"),
        false => naming::pascal(&words.join(" ")),
    }
}

/// Names the type of `schema`, if it needs one, and moves its definition to `hoisted`.
fn visit(
    schema: &mut Value,
    pointer: &str,
    proposed: &ProposedName,
    hoisted: &mut Hoisted,
    diagnostics: &mut Diagnostics,
) {
    if schema_name(schema).is_some() {
        return;
    }
    each_inner(schema, pointer, &mut |inner, pointer, role| {
        let inside = match role {
            Role::Item => proposed.clone(),
            role => proposed.inside(&ending(inner, role)),
        };
        visit(inner, pointer, &inside, hoisted, diagnostics);
    });
    let runtime = runtime_type(schema);
    let type_name = if let Some(runtime) = runtime {
        runtime.to_owned()
    } else if needs_type(schema) {
        let pinned = string(schema, "x-rust-type").map(ProposedName::pinned);
        let proposed = pinned.as_ref().unwrap_or(proposed);
        let mut definition = schema.clone();
        if let Some(definition) = definition.as_object_mut() {
            for key in [
                "x-rust-type",
                "x-rust-field",
                "x-rust-always-sent",
                "x-constant",
                "readOnly",
                "writeOnly",
                "nullable",
                "default",
            ] {
                definition.shift_remove(key);
            }
        }
        match hoisted.add(proposed, definition) {
            Ok(name) => name,
            Err(collision) => {
                diagnostics.push(collision.found(&proposed.name, pointer));
                proposed.name.clone()
            }
        }
    } else {
        return;
    };
    if let Some(schema) = schema.as_object_mut() {
        for key in ["properties", "required", "oneOf"] {
            schema.shift_remove(key);
        }
        if runtime.is_some() {
            schema.shift_remove("x-rust-type");
        }
        let key = runtime.map_or("x-rust-type", |_| RUNTIME_TYPE);
        schema.insert(key.to_owned(), json!(type_name));
    }
}

/// Returns true if an inline schema becomes a type of its own.
fn needs_type(schema: &Value) -> bool {
    let string_enum = string(schema, "type") == Some("string") && schema.get("enum").is_some();
    string_enum || schema.get("properties").is_some() || schema.get("oneOf").is_some()
}
