//! Compares parameters: arguments of methods, and setters of calls.

use super::equivalence::{Pair, same};
use super::input::Inputs;
use super::operation_pair::OperationPair;
use super::{ChangeKind, ChangeLocation, Changes, Direction, Item, constraints, pairing, prose};
use crate::api::{Location, Operation, Parameter, Writing};

/// A parameter of one document.
#[derive(Clone, Copy)]
struct Declared<'s> {
    is: &'s Parameter,
    /// True if the runtime sends it.
    is_sent_by_runtime: bool,
}

fn declared(operation: &Operation) -> Vec<Declared<'_>> {
    let all = operation.parameters().into_iter();
    let all = all.map(|is| Declared {
        is,
        is_sent_by_runtime: operation
            .runtime_parameters
            .iter()
            .any(|one| std::ptr::eq(one, is)),
    });
    all.collect()
}

/// Compares the parameters of two operations; returns the pairs of types they use.
pub(super) fn compare(pair: &OperationPair<'_>, changes: &mut Changes) -> Vec<(Pair, Direction)> {
    let (both, mut removed, mut added) = matched(pair);
    let taken_over = pairing::take(&mut removed, &mut added, |old, new| {
        !old.is_sent_by_runtime && new.is_sent_by_runtime && old.is.wire == new.is.wire
    });
    for (old, new) in taken_over {
        let place = at(pair, old.is.origin.clone(), new.is.origin.clone());
        let wire = new.is.wire.clone();
        changes.add(
            ChangeKind::ParameterTakenOver { wire },
            place,
            item(pair, &new),
        );
    }
    for old in removed {
        let place = at(pair, old.is.origin.clone(), None);
        let (location, wire) = (old.is.location.name(), old.is.wire.clone());
        let what = ChangeKind::ParameterRemoved {
            location,
            wire,
            deprecated: old.is.deprecated,
        };
        changes.add(what, place, item(pair, &old));
    }
    for new in added {
        let place = at(pair, None, new.is.origin.clone());
        let (location, wire) = (new.is.location.name(), new.is.wire.clone());
        let what = match new.is.required && !new.is_sent_by_runtime {
            true => ChangeKind::RequiredParameterAdded { location, wire },
            false => ChangeKind::ParameterAdded { location, wire },
        };
        changes.add(what, place, item(pair, &new));
    }
    let mut named = Vec::new();
    for (old, new) in &both {
        named.extend(parameter(pair, old, new, changes));
    }
    order(pair, &both, changes);
    named
        .into_iter()
        .map(|pair| (pair, Direction::Request))
        .collect()
}

type Both<'s> = Vec<(Declared<'s>, Declared<'s>)>;

/// Returns the pairs of parameters, the removed ones and the added ones.
fn matched<'s>(pair: &OperationPair<'s>) -> (Both<'s>, Vec<Declared<'s>>, Vec<Declared<'s>>) {
    let inputs = pair.inputs;
    let mut removed = declared(pair.old);
    let mut added = declared(pair.new);
    // A setter that the runtime replaces counts as removed.
    let stays =
        |old: &Declared<'_>, new: &Declared<'_>| old.is_sent_by_runtime || !new.is_sent_by_runtime;
    let mut both = pairing::take(&mut removed, &mut added, |old, new| {
        (&new.is.wire, new.is.location) == (&old.is.wire, old.is.location) && stays(old, new)
    });
    // Path parameters are identified by their position in the path.
    let in_path = |one: &Declared<'_>| one.is.location == Location::Path;
    both.extend(pairing::take(&mut removed, &mut added, |old, new| {
        in_path(old) && in_path(new)
    }));
    let is_alike =
        |old: &Declared<'_>, new: &Declared<'_>| old.is_sent_by_runtime == new.is_sent_by_runtime;
    // A parameter with the same name in another part of the request has moved.
    both.extend(pairing::take(&mut removed, &mut added, |old, new| {
        !in_path(old) && !in_path(new) && old.is.wire == new.is.wire && is_alike(old, new)
    }));
    let in_place = |old: &Declared<'_>, new: &Declared<'_>| {
        old.is.location == new.is.location && is_alike(old, new)
    };
    both.extend(pairing::take(&mut removed, &mut added, |old, new| {
        in_place(old, new) && old.is.own_name == new.is.own_name
    }));
    both.extend(pairing::take(&mut removed, &mut added, |old, new| {
        in_place(old, new)
            && same_type(old, new, inputs)
            && pairing::are_similar(&old.is.own_name, &new.is.own_name)
    }));
    if let ([_], [_]) = (removed.as_slice(), added.as_slice()) {
        both.extend(pairing::take(&mut removed, &mut added, |old, new| {
            in_place(old, new) && old.is.index == new.is.index && same_type(old, new, inputs)
        }));
    }
    (both, removed, added)
}

fn same_type(old: &Declared<'_>, new: &Declared<'_>, inputs: &Inputs) -> bool {
    same(&old.is.value, &new.is.value, inputs, &mut Vec::new())
}

fn at(pair: &OperationPair<'_>, old: Option<String>, new: Option<String>) -> ChangeLocation {
    let mut place = pair.place.at(old, new);
    place.direction = Some(Direction::Request);
    place
}

fn item(pair: &OperationPair<'_>, parameter: &Declared<'_>) -> Item {
    Item::member(&pair.new.method_name, &parameter.is.own_name)
}

fn parameter(
    pair: &OperationPair<'_>,
    old: &Declared<'_>,
    new: &Declared<'_>,
    changes: &mut Changes,
) -> Vec<Pair> {
    let place = at(pair, old.is.origin.clone(), new.is.origin.clone());
    let item = item(pair, new);
    let (was_sent_by_runtime, is_sent_by_runtime) =
        (old.is_sent_by_runtime, new.is_sent_by_runtime);
    let (old, new) = (old.is, new.is);
    let mut add = |what| changes.add(what, place.clone(), item.clone());
    if was_sent_by_runtime && !is_sent_by_runtime {
        // The removed pagination is reported instead.
        if new.required {
            add(ChangeKind::ParameterRequired {});
        }
        return Vec::new();
    }
    if old.location != new.location {
        add(ChangeKind::ParameterMoved {
            old: old.location.name(),
            new: new.location.name(),
        });
    }
    if is_sent_by_runtime {
        if old.required != new.required
            || !same(&old.value, &new.value, pair.inputs, &mut Vec::new())
        {
            add(ChangeKind::RuntimeParameterChanged {
                required: new.required,
                of_type: pair.inputs.new.rust(&new.value),
            });
        }
        prose::compare(&old.prose, &new.prose, &place, &item, changes);
        return Vec::new();
    }
    match (old.required, new.required) {
        (false, true) => add(ChangeKind::ParameterRequired {}),
        (true, false) => add(ChangeKind::ParameterOptional {}),
        (true, true) | (false, false) => {}
    }
    match (old.deprecated, new.deprecated) {
        (false, true) => add(ChangeKind::ParameterDeprecated {}),
        (true, false) => add(ChangeKind::ParameterUndeprecated {}),
        _ => {}
    }
    names(old, new, &mut add);
    // A scalar without a style of its own is written in the same way whatever its document says.
    let is_plain = [old, new].map(|one| one.writing == Writing::Plain) == [true, true];
    if old.location == new.location && old.style != new.style && !is_plain {
        add(ChangeKind::ParameterStyleChanged {
            style: new.style.name.clone(),
            explode: new.style.explode,
        });
    }
    prose::compare(&old.prose, &new.prose, &place, &item, changes);
    let mut pairs = Vec::new();
    let type_location =
        constraints::constraint_location(&old.constraints, &new.constraints, &place);
    match same(&old.value, &new.value, pair.inputs, &mut pairs) {
        true => constraints::compare(&old.constraints, &new.constraints, &place, &item, changes),
        false => {
            let (old, new) = (
                pair.inputs.old.rust(&old.value),
                pair.inputs.new.rust(&new.value),
            );
            changes.add(
                ChangeKind::ParameterTypeChanged { old, new },
                type_location,
                item,
            );
        }
    }
    pairs
}

/// Compares the names of two parameters.
fn names(old: &Parameter, new: &Parameter, add: &mut impl FnMut(ChangeKind)) {
    let (was, is) = (old.own_name.clone(), new.own_name.clone());
    let is_argument = old.required && new.required;
    if was != is && !is_argument {
        add(ChangeKind::ParameterRenamed { old: was, new: is });
    } else if old.wire != new.wire && new.location != Location::Path {
        add(ChangeKind::ParameterRespelled {
            old: old.wire.clone(),
            new: new.wire.clone(),
        });
    } else if was != is {
        add(ChangeKind::ArgumentRenamed { old: was, new: is });
    }
}

/// Compares the order of arguments that remain arguments.
fn order(pair: &OperationPair<'_>, both: &Both<'_>, changes: &mut Changes) {
    let remaining = |name: &String| {
        both.iter()
            .find(|(old, new)| old.is.wire == *name && new.is.required)
    };
    let arguments = |operation: &Operation| -> Vec<String> {
        let arguments = operation.arguments.iter();
        arguments.map(|argument| argument.wire.clone()).collect()
    };
    let before = arguments(pair.old);
    let mut expected: Vec<String> = before
        .iter()
        .filter_map(|name| Some(remaining(name)?.1.is.wire.clone()))
        .collect();
    let mut order = arguments(pair.new);
    expected.retain(|name| order.contains(name));
    order.retain(|name| expected.contains(name));
    if expected != order {
        let place = at(pair, pair.place.old.clone(), pair.place.new.clone());
        changes.add(
            ChangeKind::ParametersReordered { order },
            place,
            pair.item(),
        );
    }
}
