//! Compares the accessors of unions.

use super::equivalence::same;
use super::input::{Input, Inputs};
use super::{ChangeKind, ChangeLocation, Changes, Item};
use crate::api::{Accessor, Shape, TypeDef};

/// Compares the accessors of a union. An accessor that is added or removed with its field is reported as a change of
/// the field.
pub(super) fn compare(
    (was, is): (&TypeDef, &TypeDef),
    place: &ChangeLocation,
    inputs: &Inputs,
    changes: &mut Changes,
) {
    let (old, new) = (accessors(was), accessors(is));
    for accessor in old {
        let name = accessor.name.clone();
        let now = new.iter().find(|now| now.name == name);
        let retyped = match now {
            None if has_field(is, &accessor.wire, &inputs.new) => false,
            Some(now) if accessor.always_sent != now.always_sent => true,
            Some(now) if !same(&accessor.value, &now.value, inputs, &mut Vec::new()) => true,
            _ => continue,
        };
        let item = Item::member(&is.name, &name);
        changes.add(
            ChangeKind::UnionAccessorRemoved { name, retyped },
            place.clone(),
            item,
        );
    }
    for accessor in new {
        let is_new = old.iter().all(|was| was.name != accessor.name);
        if is_new && has_field(was, &accessor.wire, &inputs.old) {
            let name = accessor.name.clone();
            let item = Item::member(&is.name, &name);
            changes.add(ChangeKind::UnionAccessorAdded { name }, place.clone(), item);
        }
    }
}

fn accessors(definition: &TypeDef) -> &[Accessor] {
    match &definition.shape {
        Shape::Tagged(union) => &union.accessors,
        _ => &[],
    }
}

/// Returns true if a variant of the union has a field with this JSON name.
fn has_field(definition: &TypeDef, wire: &str, input: &Input) -> bool {
    let Shape::Tagged(union) = &definition.shape else {
        return false;
    };
    let mut records = union
        .variants
        .iter()
        .map(|variant| &input.api.definition(variant.record).shape);
    records.any(|shape| match shape {
        Shape::Record(record) => record.fields.iter().any(|field| field.wire == wire),
        _ => false,
    })
}
