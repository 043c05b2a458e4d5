//! Structs, field by field.

use super::rules::*;
use super::side::{Side, Sides, origin};
use super::types::{Pair, Type, prose};
use super::{Changes, Direction, Place, constraints, pairing};
use crate::document::{child, flag, object, reference, string, strings};
use crate::model::naming;
use serde_json::Value;
use std::collections::BTreeSet;

/// A field of one side.
#[derive(Clone, Copy)]
struct Field<'s> {
    wire: &'s str,
    schema: &'s Value,
    index: usize,
}

impl Field<'_> {
    fn name(&self) -> String {
        naming::field_name(self.schema, self.wire)
    }
}

/// The fields of two records: those of both, those that are gone, those that have come.
struct Fields<'s> {
    both: Vec<(Field<'s>, Field<'s>)>,
    gone: Vec<Field<'s>>,
    come: Vec<Field<'s>>,
}

fn fields<'s>(old: &'s Value, new: &'s Value, sides: &Sides) -> Fields<'s> {
    let listed = |schema: &'s Value| -> Vec<Field<'s>> {
        let fields = object(schema, "/properties").iter().enumerate();
        let fields = fields.map(|(index, (wire, schema))| Field {
            wire,
            schema,
            index,
        });
        fields.collect()
    };
    let (mut gone, mut come) = (listed(old), listed(new));
    let mut both = pairing::take(&mut gone, &mut come, |old, new| old.wire == new.wire);
    // What is still there, for the other direction only, was not renamed.
    let is_in = |raw: &Value, field: &Field<'_>| {
        let pointer = origin(field.schema);
        pointer.is_some_and(|pointer| raw.pointer(&pointer).is_some())
    };
    let (stays, mut left): (Vec<_>, Vec<_>) =
        gone.into_iter().partition(|old| is_in(&sides.new.raw, old));
    let (was, mut new): (Vec<_>, Vec<_>) =
        come.into_iter().partition(|new| is_in(&sides.old.raw, new));
    let same_type = |old: &Field<'_>, new: &Field<'_>| {
        let (old, new) = (
            Type::of(old.schema, &sides.old),
            Type::of(new.schema, &sides.new),
        );
        Type::same(&old, &new, sides, &mut Vec::new())
    };
    both.extend(pairing::take(&mut left, &mut new, |old, new| {
        old.name() == new.name()
    }));
    both.extend(pairing::take(&mut left, &mut new, |old, new| {
        same_type(old, new) && pairing::are_similar(&old.name(), &new.name())
    }));
    if let ([_], [_]) = (left.as_slice(), new.as_slice()) {
        both.extend(pairing::take(&mut left, &mut new, |old, new| {
            same_type(old, new) && old.index == new.index
        }));
    }
    Fields {
        both,
        gone: stays.into_iter().chain(left).collect(),
        come: was.into_iter().chain(new).collect(),
    }
}

/// The types that the fields of both have.
pub(super) fn pairs(old: &Value, new: &Value, sides: &Sides) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (old, new) in fields(old, new, sides).both {
        let (old, new) = (
            Type::of(old.schema, &sides.old),
            Type::of(new.schema, &sides.new),
        );
        Type::same(&old, &new, sides, &mut pairs);
    }
    pairs
}

pub(super) fn compare(
    pair: &Pair,
    place: &Place,
    direction: Direction,
    sides: &Sides,
    changes: &mut Changes,
) {
    let (old, new) = (sides.old.schema(&pair.0), sides.new.schema(&pair.1));
    let name = sides.new.type_name(&pair.1);
    let sent = direction == Direction::Request;
    if sent && flag(old, "x-patch") != flag(new, "x-patch") {
        let reason = match flag(new, "x-patch") {
            true => "what may be left out can be left alone, cleared or set",
            false => "what may be left out can only be set",
        };
        changes.add(CHANGE_FORM_CHANGED, place.clone(), &name, reason);
    }
    let fields = fields(old, new, sides);
    let record = Record {
        name,
        direction,
        old_required: strings(old, "required").collect(),
        new_required: strings(new, "required").collect(),
        place,
        sides,
    };
    if sent {
        record.order(old, new, &fields, changes);
    } else if has_default(old) && !has_default(new) {
        let reason = "it has no `Default` any more";
        changes.add(DEFAULT_LOST, place.clone(), &record.name, reason);
    }
    for (old, new) in &fields.both {
        record.field(old, new, changes);
    }
    for old in &fields.gone {
        record.removed(old.wire, old.schema, changes);
    }
    for new in &fields.come {
        record.added(new.wire, new.schema, changes);
    }
}

/// A struct whose fields are compared.
struct Record<'r> {
    name: String,
    direction: Direction,
    old_required: BTreeSet<&'r str>,
    new_required: BTreeSet<&'r str>,
    place: &'r Place,
    sides: &'r Sides,
}

impl Record<'_> {
    fn item(&self, wire: &str, field: &Value) -> String {
        format!("{}::{}", self.name, naming::field_name(field, wire))
    }

    /// The arguments of `new` that were there before have to come in the order they had.
    fn order(&self, old: &Value, new: &Value, both: &Fields<'_>, changes: &mut Changes) {
        let asked = |schema, required: &BTreeSet<&str>| -> Vec<String> {
            let fields = object(schema, "/properties").iter();
            let asked = fields
                .filter(|(wire, field)| required.contains(wire.as_str()) && !is_pinned(field));
            asked.map(|(wire, _)| wire.clone()).collect()
        };
        let (mut old, mut new) = (
            asked(old, &self.old_required),
            asked(new, &self.new_required),
        );
        for wire in &mut old {
            let mut both = both.both.iter();
            if let Some((_, now)) = both.find(|(was, _)| was.wire == wire.as_str()) {
                now.wire.clone_into(wire);
            }
        }
        old.retain(|wire| new.contains(wire));
        new.retain(|wire| old.contains(wire));
        if old != new {
            let reason = format!("`new` takes {} in this order", listed(&new));
            changes.add(FIELDS_REORDERED, self.place.clone(), &self.name, reason);
        }
    }

    fn removed(&self, wire: &str, old: &Value, changes: &mut Changes) {
        let pointer = self.pointer(&self.place.old, wire, old);
        let (rule, reason) = match self.direction {
            Direction::Request if is_marked(&self.sides.new, &pointer, "readOnly") => {
                (FIELD_READ_ONLY, "it is read-only: requests have it no more")
            }
            Direction::Answer if is_marked(&self.sides.new, &pointer, "writeOnly") => (
                FIELD_WRITE_ONLY,
                "it is write-only: answers have it no more",
            ),
            _ => (FIELD_REMOVED, "the field is gone"),
        };
        let still = pointer.clone().filter(|_| rule != FIELD_REMOVED);
        let place = self.place.at(pointer, still);
        changes.add(rule, place, &self.item(wire, old), reason);
    }

    fn added(&self, wire: &str, new: &Value, changes: &mut Changes) {
        let pointer = self.pointer(&self.place.new, wire, new);
        let sent = self.direction == Direction::Request;
        let asked = self.new_required.contains(wire) && !is_pinned(new);
        let (rule, reason) = if sent && asked {
            (
                REQUIRED_FIELD_ADDED,
                "the field is new, and has to be there",
            )
        } else if sent && is_marked(&self.sides.old, &pointer, "readOnly") {
            (
                FIELD_NOT_READ_ONLY,
                "it is not read-only any more: requests have it",
            )
        } else if !sent && is_marked(&self.sides.old, &pointer, "writeOnly") {
            (
                FIELD_NOT_WRITE_ONLY,
                "it is not write-only any more: answers have it",
            )
        } else {
            (FIELD_ADDED, "the field is new")
        };
        let before = pointer
            .clone()
            .filter(|_| rule == FIELD_NOT_READ_ONLY || rule == FIELD_NOT_WRITE_ONLY);
        let place = self.place.at(before, pointer);
        changes.add(rule, place, &self.item(wire, new), reason);
    }

    fn field(&self, was: &Field<'_>, is: &Field<'_>, changes: &mut Changes) {
        let (old, new) = (was.schema, is.schema);
        let place = self.place.at(
            self.pointer(&self.place.old, was.wire, old),
            self.pointer(&self.place.new, is.wire, new),
        );
        let item = self.item(is.wire, new);
        let mut add = |rule, reason: String| changes.add(rule, place.clone(), &item, reason);
        let (old_name, name) = (was.name(), is.name());
        if old_name != name {
            add(FIELD_RENAMED, format!("`{old_name}` is called `{name}`"));
        } else if was.wire != is.wire {
            add(
                FIELD_RESPELLED,
                format!("`{}` is spelt `{}` in JSON", was.wire, is.wire),
            );
        }
        let (old_type, new_type) = (
            Type::of(old, &self.sides.old),
            Type::of(new, &self.sides.new),
        );
        let same = Type::same(&old_type, &new_type, self.sides, &mut Vec::new());
        if !same {
            let (old, new) = (
                old_type.name(&self.sides.old),
                new_type.name(&self.sides.new),
            );
            add(FIELD_TYPE_CHANGED, format!("`{old}` became `{new}`"));
        }
        let required = (
            self.old_required.contains(was.wire),
            self.new_required.contains(is.wire),
        );
        let list = matches!(new_type, Type::List(_));
        let rule = match (self.direction, required) {
            (Direction::Request, (false, true)) => Some(FIELD_REQUIRED),
            (Direction::Request, (true, false)) => Some(FIELD_OPTIONAL),
            (_, (old, new)) if old == new => None,
            _ if list => Some(LIST_PRESENCE_CHANGED),
            _ => Some(PRESENCE_CHANGED),
        };
        if let Some(rule) = rule {
            let reason = match required.1 {
                true => "it has to be there now",
                false => "it may be left out now",
            };
            add(rule, reason.to_owned());
        }
        if self.direction == Direction::Request && is_pinned(old) != is_pinned(new) {
            let reason = match string(new, "x-constant") {
                Some(value) => format!("`new` sets it to `{value}`"),
                None => "`new` does not set it any more".to_owned(),
            };
            add(TAG_PINNED, reason);
        }
        match (flag(old, "deprecated"), flag(new, "deprecated")) {
            (false, true) => add(FIELD_DEPRECATED, "it is called deprecated".to_owned()),
            (true, false) => add(
                FIELD_UNDEPRECATED,
                "it is not called deprecated any more".to_owned(),
            ),
            _ => {}
        }
        if same {
            constraints::compare(old, new, &place, &item, changes);
        }
        prose(old, new, &place, &item, changes);
    }

    fn pointer(&self, record: &Option<String>, wire: &str, field: &Value) -> Option<String> {
        let inside = |record: &String| child(&child(record, "properties"), wire);
        origin(field).or_else(|| record.as_ref().map(inside))
    }
}

/// Whether an answer's struct can be made of nothing: all it has may be absent.
fn has_default(schema: &Value) -> bool {
    let fields = object(schema, "/properties");
    let listed =
        |name: &str| fields.get(name).and_then(|field| string(field, "type")) == Some("array");
    !strings(schema, "required").any(listed)
}

/// Whether `new` fills the field by itself.
fn is_pinned(field: &Value) -> bool {
    string(field, "x-constant").is_some() && string(field, "x-rust-type").is_some()
}

/// Whether a document, as it was given, marks what is at a place, or what that refers to.
fn is_marked(side: &Side, pointer: &Option<String>, mark: &str) -> bool {
    let found = pointer
        .as_ref()
        .and_then(|pointer| side.raw.pointer(pointer));
    let target = found
        .and_then(reference)
        .and_then(|target| side.raw.pointer(target));
    [found, target]
        .into_iter()
        .flatten()
        .any(|found| flag(found, mark))
}

/// Names, as a sentence lists them.
pub(super) fn listed(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
