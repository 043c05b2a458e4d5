//! Component schemas → types.

use super::{Check, Direction, Field, Kind, Record, Shape, TypeDef, naming};
use crate::diagnostic::Diagnostics;
use crate::document::{SCHEMAS, child, flag, object, schema_name, string, strings};
use crate::types::FieldTypes;
use proc_macro2::Literal;
use quote::quote;
use serde_json::Value;
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
            variants(schema, &pointer, diagnostics)
        } else if schema.get("discriminator").is_some() {
            tagged(schema, document)
        } else if schema.get("oneOf").is_some() {
            untagged(schema, document, &pointer, diagnostics)
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

fn variants(schema: &Value, pointer: &str, diagnostics: &mut Diagnostics) -> Shape {
    let mut taken = BTreeSet::from(["Unknown".to_owned()]);
    let mut variants = Vec::new();
    for (index, value) in strings(schema, "enum").enumerate() {
        let name = naming::pascal(value);
        if !taken.insert(name.clone()) {
            diagnostics.report(
                "name-collision",
                format!("{pointer}/enum/{index}"),
                format!("the value `{value}` would be a second variant `{name}`"),
                "take the value out of the enum in the corrections overlay: unknown values are kept as they are",
            );
        }
        let docs = object(schema, "/x-enum-descriptions")
            .get(value)
            .and_then(Value::as_str)
            .unwrap_or_default();
        variants.push((name, value.to_owned(), docs.to_owned()));
    }
    Shape::Enum(variants)
}

fn tagged(schema: &Value, document: &Value) -> Shape {
    let mut kinds: Vec<Kind> = Vec::new();
    let mut sent = false;
    for (value, target) in object(schema, "/discriminator/mapping") {
        let Some(key) = target.as_str().and_then(|target| target.rsplit('/').next()) else {
            continue;
        };
        let Some(record) = object(document, SCHEMAS).get(key) else {
            continue;
        };
        sent |= string(record, "x-direction") == Some("request");
        let name = naming::type_name(record, key);
        match kinds.iter_mut().find(|kind| kind.record == name) {
            Some(kind) => kind.tags.push(value.clone()),
            None => kinds.push(Kind {
                variant: naming::pascal(value),
                record: name,
                tags: vec![value.clone()],
                docs: string(record, "description").map_or_else(|| undescribed(key), str::to_owned),
            }),
        }
    }
    let tag = schema
        .get("discriminator")
        .and_then(|discriminator| string(discriminator, "propertyName"));
    Shape::Tagged {
        tag: tag.unwrap_or_default().to_owned(),
        kinds,
        sent,
    }
}

fn untagged(
    schema: &Value,
    document: &Value,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Shape {
    let mut variants: Vec<(String, Type)> = Vec::new();
    for (index, member) in schema
        .get("oneOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let (name, value) = match member_type(member, document) {
            Some(found) if variants.iter().all(|(known, _)| *known != found.0) => found,
            _ => {
                diagnostics.report(
                    "ambiguous-union",
                    format!("{pointer}/oneOf/{index}"),
                    "the kinds of this union cannot be told apart",
                    "add a discriminator in the corrections overlay",
                );
                continue;
            }
        };
        variants.push((name, value));
    }
    Shape::Untagged(variants)
}

/// The variant and type of a union's member.
fn member_type(member: &Value, document: &Value) -> Option<(String, Type)> {
    if let Some(key) = schema_name(member) {
        let name = naming::type_name(object(document, SCHEMAS).get(key)?, key);
        let ident = naming::ident(&name);
        return Some((name, parse_quote!(#ident)));
    }
    if let Some(name) = string(member, "x-rust-type") {
        let ident = naming::ident(name);
        return Some((name.to_owned(), parse_quote!(#ident)));
    }
    let (name, value): (&str, Type) = match string(member, "type")? {
        "string" => ("String", parse_quote!(String)),
        "integer" => ("Integer", parse_quote!(i64)),
        "number" => ("Number", parse_quote!(f64)),
        "boolean" => ("Boolean", parse_quote!(bool)),
        "array" => {
            let (_, items) = member_type(member.get("items")?, document)?;
            ("List", parse_quote!(Vec<#items>))
        }
        _ => return None,
    };
    Some((name.to_owned(), value))
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
    for (wire, property) in object(schema, "/properties") {
        let pointer = child(&child(pointer, "properties"), wire);
        let field = naming::field_name(property, wire);
        if !taken.insert(field.clone()) {
            diagnostics.report(
                "name-collision",
                &pointer,
                format!("`{wire}` would be a second field `{field}`"),
                "name it in the names overlay:\n  update:\n    x-rust-field: another_name",
            );
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
            check: if direction == Direction::Received {
                None
            } else {
                check(property, document, checked)
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

/// The sent records that have something to check, directly or inside.
fn checked(document: &Value) -> BTreeSet<String> {
    let mut checked = BTreeSet::new();
    loop {
        let before = checked.len();
        for (key, schema) in object(document, SCHEMAS) {
            let sent = string(schema, "x-direction").is_some_and(|direction| direction != "answer");
            let any = object(schema, "/properties")
                .values()
                .any(|property| check(property, document, &checked).is_some());
            if sent && any {
                checked.insert(key.clone());
            }
        }
        if checked.len() == before {
            return checked;
        }
    }
}

/// What there is to check about a property before it is sent.
fn check(property: &Value, document: &Value, checked: &BTreeSet<String>) -> Option<Check> {
    let inner = |schema: &Value| {
        let key = schema_name(schema).or_else(|| string(schema, "x-rust-type"))?;
        (object(document, SCHEMAS).contains_key(key) && checked.contains(key)).then_some(())
    };
    if inner(property).is_some() {
        return Some(Check::Inner);
    }
    let bounds = |smallest: &str, largest: &str| {
        let (from, to) = (bound(property, smallest), bound(property, largest));
        match (from, to) {
            (None, None) => None,
            (from, Some(to)) => Some(quote!(#from..=#to)),
            (from, None) => Some(quote!(#from..)),
        }
    };
    match string(property, "type")? {
        "array" => inner(property.get("items")?).map(|()| Check::Items),
        "string" if property.get("x-rust-type").is_none() => {
            bounds("minLength", "maxLength").map(Check::Length)
        }
        "integer" => bounds("minimum", "maximum").map(Check::Range),
        _ => None,
    }
}

/// An integer bound as a literal. Documents write some as floats: `1.1991456e+09`.
fn bound(property: &Value, key: &str) -> Option<Literal> {
    let value = property.get(key)?;
    #[allow(clippy::cast_possible_truncation)]
    let value = value
        .as_i64()
        .or_else(|| value.as_f64().map(|bound| bound as i64))?;
    Some(Literal::i64_unsuffixed(value))
}
