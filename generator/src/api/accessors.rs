//! Accessors of unions in responses: the fields of the base, which can be read whichever variant the value is.
//!
//! Invariant: a new variant never removes an accessor. For a variant without the field, or with a different type of
//! it, the accessor returns `None`.
//!
//! An accessor is checked, and returns an error instead of `None`, if the service always sends the field in every
//! variant. A new variant without the field makes it return an `Option` again.

use super::{Accessor, Presence, Shape, TaggedUnion, TypeDef};

/// Adds accessors to the tagged unions that responses contain.
pub(super) fn decide(types: &mut [TypeDef]) {
    for index in 0..types.len() {
        let Shape::Tagged(union) = &types[index].shape else {
            continue;
        };
        let received = |variant: &super::Variant| {
            types[variant.record.0].direction != super::Direction::Request
        };
        let found = match union.variants.iter().any(received) {
            true => accessors(union, types),
            false => Vec::new(),
        };
        if let Shape::Tagged(union) = &mut types[index].shape {
            union.accessors = found;
        }
    }
}

/// Chooses the type of each base field that most variants share; in case of a tie, the first.
fn accessors(union: &TaggedUnion, types: &[TypeDef]) -> Vec<Accessor> {
    let mut accessors = Vec::new();
    for wire in &union.common {
        let mut found: Vec<Accessor> = Vec::new();
        for variant in &union.variants {
            let Shape::Record(record) = &types[variant.record.0].shape else {
                continue;
            };
            // A required list has no `Option` type, so it cannot have an accessor.
            let mut fields = record.fields.iter();
            let field =
                fields.find(|field| field.wire == *wire && field.presence != Presence::Required);
            let Some(field) = field else { continue };
            let same =
                |known: &&mut Accessor| known.name == field.name && known.value == field.value;
            match found.iter_mut().find(same) {
                Some(known) => {
                    known.deprecated &= field.deprecated;
                    known.always_sent &= field.always_sent;
                    known.variants.push(variant.name.clone());
                }
                None => found.push(Accessor {
                    wire: wire.clone(),
                    name: field.name.clone(),
                    value: field.value.clone(),
                    deprecated: field.deprecated,
                    always_sent: field.always_sent,
                    variants: vec![variant.name.clone()],
                }),
            }
        }
        let most = found.iter().map(|accessor| accessor.variants.len()).max();
        let mut found = found.into_iter();
        let chosen = found.find(|accessor| Some(accessor.variants.len()) == most);
        accessors.extend(chosen.map(|mut accessor| {
            accessor.always_sent &= accessor.variants.len() == union.variants.len();
            accessor
        }));
    }
    // Checked accessors come first, so that each kind has one table in most unions.
    accessors.sort_by_key(|accessor| !accessor.always_sent);
    accessors
}
