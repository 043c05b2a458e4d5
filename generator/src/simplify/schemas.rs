//! Traversal of schemas, shared by the passes.

use crate::api::naming;
use crate::document::walk::{self, Kind};
use crate::document::{
    ALIAS, ORIGIN, SCHEMAS, child, each_operation_mut, object, string, successes,
};
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
}

impl Role<'_> {
    /// Returns the suffix for the name of its type.
    pub(super) fn name(self) -> String {
        let name = match self {
            Self::Property(name) => name,
            Self::Item => "item",
            Self::Value => "value",
            Self::Member => "member",
        };
        naming::pascal(name)
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

/// Visits the schemas of parameters and bodies, with their pointer, the operation's pointer, and the proposed type
/// name.
pub(super) fn each_operation_schema(
    document: &mut Value,
    visit: &mut dyn FnMut(&mut Value, &str, &str, &str),
) {
    each_operation_mut(document, &mut |pointer, _, _, operation| {
        let mut visit = |schema: &mut Value, inner: &str, name: &str| {
            visit(schema, inner, pointer, name);
        };
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
            each_media(body, &pointer, &format!("{name}Request"), &mut visit);
        }
        let successes = successes(operation);
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        let responses = responses.into_iter().flatten();
        for (status, response) in responses.filter(|(status, _)| successes.contains(*status)) {
            let pointer = child(&format!("{pointer}/responses"), status);
            each_media(response, &pointer, &format!("{name}Response"), &mut visit);
        }
    });
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
