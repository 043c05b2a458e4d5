//! Families: unions of many variants that share fields. The generated code contains these fields only once.

use super::{Family, Field, Module, Record, Shape, TypeDef, TypeId, naming};
use std::collections::BTreeSet;

/// Minimum number of variants. For fewer, code in one place is easier to read.
const FEWEST_KINDS: usize = 8;

/// Minimum number of shared fields.
const FEWEST_FIELDS: usize = 4;

/// Finds the families of each module.
pub(super) fn decide(types: &mut [TypeDef], modules: &[Module]) -> Vec<Family> {
    let mut families = Vec::new();
    for module in modules {
        let home: BTreeSet<TypeId> = module.types.iter().copied().collect();
        for union in 0..types.len() {
            if let Some(family) = family(union, &home, types, families.len()) {
                let number = families.len();
                for member in &family.members {
                    types[member.0].family = Some(number);
                }
                families.push(family);
            }
        }
    }
    families
}

fn family(
    union: usize,
    home: &BTreeSet<TypeId>,
    types: &[TypeDef],
    number: usize,
) -> Option<Family> {
    let Shape::Tagged(tagged) = &types[union].shape else {
        return None;
    };
    let direction = types[tagged.variants.first()?.record.0].direction;
    let members: Vec<TypeId> = tagged
        .variants
        .iter()
        .map(|variant| variant.record)
        .filter(|id| {
            home.contains(id) && types[id.0].family.is_none() && types[id.0].direction == direction
        })
        .collect();
    let records: Vec<&Record> = members
        .iter()
        .filter_map(|id| record(&types[id.0]))
        .collect();
    let shared: Vec<Field> = records
        .first()?
        .fields
        .iter()
        .filter(|field| {
            records
                .iter()
                .all(|record| record.fields.iter().any(|other| is_same(field, other)))
        })
        .cloned()
        .collect();
    let is_worth_it = members.len() >= FEWEST_KINDS && shared.len() >= FEWEST_FIELDS;
    is_worth_it.then(|| Family {
        macro_name: format!("{}_kind_{number}", naming::snake(&types[union].name)),
        union: TypeId(union),
        direction,
        members,
        shared,
    })
}

fn record(definition: &TypeDef) -> Option<&Record> {
    match &definition.shape {
        Shape::Record(record) => Some(record),
        _ => None,
    }
}

/// Returns true if two records share a field. The constant of a tag and the checks may differ.
fn is_same(one: &Field, other: &Field) -> bool {
    one.wire == other.wire
        && one.name == other.name
        && one.docs == other.docs
        && one.value == other.value
        && one.presence == other.presence
        && one.deprecated == other.deprecated
        && one.constant.is_some() == other.constant.is_some()
}
