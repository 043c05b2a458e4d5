//! Reads enums and unions.

use super::schemas::{Component, Schemas, described};
use super::{EnumValue, Member, Shape, TaggedUnion, TypeDef, TypeRef, Variant, naming};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{ORIGIN, object, string, strings};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The variant for unknown values, which every enum and union has.
const UNKNOWN: &str = "Unknown";

pub(super) fn values(
    schema: &Value,
    schemas: &Schemas<'_>,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Shape {
    let mut taken = BTreeSet::from([UNKNOWN.to_owned()]);
    let mut values: Vec<EnumValue> = Vec::new();
    for (index, wire) in strings(schema, "enum").enumerate() {
        let mut variant = naming::pascal(wire);
        if schemas.numbered {
            variant = naming::unique(&variant, &taken);
        }
        if !taken.insert(variant.clone()) {
            let found = Diagnostic::new(
                "name-collision",
                format!("{pointer}/enum/{index}"),
                format!(
                    "the value `{wire}` and another value both get the variant name `{variant}`"
                ),
                "remove the value from the enum in the corrections overlay: unknown values are preserved",
            );
            let other = values.iter().position(|known| known.variant == variant);
            diagnostics.push(match other {
                Some(other) => found.remove().and(format!("{pointer}/enum/{other}")),
                None => found.remove(),
            });
        }
        let docs = object(schema, "/x-enum-descriptions").get(wire);
        values.push(EnumValue {
            variant,
            wire: wire.to_owned(),
            docs: docs.and_then(Value::as_str).unwrap_or_default().to_owned(),
        });
    }
    Shape::Enum(values)
}

/// Reads a tagged union. Its accessors are added after all records are read.
pub(super) fn tagged(
    schema: &Value,
    name: &str,
    schemas: &Schemas<'_>,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Shape {
    let mut variants: Vec<(&Component<'_>, Variant)> = Vec::new();
    for (tag, target) in object(schema, "/discriminator/mapping") {
        let key = target.as_str().and_then(|target| target.rsplit('/').next());
        let Some(component) = key.and_then(|key| schemas.named(key)) else {
            continue;
        };
        match variants
            .iter_mut()
            .find(|(_, variant)| variant.record == component.id)
        {
            Some((_, variant)) => variant.tags.push(tag.clone()),
            None => variants.push((
                component,
                Variant {
                    name: naming::pascal(tag),
                    record: component.id,
                    tags: vec![tag.clone()],
                    docs: described(component),
                },
            )),
        }
    }
    let mut taken = BTreeSet::from([UNKNOWN.to_owned()]);
    for (component, variant) in &mut variants {
        let record = &component.name;
        if let Some(chosen) = string(component.schema, "x-rust-variant") {
            variant.name = naming::pascal(chosen);
        } else if variant.tags.len() > 1 {
            // With several tags, none of them can name the variant.
            variant.name = distinct_part(record, name);
        }
        if schemas.numbered {
            variant.name = naming::unique(&variant.name, &taken);
        }
        if !taken.insert(variant.name.clone()) {
            let message = format!(
                "`{record}` and another variant both get the name `{}`",
                variant.name
            );
            let help = "name the variant in the names overlay";
            let found = Diagnostic::new("name-collision", pointer, message, help);
            let place = string(component.schema, ORIGIN).unwrap_or(pointer);
            diagnostics.push(found.update_at(place, json!({ "x-rust-variant": "AnotherName" })));
        }
    }
    let discriminator = schema.get("discriminator");
    let tag = discriminator.and_then(|discriminator| string(discriminator, "propertyName"));
    Shape::Tagged(TaggedUnion {
        tag: tag.unwrap_or_default().to_owned(),
        variants: variants.into_iter().map(|(_, variant)| variant).collect(),
        common: strings(schema, "x-common").map(str::to_owned).collect(),
        accessors: Vec::new(),
    })
}

/// Removes from a variant's name the words that the union's name also begins or ends with.
fn distinct_part(variant: &str, union: &str) -> String {
    let is_start = |text: &str| text.is_empty() || text.starts_with(char::is_uppercase);
    let same = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| {
        one.zip(other)
            .take_while(|(one, other)| one == other)
            .count()
    };
    let mut from = same(&mut variant.chars(), &mut union.chars());
    while !is_start(variant.get(from..).unwrap_or_default()) {
        from -= 1;
    }
    let rest = variant.get(from..).unwrap_or_default();
    let mut to =
        rest.len() - same(&mut rest.chars().rev(), &mut union.chars().rev()).min(rest.len());
    while !is_start(rest.get(to..).unwrap_or_default()) {
        to += 1;
    }
    match rest.get(..to).unwrap_or_default() {
        "" => variant.to_owned(),
        part => part.to_owned(),
    }
}

/// Reads a union whose members are distinguished by their shape.
pub(super) fn untagged(
    schema: &Value,
    schemas: &Schemas<'_>,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Shape {
    let mut members: Vec<Member> = Vec::new();
    let listed = schema.get("oneOf").and_then(Value::as_array);
    for (index, member) in listed.into_iter().flatten().enumerate() {
        let pointer = format!("{pointer}/oneOf/{index}");
        let value = schemas.value(member, &pointer, diagnostics);
        if members.iter().any(|known| known.value == value) {
            continue;
        }
        let mut taken = BTreeSet::from([UNKNOWN.to_owned()]);
        taken.extend(members.iter().map(|known| known.variant.clone()));
        let chosen = string(member, "x-rust-variant").map(naming::pascal);
        let mut variant = chosen.unwrap_or_else(|| variant(&value, schemas));
        if schemas.numbered {
            variant = naming::unique(&variant, &taken);
        }
        if taken.contains(&variant) {
            diagnostics.push(
                Diagnostic::new(
                    "ambiguous-union",
                    pointer,
                    "the variants of this union cannot be distinguished",
                    "add a discriminator in the corrections overlay",
                )
                .remove(),
            );
            continue;
        }
        members.push(Member {
            variant,
            value,
            required: Vec::new(),
            is_checked: false,
        });
    }
    Shape::Untagged(members)
}

/// Records the required fields of union members, after all types are read.
pub(super) fn collect_required_fields(types: &mut [TypeDef]) {
    for index in 0..types.len() {
        let Shape::Untagged(members) = &mut types[index].shape else {
            continue;
        };
        let mut members = std::mem::take(members);
        for member in &mut members {
            member.required = required(member, types);
        }
        types[index].shape = Shape::Untagged(members);
    }
}

fn required(member: &Member, types: &[TypeDef]) -> Vec<(String, Option<String>)> {
    let Some(Shape::Record(record)) = member.value.named().map(|id| &types[id.0].shape) else {
        return Vec::new();
    };
    let fields = record.fields.iter().filter(|field| field.declared_required);
    let fields = fields.map(|field| {
        let only = match field.value.named().map(|id| &types[id.0].shape) {
            Some(Shape::Enum(values)) if values.len() == 1 => values.first(),
            _ => None,
        };
        (field.wire.clone(), only.map(|value| value.wire.clone()))
    });
    fields.collect()
}

/// Returns the name of a union's member, made from its type; that of a list or map includes the type of its content.
fn variant(value: &TypeRef, schemas: &Schemas<'_>) -> String {
    let plain = match value {
        TypeRef::Named(id) | TypeRef::Boxed(id) => schemas.name(*id),
        TypeRef::Bool => "Boolean",
        TypeRef::Integer => "Integer",
        TypeRef::Number => "Number",
        TypeRef::Text => "String",
        TypeRef::Timestamp => "Timestamp",
        TypeRef::ObjectId => "ObjectId",
        TypeRef::ClusterName => "ClusterName",
        TypeRef::SecretUrl => "SecretUrl",
        TypeRef::Bytes => "Bytes",
        TypeRef::Any => "Any",
        TypeRef::List(inner) => return format!("{}List", variant(inner, schemas)),
        TypeRef::Map(inner) => return format!("{}Map", variant(inner, schemas)),
        TypeRef::Nullable(inner) => return variant(inner, schemas),
    };
    plain.to_owned()
}
