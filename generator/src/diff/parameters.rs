//! Parameters: arguments of methods, and setters of calls.

use super::operations::Paired;
use super::records::listed;
use super::rules::*;
use super::side::{Operation, Side, origin};
use super::types::{Pair, Type, prose};
use super::{Changes, Direction, Place, constraints};
use crate::document::{flag, string};
use serde_json::Value;

/// A parameter of one side.
struct Parameter<'s> {
    value: &'s Value,
    name: &'s str,
    location: &'s str,
    required: bool,
    pointer: Option<String>,
}

fn declared<'s>(operation: &Operation, side: &'s Side) -> Vec<Parameter<'s>> {
    let listed = side.object(operation).get("parameters");
    let listed = listed.and_then(Value::as_array).into_iter().flatten();
    let declared = listed.map(|value| {
        let location = string(value, "in").unwrap_or_default();
        Parameter {
            value,
            name: string(value, "name").unwrap_or_default(),
            location,
            required: location == "path" || flag(value, "required"),
            pointer: origin(value),
        }
    });
    declared.collect()
}

/// Compares the parameters of two operations; gives the types they name.
pub(super) fn compare(paired: &Paired<'_>, changes: &mut Changes) -> Vec<(Pair, Direction)> {
    let old = declared(paired.old, &paired.sides.old);
    let mut left = declared(paired.new, &paired.sides.new);
    let mut gone = Vec::new();
    let mut both = Vec::new();
    for old in old {
        let same = |new: &Parameter<'_>| (new.name, new.location) == (old.name, old.location);
        match left.iter().position(same) {
            Some(index) => both.push((old, left.remove(index))),
            None => gone.push(old),
        }
    }
    // One that kept its name has moved, and one of the path is known by where in the path it is.
    for old in gone {
        let moved = |new: &Parameter<'_>| match (old.location, new.location) {
            ("path", "path") => true,
            ("path", _) | (_, "path") => false,
            _ => new.name == old.name,
        };
        match left.iter().position(moved) {
            Some(index) => both.push((old, left.remove(index))),
            None => {
                let place = at(paired, old.pointer.clone(), None);
                let reason = format!("the {} parameter `{}` is gone", old.location, old.name);
                changes.add(PARAMETER_REMOVED, place, &item(paired, &old), reason);
            }
        }
    }
    for new in left {
        let place = at(paired, None, new.pointer.clone());
        let (rule, tail) = match new.required {
            true => (REQUIRED_PARAMETER_ADDED, ", and has to be there"),
            false => (PARAMETER_ADDED, ""),
        };
        let reason = format!("the {} parameter `{}` is new{tail}", new.location, new.name);
        changes.add(rule, place, &item(paired, &new), reason);
    }
    let mut named = Vec::new();
    for (old, new) in &both {
        named.extend(parameter(paired, old, new, changes));
    }
    order(paired, &both, changes);
    named
        .into_iter()
        .map(|pair| (pair, Direction::Request))
        .collect()
}

fn at(paired: &Paired<'_>, old: Option<String>, new: Option<String>) -> Place {
    let mut place = paired.place.at(old, new);
    place.direction = Some(Direction::Request);
    place
}

fn item(paired: &Paired<'_>, parameter: &Parameter<'_>) -> String {
    format!(
        "{}::{}",
        paired.item(),
        crate::model::naming::field_name(parameter.value, parameter.name)
    )
}

fn parameter(
    paired: &Paired<'_>,
    old: &Parameter<'_>,
    new: &Parameter<'_>,
    changes: &mut Changes,
) -> Vec<Pair> {
    let place = at(paired, old.pointer.clone(), new.pointer.clone());
    let item = item(paired, new);
    let mut add = |rule, reason: String| changes.add(rule, place.clone(), &item, reason);
    if old.location != new.location {
        let reason = format!(
            "it goes into the {}, and went into the {}",
            new.location, old.location
        );
        add(PARAMETER_MOVED, reason);
    }
    match (old.required, new.required) {
        (false, true) => add(PARAMETER_REQUIRED, "it has to be there now".to_owned()),
        (true, false) => add(PARAMETER_OPTIONAL, "it may be left out now".to_owned()),
        (false, false) => {
            let setter = |parameter: &Parameter<'_>| {
                crate::model::naming::field_name(parameter.value, parameter.name)
            };
            let (old, new) = (setter(old), setter(new));
            if old != new {
                add(PARAMETER_RENAMED, format!("`{old}` is called `{new}`"));
            }
        }
        (true, true) => {}
    }
    let style = |parameter: &Parameter<'_>| {
        let style = string(parameter.value, "style")
            .unwrap_or("form")
            .to_owned();
        let explode = parameter.value.get("explode").and_then(Value::as_bool);
        (explode.unwrap_or(style == "form"), style)
    };
    if old.location == "query" && new.location == "query" && style(old) != style(new) {
        let (explode, style) = style(new);
        let reason = match explode {
            true => format!("its style is `{style}`, each item by itself"),
            false => format!("its style is `{style}`, all items in one value"),
        };
        add(PARAMETER_STYLE_CHANGED, reason);
    }
    prose(old.value, new.value, &place, &item, changes);
    let none = Value::Null;
    let schema = |parameter: &Parameter<'_>| parameter.value.get("schema").unwrap_or(&none).clone();
    let (old, new) = (schema(old), schema(new));
    let (old_type, new_type) = (
        Type::of(&old, &paired.sides.old),
        Type::of(&new, &paired.sides.new),
    );
    let mut pairs = Vec::new();
    match Type::same(&old_type, &new_type, paired.sides, &mut pairs) {
        true => constraints::compare(&old, &new, &place, &item, changes),
        false => {
            let (old, new) = (
                old_type.name(&paired.sides.old),
                new_type.name(&paired.sides.new),
            );
            changes.add(
                PARAMETER_TYPE_CHANGED,
                place,
                &item,
                format!("`{old}` became `{new}`"),
            );
        }
    }
    pairs
}

/// What was an argument before and still is has to come in the order it had.
fn order(paired: &Paired<'_>, both: &[(Parameter<'_>, Parameter<'_>)], changes: &mut Changes) {
    let arguments = |operation: &Operation| -> Vec<String> {
        let arguments = operation.model.arguments.iter();
        arguments.map(|argument| argument.wire.clone()).collect()
    };
    let still = |name: &String| {
        both.iter()
            .find(|(old, new)| old.name == name && new.required)
    };
    let before = arguments(paired.old);
    let mut expected: Vec<String> = before
        .iter()
        .filter_map(|name| Some(still(name)?.1.name.to_owned()))
        .collect();
    let mut found = arguments(paired.new);
    expected.retain(|name| found.contains(name));
    found.retain(|name| expected.contains(name));
    if expected != found {
        let reason = format!("it takes {} in this order", listed(&found));
        let place = at(paired, paired.place.old.clone(), paired.place.new.clone());
        changes.add(PARAMETERS_REORDERED, place, paired.item(), reason);
    }
}
