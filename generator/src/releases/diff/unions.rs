//! Compares enums and unions.

use super::equivalence::{Pair, same};
use super::input::Inputs;
use super::parts::ProseChange;
use super::{ChangeKind, ChangeLocation, Changes, Item, accessors, pairing};
use crate::api::{EnumValue, Shape, TypeDef, TypeRef, naming};
use crate::document::child;

/// A value of an enum and its index.
type Numbered<'e> = (usize, &'e EnumValue);

/// Compares the values of an enum.
pub(super) fn values(
    old: &[EnumValue],
    new: &[EnumValue],
    place: &ChangeLocation,
    name: &str,
    changes: &mut Changes,
) {
    let (mut removed, mut added): (Vec<Numbered<'_>>, Vec<Numbered<'_>>) = (
        old.iter().enumerate().collect(),
        new.iter().enumerate().collect(),
    );
    pairing::take(&mut removed, &mut added, |(_, old), (_, new)| {
        old.wire == new.wire
    });
    let respelled = pairing::take(&mut removed, &mut added, |(_, old), (_, new)| {
        old.variant == new.variant
    });
    let renamed = pairing::take(&mut removed, &mut added, |(_, old), (_, new)| {
        pairing::are_similar(&naming::snake(&old.wire), &naming::snake(&new.wire))
    });
    let mut add = |what, old: Option<Numbered<'_>>, new: Option<Numbered<'_>>| {
        let at = |pointer: &Option<String>, value: Option<Numbered<'_>>| {
            let list = pointer.as_ref().map(|pointer| child(pointer, "enum"))?;
            Some(format!("{list}/{}", value?.0))
        };
        let place = place.at(at(&place.old, old), at(&place.new, new));
        let variant = new.or(old).map_or("", |(_, value)| value.variant.as_str());
        changes.add(what, place, Item::member(name, variant));
    };
    for (old, new) in respelled {
        let what = ChangeKind::EnumValueRespelled {
            old: old.1.wire.clone(),
            new: new.1.wire.clone(),
        };
        add(what, Some(old), Some(new));
    }
    for (old, new) in renamed {
        let what = ChangeKind::EnumValueRenamed {
            old: old.1.variant.clone(),
            new: new.1.variant.clone(),
        };
        add(what, Some(old), Some(new));
    }
    for old in removed {
        let value = old.1.wire.clone();
        add(ChangeKind::EnumValueRemoved { value }, Some(old), None);
    }
    for new in added {
        let value = new.1.wire.clone();
        add(ChangeKind::EnumValueAdded { value }, None, Some(new));
    }
    let descriptions = |values: &[EnumValue]| -> Vec<(String, String)> {
        let descriptions = values.iter().filter(|value| !value.docs.is_empty());
        let mut descriptions: Vec<_> = descriptions
            .map(|value| (value.wire.clone(), value.docs.clone()))
            .collect();
        descriptions.sort();
        descriptions
    };
    if descriptions(old) != descriptions(new) {
        let of = ProseChange::Values;
        changes.add(
            ChangeKind::ProseChanged { of },
            place.clone(),
            Item::whole(name),
        );
    }
}

/// A variant of a union.
struct Variant<'t> {
    name: &'t str,
    value: TypeRef,
    /// Values of the discriminator, if the union has one.
    tags: &'t [String],
}

fn variants(definition: &TypeDef) -> Vec<Variant<'_>> {
    match &definition.shape {
        Shape::Tagged(union) => {
            let variants = union.variants.iter().map(|variant| Variant {
                name: &variant.name,
                value: TypeRef::Named(variant.record),
                tags: &variant.tags,
            });
            variants.collect()
        }
        Shape::Untagged(members) => {
            let variants = members.iter().map(|member| Variant {
                name: &member.variant,
                value: member.value.clone(),
                tags: &[],
            });
            variants.collect()
        }
        Shape::Record(_) | Shape::Enum(_) => Vec::new(),
    }
}

/// Returns the name of the discriminator property.
fn tag(definition: &TypeDef) -> Option<&str> {
    match &definition.shape {
        Shape::Tagged(union) => Some(&union.tag),
        _ => None,
    }
}

/// Returns the variant that replaces another: one with a common tag, or else the same type, or else the same name.
fn successor<'k, 't>(
    old: &Variant<'_>,
    new: &'k [Variant<'t>],
    inputs: &Inputs,
) -> Option<&'k Variant<'t>> {
    let by_tag = new
        .iter()
        .find(|new| old.tags.iter().any(|tag| new.tags.contains(tag)));
    let same = |new: &&Variant<'_>| same(&old.value, &new.value, inputs, &mut Vec::new());
    let by_type = || new.iter().find(same);
    let by_name = || new.iter().find(|new| new.name == old.name);
    by_tag.or_else(by_type).or_else(by_name)
}

/// Returns the pairs of types of the paired variants.
pub(super) fn pairs(old: &TypeDef, new: &TypeDef, inputs: &Inputs) -> Vec<Pair> {
    let new = variants(new);
    let mut pairs = Vec::new();
    for old in variants(old) {
        if let Some(new) = successor(&old, &new, inputs) {
            same(&old.value, &new.value, inputs, &mut pairs);
        }
    }
    pairs
}

/// Compares the variants of a union.
pub(super) fn compare(
    (was, is): (&TypeDef, &TypeDef),
    place: &ChangeLocation,
    inputs: &Inputs,
    changes: &mut Changes,
) {
    let name = &is.name;
    let (old_tag, new_tag) = (tag(was), tag(is));
    if old_tag.is_some() != new_tag.is_some() {
        let tag = new_tag.map(str::to_owned);
        changes.add(
            ChangeKind::UnionFormChanged { tag },
            place.clone(),
            Item::whole(name),
        );
    } else if old_tag != new_tag {
        let by = new_tag.map(str::to_owned).into_iter().collect();
        changes.add(
            ChangeKind::DiscriminatorChanged { kind: None, by },
            place.clone(),
            Item::whole(name),
        );
    }
    let (old, new) = (variants(was), variants(is));
    for variant in &old {
        let mut add = |what| changes.add(what, place.clone(), Item::member(name, variant.name));
        let Some(now) = successor(variant, &new, inputs) else {
            let kind = variant.name.to_owned();
            add(ChangeKind::UnionKindRemoved { kind });
            continue;
        };
        if variant.name != now.name {
            let (old, new) = (variant.name.to_owned(), now.name.to_owned());
            add(ChangeKind::UnionKindRenamed { old, new });
        }
        if !same(&variant.value, &now.value, inputs, &mut Vec::new()) {
            add(ChangeKind::UnionKindChanged {
                kind: now.name.to_owned(),
                old: inputs.old.rust(&variant.value),
                new: inputs.new.rust(&now.value),
            });
        }
        if old_tag.is_some() == new_tag.is_some() && variant.tags != now.tags {
            add(ChangeKind::DiscriminatorChanged {
                kind: Some(now.name.to_owned()),
                by: now.tags.to_vec(),
            });
        }
    }
    for variant in &new {
        let mut old = old.iter();
        if !old
            .any(|old| successor(old, &new, inputs).is_some_and(|now| std::ptr::eq(now, variant)))
        {
            let what = ChangeKind::UnionKindAdded {
                kind: variant.name.to_owned(),
            };
            changes.add(what, place.clone(), Item::member(name, variant.name));
        }
    }
    accessors::compare((was, is), place, inputs, changes);
}
