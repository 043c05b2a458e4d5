//! Compares constraints of values: bounds, patterns, formats and defaults.

use super::parts::LimitChange;
use super::{ChangeKind, ChangeLocation, Changes, Direction, Item, patterns};
use crate::api::{Bound, Constraints, Limit};
use crate::document::child;

/// Compares the constraints of two schemas with the same type, and of the values inside them.
pub(super) fn compare(
    old: &Constraints,
    new: &Constraints,
    place: &ChangeLocation,
    item: &Item,
    changes: &mut Changes,
) {
    let place = &constraint_location(old, new, place);
    let mut add = |what| changes.add(what, place.clone(), item.clone());
    if old.format != new.format {
        let (old, new) = (old.format.clone(), new.format.clone());
        add(ChangeKind::FormatChanged { old, new });
    }
    if old.default != new.default {
        let (old, new) = (old.default.clone(), new.default.clone());
        add(ChangeKind::DefaultChanged { old, new });
    }
    if old.pattern != new.pattern {
        let (old, new) = (old.pattern.clone(), new.pattern.clone());
        add(ChangeKind::PatternChanged { old, new });
    }
    if old.nullable != new.nullable {
        let now = new.nullable;
        add(ChangeKind::NullableChanged { now });
    }
    let (mut tighter, mut looser) = limits(old, new);
    let implied = implied(old, new, &mut tighter, &mut looser);
    if !implied.is_empty() {
        add(ChangeKind::BoundImplied { limits: implied });
    }
    let is_sent = place.direction == Some(Direction::Request);
    for (limits, is_tighter) in [(tighter, true), (looser, false)] {
        if !limits.is_empty() {
            add(match (is_sent, is_tighter) {
                (true, true) => ChangeKind::ConstraintTightened { limits },
                (true, false) => ChangeKind::ConstraintLoosened { limits },
                (false, _) => ChangeKind::ResponseConstraintChanged { limits },
            });
        }
    }
    if let (Some((key, old)), Some((now, new))) = (&old.inner, &new.inner)
        && key == now
    {
        let inside = |pointer: &Option<String>| pointer.as_ref().map(|pointer| child(pointer, key));
        let place = place.at(inside(&place.old), inside(&place.new));
        compare(old, new, &place, item, changes);
    }
}

/// Returns the location of the constraints: that of the alias, if both schemas are references to one.
pub(super) fn constraint_location(
    old: &Constraints,
    new: &Constraints,
    place: &ChangeLocation,
) -> ChangeLocation {
    match (&old.alias, &new.alias) {
        (Some(old), Some(new)) => place.at(Some(old.clone()), Some(new.clone())),
        _ => place.clone(),
    }
}

/// Returns the limits that allow fewer values, and those that allow more.
fn limits(old: &Constraints, new: &Constraints) -> (Vec<LimitChange>, Vec<LimitChange>) {
    let (mut tighter, mut looser) = (Vec::new(), Vec::new());
    for bound in Bound::ALL {
        let (was, is) = (old.bounds.get(&bound), new.bounds.get(&bound));
        // An exclusive bound is slightly tighter than the same number as an inclusive bound.
        let key = |limit: &Limit| {
            let step = if limit.exclusive { 1 } else { 0 };
            let sign = if bound.is_lower() { 1.0 } else { -1.0 };
            (limit.number * sign, step)
        };
        let (was_at, is_at) = (was.map(key), is.map(key));
        let is_tighter = match (was_at, is_at) {
            (was, is) if was == is => continue,
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(was), Some(is)) => is > was,
        };
        let change = LimitChange::bound(bound, was, is);
        match is_tighter {
            true => tighter.push(change),
            false => looser.push(change),
        }
    }
    // A missing list of values allows all values.
    let misses = |from: &[String], to: &[String]| match (from, to) {
        (_, []) => false,
        ([], _) => true,
        (from, to) => from.iter().any(|value| !to.contains(value)),
    };
    if misses(&old.values, &new.values) {
        tighter.push(LimitChange::Values { more: false });
    }
    if misses(&new.values, &old.values) {
        looser.push(LimitChange::Values { more: true });
    }
    (tighter, looser)
}

/// Removes length limits from both lists that the pattern implies as well, and returns them.
fn implied(
    old: &Constraints,
    new: &Constraints,
    tighter: &mut Vec<LimitChange>,
    looser: &mut Vec<LimitChange>,
) -> Vec<LimitChange> {
    let lengths = [Bound::MinLength, Bound::MaxLength];
    let allowed = |constraints: &Constraints| {
        let own_limits =
            lengths.map(|bound| constraints.bounds.get(&bound).map(|limit| limit.whole));
        let [least, most] = own_limits;
        let pattern = constraints.pattern.as_deref().map(patterns::lengths);
        let (from, to) = pattern.unwrap_or_default();
        let most = most.into_iter().chain(to).min();
        (from.max(least.unwrap_or_default()), most)
    };
    if old.pattern.is_none() || new.pattern.is_none() || allowed(old) != allowed(new) {
        return Vec::new();
    }
    let is_length = |change: &mut LimitChange| {
        let lengths = lengths.map(Bound::key);
        matches!(change, LimitChange::Bound { bound, .. } if lengths.contains(bound))
    };
    let mut implied: Vec<_> = tighter.extract_if(.., is_length).collect();
    implied.extend(looser.extract_if(.., is_length));
    implied
}
