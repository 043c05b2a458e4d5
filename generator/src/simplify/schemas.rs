//! Traversal of schemas, shared by the passes.

use crate::api::naming;
use crate::document::walk::{self, Kind};
use crate::document::{ALIAS, ORIGIN, SCHEMAS, child, object};
use serde_json::Value;

/// Returns the names and pointers of the component schemas, in document order.
pub(super) fn schema_names(document: &Value) -> Vec<(String, String)> {
    object(document, SCHEMAS)
        .keys()
        .map(|name| (name.clone(), child(SCHEMAS, name)))
        .collect()
}

/// The role of a schema inside its parent.
#[derive(Clone, Copy)]
pub(super) enum Role<'r> {
    Property(&'r str),
    Item,
    Value,
    Member,
    /// The schema of values that are not allowed. No type is generated from it.
    Not,
}

impl Role<'_> {
    /// Returns the suffix for the name of its type, if it can become one.
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

/// Calls `visit` for the schemas directly inside `schema`, with their pointers and roles.
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

/// Calls `visit` for `part`, if it is a schema, and for every schema inside it.
pub(super) fn every_schema(part: &mut Value, kind: Kind, visit: &mut dyn FnMut(&mut Value)) {
    walk::each_mut(part, kind, "", &mut |_, kind, part| {
        if kind == Kind::Schema {
            visit(part);
        }
    });
}

/// Visits all schemas of components and operations. References to other components must be resolved already.
pub(super) fn every_schema_of_document(document: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    for pointer in [SCHEMAS, "/paths"] {
        if let Some(part) = document.pointer_mut(pointer) {
            every_schema(part, Kind::at(pointer), visit);
        }
    }
}

/// Returns a copy of a schema without the marks of its location.
pub(super) fn without_marks(schema: &Value) -> Value {
    let mut schema = schema.clone();
    every_schema(&mut schema, Kind::Schema, &mut |schema| {
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove(ORIGIN);
            schema.shift_remove(ALIAS);
        }
    });
    schema
}
