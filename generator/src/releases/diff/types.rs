//! Types, in the pairs that operations reach.
//!
//! Invariant: a pair of types is compared once for each direction, however many fields lead to it and however they recurse.

use super::sameness::{Pair, kind};
use super::side::Sides;
use super::{Changes, Direction, Item, Place, What, prose, records, unions};
use crate::api::{SHARED, Shape, TypeDef};
use std::collections::{BTreeMap, BTreeSet};

/// The pairs of types that an operation names itself, by the operation's id.
pub(super) type Roots = Vec<(String, Vec<(Pair, Direction)>)>;

/// Compares every pair that the roots lead to.
pub(super) fn compare(sides: &Sides, roots: &Roots, changes: &mut Changes) {
    let mut inner: BTreeMap<Pair, Vec<Pair>> = BTreeMap::new();
    let mut reached: BTreeMap<(Pair, Direction), BTreeSet<String>> = BTreeMap::new();
    for (operation, named) in roots {
        let mut open = named.clone();
        let mut seen = BTreeSet::new();
        while let Some((pair, direction)) = open.pop() {
            if !seen.insert((pair, direction)) {
                continue;
            }
            let inner = inner
                .entry(pair)
                .or_insert_with(|| pairs_inside(pair, sides));
            open.extend(inner.iter().map(|inner| (*inner, direction)));
            let operations = reached.entry((pair, direction)).or_default();
            operations.insert(operation.clone());
        }
    }
    for (((old, new), direction), operations) in reached {
        let (old, new) = (sides.old.api.definition(old), sides.new.api.definition(new));
        let place = Place {
            old: old.origin.clone(),
            new: new.origin.clone(),
            operations,
            direction: Some(direction),
        };
        definition((old, new), place, direction, sides, changes);
    }
}

fn pairs_inside((old, new): Pair, sides: &Sides) -> Vec<Pair> {
    let (old, new) = (sides.old.api.definition(old), sides.new.api.definition(new));
    match (&old.shape, &new.shape) {
        (Shape::Record(old), Shape::Record(new)) => records::pairs(old, new, sides),
        _ => unions::pairs(old, new, sides),
    }
}

fn definition(
    (old, new): (&TypeDef, &TypeDef),
    place: Place,
    direction: Direction,
    sides: &Sides,
    changes: &mut Changes,
) {
    let item = Item::whole(&new.name);
    if old.name != new.name {
        let what = What::TypeRenamed {
            new: new.name.clone(),
        };
        changes.add(what, place.clone(), Item::whole(&old.name));
    }
    let has_it = sides.new.api.modules_of(new);
    for module in sides.old.api.modules_of(old) {
        // Where a whole module goes, its operations say so.
        let is_there = module == SHARED || sides.new.has_module(module);
        if is_there && !has_it.contains(module) {
            let what = What::TypeRegrouped {
                module: module.to_owned(),
            };
            changes.add(what, place.clone(), item.clone());
        }
    }
    if kind(old) != kind(new) {
        let (old, new) = (kind(old), kind(new));
        return changes.add(What::TypeKindChanged { old, new }, place, item);
    }
    prose::compare(&old.prose, &new.prose, &place, &item, changes);
    match (&old.shape, &new.shape) {
        (Shape::Record(old), Shape::Record(fields)) => {
            let compared = records::Compared {
                old,
                new: fields,
                name: &new.name,
                direction,
                place: &place,
                sides,
            };
            compared.compare(changes);
        }
        (Shape::Enum(old), Shape::Enum(values)) => {
            unions::values(old, values, &place, &new.name, changes)
        }
        _ => unions::compare((old, new), &place, sides, changes),
    }
}
