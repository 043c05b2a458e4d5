//! Parameters: arguments of methods, and setters of calls.

use super::operations::Paired;
use super::records::listed;
use super::rules::*;
use super::side::{Operation, Side, origin};
use super::types::{Pair, Type, prose};
use super::{Changes, Direction, Place, constraints, pairing};
use crate::document::{flag, string};
use crate::model::{is_runtimes, naming};
use serde_json::Value;

/// A parameter of one side.
struct Parameter<'s> {
    value: &'s Value,
    name: &'s str,
    location: &'s str,
    required: bool,
    /// Whether the runtime sends it by itself.
    is_runtimes: bool,
    index: usize,
    pointer: Option<String>,
}

impl<'s> Parameter<'s> {
    fn schema(&self) -> &'s Value {
        self.value.get("schema").unwrap_or(&Value::Null)
    }

    /// What it is called in Rust.
    fn setter(&self) -> String {
        naming::field_name(self.value, self.name)
    }
}

fn declared<'s>(operation: &Operation, side: &'s Side) -> Vec<Parameter<'s>> {
    let listed = side.object(operation).get("parameters");
    let listed = listed.and_then(Value::as_array).into_iter().flatten();
    let declared = listed.enumerate().map(|(index, value)| {
        let location = string(value, "in").unwrap_or_default();
        let name = string(value, "name").unwrap_or_default();
        Parameter {
            value,
            name,
            location,
            required: location == "path" || flag(value, "required"),
            is_runtimes: is_runtimes(name, location, operation.model.paging.is_some()),
            index,
            pointer: origin(value),
        }
    });
    declared.collect()
}

/// Compares the parameters of two operations; gives the types they name.
pub(super) fn compare(paired: &Paired<'_>, changes: &mut Changes) -> Vec<(Pair, Direction)> {
    let (both, gone, come) = matched(paired);
    for old in gone {
        let place = at(paired, old.pointer.clone(), None);
        let reason = format!("the {} parameter `{}` is gone", old.location, old.name);
        changes.add(PARAMETER_REMOVED, place, &item(paired, &old), reason);
    }
    for new in come {
        let place = at(paired, None, new.pointer.clone());
        let (rule, tail) = match new.required && !new.is_runtimes {
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

type Both<'s> = Vec<(Parameter<'s>, Parameter<'s>)>;

/// The parameters of both operations, those that are gone, and those that have come.
fn matched<'s>(paired: &Paired<'s>) -> (Both<'s>, Vec<Parameter<'s>>, Vec<Parameter<'s>>) {
    let sides = paired.sides;
    let mut gone = declared(paired.old, &sides.old);
    let mut come = declared(paired.new, &sides.new);
    // A setter that the runtime takes over is gone.
    let stays = |old: &Parameter<'_>, new: &Parameter<'_>| old.is_runtimes || !new.is_runtimes;
    let mut both = pairing::take(&mut gone, &mut come, |old, new| {
        (new.name, new.location) == (old.name, old.location) && stays(old, new)
    });
    // One of the path is known by where in the path it is.
    let in_path = |one: &Parameter<'_>| one.location == "path";
    both.extend(pairing::take(&mut gone, &mut come, |old, new| {
        in_path(old) && in_path(new)
    }));
    let is_alike = |old: &Parameter<'_>, new: &Parameter<'_>| old.is_runtimes == new.is_runtimes;
    // One that kept its name has moved.
    both.extend(pairing::take(&mut gone, &mut come, |old, new| {
        !in_path(old) && !in_path(new) && old.name == new.name && is_alike(old, new)
    }));
    both.extend(pairing::take(&mut gone, &mut come, |old, new| {
        old.location == new.location && old.setter() == new.setter() && is_alike(old, new)
    }));
    let same_type = |old: &Parameter<'_>, new: &Parameter<'_>| {
        let (old, new) = (
            Type::of(old.schema(), &sides.old),
            Type::of(new.schema(), &sides.new),
        );
        Type::same(&old, &new, sides, &mut Vec::new())
    };
    both.extend(pairing::take(&mut gone, &mut come, |old, new| {
        old.location == new.location
            && is_alike(old, new)
            && same_type(old, new)
            && pairing::are_similar(&old.setter(), &new.setter())
    }));
    if let ([_], [_]) = (gone.as_slice(), come.as_slice()) {
        both.extend(pairing::take(&mut gone, &mut come, |old, new| {
            let in_place = old.location == new.location && old.index == new.index;
            in_place && is_alike(old, new) && same_type(old, new)
        }));
    }
    (both, gone, come)
}

fn at(paired: &Paired<'_>, old: Option<String>, new: Option<String>) -> Place {
    let mut place = paired.place.at(old, new);
    place.direction = Some(Direction::Request);
    place
}

fn item(paired: &Paired<'_>, parameter: &Parameter<'_>) -> String {
    format!("{}::{}", paired.item(), parameter.setter())
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
    if old.is_runtimes && new.is_runtimes {
        if old.required != new.required || old.schema().get("type") != new.schema().get("type") {
            let presence = if new.required {
                "has to be there"
            } else {
                "may be left out"
            };
            let of_type = string(new.schema(), "type").unwrap_or("anything");
            let reason = format!("it {presence}, and is of the type `{of_type}`");
            add(RUNTIME_PARAMETER_CHANGED, reason);
        }
        prose(old.value, new.value, &place, &item, changes);
        return Vec::new();
    }
    match (old.required, new.required) {
        (false, true) => add(PARAMETER_REQUIRED, "it has to be there now".to_owned()),
        (true, false) => add(PARAMETER_OPTIONAL, "it may be left out now".to_owned()),
        (true, true) | (false, false) => {}
    }
    let (setter, now) = (old.setter(), new.setter());
    let is_argument = old.required && new.required;
    if setter != now && !is_argument {
        add(PARAMETER_RENAMED, format!("`{setter}` is called `{now}`"));
    } else if old.name != new.name && new.location != "path" {
        let reason = format!("`{}` is sent as `{}`", old.name, new.name);
        add(PARAMETER_RESPELLED, reason);
    } else if setter != now {
        add(ARGUMENT_RENAMED, format!("`{setter}` is called `{now}`"));
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
    let (old, new) = (old.schema(), new.schema());
    let (old_type, new_type) = (
        Type::of(old, &paired.sides.old),
        Type::of(new, &paired.sides.new),
    );
    let mut pairs = Vec::new();
    match Type::same(&old_type, &new_type, paired.sides, &mut pairs) {
        true => constraints::compare(old, new, &place, &item, changes),
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
