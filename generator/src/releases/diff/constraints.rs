//! What is said of values beyond their type: bounds, patterns, formats, defaults.

use super::parts::LimitChange;
use super::{Changes, Direction, Item, Place, What};
use crate::api::{Bound, Constraints};
use crate::document::child;

/// Compares what two schemas of one type say of its values, and of the values inside those.
pub(super) fn compare(
    old: &Constraints,
    new: &Constraints,
    place: &Place,
    item: &Item,
    changes: &mut Changes,
) {
    let mut add = |what| changes.add(what, place.clone(), item.clone());
    if old.format != new.format {
        let (old, new) = (old.format.clone(), new.format.clone());
        add(What::FormatChanged { old, new });
    }
    if old.default != new.default {
        let (old, new) = (old.default.clone(), new.default.clone());
        add(What::DefaultChanged { old, new });
    }
    if old.pattern != new.pattern {
        let (old, new) = (old.pattern.clone(), new.pattern.clone());
        add(What::PatternChanged { old, new });
    }
    if old.nullable != new.nullable {
        let now = new.nullable;
        add(What::NullableChanged { now });
    }
    let (tighter, looser) = limits(old, new);
    let is_sent = place.direction == Some(Direction::Request);
    for (limits, is_tighter) in [(tighter, true), (looser, false)] {
        if !limits.is_empty() {
            add(match (is_sent, is_tighter) {
                (true, true) => What::ConstraintTightened { limits },
                (true, false) => What::ConstraintLoosened { limits },
                (false, _) => What::AnswerConstraintChanged { limits },
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

/// The limits by which fewer values are allowed, and those by which more are.
fn limits(old: &Constraints, new: &Constraints) -> (Vec<LimitChange>, Vec<LimitChange>) {
    let (mut tighter, mut looser) = (Vec::new(), Vec::new());
    for bound in Bound::ALL {
        let number =
            |constraints: &Constraints| constraints.bounds.get(&bound).map(|limit| limit.number);
        let is_tighter = match (number(old), number(new)) {
            (old, new) if old == new => continue,
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(old), Some(new)) => (new > old) == bound.is_lower(),
        };
        let written = |constraints: &Constraints| {
            constraints
                .bounds
                .get(&bound)
                .map(|limit| limit.text.clone())
        };
        let change = LimitChange::bound(bound, written(old), written(new));
        match is_tighter {
            true => tighter.push(change),
            false => looser.push(change),
        }
    }
    // No list of values allows all of them.
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
