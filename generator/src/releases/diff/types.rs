//! Compares types in the pairs that operations use.
//!
//! Invariant: a pair of types is compared once per direction, independent of how many fields lead to it and of
//! recursion.

use super::equivalence::{Pair, kind};
use super::input::Inputs;
use super::reach::{Reach, reach};
use super::{ChangeKind, ChangeLocation, Changes, Direction, Item, prose, records, unions};
use crate::api::{SHARED, Shape, TypeDef};
use std::collections::{BTreeMap, BTreeSet};

/// The pairs of types that an operation uses directly, by the operation's id.
pub(super) type Roots = Vec<(String, Vec<(Pair, Direction)>)>;

/// The operations that use a pair in a direction.
type Reached = BTreeMap<(Pair, Direction), BTreeSet<String>>;

/// Compares all pairs that the roots lead to, and the remaining types with equal names, which are no longer paired
/// because the field that contained them changed.
pub(super) fn compare(inputs: &Inputs, roots: &Roots, changes: &mut Changes) {
    let mut reached = Reached::new();
    follow(roots, inputs, &mut reached);
    follow(&unpaired(&reached, inputs), inputs, &mut reached);
    let pairs: BTreeSet<Pair> = reached.keys().map(|(pair, _)| *pair).collect();
    compare_modules(pairs.into_iter(), inputs, changes);
    for (((old, new), direction), operations) in reached {
        let (old, new) = (
            inputs.old.api.definition(old),
            inputs.new.api.definition(new),
        );
        let place = ChangeLocation {
            old: old.origin.clone(),
            new: new.origin.clone(),
            operations,
            direction: Some(direction),
        };
        definition((old, new), place, direction, inputs, changes);
    }
}

/// Reports the modules that lost a type, at an operation that used it and does not any more.
fn compare_modules(pairs: impl Iterator<Item = Pair>, inputs: &Inputs, changes: &mut Changes) {
    let (before, after) = (reach(&inputs.old.api), reach(&inputs.new.api));
    let operations_using = |reach: &Reach, id| -> BTreeSet<String> {
        let both = [Direction::Request, Direction::Response];
        let all = both
            .into_iter()
            .filter_map(|direction| reach.get(&(id, direction)));
        all.flatten().cloned().collect()
    };
    for (old, new) in pairs {
        let (was, is) = (
            inputs.old.api.definition(old),
            inputs.new.api.definition(new),
        );
        let modules_now = inputs.new.api.modules_of(is);
        let (used_before, used_now) = (
            operations_using(&before, old),
            operations_using(&after, new),
        );
        for module in inputs.old.api.modules_of(was) {
            // A removed module is reported with its operations.
            let is_there = module == SHARED || inputs.new.has_module(module);
            if !is_there || modules_now.contains(module) {
                continue;
            }
            let lost = inputs.old.api.operations.iter().filter(|operation| {
                let is_of_it = module == SHARED || operation.module == module;
                is_of_it && used_before.contains(&operation.id) && !used_now.contains(&operation.id)
            });
            let mut lost = lost.map(|operation| operation.origin.clone());
            let old = lost.next().or_else(|| was.origin.clone());
            let mut place = ChangeLocation::of(old, None);
            place.operations = used_before.union(&used_now).cloned().collect();
            let module = module.to_owned();
            let what = ChangeKind::TypeRegrouped { module };
            changes.add(what, place, Item::whole(&is.name));
        }
    }
}

/// Returns the types with equal names on both sides that are in no pair.
fn unpaired(reached: &Reached, inputs: &Inputs) -> Roots {
    let (olds, news): (BTreeSet<_>, BTreeSet<_>) = reached.keys().map(|(pair, _)| *pair).unzip();
    let before = reach(&inputs.old.api);
    let by_name: BTreeMap<(&str, Direction), _> = before
        .keys()
        .filter(|(id, _)| !olds.contains(id))
        .map(|(id, direction)| {
            (
                (inputs.old.api.definition(*id).name.as_str(), *direction),
                *id,
            )
        })
        .collect();
    let mut roots = Roots::new();
    for ((new, direction), operations) in reach(&inputs.new.api) {
        let name = inputs.new.api.definition(new).name.as_str();
        if let Some(&old) = by_name
            .get(&(name, direction))
            .filter(|_| !news.contains(&new))
        {
            let pair = vec![((old, new), direction)];
            roots.extend(
                operations
                    .into_iter()
                    .map(|operation| (operation, pair.clone())),
            );
        }
    }
    roots
}

/// Follows the roots to all pairs that they lead to.
fn follow(roots: &Roots, inputs: &Inputs, reached: &mut Reached) {
    let mut inner: BTreeMap<Pair, Vec<Pair>> = BTreeMap::new();
    for (operation, named) in roots {
        let mut open = named.clone();
        let mut seen = BTreeSet::new();
        while let Some((pair, direction)) = open.pop() {
            if !seen.insert((pair, direction)) {
                continue;
            }
            let inner = inner
                .entry(pair)
                .or_insert_with(|| pairs_inside(pair, inputs));
            open.extend(inner.iter().map(|inner| (*inner, direction)));
            let operations = reached.entry((pair, direction)).or_default();
            operations.insert(operation.clone());
        }
    }
}

fn pairs_inside((old, new): Pair, inputs: &Inputs) -> Vec<Pair> {
    let (old, new) = (
        inputs.old.api.definition(old),
        inputs.new.api.definition(new),
    );
    match (&old.shape, &new.shape) {
        (Shape::Record(old), Shape::Record(new)) => records::pairs(old, new, inputs),
        _ => unions::pairs(old, new, inputs),
    }
}

fn definition(
    (old, new): (&TypeDef, &TypeDef),
    place: ChangeLocation,
    direction: Direction,
    inputs: &Inputs,
    changes: &mut Changes,
) {
    let item = Item::whole(&new.name);
    if old.name != new.name {
        let what = ChangeKind::TypeRenamed {
            new: new.name.clone(),
        };
        changes.add(what, place.clone(), Item::whole(&old.name));
    }
    if kind(old) != kind(new) {
        let (old, new) = (kind(old), kind(new));
        return changes.add(ChangeKind::TypeKindChanged { old, new }, place, item);
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
                inputs,
            };
            compared.compare(changes);
        }
        (Shape::Enum(old), Shape::Enum(values)) => {
            unions::values(old, values, &place, &new.name, changes)
        }
        _ => unions::compare((old, new), &place, inputs, changes),
    }
}
