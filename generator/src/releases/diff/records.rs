//! Compares structs field by field.

use super::equivalence::{Pair, same};
use super::input::Inputs;
use super::{ChangeKind, ChangeLocation, Changes, Direction, Item, constraints, pairing, prose};
use crate::api::{Field, Record, TypeRef};
use crate::document::child;

/// A field and its index in the struct.
type Numbered<'s> = (usize, &'s Field);

/// The pairs of fields of two records, the removed ones and the added ones.
struct Fields<'s> {
    both: Vec<(&'s Field, &'s Field)>,
    removed: Vec<&'s Field>,
    added: Vec<&'s Field>,
}

fn fields<'s>(old: &'s Record, new: &'s Record, inputs: &Inputs) -> Fields<'s> {
    let mut removed: Vec<Numbered<'s>> = old.fields.iter().enumerate().collect();
    let mut added: Vec<Numbered<'s>> = new.fields.iter().enumerate().collect();
    let mut both = pairing::take(&mut removed, &mut added, |(_, old), (_, new)| {
        old.wire == new.wire
    });
    // A field that still exists in the other direction was not renamed.
    let is_in = |input: &super::input::Input, field: &Field| {
        let origin = field.origin.as_ref();
        origin.is_some_and(|origin| input.fields.contains(origin))
    };
    let (stays, mut left): (Vec<_>, Vec<_>) = removed
        .into_iter()
        .partition(|(_, old)| is_in(&inputs.new, old));
    let (was, mut fresh): (Vec<_>, Vec<_>) = added
        .into_iter()
        .partition(|(_, new)| is_in(&inputs.old, new));
    let same_type =
        |old: &Field, new: &Field| same(&old.value, &new.value, inputs, &mut Vec::new());
    both.extend(pairing::take(
        &mut left,
        &mut fresh,
        |(_, old), (_, new)| old.name == new.name,
    ));
    both.extend(pairing::take(
        &mut left,
        &mut fresh,
        |(_, old), (_, new)| same_type(old, new) && pairing::are_similar(&old.name, &new.name),
    ));
    if let ([_], [_]) = (left.as_slice(), fresh.as_slice()) {
        both.extend(pairing::take(
            &mut left,
            &mut fresh,
            |(at, old), (now, new)| same_type(old, new) && at == now,
        ));
    }
    let field = |(_, field): Numbered<'s>| field;
    Fields {
        both: both
            .into_iter()
            .map(|(old, new)| (field(old), field(new)))
            .collect(),
        removed: stays.into_iter().chain(left).map(field).collect(),
        added: was.into_iter().chain(fresh).map(field).collect(),
    }
}

/// Returns the pairs of types that the paired fields have.
pub(super) fn pairs(old: &Record, new: &Record, inputs: &Inputs) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (old, new) in fields(old, new, inputs).both {
        same(&old.value, &new.value, inputs, &mut pairs);
    }
    pairs
}

/// Two structs whose fields are compared.
pub(super) struct Compared<'r> {
    pub(super) old: &'r Record,
    pub(super) new: &'r Record,
    pub(super) name: &'r str,
    pub(super) direction: Direction,
    pub(super) place: &'r ChangeLocation,
    pub(super) inputs: &'r Inputs,
}

impl Compared<'_> {
    pub(super) fn compare(&self, changes: &mut Changes) {
        let Self {
            old, new, place, ..
        } = *self;
        let whole = || Item::whole(self.name);
        if self.is_sent() && old.is_patch != new.is_patch {
            let now = new.is_patch;
            changes.add(
                ChangeKind::ChangeFormChanged { now },
                place.clone(),
                whole(),
            );
        }
        let fields = fields(old, new, self.inputs);
        if self.is_sent() {
            self.order(&fields, changes);
        }
        for (old, new) in &fields.both {
            self.field(old, new, changes);
        }
        for old in &fields.removed {
            self.removed(old, changes);
        }
        for new in &fields.added {
            self.added(new, changes);
        }
    }

    fn is_sent(&self) -> bool {
        self.direction == Direction::Request
    }

    fn item(&self, field: &Field) -> Item {
        Item::member(self.name, &field.name)
    }

    /// Compares the order of the arguments of `new`, unless both take the fields by name.
    fn order(&self, fields: &Fields<'_>, changes: &mut Changes) {
        if self.old.by_name.is_some() && self.new.by_name.is_some() {
            return;
        }
        let required_arguments = |record: &Record| -> Vec<String> {
            let required_arguments = record
                .fields
                .iter()
                .filter(|field| is_required_argument(field));
            required_arguments.map(|field| field.wire.clone()).collect()
        };
        let (mut old, mut order) = (required_arguments(self.old), required_arguments(self.new));
        for wire in &mut old {
            if let Some((_, now)) = fields.both.iter().find(|(was, _)| was.wire == *wire) {
                now.wire.clone_into(wire);
            }
        }
        old.retain(|wire| order.contains(wire));
        order.retain(|wire| old.contains(wire));
        if old != order {
            changes.add(
                ChangeKind::FieldsReordered { order },
                self.place.clone(),
                Item::whole(self.name),
            );
        }
    }

    fn removed(&self, old: &Field, changes: &mut Changes) {
        let pointer = pointer(&self.place.old, old);
        let moved = pointer
            .as_ref()
            .is_some_and(|pointer| self.new.other_direction.contains(pointer));
        let what = match (moved, self.is_sent()) {
            (true, true) => ChangeKind::FieldReadOnly {},
            (true, false) => ChangeKind::FieldWriteOnly {},
            (false, _) => ChangeKind::FieldRemoved {
                deprecated: old.deprecated,
            },
        };
        let still = pointer.clone().filter(|_| moved);
        changes.add(what, self.place.at(pointer, still), self.item(old));
    }

    fn added(&self, new: &Field, changes: &mut Changes) {
        let pointer = pointer(&self.place.new, new);
        let moved = pointer
            .as_ref()
            .is_some_and(|pointer| self.old.other_direction.contains(pointer));
        let (what, before) = match (moved, self.is_sent()) {
            (_, true) if is_required_argument(new) => (ChangeKind::RequiredFieldAdded {}, None),
            (true, true) => (ChangeKind::FieldNotReadOnly {}, pointer.clone()),
            (true, false) => (ChangeKind::FieldNotWriteOnly {}, pointer.clone()),
            (false, _) => (ChangeKind::FieldAdded {}, None),
        };
        changes.add(what, self.place.at(before, pointer), self.item(new));
    }

    fn field(&self, old: &Field, new: &Field, changes: &mut Changes) {
        let place = self
            .place
            .at(pointer(&self.place.old, old), pointer(&self.place.new, new));
        let item = self.item(new);
        let mut add = |what| changes.add(what, place.clone(), item.clone());
        if old.name != new.name {
            let (old, new) = (old.name.clone(), new.name.clone());
            add(ChangeKind::FieldRenamed { old, new });
        } else if old.wire != new.wire {
            let (old, new) = (old.wire.clone(), new.wire.clone());
            add(ChangeKind::FieldRespelled { old, new });
        }
        let same = same(&old.value, &new.value, self.inputs, &mut Vec::new());
        let (was, is) = (&old.constraints, &new.constraints);
        if !same {
            let (old, new) = (
                self.inputs.old.rust(&old.value),
                self.inputs.new.rust(&new.value),
            );
            let location = constraints::constraint_location(was, is, &place);
            changes.add(
                ChangeKind::FieldTypeChanged { old, new },
                location,
                item.clone(),
            );
        }
        let mut add = |what| changes.add(what, place.clone(), item.clone());
        let required = new.declared_required;
        if old.declared_required != required {
            add(match (self.is_sent(), required) {
                (true, true) => ChangeKind::FieldRequired {},
                (true, false) => ChangeKind::FieldOptional {},
                (false, _) if matches!(new.value, TypeRef::List(_)) => {
                    ChangeKind::ListPresenceChanged { required }
                }
                (false, _) => ChangeKind::PresenceChanged { required },
            });
        }
        match (old.always_sent, new.always_sent) {
            (true, false) => add(ChangeKind::CheckedAccessorRemoved {}),
            (false, true) => add(ChangeKind::CheckedAccessorAdded {}),
            _ => {}
        }
        if self.is_sent() && old.constant.is_some() != new.constant.is_some() {
            let value = new.constant.as_ref().map(|constant| constant.wire.clone());
            add(match value {
                // An optional field is not an argument of `new`.
                None if !required => ChangeKind::TagUnpinned {},
                value => ChangeKind::TagPinned { value },
            });
        }
        match (old.deprecated, new.deprecated) {
            (false, true) => add(ChangeKind::FieldDeprecated {}),
            (true, false) => add(ChangeKind::FieldUndeprecated {}),
            _ => {}
        }
        if same {
            constraints::compare(was, is, &place, &item, changes);
        }
        prose::compare(&old.prose, &new.prose, &place, &item, changes);
    }
}

/// Returns true if a request type's `new` requires the field.
fn is_required_argument(field: &Field) -> bool {
    field.declared_required && field.constant.is_none()
}

fn pointer(record: &Option<String>, field: &Field) -> Option<String> {
    let inside = |record: &String| child(&child(record, "properties"), &field.wire);
    field.origin.clone().or_else(|| record.as_ref().map(inside))
}
