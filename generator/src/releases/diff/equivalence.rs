//! Decides if two types are the same, or if one replaces the other.
//!
//! This module reports no changes; it only finds the types to compare.

use super::input::Inputs;
use crate::api::{Shape, TypeDef, TypeId, TypeRef};
use std::collections::BTreeSet;

/// An old type and the new type that replaces it.
pub(super) type Pair = (TypeId, TypeId);

/// Returns true if two types are the same, ignoring renames. Adds the types of the document in them to `pairs`.
pub(super) fn same(old: &TypeRef, new: &TypeRef, inputs: &Inputs, pairs: &mut Vec<Pair>) -> bool {
    match (old, new) {
        (TypeRef::List(old), TypeRef::List(new))
        | (TypeRef::Map(old), TypeRef::Map(new))
        | (TypeRef::Nullable(old), TypeRef::Nullable(new)) => same(old, new, inputs, pairs),
        (TypeRef::Nullable(_), _) | (_, TypeRef::Nullable(_)) => false,
        (old, new) => match (old.named(), new.named()) {
            (Some(old), Some(new)) => {
                let same = is_successor(old, new, inputs);
                if same {
                    pairs.push((old, new));
                }
                same
            }
            _ => old == new,
        },
    }
}

/// Returns true if a type has the same name as another, or replaces it under a new name.
fn is_successor(old: TypeId, new: TypeId, inputs: &Inputs) -> bool {
    let (old, new) = (
        inputs.old.api.definition(old),
        inputs.new.api.definition(new),
    );
    // One schema may be one type or a request and a response type. The position of a union's member is ignored,
    // because another member may be inserted before it.
    let is_positioned = |origin: &str| {
        ["/oneOf/", "/anyOf/"]
            .iter()
            .any(|key| origin.contains(key))
    };
    let origin = old
        .origin
        .as_deref()
        .filter(|origin| !is_positioned(origin));
    let is_one_schema = origin.is_some() && old.origin == new.origin && kind(old) == kind(new);
    if old.name == new.name || is_one_schema {
        return true;
    }
    if inputs.new.names.contains(&old.name) || inputs.old.names.contains(&new.name) {
        return false;
    }
    let (old_members, new_members) = (members(old), members(new));
    let common = old_members.intersection(&new_members).count();
    kind(old) == kind(new) && 2 * common >= old_members.len().max(new_members.len())
}

/// Returns the fields, values or variants of a type.
fn members(definition: &TypeDef) -> BTreeSet<&str> {
    match &definition.shape {
        Shape::Record(record) => record
            .fields
            .iter()
            .map(|field| field.wire.as_str())
            .collect(),
        Shape::Enum(values) => values.iter().map(|value| value.wire.as_str()).collect(),
        Shape::Tagged(union) => {
            let tags = union.variants.iter().flat_map(|variant| &variant.tags);
            tags.map(String::as_str).collect()
        }
        Shape::Untagged(_) => BTreeSet::new(),
    }
}

/// Returns the kind of a type.
pub(super) fn kind(definition: &TypeDef) -> &'static str {
    match definition.shape {
        Shape::Record(_) => "a struct",
        Shape::Enum(_) => "an enum",
        Shape::Tagged(_) | Shape::Untagged(_) => "a union",
    }
}
