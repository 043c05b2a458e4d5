//! What unions can be asked for whichever kind they are.
//!
//! Must never decide what that is: it is read off the model, as the code is made from it.

use super::rules::{UNION_ACCESSOR_ADDED, UNION_ACCESSOR_REMOVED};
use super::side::{Side, Sides};
use super::types::{Pair, Type};
use super::unions::shape;
use super::{Changes, Place};
use crate::document::object;
use crate::model::{Accessor, Shape};
use serde_json::Value;

/// Compares the accessors of a union. What comes and goes with its fields is told of those.
pub(super) fn compare(
    pair: &Pair,
    place: &Place,
    item: &str,
    sides: &Sides,
    changes: &mut Changes,
) {
    let (old, new) = (
        accessors(&pair.0, &sides.old),
        accessors(&pair.1, &sides.new),
    );
    for was in &old {
        let item = format!("{item}::{}", was.name);
        let still = fields(&pair.1, &was.wire, &sides.new);
        match new.iter().find(|is| is.name == was.name) {
            None if !still.is_empty() => {
                let reason = format!("the method `{}` is gone", was.name);
                changes.add(UNION_ACCESSOR_REMOVED, place.clone(), &item, reason);
            }
            Some(is) if !is_same(was, is, pair, sides) => {
                let reason = format!("the method `{}` gives another type", was.name);
                changes.add(UNION_ACCESSOR_REMOVED, place.clone(), &item, reason);
            }
            _ => {}
        }
    }
    for is in &new {
        let is_new = old.iter().all(|was| was.name != is.name);
        if is_new && !fields(&pair.0, &is.wire, &sides.old).is_empty() {
            let reason = format!("the method `{}` is new", is.name);
            let item = format!("{item}::{}", is.name);
            changes.add(UNION_ACCESSOR_ADDED, place.clone(), &item, reason);
        }
    }
}

fn accessors(key: &str, side: &Side) -> Vec<Accessor> {
    match shape(key, side) {
        Some(Shape::Tagged { accessors, .. }) => accessors,
        _ => Vec::new(),
    }
}

/// The fields of that name on the wire among a union's kinds.
fn fields<'s>(key: &str, wire: &str, side: &'s Side) -> Vec<&'s Value> {
    let kinds = object(side.schema(key), "/discriminator/mapping").values();
    let records = kinds
        .filter_map(|target| target.as_str()?.rsplit('/').next())
        .map(|key| side.schema(key));
    records
        .filter_map(|record| object(record, "/properties").get(wire))
        .collect()
}

/// Whether an accessor gives what it gave, or a type that one of the fields now has instead.
fn is_same(was: &Accessor, is: &Accessor, pair: &Pair, sides: &Sides) -> bool {
    let types = |key: &str, wire: &str, side: &Side| -> Vec<Type> {
        let fields = fields(key, wire, side).into_iter();
        fields.map(|field| Type::of(field, side)).collect()
    };
    let (before, after) = (
        types(&pair.0, &was.wire, &sides.old),
        types(&pair.1, &is.wire, &sides.new),
    );
    // Only where the kinds already differed can another of their types be the most common one.
    let same = |one: &Type, other: &Type| Type::same(one, other, sides, &mut Vec::new());
    let kept = before
        .iter()
        .all(|old| after.iter().any(|new| same(old, new)));
    let given = |types: &[Type], accessor: &Accessor, side: &Side| {
        let value = &accessor.value;
        let text = quote::quote!(#value).to_string().replace(' ', "");
        types
            .iter()
            .position(|of| of.name(side).replace(' ', "") == text)
    };
    match (
        given(&before, was, &sides.old),
        given(&after, is, &sides.new),
    ) {
        (Some(old), Some(new)) => !kept || same(&before[old], &after[new]),
        _ => true,
    }
}
