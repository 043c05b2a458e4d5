//! Structs, field by field.

use super::sameness::{Pair, same};
use super::side::Sides;
use super::{Changes, Direction, Item, Place, What, constraints, pairing, prose};
use crate::api::{Field, Record, TypeRef};
use crate::document::child;

/// A field and its place among those of its struct.
type Numbered<'s> = (usize, &'s Field);

/// The fields of two records: those of both, those that are gone, those that have come.
struct Fields<'s> {
    both: Vec<(&'s Field, &'s Field)>,
    gone: Vec<&'s Field>,
    come: Vec<&'s Field>,
}

fn fields<'s>(old: &'s Record, new: &'s Record, sides: &Sides) -> Fields<'s> {
    let mut gone: Vec<Numbered<'s>> = old.fields.iter().enumerate().collect();
    let mut come: Vec<Numbered<'s>> = new.fields.iter().enumerate().collect();
    let mut both = pairing::take(&mut gone, &mut come, |(_, old), (_, new)| {
        old.wire == new.wire
    });
    // What is still there, for the other direction only, was not renamed.
    let is_in = |side: &super::side::Side, field: &Field| {
        let origin = field.origin.as_ref();
        origin.is_some_and(|origin| side.fields.contains(origin))
    };
    let (stays, mut left): (Vec<_>, Vec<_>) = gone
        .into_iter()
        .partition(|(_, old)| is_in(&sides.new, old));
    let (was, mut fresh): (Vec<_>, Vec<_>) = come
        .into_iter()
        .partition(|(_, new)| is_in(&sides.old, new));
    let same_type = |old: &Field, new: &Field| same(&old.value, &new.value, sides, &mut Vec::new());
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
        gone: stays.into_iter().chain(left).map(field).collect(),
        come: was.into_iter().chain(fresh).map(field).collect(),
    }
}

/// The types that the fields of both have.
pub(super) fn pairs(old: &Record, new: &Record, sides: &Sides) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (old, new) in fields(old, new, sides).both {
        same(&old.value, &new.value, sides, &mut pairs);
    }
    pairs
}

/// Two structs whose fields are compared.
pub(super) struct Compared<'r> {
    pub(super) old: &'r Record,
    pub(super) new: &'r Record,
    pub(super) name: &'r str,
    pub(super) direction: Direction,
    pub(super) place: &'r Place,
    pub(super) sides: &'r Sides,
}

impl Compared<'_> {
    pub(super) fn compare(&self, changes: &mut Changes) {
        let Self {
            old, new, place, ..
        } = *self;
        let whole = || Item::whole(self.name);
        if self.is_sent() && old.is_patch != new.is_patch {
            let now = new.is_patch;
            changes.add(What::ChangeFormChanged { now }, place.clone(), whole());
        }
        let fields = fields(old, new, self.sides);
        if self.is_sent() {
            self.order(&fields, changes);
        }
        for (old, new) in &fields.both {
            self.field(old, new, changes);
        }
        for old in &fields.gone {
            self.removed(old, changes);
        }
        for new in &fields.come {
            self.added(new, changes);
        }
    }

    fn is_sent(&self) -> bool {
        self.direction == Direction::Request
    }

    fn item(&self, field: &Field) -> Item {
        Item::member(self.name, &field.name)
    }

    /// The arguments of `new` that were there before have to come in the order they had, unless it takes them by name.
    fn order(&self, fields: &Fields<'_>, changes: &mut Changes) {
        if self.old.by_name.is_some() && self.new.by_name.is_some() {
            return;
        }
        let asked = |record: &Record| -> Vec<String> {
            let asked = record.fields.iter().filter(|field| is_asked(field));
            asked.map(|field| field.wire.clone()).collect()
        };
        let (mut old, mut order) = (asked(self.old), asked(self.new));
        for wire in &mut old {
            if let Some((_, now)) = fields.both.iter().find(|(was, _)| was.wire == *wire) {
                now.wire.clone_into(wire);
            }
        }
        old.retain(|wire| order.contains(wire));
        order.retain(|wire| old.contains(wire));
        if old != order {
            changes.add(
                What::FieldsReordered { order },
                self.place.clone(),
                Item::whole(self.name),
            );
        }
    }

    fn removed(&self, old: &Field, changes: &mut Changes) {
        let pointer = pointer(&self.place.old, old);
        let went = pointer
            .as_ref()
            .is_some_and(|pointer| self.new.other_way.contains(pointer));
        let what = match (went, self.is_sent()) {
            (true, true) => What::FieldReadOnly {},
            (true, false) => What::FieldWriteOnly {},
            (false, _) => What::FieldRemoved {
                deprecated: old.deprecated,
            },
        };
        let still = pointer.clone().filter(|_| went);
        changes.add(what, self.place.at(pointer, still), self.item(old));
    }

    fn added(&self, new: &Field, changes: &mut Changes) {
        let pointer = pointer(&self.place.new, new);
        let came = pointer
            .as_ref()
            .is_some_and(|pointer| self.old.other_way.contains(pointer));
        let (what, before) = match (came, self.is_sent()) {
            (_, true) if is_asked(new) => (What::RequiredFieldAdded {}, None),
            (true, true) => (What::FieldNotReadOnly {}, pointer.clone()),
            (true, false) => (What::FieldNotWriteOnly {}, pointer.clone()),
            (false, _) => (What::FieldAdded {}, None),
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
            add(What::FieldRenamed { old, new });
        } else if old.wire != new.wire {
            let (old, new) = (old.wire.clone(), new.wire.clone());
            add(What::FieldRespelled { old, new });
        }
        let same = same(&old.value, &new.value, self.sides, &mut Vec::new());
        let (was, is) = (&old.constraints, &new.constraints);
        if !same {
            let (old, new) = (
                self.sides.old.rust(&old.value),
                self.sides.new.rust(&new.value),
            );
            let said = constraints::said_at(was, is, &place);
            changes.add(What::FieldTypeChanged { old, new }, said, item.clone());
        }
        let mut add = |what| changes.add(what, place.clone(), item.clone());
        let required = new.declared_required;
        if old.declared_required != required {
            add(match (self.is_sent(), required) {
                (true, true) => What::FieldRequired {},
                (true, false) => What::FieldOptional {},
                (false, _) if matches!(new.value, TypeRef::List(_)) => {
                    What::ListPresenceChanged { required }
                }
                (false, _) => What::PresenceChanged { required },
            });
        }
        match (old.always_sent, new.always_sent) {
            (true, false) => add(What::CheckedAccessorRemoved {}),
            (false, true) => add(What::CheckedAccessorAdded {}),
            _ => {}
        }
        if self.is_sent() && old.constant.is_some() != new.constant.is_some() {
            let value = new.constant.as_ref().map(|constant| constant.wire.clone());
            add(What::TagPinned { value });
        }
        match (old.deprecated, new.deprecated) {
            (false, true) => add(What::FieldDeprecated {}),
            (true, false) => add(What::FieldUndeprecated {}),
            _ => {}
        }
        if same {
            constraints::compare(was, is, &place, &item, changes);
        }
        prose::compare(&old.prose, &new.prose, &place, &item, changes);
    }
}

/// Whether `new` asks for a field, whichever way its struct goes.
fn is_asked(field: &Field) -> bool {
    field.declared_required && field.constant.is_none()
}

fn pointer(record: &Option<String>, field: &Field) -> Option<String> {
    let inside = |record: &String| child(&child(record, "properties"), &field.wire);
    field.origin.clone().or_else(|| record.as_ref().map(inside))
}
