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
            Some(is) => {
                let (old, new) = (
                    Type::of(&was.property, &sides.old),
                    Type::of(&is.property, &sides.new),
                );
                if !Type::same(&old, &new, sides, &mut Vec::new()) {
                    let reason = format!("the method `{}` gives another type", was.name);
                    changes.add(UNION_ACCESSOR_REMOVED, place.clone(), &item, reason);
                }
            }
            None => {}
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
