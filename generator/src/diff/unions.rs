//! Enums and unions: their values and kinds.

use super::rules::*;
use super::side::{Side, Sides};
use super::types::{Pair, Type};
use super::{Changes, Place, accessors, pairing};
use crate::diagnostic::Diagnostics;
use crate::document::{SCHEMAS, child, object, string, strings};
use crate::model::{Shape, naming, tagged};
use serde_json::Value;

/// Compares the values of an enum.
pub(super) fn values(old: &Value, new: &Value, place: &Place, item: &str, changes: &mut Changes) {
    let inside = |pointer: &Option<String>, index: usize| {
        let list = pointer.as_ref().map(|pointer| child(pointer, "enum"));
        list.map(|list| format!("{list}/{index}"))
    };
    let listed = |schema| -> Vec<(usize, &str)> { strings(schema, "enum").enumerate().collect() };
    let (mut gone, mut come) = (listed(old), listed(new));
    let variant = |value: &str| naming::pascal(value);
    pairing::take(&mut gone, &mut come, |old, new| old.1 == new.1);
    let respelled = pairing::take(&mut gone, &mut come, |old, new| {
        variant(old.1) == variant(new.1)
    });
    let renamed = pairing::take(&mut gone, &mut come, |old, new| {
        pairing::are_similar(&naming::snake(old.1), &naming::snake(new.1))
    });
    let mut add = |rule, old: Option<(usize, &str)>, new: Option<(usize, &str)>, reason| {
        let at = |pointer, value: Option<(usize, &str)>| inside(pointer, value?.0);
        let place = place.at(at(&place.old, old), at(&place.new, new));
        let value = new.or(old).map(|(_, value)| variant(value));
        let item = format!("{item}::{}", value.unwrap_or_default());
        changes.add(rule, place, &item, reason);
    };
    for (old, new) in respelled {
        let reason = format!("`{}` is spelt `{}` in JSON", old.1, new.1);
        add(ENUM_VALUE_RESPELLED, Some(old), Some(new), reason);
    }
    for (old, new) in renamed {
        let reason = format!("`{}` is called `{}`", variant(old.1), variant(new.1));
        add(ENUM_VALUE_RENAMED, Some(old), Some(new), reason);
    }
    for old in gone {
        let reason = format!("the value `{}` is gone", old.1);
        add(ENUM_VALUE_REMOVED, Some(old), None, reason);
    }
    for new in come {
        let reason = format!("the value `{}` is new", new.1);
        add(ENUM_VALUE_ADDED, None, Some(new), reason);
    }
    let said = |schema: &Value| schema.get("x-enum-descriptions").cloned();
    if said(old) != said(new) {
        let reason = "the descriptions of its values are others";
        changes.add(PROSE_CHANGED, place.clone(), item, reason);
    }
}

/// One kind of a union.
struct Kind {
    variant: String,
    value: Type,
    /// What tells it apart from the others, if the union has a discriminator.
    tags: Vec<String>,
}

fn kinds(key: &str, side: &Side) -> Vec<Kind> {
    let schema = side.schema(key);
    if schema.get("discriminator").is_none() {
        let members = schema.get("oneOf").and_then(Value::as_array);
        let members = members.into_iter().flatten();
        let values = members.map(|member| Type::of(member, side));
        return values
            .map(|value| Kind {
                variant: value.name(side),
                value,
                tags: Vec::new(),
            })
            .collect();
    }
    let Some(Shape::Tagged { kinds, .. }) = shape(key, side) else {
        return Vec::new();
    };
    let mapping = object(schema, "/discriminator/mapping");
    let found = kinds.into_iter().filter_map(|kind| {
        let target = mapping.get(kind.tags.first()?)?.as_str()?;
        let key = target.rsplit('/').next()?.to_owned();
        object(&side.document, SCHEMAS).get(&key)?;
        Some(Kind {
            variant: kind.variant,
            value: Type::Named(key),
            tags: kind.tags,
        })
    });
    found.collect()
}

/// A union told apart by a property, as it is generated.
pub(super) fn shape(key: &str, side: &Side) -> Option<Shape> {
    let schema = side.schema(key);
    schema.get("discriminator")?;
    // What is wrong with it is told by whoever generates it.
    let mut unheard = Diagnostics::about("");
    let name = side.type_name(key);
    Some(tagged(schema, &name, &side.document, "", &mut unheard))
}

/// The kind that has become of another: one with a tag of it, of its type or, if neither is left, of its name.
fn successor<'k>(old: &Kind, new: &'k [Kind], sides: &Sides) -> Option<&'k Kind> {
    let by_tag = new
        .iter()
        .find(|new| old.tags.iter().any(|tag| new.tags.contains(tag)));
    let same = |new: &&Kind| Type::same(&old.value, &new.value, sides, &mut Vec::new());
    let by_type = || new.iter().find(same);
    let by_name = || new.iter().find(|new| new.variant == old.variant);
    by_tag.or_else(by_type).or_else(by_name)
}

/// The types that kinds have.
pub(super) fn pairs(pair: &Pair, sides: &Sides) -> Vec<Pair> {
    let new = kinds(&pair.1, &sides.new);
    let mut pairs = Vec::new();
    for old in kinds(&pair.0, &sides.old) {
        if let Some(new) = successor(&old, &new, sides) {
            Type::same(&old.value, &new.value, sides, &mut pairs);
        }
    }
    pairs
}

/// Compares the kinds of a union.
pub(super) fn compare(
    pair: &Pair,
    place: &Place,
    item: &str,
    sides: &Sides,
    changes: &mut Changes,
) {
    let tag = |schema: &Value| {
        let discriminator = schema.get("discriminator")?;
        string(discriminator, "propertyName").map(str::to_owned)
    };
    let (old_tag, new_tag) = (
        tag(sides.old.schema(&pair.0)),
        tag(sides.new.schema(&pair.1)),
    );
    if old_tag.is_some() != new_tag.is_some() {
        let reason = match &new_tag {
            Some(tag) => format!("its kinds are told apart by `{tag}`"),
            None => "its kinds are not told apart by a field any more".to_owned(),
        };
        changes.add(UNION_FORM_CHANGED, place.clone(), item, reason);
    } else if old_tag != new_tag {
        let reason = format!(
            "its kinds are told apart by `{}`",
            new_tag.as_deref().unwrap_or_default()
        );
        changes.add(DISCRIMINATOR_CHANGED, place.clone(), item, reason);
    }
    let (old, new) = (kinds(&pair.0, &sides.old), kinds(&pair.1, &sides.new));
    for kind in &old {
        let item = format!("{item}::{}", kind.variant);
        let Some(now) = successor(kind, &new, sides) else {
            let reason = format!("the kind `{}` is gone", kind.variant);
            changes.add(UNION_KIND_REMOVED, place.clone(), &item, reason);
            continue;
        };
        if kind.variant != now.variant {
            let reason = format!("the kind `{}` is called `{}`", kind.variant, now.variant);
            changes.add(UNION_KIND_RENAMED, place.clone(), &item, reason);
        }
        if !Type::same(&kind.value, &now.value, sides, &mut Vec::new()) {
            let (old, new) = (kind.value.name(&sides.old), now.value.name(&sides.new));
            let reason = format!("the kind `{}` holds `{new}`, and held `{old}`", now.variant);
            changes.add(UNION_KIND_CHANGED, place.clone(), &item, reason);
        }
        if old_tag.is_some() == new_tag.is_some() && kind.tags != now.tags {
            let reason = format!(
                "the kind `{}` is told by `{}`",
                now.variant,
                now.tags.join("`, `")
            );
            changes.add(DISCRIMINATOR_CHANGED, place.clone(), &item, reason);
        }
    }
    for kind in &new {
        if !old
            .iter()
            .any(|old| successor(old, &new, sides).is_some_and(|now| std::ptr::eq(now, kind)))
        {
            let item = format!("{item}::{}", kind.variant);
            let reason = format!("the kind `{}` is new", kind.variant);
            changes.add(UNION_KIND_ADDED, place.clone(), &item, reason);
        }
    }
    accessors::compare(pair, place, item, sides, changes);
}
