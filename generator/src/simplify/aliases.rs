//! Replaces references to aliases, which are components that need no type: a plain string, number, list or map.
//!
//! An alias that contains itself cannot be replaced by its content, and one with much content should not be. The
//! object inside such a list or map becomes a component; without an object, the alias itself becomes a type.
//!
//! After this pass, every reference refers to a type.

use super::hoisted_names::{Hoisted, ProposedName};
use super::schemas::{Role, each_inner, every_schema, every_schema_of_document};
use crate::api::naming;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::Kind;
use crate::document::{
    ALIAS, ORIGIN, SCHEMAS, child, object, schema_name, schema_reference, string,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

type Aliases = BTreeMap<String, Value>;

/// Maximum number of schemas in the content of an alias that is copied to each reference.
const LARGEST: usize = 256;

pub(super) fn inline(document: &mut Value, diagnostics: &mut Diagnostics) {
    let mut aliases = aliases(document);
    if let Some(name) = aliases.keys().find(|name| last(name, &aliases).is_none()) {
        let pointer = child(SCHEMAS, name);
        let message = format!("`{name}` refers to itself");
        let help = "replace the reference by a definition in the corrections overlay";
        let place = child(&pointer, "$ref");
        diagnostics
            .push(Diagnostic::new("reference-cycle", pointer, message, help).remove_at(place));
        return;
    }
    let mut hoisted = Hoisted::new(document);
    for name in uncopyable(&aliases) {
        let Some(mut alias) = aliases.remove(&name) else {
            continue;
        };
        let owner = naming::type_name(&alias, &name);
        let pointer = child(SCHEMAS, &name);
        if hoist_objects(&mut alias, &pointer, &owner, &mut hoisted, diagnostics) {
            aliases.insert(name, alias);
        } else if let Some(component) = document.pointer_mut(&pointer) {
            become_type(component);
        }
    }
    hoisted.move_to(document, diagnostics);
    every_schema_of_document(document, &mut |schema| {
        while let Some(alias) = schema_name(schema).and_then(|name| aliases.get(name)) {
            let (origin, place) = (schema.get(ORIGIN).cloned(), alias.get(ORIGIN).cloned());
            *schema = alias.clone();
            if let (Some(origin), Some(place), Some(schema)) =
                (origin, place, schema.as_object_mut())
            {
                schema.insert(ORIGIN.to_owned(), origin);
                schema.insert(ALIAS.to_owned(), place);
            }
        }
    });
    if let Some(schemas) = document.pointer_mut(SCHEMAS).and_then(Value::as_object_mut) {
        schemas.retain(|name, _| !aliases.contains_key(name));
    }
}

/// Returns true if a component only names a schema that needs no type of its own.
pub(super) fn is_alias(schema: &Value) -> bool {
    let plain = ["oneOf", "anyOf", "properties", "discriminator"]
        .iter()
        .all(|key| schema.get(key).is_none());
    // Values of numeric and boolean enums are validated and have no names, so they need no type.
    let is_enum = schema.get("enum").is_some() && string(schema, "type") == Some("string");
    let map = schema
        .get("additionalProperties")
        .is_some_and(|values| *values != Value::Bool(false));
    plain && !is_enum && (string(schema, "type").is_none_or(|kind| kind != "object") || map)
}

fn aliases(document: &Value) -> Aliases {
    let schemas = object(document, SCHEMAS).iter();
    let aliases = schemas.filter(|(_, schema)| is_alias(schema));
    aliases
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect()
}

/// Returns the last alias of a chain of aliases that are only references; `None` if the chain is a cycle.
fn last<'a>(name: &'a str, aliases: &'a Aliases) -> Option<&'a str> {
    let mut passed = BTreeSet::new();
    let mut last = name;
    while let Some(next) = aliases.get(last).and_then(schema_name) {
        if !passed.insert(last) {
            return None;
        }
        if !aliases.contains_key(next) {
            break;
        }
        last = next;
    }
    Some(last)
}

/// Returns aliases without which no alias contains itself or more than [`LARGEST`] schemas.
fn uncopyable(aliases: &Aliases) -> BTreeSet<String> {
    let content: BTreeMap<&str, (usize, Vec<&str>)> = aliases
        .iter()
        .filter(|(_, alias)| schema_name(alias).is_none())
        .map(|(name, alias)| (name.as_str(), content(alias, aliases)))
        .collect();
    let mut found = BTreeSet::new();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for root in content.keys() {
        // The aliases from the root to the current one, each with the number of its aliases that were visited.
        let mut path: Vec<(&str, usize)> = vec![(root, 0)];
        while let Some((name, visited)) = path.pop() {
            let Some((own, inner)) = content.get(name).filter(|_| !sizes.contains_key(name)) else {
                continue;
            };
            if let Some(next) = inner.get(visited) {
                path.push((name, visited + 1));
                match path.iter().any(|(name, _)| name == next) {
                    true => drop(found.insert((*next).to_owned())),
                    false => path.push((next, 0)),
                }
                continue;
            }
            let inner = inner.iter().filter(|inner| !found.contains(**inner));
            let size = inner.fold(*own, |sum, inner| sum + sizes.get(inner).unwrap_or(&1));
            if size > LARGEST {
                found.insert(name.to_owned());
            }
            sizes.insert(name, size);
        }
    }
    found
}

/// Returns the number of schemas in an alias and the aliases to whose content they refer.
fn content<'a>(alias: &Value, aliases: &'a Aliases) -> (usize, Vec<&'a str>) {
    let (mut size, mut inner) = (0, Vec::new());
    every_schema(&mut alias.clone(), Kind::Schema, &mut |schema| {
        size += 1;
        let known = schema_name(schema).and_then(|name| aliases.get_key_value(name));
        inner.extend(known.and_then(|(name, _)| last(name, aliases)));
    });
    (size, inner)
}

/// Moves the objects and choices inside a list or map to components. Returns true if there are any.
fn hoist_objects(
    schema: &mut Value,
    pointer: &str,
    name: &str,
    hoisted: &mut Hoisted,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut is_hoisted = false;
    each_inner(schema, pointer, &mut |inner, pointer, role| {
        let name = match role {
            Role::Item => format!("{name}Item"),
            _ => format!("{name}Value"),
        };
        if !["properties", "oneOf"]
            .iter()
            .any(|key| inner.get(key).is_some())
        {
            is_hoisted |= hoist_objects(inner, pointer, &name, hoisted, diagnostics);
            return;
        }
        is_hoisted = true;
        let mut reference = Map::new();
        reference.extend(
            inner
                .get(ORIGIN)
                .map(|origin| (ORIGIN.to_owned(), origin.clone())),
        );
        match hoisted.add(&ProposedName::at(&name, &name), inner.clone()) {
            Ok(name) => {
                reference.insert("$ref".to_owned(), json!(schema_reference(&name)));
            }
            Err(collision) => diagnostics.push(collision.found(&name, pointer)),
        }
        *inner = Value::Object(reference);
    });
    is_hoisted
}

/// Turns a list or map into a choice with one member, which is a type.
fn become_type(alias: &mut Value) {
    let mut member = alias.take();
    let mut choice = Map::new();
    if let Some(member) = member.as_object_mut() {
        for key in ["title", "description", "nullable", "deprecated", ORIGIN] {
            choice.extend(
                member
                    .shift_remove(key)
                    .map(|value| (key.to_owned(), value)),
            );
        }
    }
    choice.insert("oneOf".to_owned(), json!([member]));
    *alias = Value::Object(choice);
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, Map, Value, inline, json};
    use crate::diagnostic::Diagnostics;
    use crate::document::walk;

    /// Returns the number of schemas after the pass over `length` aliases, each of which refers to the next ones.
    fn schemas(length: usize, alias: impl Fn(Value) -> Value) -> usize {
        let next = |number: usize| match number {
            0 => json!({ "type": "string" }),
            number => json!({ "$ref": format!("#/components/schemas/A{}", number - 1) }),
        };
        let schemas: Map<String, Value> = (0..length)
            .map(|number| (format!("A{number}"), alias(next(number))))
            .collect();
        let job = json!({ "type": "object", "properties": { "a": next(length) } });
        let mut document = json!({ "components": { "schemas": schemas } });
        document["components"]["schemas"]["Job"] = job;
        let mut diagnostics = Diagnostics::about("aliases.yaml");
        inline(&mut document, &mut diagnostics);
        assert_eq!(diagnostics.found(), []);
        let mut found = 0;
        walk::each(&document, walk::Kind::Document, "", &mut |_, kind, _| {
            found += usize::from(kind == walk::Kind::Schema);
        });
        found
    }

    #[test]
    fn content_of_large_aliases_is_not_copied() {
        let list = |item| json!({ "type": "array", "items": item });
        let map = |value| json!({ "type": "object", "additionalProperties": value });
        let objects = |inner: Value| {
            let properties = json!({ "a": inner.clone(), "b": inner });
            list(json!({ "type": "object", "properties": properties }))
        };
        assert_eq!(schemas(3, list), 5);
        // The largest alias that is copied: 128 lists and their items.
        assert_eq!(schemas(LARGEST / 2, list), LARGEST / 2 + 2);
        for found in [
            schemas(40, objects),
            schemas(4_000, list),
            schemas(4_000, map),
            schemas(4_000, |target| target),
        ] {
            assert!(found < 50_000, "{found} schemas");
        }
    }
}
