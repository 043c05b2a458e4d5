//! Structs, field by field.

use super::rules::*;
use super::side::{Side, Sides, origin};
use super::types::{Pair, Type, prose};
use super::{Changes, Direction, Place, constraints};
use crate::document::{child, flag, object, reference, string, strings};
use crate::model::naming;
use serde_json::Value;
use std::collections::BTreeSet;

/// The types that fields of the same wire name have.
pub(super) fn pairs(old: &Value, new: &Value, sides: &Sides) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let new = object(new, "/properties");
    for (wire, old) in object(old, "/properties") {
        if let Some(new) = new.get(wire) {
            let (old, new) = (Type::of(old, &sides.old), Type::of(new, &sides.new));
            Type::same(&old, &new, sides, &mut pairs);
        }
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
    let (old_fields, new_fields) = (object(old, "/properties"), object(new, "/properties"));
    let record = Record {
        name,
        direction,
        old_required: strings(old, "required").collect(),
        new_required: strings(new, "required").collect(),
        place,
        sides,
    };
    if sent {
        record.order(old, new, changes);
    } else if has_default(old) && !has_default(new) {
        let reason = "it has no `Default` any more";
        changes.add(DEFAULT_LOST, place.clone(), &record.name, reason);
    }
    for (wire, old) in old_fields {
        match new_fields.get(wire) {
            Some(new) => record.field(wire, old, new, changes),
            None => record.removed(wire, old, changes),
        }
    }
    for (wire, new) in new_fields {
        if !old_fields.contains_key(wire) {
            record.added(wire, new, changes);
        }
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
    fn order(&self, old: &Value, new: &Value, changes: &mut Changes) {
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

    fn field(&self, wire: &str, old: &Value, new: &Value, changes: &mut Changes) {
        let place = self.place.at(
            self.pointer(&self.place.old, wire, old),
            self.pointer(&self.place.new, wire, new),
        );
        let item = self.item(wire, new);
        let mut add = |rule, reason: String| changes.add(rule, place.clone(), &item, reason);
        let (old_name, name) = (naming::field_name(old, wire), naming::field_name(new, wire));
        if old_name != name {
            add(FIELD_RENAMED, format!("`{old_name}` is called `{name}`"));
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
            self.old_required.contains(wire),
            self.new_required.contains(wire),
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
