//! Gives a name to everything that becomes a type: inline enums, inline objects and inline unions move to the
//! components, identifiers and timestamps are recognised by their pattern or format. The place they were at keeps its
//! description and constraints, and names the type in `x-rust-type`.

use super::schemas::{Role, each_inner, every_schema, schema_names};
use crate::api::{RUNTIME_TYPE, naming};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::Kind;
use crate::document::{
    METHODS, ORIGIN, SCHEMAS, child, flag, object, operation_name, schema_name, string, successes,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Strings that are a type of the runtime wherever they occur: keyword, its value, the type.
const RUNTIME_TYPES: [(&str, &str, &str); 3] = [
    ("pattern", "^([a-f0-9]{24})$", "ObjectId"),
    ("pattern", "^[a-zA-Z0-9][a-zA-Z0-9-]*$", "ClusterName"),
    ("format", "date-time", "Timestamp"),
];

/// The definitions that move to the components.
struct Lifted {
    schemas: Map<String, Value>,
    /// The names that are taken, where taken names get a number.
    taken: Option<BTreeSet<String>>,
}

impl Lifted {
    fn new(document: &Value) -> Self {
        let taken = naming::numbers(document).then(|| {
            let mut taken: BTreeSet<String> = naming::runtime_names().map(str::to_owned).collect();
            let schemas = object(document, SCHEMAS).iter();
            taken.extend(schemas.map(|(key, schema)| naming::type_name(schema, key)));
            taken.extend(object(document, SCHEMAS).keys().cloned());
            let operations = crate::document::operations(document);
            let names = operations.filter_map(|(_, _, _, raw)| operation_name(raw));
            taken.extend(names.map(naming::pascal));
            taken
        });
        Self {
            schemas: Map::new(),
            taken,
        }
    }

    /// Adds a definition, unless it is there already; the name it goes by, unless that is another's.
    fn add(&mut self, name: &str, definition: Value) -> Option<String> {
        match (self.schemas.get(name), &mut self.taken) {
            (Some(known), _) if shape(known) == shape(&definition) => Some(name.to_owned()),
            (Some(_), None) => None,
            (None, None) => {
                self.schemas.insert(name.to_owned(), definition);
                Some(name.to_owned())
            }
            (_, Some(taken)) => {
                let name = naming::free(name, taken);
                taken.insert(name.clone());
                self.schemas.insert(name.clone(), definition);
                Some(name)
            }
        }
    }
}

pub(super) fn lift(document: &mut Value, diagnostics: &mut Diagnostics) {
    let mut lifted = Lifted::new(document);
    for (name, pointer) in schema_names(document) {
        let Some(schema) = document.pointer_mut(&pointer) else {
            continue;
        };
        let name = naming::type_name(schema, &name);
        each_inner(schema, &pointer, &mut |inner, pointer, role| {
            if let Some(ending) = ending(inner, role) {
                let name = format!("{name}{ending}");
                visit(inner, pointer, &name, &mut lifted, diagnostics);
            }
        });
    }
    each_operation_schema(document, &mut |schema, pointer, name| {
        visit(schema, pointer, name, &mut lifted, diagnostics);
    });
    if lifted.schemas.is_empty() {
        return;
    }
    if let Some(schemas) = document.pointer_mut(SCHEMAS).and_then(Value::as_object_mut) {
        for (name, schema) in lifted.schemas {
            let component = child(SCHEMAS, &name);
            if schemas.contains_key(&name) {
                let pointer = string(&schema, ORIGIN).unwrap_or(&component);
                collision(&name, pointer, Some(&component), diagnostics);
                continue;
            }
            schemas.insert(name, schema);
        }
    }
}

/// What the name of an inner type ends in: of a member of a choice its title, if it has one.
fn ending(inner: &Value, role: Role<'_>) -> Option<String> {
    match (role, string(inner, "title")) {
        (Role::Member, Some(title)) => Some(naming::pascal(title)),
        (role, _) => role.name(),
    }
}

/// Visits the schemas of parameters and bodies, each with its pointer and the name its type would have.
fn each_operation_schema(document: &mut Value, visit: &mut dyn FnMut(&mut Value, &str, &str)) {
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
                let own = naming::pascal(string(parameter, "name").unwrap_or_default());
                if let Some(schema) = parameter.get_mut("schema") {
                    let pointer = format!("{pointer}/parameters/{index}/schema");
                    visit(schema, &pointer, &format!("{name}{own}"));
                }
            }
            if let Some(body) = operation.get_mut("requestBody") {
                let pointer = format!("{pointer}/requestBody");
                each_media(body, &pointer, &format!("{name}Request"), visit);
            }
            let successes = successes(operation);
            let responses = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut);
            let responses = responses.into_iter().flatten();
            for (status, response) in responses.filter(|(status, _)| successes.contains(*status)) {
                let pointer = child(&format!("{pointer}/responses"), status);
                each_media(response, &pointer, &format!("{name}Response"), visit);
            }
        }
    }
}

fn each_media(
    body: &mut Value,
    pointer: &str,
    name: &str,
    visit: &mut dyn FnMut(&mut Value, &str, &str),
) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for (media_type, media) in content.into_iter().flatten() {
        if let Some(schema) = media.get_mut("schema") {
            let pointer = child(&format!("{pointer}/content"), media_type);
            visit(schema, &format!("{pointer}/schema"), name);
        }
    }
}

/// Names the type of `schema`, if it needs one, and moves its definition to `lifted`.
fn visit(
    schema: &mut Value,
    pointer: &str,
    name: &str,
    lifted: &mut Lifted,
    diagnostics: &mut Diagnostics,
) {
    if schema_name(schema).is_some() {
        return;
    }
    each_inner(
        schema,
        pointer,
        &mut |inner, pointer, role| match (role, ending(inner, role)) {
            (Role::Item, _) => visit(inner, pointer, name, lifted, diagnostics),
            (_, Some(ending)) => {
                let name = format!("{name}{ending}");
                visit(inner, pointer, &name, lifted, diagnostics);
            }
            (_, None) => {}
        },
    );
    let runtime = runtime_type(schema);
    let type_name = if let Some(runtime) = runtime {
        runtime.to_owned()
    } else if needs_type(schema) {
        let type_name = naming::pascal(string(schema, "x-rust-type").unwrap_or(name));
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
        match lifted.add(&type_name, definition) {
            Some(name) => name,
            None => {
                let known = lifted.schemas.get(&type_name);
                let known = known.and_then(|known| string(known, ORIGIN));
                collision(&type_name, pointer, known, diagnostics);
                type_name
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

/// The type of the runtime that a schema is, if it is one. A document's types have a member of their own for their names, so
/// that a schema that is called like one of these is not taken for it.
pub(super) fn runtime_type(schema: &Value) -> Option<&'static str> {
    let known = RUNTIME_TYPES
        .iter()
        .find(|(keyword, value, _)| string(schema, keyword) == Some(value));
    // A string that must not reach logs: a link with a token in it.
    let secret = flag(schema, "x-sensitive").then_some("SecretUrl");
    known.map(|(_, _, runtime)| *runtime).or(secret)
}

/// Whether an inline schema becomes a type of its own.
fn needs_type(schema: &Value) -> bool {
    let string_enum = string(schema, "type") == Some("string") && schema.get("enum").is_some();
    string_enum || schema.get("properties").is_some() || schema.get("oneOf").is_some()
}

/// What two definitions must share to be one type. Where they stand is no part of it.
fn shape(definition: &Value) -> [Option<Value>; 3] {
    let definition = unplaced(definition);
    ["enum", "properties", "oneOf"].map(|key| definition.get(key).cloned())
}

/// A schema as it is wherever it stands.
pub(super) fn unplaced(schema: &Value) -> Value {
    let mut schema = schema.clone();
    every_schema(&mut schema, Kind::Schema, &mut |schema| {
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove(ORIGIN);
        }
    });
    schema
}

fn collision(name: &str, pointer: &str, other: Option<&str>, diagnostics: &mut Diagnostics) {
    let message = format!("two different types want to be called `{name}`");
    let help = "name the first of the two places in the names overlay";
    let found = Diagnostic::new("name-collision", pointer, message, help)
        .update(json!({ "x-rust-type": "AnotherName" }));
    diagnostics.push(match other {
        Some(other) => found.and(other),
        None => found,
    });
}
