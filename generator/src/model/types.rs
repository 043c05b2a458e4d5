//! Component schemas → types.

use super::accessors::accessors;
use super::checks::{checked, checks, is_checked};
use super::{Direction, Field, Kind, Record, Shape, TypeDef, naming};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{ORIGIN, SCHEMAS, child, flag, object, schema_name, string, strings};
use crate::types::FieldTypes;
use quote::quote;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use syn::{Type, parse_quote};

/// Every type of the document, with the name of the schema it comes from.
pub(super) fn types(
    document: &Value,
    fields: &FieldTypes,
    diagnostics: &mut Diagnostics,
) -> Vec<(String, TypeDef)> {
    let checked = checked(document);
    let schemas = object(document, SCHEMAS);
    let mut types = Vec::with_capacity(schemas.len());
    for (key, schema) in schemas {
        let name = naming::type_name(schema, key);
        let pointer = child(SCHEMAS, key);
        let shape = if schema.get("enum").is_some() {
            let numbered = naming::numbers(document);
            variants(schema, &pointer, numbered, diagnostics)
        } else if schema.get("discriminator").is_some() {
            tagged(schema, &name, document, &pointer, diagnostics)
        } else if schema.get("oneOf").is_some() {
            untagged(schema, document, &checked, &pointer, diagnostics)
        } else {
            record(
                schema,
                &name,
                document,
                fields,
                &checked,
                &pointer,
                diagnostics,
            )
        };
        let docs = string(schema, "description").map_or_else(|| undescribed(key), str::to_owned);
        types.push((key.clone(), TypeDef { name, docs, shape }));
    }
    types
}

fn variants(schema: &Value, pointer: &str, numbered: bool, diagnostics: &mut Diagnostics) -> Shape {
    let mut taken = BTreeSet::from(["Unknown".to_owned()]);
    let mut variants: Vec<(String, String, String)> = Vec::new();
    for (index, value) in strings(schema, "enum").enumerate() {
        let mut name = naming::pascal(value);
        if numbered {
            name = naming::free(&name, &taken);
        }
        if !taken.insert(name.clone()) {
            let found = Diagnostic::new(
                "name-collision",
                format!("{pointer}/enum/{index}"),
                format!("the value `{value}` would be a second variant `{name}`"),
                "take the value out of the enum in the corrections overlay: unknown values are kept as they are",
            );
            let other = variants.iter().position(|(known, ..)| *known == name);
            diagnostics.push(match other {
                Some(other) => found.remove().and(format!("{pointer}/enum/{other}")),
                None => found.remove(),
            });
        }
        let docs = object(schema, "/x-enum-descriptions")
            .get(value)
            .and_then(Value::as_str)
            .unwrap_or_default();
        variants.push((name, value.to_owned(), docs.to_owned()));
    }
    Shape::Enum(variants)
}

/// A union told apart by a property: its kinds, each with its variant.
pub(crate) fn tagged(
    schema: &Value,
    name: &str,
    document: &Value,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Shape {
    let mut kinds: Vec<(&Value, Kind)> = Vec::new();
    for (value, target) in object(schema, "/discriminator/mapping") {
        let Some(key) = target.as_str().and_then(|target| target.rsplit('/').next()) else {
            continue;
        };
        let Some(record) = object(document, SCHEMAS).get(key) else {
            continue;
        };
        let type_name = naming::type_name(record, key);
        match kinds.iter_mut().find(|(_, kind)| kind.record == type_name) {
            Some((_, kind)) => kind.tags.push(value.clone()),
            None => kinds.push((
                record,
                Kind {
                    variant: naming::pascal(value),
                    record: type_name,
                    tags: vec![value.clone()],
                    docs: string(record, "description")
                        .map_or_else(|| undescribed(key), str::to_owned),
                },
            )),
        }
    }
    let mut taken = BTreeSet::from(["Unknown".to_owned()]);
    for (record, kind) in &mut kinds {
        if let Some(chosen) = string(record, "x-rust-variant") {
            kind.variant = naming::pascal(chosen);
        } else if kind.tags.len() > 1 {
            // No one tag speaks for the others.
            kind.variant = distinct_part(&kind.record, name);
        }
        if naming::numbers(document) {
            kind.variant = naming::free(&kind.variant, &taken);
        }
        if !taken.insert(kind.variant.clone()) {
            let message = format!(
                "`{}` would be a second variant `{}`",
                kind.record, kind.variant
            );
            let help = "name the kind in the names overlay";
            diagnostics.push(
                Diagnostic::new("name-collision", pointer, message, help).update_at(
                    string(record, ORIGIN).unwrap_or(pointer),
                    json!({ "x-rust-variant": "AnotherName" }),
                ),
            );
        }
    }
    let goes = |ways: [&str; 2]| {
        let mut directions = kinds.iter().map(|(kind, _)| string(kind, "x-direction"));
        directions.any(|direction| direction.is_some_and(|way| ways.contains(&way)))
    };
    let (sent, received) = (goes(["request", "both"]), goes(["answer", "both"]));
    let tag = schema
        .get("discriminator")
        .and_then(|discriminator| string(discriminator, "propertyName"));
    Shape::Tagged {
        tag: tag.unwrap_or_default().to_owned(),
        sent,
        accessors: match received {
            true => accessors(schema, &kinds, document),
            false => Vec::new(),
        },
        kinds: kinds.into_iter().map(|(_, kind)| kind).collect(),
    }
}

/// What a kind's name says beyond the words it begins and ends with as the union's does.
fn distinct_part(kind: &str, union: &str) -> String {
    let is_start = |text: &str| text.is_empty() || text.starts_with(char::is_uppercase);
    let same = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| {
        one.zip(other)
            .take_while(|(one, other)| one == other)
            .count()
    };
    let mut from = same(&mut kind.chars(), &mut union.chars());
    while !is_start(kind.get(from..).unwrap_or_default()) {
        from -= 1;
    }
    let rest = kind.get(from..).unwrap_or_default();
    let mut to =
        rest.len() - same(&mut rest.chars().rev(), &mut union.chars().rev()).min(rest.len());
    while !is_start(rest.get(to..).unwrap_or_default()) {
        to += 1;
    }
    match rest.get(..to).unwrap_or_default() {
        "" => kind.to_owned(),
        part => part.to_owned(),
    }
}

fn untagged(
    schema: &Value,
    document: &Value,
    checked: &BTreeSet<String>,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Shape {
    let mut variants: Vec<(String, Type)> = Vec::new();
    let mut with_checks = Vec::new();
    for (index, member) in schema
        .get("oneOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let (name, value) = match kind(member, document) {
            Some(found) if variants.iter().all(|(known, _)| *known != found.0) => found,
            _ => {
                diagnostics.push(
                    Diagnostic::new(
                        "ambiguous-union",
                        format!("{pointer}/oneOf/{index}"),
                        "the kinds of this union cannot be told apart",
                        "add a discriminator in the corrections overlay",
                    )
                    .remove(),
                );
                continue;
            }
        };
        if is_checked(member, document, checked) {
            with_checks.push(name.clone());
        }
        variants.push((name, value));
    }
    Shape::Untagged {
        variants,
        checked: with_checks,
    }
}

/// The variant and type of a union's member.
fn kind(member: &Value, document: &Value) -> Option<(String, Type)> {
    let value = value_type(member, document)?;
    let name = match string(member, "type") {
        _ if named(member, document).is_some() => quote!(#value).to_string(),
        Some("integer") => "Integer".to_owned(),
        Some("array") => "List".to_owned(),
        Some("object") => "Map".to_owned(),
        other => naming::pascal(other?),
    };
    Some((name, value))
}

/// The type that a schema names: a component's, or one of the runtime.
fn named(schema: &Value, document: &Value) -> Option<String> {
    if let Some(key) = schema_name(schema) {
        return Some(naming::type_name(object(document, SCHEMAS).get(key)?, key));
    }
    string(schema, "x-rust-type").map(str::to_owned)
}

/// The type of what a normalised schema describes by itself: a body, a kind of a union.
pub(super) fn value_type(schema: &Value, document: &Value) -> Option<Type> {
    if let Some(name) = named(schema, document) {
        let ident = naming::ident(&name);
        return Some(parse_quote!(#ident));
    }
    Some(match string(schema, "type") {
        Some("string") => parse_quote!(String),
        Some("integer") => parse_quote!(i64),
        Some("number") => parse_quote!(f64),
        Some("boolean") => parse_quote!(bool),
        Some("array") => {
            let items = value_type(schema.get("items")?, document)?;
            parse_quote!(Vec<#items>)
        }
        Some("object") | None => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => {
                let values = value_type(values, document)?;
                parse_quote!(BTreeMap<String, #values>)
            }
            _ => parse_quote!(Value),
        },
        Some(_) => return None,
    })
}

fn record(
    schema: &Value,
    name: &str,
    document: &Value,
    fields: &FieldTypes,
    checked: &BTreeSet<String>,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Shape {
    let direction = match string(schema, "x-direction") {
        Some("request") => Direction::Sent,
        Some("both") => Direction::Both,
        _ => Direction::Received,
    };
    let required: BTreeSet<&str> = strings(schema, "required").collect();
    let mut taken = BTreeSet::from(["extra".to_owned()]);
    let mut model = Vec::new();
    let properties = child(pointer, "properties");
    for (wire, property) in object(schema, "/properties") {
        let pointer = child(&properties, wire);
        let field = naming::field_name(property, wire);
        if !taken.insert(field.clone()) {
            let message = format!("`{wire}` would be a second field `{field}`");
            let help = "name it in the names overlay";
            let found = Diagnostic::new("name-collision", &pointer, message, help)
                .update(json!({ "x-rust-field": "another_name" }));
            let mut known = model.iter();
            let other = known.find(|known: &&Field| known.name == field);
            diagnostics.push(match other {
                Some(other) => found.and(child(&properties, &other.wire)),
                None => found,
            });
        }
        let Some(value) = fields
            .get(name)
            .and_then(|fields| fields.get(wire))
            .cloned()
        else {
            diagnostics.report(
                "untyped-field",
                &pointer,
                format!("`{name}.{wire}` got no type"),
                "report this as a defect",
            );
            continue;
        };
        let list = string(property, "type") == Some("array");
        let always = required.contains(wire.as_str());
        let constant = match (
            string(property, "x-constant"),
            string(property, "x-rust-type"),
        ) {
            (Some(constant), Some(type_name)) if direction == Direction::Sent => {
                Some((type_name.to_owned(), naming::pascal(constant)))
            }
            _ => None,
        };
        model.push(Field {
            docs: field_docs(property, wire, document),
            // In answers nothing but a list can be relied on: an absent or null list is an empty one.
            required: always && (direction == Direction::Sent || list),
            patch: !always && direction == Direction::Sent && flag(schema, "x-patch"),
            deprecated: flag(property, "deprecated"),
            checks: match direction {
                Direction::Received => Vec::new(),
                Direction::Sent | Direction::Both => checks(property, document, checked),
            },
            wire: wire.clone(),
            name: field,
            value,
            constant,
        });
    }
    Shape::Record(Record {
        direction,
        fields: model,
    })
}

/// The property's own description, or that of the type it refers to.
fn field_docs(property: &Value, wire: &str, document: &Value) -> String {
    let own = string(property, "description");
    let target = schema_name(property).and_then(|key| object(document, SCHEMAS).get(key));
    own.or_else(|| target.and_then(|target| string(target, "description")))
        .map_or_else(|| undescribed(wire), str::to_owned)
}

/// What is said of a thing that the document says nothing of: only documents nobody curated have such things.
pub(super) fn undescribed(name: &str) -> String {
    format!(
        "`{}`: the document does not describe it.",
        name.replace('`', "'")
    )
}
