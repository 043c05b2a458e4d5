//! Schemas → the types of values.

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
    /// Whether names that are taken get a number, instead of being refused.
    pub(super) numbered: bool,
}

/// A component schema.
pub(super) struct Component<'d> {
    pub(super) id: TypeId,
    pub(super) key: &'d str,
    pub(super) schema: &'d Value,
    /// Its Rust name.
    pub(super) name: String,
}

/// On a schema: the type of the runtime that it is, or `String`.
pub(crate) const RUNTIME_TYPE: &str = "x-rust-runtime";

/// What [`RUNTIME_TYPE`] can say of text.
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
            numbered: naming::numbers(document),
        }
    }

    /// Every schema, in document order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Component<'d>> {
        self.all.iter()
    }

    /// The schema of that key.
    pub(super) fn named(&self, key: &str) -> Option<&Component<'d>> {
        self.all.get(self.ids.get(key)?.0)
    }

    /// The Rust name of a type.
    pub(super) fn name(&self, id: TypeId) -> &str {
        self.all.get(id.0).map_or("", |component| &component.name)
    }

    /// The component that a schema names, by reference or by the type it was lifted to.
    pub(super) fn target(&self, schema: &Value) -> Option<&Component<'d>> {
        let key = schema_name(schema).or_else(|| string(schema, "x-rust-type"))?;
        self.named(key)
    }

    /// The Rust type of a value that is described so.
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

    /// The type of a value that has to be there: it may still be `null`.
    pub(super) fn nullable(&self, schema: &Value, value: TypeRef) -> TypeRef {
        let target = self.target(schema);
        let is_nullable = flag(schema, "nullable")
            || target.is_some_and(|target| flag(target.schema, "nullable"));
        match is_nullable && value != TypeRef::Any {
            true => TypeRef::Nullable(Box::new(value)),
            false => value,
        }
    }

    /// The types that a part of the document names, itself or deep inside.
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

/// Where in the document as it was given a part comes from.
pub(super) fn origin(part: &Value) -> Option<String> {
    string(part, ORIGIN).map(str::to_owned)
}

/// What the document says of a part in words.
pub(super) fn prose(part: &Value) -> Prose {
    let text = |key| string(part, key).map(str::to_owned);
    Prose {
        summary: text("summary"),
        description: text("description"),
    }
}

/// A text of the document that says something.
pub(super) fn words<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    string(value, key).filter(|text| {
        text.chars()
            .any(|sign| !sign.is_whitespace() && !sign.is_control())
    })
}

/// What is said of a thing that the document says nothing of: only documents nobody curated have such things.
pub(super) fn undescribed(name: &str) -> String {
    format!(
        "`{}`: the document does not describe it.",
        name.replace('`', "'")
    )
}

/// What the document says of a component.
pub(super) fn described(component: &Component<'_>) -> String {
    words(component.schema, "description").map_or_else(|| undescribed(component.key), str::to_owned)
}
