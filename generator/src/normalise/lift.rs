//! Gives a name to everything that becomes a type: inline enums, inline objects and inline unions move to the
//! components, identifiers and timestamps are recognised by their pattern or format. The place they were at keeps its
//! description and constraints, and names the type in `x-rust-type`.

use super::{each_inner, schema_names};
use crate::diagnostic::Diagnostics;
use crate::document::{METHODS, SCHEMAS, child, flag, schema_name, string};
use crate::model::naming;
use serde_json::{Map, Value, json};

/// Strings that are a type of the runtime wherever they occur: keyword, its value, the type.
const RUNTIME_TYPES: [(&str, &str, &str); 3] = [
    ("pattern", "^([a-f0-9]{24})$", "ObjectId"),
    ("pattern", "^[a-zA-Z0-9][a-zA-Z0-9-]*$", "ClusterName"),
    ("format", "date-time", "Timestamp"),
];

pub(super) fn lift(document: &mut Value, diagnostics: &mut Diagnostics) {
    let mut lifted = Map::new();
    for (name, pointer) in schema_names(document) {
        let Some(schema) = document.pointer_mut(&pointer) else {
            continue;
        };
        let name = naming::type_name(schema, &name);
        each_inner(schema, &pointer, &mut |inner, pointer, role| {
            visit(
                inner,
                pointer,
                &format!("{name}{}", naming::pascal(role)),
                &mut lifted,
                diagnostics,
            );
        });
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let pointer = child(&child("/paths", path), method);
            let name = crate::document::operation_name(operation)
                .map(naming::pascal)
                .unwrap_or_default();
            let parameters = operation
                .get_mut("parameters")
                .and_then(Value::as_array_mut);
            for (index, parameter) in parameters.into_iter().flatten().enumerate() {
                let own = format!(
                    "{name}{}",
                    naming::pascal(string(parameter, "name").unwrap_or_default())
                );
                if let Some(schema) = parameter.get_mut("schema") {
                    visit(
                        schema,
                        &format!("{pointer}/parameters/{index}/schema"),
                        &own,
                        &mut lifted,
                        diagnostics,
                    );
                }
            }
        }
    }
    if lifted.is_empty() {
        return;
    }
    if let Some(schemas) = document.pointer_mut(SCHEMAS).and_then(Value::as_object_mut) {
        for (name, schema) in lifted {
            if schemas.contains_key(&name) {
                collision(&name, &child(SCHEMAS, &name), diagnostics);
            }
            schemas.insert(name, schema);
        }
    }
}

/// Names the type of `schema`, if it needs one, and moves its definition to `lifted`.
fn visit(
    schema: &mut Value,
    pointer: &str,
    name: &str,
    lifted: &mut Map<String, Value>,
    diagnostics: &mut Diagnostics,
) {
    if schema_name(schema).is_some() {
        return;
    }
    each_inner(schema, pointer, &mut |inner, pointer, role| {
        let name = if role == "item" {
            name.to_owned()
        } else {
            format!("{name}{}", naming::pascal(role))
        };
        visit(inner, pointer, &name, lifted, diagnostics);
    });
    let runtime = RUNTIME_TYPES
        .iter()
        .find(|(keyword, value, _)| string(schema, keyword) == Some(value));
    let type_name = if let Some((_, _, runtime)) = runtime {
        (*runtime).to_owned()
    } else if flag(schema, "x-sensitive") {
        // A string that must not reach logs: a link with a token in it.
        "SecretUrl".to_owned()
    } else if needs_type(schema) {
        let type_name = string(schema, "x-rust-type").unwrap_or(name).to_owned();
        let mut definition = schema.clone();
        if let Some(definition) = definition.as_object_mut() {
            for key in [
                "x-rust-type",
                "x-rust-field",
                "x-constant",
                "readOnly",
                "writeOnly",
                "nullable",
                "default",
            ] {
                definition.shift_remove(key);
            }
        }
        match lifted.get(&type_name) {
            Some(known) if shape(known) != shape(&definition) => {
                collision(&type_name, pointer, diagnostics)
            }
            Some(_) => {}
            None => {
                lifted.insert(type_name.clone(), definition);
            }
        }
        type_name
    } else {
        return;
    };
    if let Some(schema) = schema.as_object_mut() {
        for key in ["properties", "required", "oneOf"] {
            schema.shift_remove(key);
        }
        schema.insert("x-rust-type".to_owned(), json!(type_name));
    }
}

/// Whether an inline schema becomes a type of its own.
fn needs_type(schema: &Value) -> bool {
    let string_enum = string(schema, "type") == Some("string") && schema.get("enum").is_some();
    string_enum || schema.get("properties").is_some() || schema.get("oneOf").is_some()
}

/// What two definitions must share to be one type.
fn shape(definition: &Value) -> [Option<&Value>; 3] {
    ["enum", "properties", "oneOf"].map(|key| definition.get(key))
}

fn collision(name: &str, pointer: &str, diagnostics: &mut Diagnostics) {
    diagnostics.report(
        "name-collision",
        pointer,
        format!("two different types want to be called `{name}`"),
        "name this one in the names overlay:\n  update:\n    x-rust-type: AnotherName",
    );
}
