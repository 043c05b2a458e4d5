//! Reads schemas as types of values.
//!
//! Integers are 64 bits wide, because sizes of snapshots exceed 32 bits. Types are decided here and not by progenitor's type
//! space: that needed 71 more crates and passes that took its output apart. Tests compare every type with progenitor's.

use super::{Prose, TypeId, TypeRef, naming};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::{self, Kind};
use crate::document::{ORIGIN, SCHEMAS, child, flag, object, schema_name, string};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The component schemas of a simplified document, each of which is a type.
pub(super) struct Schemas<'d> {
    all: Vec<Component<'d>>,
    ids: BTreeMap<&'d str, TypeId>,
    /// True if name collisions are resolved by numbers instead of being reported.
    pub(super) numbered: bool,
}

/// A component schema.
pub(super) struct Component<'d> {
    pub(super) id: TypeId,
    pub(super) key: &'d str,
    pub(super) schema: &'d Value,
    /// Rust name of the type.
    pub(super) name: String,
}

/// The keyword that pins a schema to a runtime type, or to `String`.
pub(crate) const RUNTIME_TYPE: &str = "x-rust-runtime";

/// The types to which [`RUNTIME_TYPE`] can pin a string.
pub(crate) const PINNABLE: [(&str, TypeRef); 5] = [
    ("ClusterName", TypeRef::ClusterName),
    ("ObjectId", TypeRef::ObjectId),
    ("SecretUrl", TypeRef::SecretUrl),
    ("String", TypeRef::Text),
    ("Timestamp", TypeRef::Timestamp),
];

impl<'d> Schemas<'d> {
    pub(super) fn of(document: &'d Value) -> Self {
        let all = object(document, SCHEMAS).iter().enumerate();
        let all: Vec<_> = all
            .map(|(index, (key, schema))| Component {
                id: TypeId(index),
                key,
                schema,
                name: naming::type_name(schema, key),
            })
            .collect();
        Self {
            ids: all
                .iter()
                .map(|component| (component.key, component.id))
                .collect(),
            all,
            numbered: naming::numbers_collisions(document),
        }
    }

    /// Iterates over all schemas, in document order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Component<'d>> {
        self.all.iter()
    }

    /// Returns the schema with this key.
    pub(super) fn named(&self, key: &str) -> Option<&Component<'d>> {
        self.all.get(self.ids.get(key)?.0)
    }

    /// Returns the Rust name of a type.
    pub(super) fn name(&self, id: TypeId) -> &str {
        self.all.get(id.0).map_or("", |component| &component.name)
    }

    /// Returns the component that a schema refers to, by `$ref` or by `x-rust-type`.
    pub(super) fn target(&self, schema: &Value) -> Option<&Component<'d>> {
        let key = schema_name(schema).or_else(|| string(schema, "x-rust-type"))?;
        self.named(key)
    }

    /// Returns the Rust type of a value with this schema.
    pub(super) fn value(
        &self,
        schema: &Value,
        pointer: &str,
        diagnostics: &mut Diagnostics,
    ) -> TypeRef {
        let runtime = string(schema, RUNTIME_TYPE);
        let mut known = PINNABLE.into_iter();
        if let Some((_, value)) = known.find(|(known, _)| runtime == Some(*known)) {
            return value;
        }
        if let Some(component) = self.target(schema) {
            return TypeRef::Named(component.id);
        }
        let inner = |key: &str, diagnostics: &mut Diagnostics| {
            let inner = schema.get(key).filter(|inner| inner.is_object());
            let inner = inner.map(|inner| {
                let value = self.value(inner, &child(pointer, key), diagnostics);
                self.nullable(inner, value)
            });
            Box::new(inner.unwrap_or(TypeRef::Any))
        };
        match string(schema, "type") {
            Some("boolean") => TypeRef::Bool,
            Some("integer") => TypeRef::Integer,
            Some("number") => TypeRef::Number,
            Some("string") => TypeRef::Text,
            Some("array") => TypeRef::List(inner("items", diagnostics)),
            Some("object") | None => match schema.get("additionalProperties") {
                Some(Value::Object(_)) => TypeRef::Map(inner("additionalProperties", diagnostics)),
                _ => TypeRef::Any,
            },
            Some(other) => {
                diagnostics.push(
                    Diagnostic::new(
                        "unknown-type",
                        child(pointer, "type"),
                        format!("`{other}` is not a type of OpenAPI 3.0"),
                        "use string, integer, number, boolean, array or object",
                    )
                    .update_at(pointer, json!({ "type": "string" })),
                );
                TypeRef::Any
            }
        }
    }

    /// Returns the type of a required value, which may still be `null`.
    pub(super) fn nullable(&self, schema: &Value, value: TypeRef) -> TypeRef {
        let target = self.target(schema);
        let is_nullable = flag(schema, "nullable")
            || target.is_some_and(|target| flag(target.schema, "nullable"));
        match is_nullable && value != TypeRef::Any {
            true => TypeRef::Nullable(Box::new(value)),
            false => value,
        }
    }

    /// Returns the types that a part of the document refers to, at any depth.
    pub(super) fn inside(&self, value: &Value, kind: Kind) -> Vec<TypeId> {
        let mut found = Vec::new();
        walk::each(value, kind, "", &mut |_, kind, part| {
            let named = match kind {
                Kind::Schema => schema_name(part).or_else(|| string(part, "x-rust-type")),
                _ => None,
            };
            found.extend(named.and_then(|key| self.ids.get(key)));
        });
        found
    }
}

/// Returns the pointer of a part in the document as it was given.
pub(super) fn origin(part: &Value) -> Option<String> {
    string(part, ORIGIN).map(str::to_owned)
}

/// Returns the summary and description of a part.
pub(super) fn prose(part: &Value) -> Prose {
    let text = |key| string(part, key).map(str::to_owned);
    Prose {
        summary: text("summary"),
        description: text("description"),
    }
}

/// Returns the text under `key`, unless it is blank.
pub(super) fn words<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    string(value, key).filter(|text| {
        text.chars()
            .any(|sign| !sign.is_whitespace() && !sign.is_control())
    })
}

/// Returns the documentation of an item without a description, which only documents that nobody curated contain.
pub(super) fn undescribed(name: &str) -> String {
    format!(
        "`{}`: the document does not describe it.",
        name.replace('`', "'")
    )
}

/// Returns the documentation of a component.
pub(super) fn described(component: &Component<'_>) -> String {
    words(component.schema, "description").map_or_else(|| undescribed(component.key), str::to_owned)
}
