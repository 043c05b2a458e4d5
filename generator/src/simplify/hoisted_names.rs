//! The hoisted types by their names.
//!
//! Invariant: a name depends only on its own location. Two locations share a type only if both pin its name, or if
//! both are in the same operation or schema. The content of one location never renames the type of another.

use super::schemas::without_marks;
use crate::api::naming;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{ORIGIN, SCHEMAS, child, flag, object, operation_name, string};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Marks an enum with a pinned name that is shared: the type has the values of all locations.
const MERGE: &str = "x-rust-merge";

/// The proposed name of a type.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ProposedName {
    pub(super) name: String,
    /// The schema or operation that contains the location; `None` if the location pins its name.
    owner: Option<String>,
}

impl ProposedName {
    pub(super) fn at(owner: &str, name: &str) -> Self {
        Self {
            owner: Some(owner.to_owned()),
            ..Self::pinned(name)
        }
    }

    pub(super) fn pinned(name: &str) -> Self {
        Self {
            name: naming::pascal(name),
            owner: None,
        }
    }

    /// Returns the proposed name of a type inside this one.
    pub(super) fn inside(&self, ending: &str) -> Self {
        Self {
            name: naming::pascal(&format!("{}{ending}", self.name)),
            owner: self.owner.clone(),
        }
    }
}

/// The reason why a name is not available.
pub(super) struct NameCollision {
    /// Location of the other type with this name.
    other: Option<String>,
    /// If both are enums with a pinned name: the values missing from the first, and those only in the first.
    differs: Option<[Vec<String>; 2]>,
}

impl NameCollision {
    fn taken(other: Option<&str>) -> Self {
        Self {
            other: other.map(str::to_owned),
            differs: None,
        }
    }

    pub(super) fn found(self, name: &str, pointer: &str) -> Diagnostic {
        let found = match &self.differs {
            None => {
                let message = format!("two different types would be named `{name}`");
                let help = "name the first of the two locations in the names overlay";
                Diagnostic::new("name-collision", pointer, message, help)
                    .update(json!({ "x-rust-type": format!("{name}2") }))
            }
            Some([lacks, alone]) => {
                let listed = |values: &[String]| match values {
                    [] => "none".to_owned(),
                    values => format!("`{}`", values.join("`, `")),
                };
                let message = format!(
                    "two enums named `{name}` have different values: only the first of the two locations has {}, only the second has {}",
                    listed(alone),
                    listed(lacks)
                );
                let help = "merge them into one type with the values of both, or choose another name (`x-rust-type`) for the first location in the names overlay";
                Diagnostic::new("enums-differ", pointer, message, help)
                    .update(json!({ MERGE: true }))
            }
        };
        match self.other {
            Some(other) => found.and(other),
            None => found,
        }
    }
}

/// The definitions that move to the components.
pub(super) struct Hoisted {
    schemas: Map<String, Value>,
    /// Assigned names by proposed names.
    assigned: BTreeMap<ProposedName, Vec<String>>,
    /// Names in use, if collisions are resolved by numbers.
    taken: Option<BTreeSet<String>>,
}

impl Hoisted {
    pub(super) fn new(document: &Value) -> Self {
        let taken = naming::numbers_collisions(document).then(|| {
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
            assigned: BTreeMap::new(),
            taken,
        }
    }

    /// Adds a definition, unless an equal one exists, and returns the assigned name.
    pub(super) fn add(
        &mut self,
        proposed: &ProposedName,
        definition: Value,
    ) -> Result<String, NameCollision> {
        for name in self.assigned.get(proposed).into_iter().flatten() {
            let Some(known) = self.schemas.get_mut(name) else {
                continue;
            };
            if shape(known) == shape(&definition) {
                return Ok(name.clone());
            }
            if proposed.owner.is_none()
                && let Some(differs) = differs(known, &definition)
            {
                let is_merged = self.taken.is_some()
                    || differs.iter().all(Vec::is_empty)
                    || [&*known, &definition].iter().any(|one| flag(one, MERGE));
                if !is_merged {
                    return Err(NameCollision {
                        other: string(known, ORIGIN).map(str::to_owned),
                        differs: Some(differs),
                    });
                }
                merge(known, &definition);
                return Ok(name.clone());
            }
        }
        let name = match &mut self.taken {
            Some(taken) => {
                let name = naming::unique(&proposed.name, taken);
                taken.insert(name.clone());
                name
            }
            None => match self.schemas.get(&proposed.name) {
                Some(known) => return Err(NameCollision::taken(string(known, ORIGIN))),
                None => proposed.name.clone(),
            },
        };
        let assigned = self.assigned.entry(proposed.clone()).or_default();
        assigned.push(name.clone());
        self.schemas.insert(name.clone(), definition);
        Ok(name)
    }

    /// Moves the definitions to the components of the document.
    pub(super) fn move_to(self, document: &mut Value, diagnostics: &mut Diagnostics) {
        let schemas = document.pointer_mut(SCHEMAS).and_then(Value::as_object_mut);
        let Some(schemas) = schemas.filter(|_| !self.schemas.is_empty()) else {
            return;
        };
        for (name, schema) in self.schemas {
            let component = child(SCHEMAS, &name);
            if schemas.contains_key(&name) {
                let pointer = string(&schema, ORIGIN).unwrap_or(&component);
                let collision = NameCollision::taken(Some(&component));
                diagnostics.push(collision.found(&name, pointer));
                continue;
            }
            schemas.insert(name, schema);
        }
    }
}

/// Returns the values missing from the first of two enums, and those only in the first; `None` unless both are enums.
fn differs(known: &Value, other: &Value) -> Option<[Vec<String>; 2]> {
    let values = |schema: &Value| -> Option<Vec<String>> {
        let values = schema.get("enum")?.as_array()?.iter();
        let values = values.filter_map(Value::as_str).map(str::to_owned);
        Some(values.collect())
    };
    let (known, other) = (values(known)?, values(other)?);
    let but = |one: &[String], other: &[String]| -> Vec<String> {
        let missing = one.iter().filter(|value| !other.contains(value));
        missing.cloned().collect()
    };
    Some([but(&other, &known), but(&known, &other)])
}

/// Adds the values of another enum and their descriptions.
fn merge(known: &mut Value, other: &Value) {
    let more = other.get("enum").and_then(Value::as_array);
    if let (Some(values), Some(more)) = (known.get_mut("enum").and_then(Value::as_array_mut), more)
    {
        for value in more {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
    }
    const DOCS: &str = "x-enum-descriptions";
    if let (Some(known), Some(said)) = (
        known.as_object_mut(),
        other.get(DOCS).and_then(Value::as_object),
    ) && let Some(docs) = known
        .entry(DOCS)
        .or_insert_with(|| json!({}))
        .as_object_mut()
    {
        for (value, said) in said {
            docs.entry(value.clone()).or_insert_with(|| said.clone());
        }
    }
    if let (true, Some(known)) = (flag(other, MERGE), known.as_object_mut()) {
        known.insert(MERGE.to_owned(), json!(true));
    }
}

/// Returns the parts that two definitions must have in common to share a type. Marks of their locations are ignored.
fn shape(definition: &Value) -> [Option<Value>; 3] {
    let definition = without_marks(definition);
    ["enum", "properties", "oneOf"].map(|key| definition.get(key).cloned())
}
