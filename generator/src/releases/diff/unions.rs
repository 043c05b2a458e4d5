//! Compares enums and unions.

use super::input::Sides;
use super::parts::ProseChange;
use super::sameness::{Pair, same};
use super::{Changes, Item, Place, What, accessors, pairing};
use crate::api::{EnumValue, Shape, TypeDef, TypeRef, naming};
use crate::document::child;

/// A value of an enum and its index.
type Numbered<'e> = (usize, &'e EnumValue);

/// Compares the values of an enum.
pub(super) fn values(
    old: &[EnumValue],
    new: &[EnumValue],
    place: &Place,
    name: &str,
    changes: &mut Changes,
) {
    let (mut gone, mut come): (Vec<Numbered<'_>>, Vec<Numbered<'_>>) = (
        old.iter().enumerate().collect(),
        new.iter().enumerate().collect(),
    );
    pairing::take(&mut gone, &mut come, |(_, old), (_, new)| {
        old.wire == new.wire
    });
    let respelled = pairing::take(&mut gone, &mut come, |(_, old), (_, new)| {
        old.variant == new.variant
    });
    let renamed = pairing::take(&mut gone, &mut come, |(_, old), (_, new)| {
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
        let what = What::EnumValueRespelled {
            old: old.1.wire.clone(),
            new: new.1.wire.clone(),
        };
        add(what, Some(old), Some(new));
    }
    for (old, new) in renamed {
        let what = What::EnumValueRenamed {
            old: old.1.variant.clone(),
            new: new.1.variant.clone(),
        };
        add(what, Some(old), Some(new));
    }
    for old in gone {
        let value = old.1.wire.clone();
        add(What::EnumValueRemoved { value }, Some(old), None);
    }
    for new in come {
        let value = new.1.wire.clone();
        add(What::EnumValueAdded { value }, None, Some(new));
    }
    let said = |values: &[EnumValue]| -> Vec<(String, String)> {
        let said = values.iter().filter(|value| !value.docs.is_empty());
        let mut said: Vec<_> = said
            .map(|value| (value.wire.clone(), value.docs.clone()))
            .collect();
        said.sort();
        said
    };
    if said(old) != said(new) {
        let of = ProseChange::Values;
        changes.add(What::ProseChanged { of }, place.clone(), Item::whole(name));
    }
}

/// A variant of a union.
struct Kind<'t> {
    variant: &'t str,
    value: TypeRef,
    /// Values of the discriminator, if the union has one.
    tags: &'t [String],
}

fn kinds(definition: &TypeDef) -> Vec<Kind<'_>> {
    match &definition.shape {
        Shape::Tagged(union) => {
            let kinds = union.kinds.iter().map(|kind| Kind {
                variant: &kind.variant,
                value: TypeRef::Named(kind.record),
                tags: &kind.tags,
            });
            kinds.collect()
        }
        Shape::Untagged(members) => {
            let kinds = members.iter().map(|member| Kind {
                variant: &member.variant,
                value: member.value.clone(),
                tags: &[],
            });
            kinds.collect()
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
fn successor<'k, 't>(old: &Kind<'_>, new: &'k [Kind<'t>], sides: &Sides) -> Option<&'k Kind<'t>> {
    let by_tag = new
        .iter()
        .find(|new| old.tags.iter().any(|tag| new.tags.contains(tag)));
    let same = |new: &&Kind<'_>| same(&old.value, &new.value, sides, &mut Vec::new());
    let by_type = || new.iter().find(same);
    let by_name = || new.iter().find(|new| new.variant == old.variant);
    by_tag.or_else(by_type).or_else(by_name)
}

/// Returns the pairs of types of the paired variants.
pub(super) fn pairs(old: &TypeDef, new: &TypeDef, sides: &Sides) -> Vec<Pair> {
    let new = kinds(new);
    let mut pairs = Vec::new();
    for old in kinds(old) {
        if let Some(new) = successor(&old, &new, sides) {
            same(&old.value, &new.value, sides, &mut pairs);
        }
    }
    pairs
}

/// Compares the variants of a union.
pub(super) fn compare(
    (was, is): (&TypeDef, &TypeDef),
    place: &Place,
    sides: &Sides,
    changes: &mut Changes,
) {
    let name = &is.name;
    let (old_tag, new_tag) = (tag(was), tag(is));
    if old_tag.is_some() != new_tag.is_some() {
        let tag = new_tag.map(str::to_owned);
        changes.add(
            What::UnionFormChanged { tag },
            place.clone(),
            Item::whole(name),
        );
    } else if old_tag != new_tag {
        let by = new_tag.map(str::to_owned).into_iter().collect();
        changes.add(
            What::DiscriminatorChanged { kind: None, by },
            place.clone(),
            Item::whole(name),
        );
    }
    let (old, new) = (kinds(was), kinds(is));
    for kind in &old {
        let mut add = |what| changes.add(what, place.clone(), Item::member(name, kind.variant));
        let Some(now) = successor(kind, &new, sides) else {
            let kind = kind.variant.to_owned();
            add(What::UnionKindRemoved { kind });
            continue;
        };
        if kind.variant != now.variant {
            let (old, new) = (kind.variant.to_owned(), now.variant.to_owned());
            add(What::UnionKindRenamed { old, new });
        }
        if !same(&kind.value, &now.value, sides, &mut Vec::new()) {
            add(What::UnionKindChanged {
                kind: now.variant.to_owned(),
                old: sides.old.rust(&kind.value),
                new: sides.new.rust(&now.value),
            });
        }
        if old_tag.is_some() == new_tag.is_some() && kind.tags != now.tags {
            add(What::DiscriminatorChanged {
                kind: Some(now.variant.to_owned()),
                by: now.tags.to_vec(),
            });
        }
    }
    for kind in &new {
        let mut old = old.iter();
        if !old.any(|old| successor(old, &new, sides).is_some_and(|now| std::ptr::eq(now, kind))) {
            let what = What::UnionKindAdded {
                kind: kind.variant.to_owned(),
            };
            changes.add(what, place.clone(), Item::member(name, kind.variant));
        }
    }
    accessors::compare((was, is), place, sides, changes);
}
