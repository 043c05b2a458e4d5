//! Simplifies choices (`oneOf`, `anyOf`) and enums so that each Rust type corresponds to one schema.
//!
//! - `anyOf` is treated as `oneOf`: a value belongs to its best-matching member.
//! - A choice of string enums becomes one enum with all values. Plain strings among the members are dropped, because
//!   enums accept unknown values.
//! - Members with the same Rust type become one member, and a choice with one member becomes that member.
//! - Siblings of a choice without a discriminator are copied into each member.
//! - Values that are not allowed (`not`) decide no type, so they are removed.
//! - Enum values are unique, `null` among them becomes `nullable`, and values of a string enum are strings.

use super::runtime;
use super::schemas::{every_schema_of_document, without_marks};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{ALIAS, ORIGIN, SCHEMAS, flag, object, schema_name, string};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Maximum length of a chain of references. A longer chain is a cycle. The loader limits nesting within one schema.
const DEEPEST: usize = 32;

pub(super) fn settle(document: &mut Value, diagnostics: &mut Diagnostics) {
    every_schema_of_document(document, &mut values);
    every_schema_of_document(document, &mut |schema| gather(schema, diagnostics));
    let schemas = object(document, SCHEMAS).clone();
    let components = Components {
        schemas: &schemas,
        texts: RefCell::default(),
    };
    every_schema_of_document(document, &mut |schema| choose(schema, &components));
    every_schema_of_document(document, &mut |schema| {
        distribute(schema);
        unwrap(schema);
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove("not");
        }
    });
}

/// Removes duplicate enum values, converts them to the enum's type, and adds a missing type.
fn values(schema: &mut Value) {
    let kind = string(schema, "type").map(str::to_owned);
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let Some(listed) = schema.get_mut("enum").and_then(Value::as_array_mut) else {
        return;
    };
    let before = listed.len();
    listed.retain(|value| !value.is_null());
    let (nullable, only_null) = (listed.len() < before, listed.is_empty());
    let is_mixed = listed.iter().any(Value::is_string) && !listed.iter().all(Value::is_string);
    if kind.is_none() && is_mixed {
        // An enum with both strings and numbers is treated as any JSON value.
        schema.shift_remove("enum");
        return;
    }
    let is_text = match kind.as_deref() {
        None => listed.iter().any(Value::is_string),
        Some(kind) => kind == "string",
    };
    let mut unique: Vec<Value> = Vec::new();
    for value in listed.drain(..) {
        let value = match value {
            Value::Bool(_) | Value::Number(_) if is_text => Value::String(value.to_string()),
            value => value,
        };
        if !unique.contains(&value) {
            unique.push(value);
        }
    }
    let number = |value: &Value| match value {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        _ => "integer",
    };
    let found = match is_text {
        true => "string",
        false if unique.iter().any(|value| number(value) == "number") => "number",
        false => unique.first().map_or("string", number),
    };
    *listed = unique;
    if only_null {
        schema.shift_remove("enum");
    } else if kind.is_none() {
        schema.insert("type".to_owned(), json!(found));
    }
    if nullable {
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// Reduces a schema to at most one choice, under `oneOf`.
fn gather(schema: &mut Value, diagnostics: &mut Diagnostics) {
    let place = string(schema, ORIGIN).unwrap_or_default().to_owned();
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let has_discriminator = schema.contains_key("discriminator");
    let mut choices: Vec<Vec<Value>> = ["oneOf", "anyOf"]
        .iter()
        .filter_map(|key| match schema.shift_remove(*key)? {
            Value::Array(members) => Some(members),
            _ => None,
        })
        .collect();
    // A choice inside one part of an `allOf` applies to the whole schema.
    for part in schema
        .get_mut("allOf")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
        .filter(|part| !part.contains_key("discriminator") && !has_discriminator)
    {
        for key in ["oneOf", "anyOf"] {
            if let Some(Value::Array(members)) = part.shift_remove(key) {
                choices.push(members);
            }
        }
    }
    for members in &mut choices {
        let is_nullable = members
            .iter()
            .any(|member| flag(member, "nullable") || is_null(member));
        members.retain(|member| !is_null(member));
        if is_nullable {
            schema.insert("nullable".to_owned(), json!(true));
        }
    }
    choices.retain(|members| !members.iter().all(constrains_presence_only));
    if choices.len() > 1 {
        let message = "a value must match a member of each of several choices";
        let help = "replace them by one `oneOf` with a member for each combination in the corrections overlay";
        let found = Diagnostic::new("several-choices", place, message, help);
        diagnostics.push(found.remove());
    }
    if let Some(members) = choices.into_iter().next() {
        schema.insert("oneOf".to_owned(), Value::Array(members));
    }
}

/// Returns true if a member allows only `null`. The pass over values has already replaced an enum of only `null` by
/// `nullable`.
fn is_null(member: &Value) -> bool {
    let members = member.as_object();
    flag(member, "nullable") && members.is_some_and(|members| is_only(members, "nullable"))
}

/// Returns true if an object has no members other than `key`, prose and marks.
fn is_only(member: &Map<String, Value>, key: &str) -> bool {
    let ignored = ["title", "description", "nullable", ALIAS, ORIGIN];
    member
        .keys()
        .all(|known| known == key || ignored.contains(&known.as_str()))
}

/// Returns true if a member only constrains which properties are present, which affects no Rust type.
pub(super) fn constrains_presence_only(member: &Value) -> bool {
    let member = member.as_object();
    member.is_some_and(|member| {
        (member.contains_key("required") && is_only(member, "required"))
            || (member.contains_key("not") && is_only(member, "not"))
    })
}

/// Merges members that have the same Rust type.
fn choose(schema: &mut Value, components: &Components<'_>) {
    let has_discriminator = schema.get("discriminator").is_some();
    if has_discriminator || schema.get("oneOf").is_none() {
        return;
    }
    unwrap(schema);
    let members = schema.get("oneOf").and_then(Value::as_array);
    let Some(members) = members.cloned() else {
        return;
    };
    if let Some((values, docs)) = components.text_values(schema, 0) {
        // An existing enum component with all the values is used instead of a new one.
        let has_all = |member: &&Value| {
            let known = components
                .text_values(member, 0)
                .filter(|_| schema_name(member).is_some());
            known.is_some_and(|(known, _)| {
                !known.is_empty() && values.iter().all(|value| known.contains(value))
            })
        };
        if let Some(whole) = members.iter().find(has_all) {
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("oneOf".to_owned(), json!([whole]));
            }
            return unwrap(schema);
        }
        if let Some(schema) = schema.as_object_mut() {
            for key in ["oneOf", "pattern", "format", "minLength", "maxLength"] {
                schema.shift_remove(key);
            }
            schema.insert("type".to_owned(), json!("string"));
            if !values.is_empty() {
                schema.insert("enum".to_owned(), Value::Array(values));
            }
            if !docs.is_empty() {
                schema.insert("x-enum-descriptions".to_owned(), Value::Object(docs));
            }
        }
        return;
    }
    if let Some(members) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
        let mut outlines = Vec::new();
        members.retain(|member| {
            let outline = outline(member, components, 0);
            let is_new = !outlines.contains(&outline);
            if is_new {
                outlines.push(outline);
            }
            is_new
        });
    }
    unwrap(schema);
}

/// Unique values of a string enum and their descriptions; empty for a plain string.
type TextValues = (Vec<Value>, Map<String, Value>);

/// The component schemas, with cached results for strings.
struct Components<'d> {
    schemas: &'d Map<String, Value>,
    texts: RefCell<BTreeMap<String, Option<TextValues>>>,
}

impl Components<'_> {
    /// Returns the values of a string, a string enum, or a choice of these; `None` for any other schema.
    fn text_values(&self, schema: &Value, depth: usize) -> Option<TextValues> {
        if depth == DEEPEST || runtime::runtime_type(schema).is_some() {
            return None;
        }
        if let Some(name) = schema_name(schema) {
            return self.named_values(name, depth);
        }
        let [properties, discriminator] =
            ["properties", "discriminator"].map(|key| schema.get(key));
        if properties.or(discriminator).is_some() {
            return None;
        }
        let parts = ["oneOf", "anyOf", "allOf"]
            .iter()
            .find_map(|key| schema.get(*key));
        let (mut values, mut docs) = (Vec::new(), Map::new());
        let mut add = |more: &[Value]| {
            for value in more {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        };
        if let Some(parts) = parts.and_then(Value::as_array) {
            for part in parts {
                let (more, descriptions) = self.text_values(part, depth)?;
                add(&more);
                docs.extend(descriptions);
            }
        } else if string(schema, "type") != Some("string") {
            return None;
        }
        let own = schema.get("enum").and_then(Value::as_array);
        add(own.map_or(&[], Vec::as_slice));
        if let Some(Value::Object(descriptions)) = schema.get("x-enum-descriptions") {
            docs.extend(descriptions.clone());
        }
        Some((values, docs))
    }

    /// Like [`text_values`](Self::text_values) for a component. The result is cached, because choices may refer to
    /// the same components many times.
    fn named_values(&self, name: &str, depth: usize) -> Option<TextValues> {
        if let Some(known) = self.texts.borrow().get(name) {
            return known.clone();
        }
        self.texts.borrow_mut().insert(name.to_owned(), None);
        let schema = self.schemas.get(name)?;
        let values = self.text_values(schema, depth + 1);
        self.texts
            .borrow_mut()
            .insert(name.to_owned(), values.clone());
        values
    }
}

/// Returns a normal form of a schema. Two schemas with the same normal form have the same Rust type.
fn outline(schema: &Value, components: &Components<'_>, depth: usize) -> Value {
    if let Some(name) = schema_name(schema) {
        let target = components.schemas.get(name);
        if components
            .text_values(schema, depth)
            .is_some_and(|(values, _)| values.is_empty())
        {
            return json!({ "type": "string" });
        }
        return match target.filter(|target| depth < DEEPEST && super::aliases::is_alias(target)) {
            Some(target) => outline(target, components, depth + 1),
            None => json!({ "$ref": name }),
        };
    }
    if let Some(runtime) = runtime::runtime_type(schema) {
        return json!({ "runtime": runtime });
    }
    let inner = |key: &str| {
        let inner = schema.get(key).filter(|inner| inner.is_object());
        inner.map(|inner| outline(inner, components, depth))
    };
    match string(schema, "type") {
        Some("string") if schema.get("enum").is_none() => json!({ "type": "string" }),
        Some(kind @ ("integer" | "number" | "boolean")) => json!({ "type": kind }),
        Some("array") => json!({ "items": inner("items") }),
        _ if super::aliases::is_alias(schema) && schema.get("allOf").is_none() => {
            json!({ "values": inner("additionalProperties") })
        }
        _ => without_marks(schema),
    }
}

/// Replaces a choice with a single member by that member, and keeps the choice's siblings.
fn unwrap(schema: &mut Value) {
    let members = schema.get("oneOf").and_then(Value::as_array);
    if schema.get("discriminator").is_some() {
        return;
    }
    let Some([only]) = members.map(Vec::as_slice) else {
        return;
    };
    let only = only.clone();
    if let (Some(schema), Value::Object(only)) = (schema.as_object_mut(), only) {
        schema.shift_remove("oneOf");
        if ["properties", "allOf"]
            .iter()
            .any(|key| schema.contains_key(*key))
        {
            schema.insert("oneOf".to_owned(), json!([only]));
            return;
        }
        // Some documents give a choice of strings the type `object`.
        schema.shift_remove("type");
        for (key, value) in only {
            schema.entry(key).or_insert(value);
        }
    }
}

/// Moves the siblings of a choice into each member.
fn distribute(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let is_mixed = ["properties", "allOf"]
        .iter()
        .any(|key| schema.contains_key(*key));
    if !is_mixed || schema.contains_key("discriminator") || !schema.contains_key("oneOf") {
        return;
    }
    let mut base = Map::new();
    for key in [
        "type",
        "properties",
        "required",
        "allOf",
        "additionalProperties",
    ] {
        if let Some(value) = schema.shift_remove(key) {
            base.insert(key.to_owned(), value);
        }
    }
    let members = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    for member in members.into_iter().flatten() {
        let name = schema_name(member).map(str::to_owned);
        let title = name.or_else(|| string(member, "title").map(str::to_owned));
        let origin = member.get(ORIGIN).cloned();
        let mut whole = json!({ "allOf": [base, member] });
        if let Some(whole) = whole.as_object_mut() {
            whole.extend(title.map(|title| ("title".to_owned(), json!(title))));
            whole.extend(origin.map(|origin| (ORIGIN.to_owned(), origin)));
        }
        *member = whole;
    }
}

#[cfg(test)]
mod tests {
    use super::settle;
    use crate::diagnostic::Diagnostics;
    use serde_json::{Map, Value, json};

    #[test]
    fn chain_of_4000_choices_is_accepted_without_stack_overflow() {
        let next = |number: usize| json!({ "$ref": format!("#/components/schemas/C{number}") });
        let schemas: Map<String, Value> = (0..4_000)
            .map(|number| {
                let text = json!({ "type": "string", "enum": ["a"] });
                (
                    format!("C{number}"),
                    json!({ "oneOf": [text, next(number + 1)] }),
                )
            })
            .collect();
        let mut document = json!({ "components": { "schemas": schemas } });
        let mut diagnostics = Diagnostics::about("chain.yaml");
        settle(&mut document, &mut diagnostics);
        assert_eq!(diagnostics.found(), []);
    }
}
