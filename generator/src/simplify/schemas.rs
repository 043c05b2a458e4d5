//! Ways through the schemas of a document, for the passes.

use crate::api::naming;
use crate::document::walk::{self, Kind};
use crate::document::{ALIAS, ORIGIN, SCHEMAS, child, object};
use serde_json::Value;

/// The component schemas' names and pointers, in document order.
pub(super) fn schema_names(document: &Value) -> Vec<(String, String)> {
    object(document, SCHEMAS)
        .keys()
        .map(|name| (name.clone(), child(SCHEMAS, name)))
        .collect()
}

/// What a schema is to the one it is directly inside of.
#[derive(Clone, Copy)]
pub(super) enum Role<'r> {
    Property(&'r str),
    Item,
    Value,
    Member,
    /// What a value must not be: nothing is made of it.
    Not,
}

impl Role<'_> {
    /// What the name of its type ends in, where it gets one of its own.
    pub(super) fn name(self) -> Option<String> {
        let name = match self {
            Self::Property(name) => name,
            Self::Item => "item",
            Self::Value => "value",
            Self::Member => "member",
            Self::Not => return None,
        };
        Some(naming::pascal(name))
    }
}

/// Calls `visit` on the schemas directly inside `schema`, each with its pointer and role.
pub(super) fn each_inner(
    schema: &mut Value,
    pointer: &str,
    visit: &mut dyn FnMut(&mut Value, &str, Role<'_>),
) {
    for (key, inner) in schema.as_object_mut().into_iter().flatten() {
        let pointer = child(pointer, key);
        match (Kind::Schema.member(key), inner) {
            (Kind::Schema, inner) => {
                let role = match key.as_str() {
                    "items" => Role::Item,
                    "not" => Role::Not,
                    _ => Role::Value,
                };
                visit(inner, &pointer, role);
            }
            (Kind::Names(&Kind::Schema), Value::Object(properties)) => {
                for (name, property) in properties {
                    visit(property, &child(&pointer, name), Role::Property(name));
                }
            }
            (Kind::List(&Kind::Schema), Value::Array(members)) => {
                for (index, member) in members.iter_mut().enumerate() {
                    visit(member, &format!("{pointer}/{index}"), Role::Member);
                }
            }
            _ => {}
        }
    }
}

/// Calls `visit` on `part`, which is of `kind`, if it is a schema, and on every schema inside it.
pub(super) fn every_schema(part: &mut Value, kind: Kind, visit: &mut dyn FnMut(&mut Value)) {
    walk::each_mut(part, kind, "", &mut |_, kind, part| {
        if kind == Kind::Schema {
            visit(part);
        }
    });
}

/// Visits the schemas of components and operations alike. What operations refer to is in them by now.
pub(super) fn every_schema_of_document(document: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    for pointer in [SCHEMAS, "/paths"] {
        if let Some(part) = document.pointer_mut(pointer) {
            every_schema(part, Kind::at(pointer), visit);
        }
    }
}

/// A schema as it is wherever it stands.
pub(super) fn unplaced(schema: &Value) -> Value {
    let mut schema = schema.clone();
    every_schema(&mut schema, Kind::Schema, &mut |schema| {
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove(ORIGIN);
            schema.shift_remove(ALIAS);
        }
    });
    schema
}
