//! Validation of requests before they are sent.

use super::{Bound, Check, Constraints, Direction, Field, Shape, TypeDef, TypeRef};
use std::collections::BTreeSet;

/// Adds checks to every request record, and marks types that have checks, directly or inside.
pub(super) fn decide(types: &mut [TypeDef]) {
    for definition in types
        .iter_mut()
        .filter(|definition| definition.direction.is_sent())
    {
        if let Shape::Record(record) = &mut definition.shape {
            for field in &mut record.fields {
                field.checks = own(field).into_iter().collect();
            }
        }
    }
    let mut checked = BTreeSet::new();
    loop {
        let before = checked.len();
        for (index, definition) in types.iter().enumerate() {
            if definition.direction != Direction::Response && has_checks(definition, &checked) {
                checked.insert(index);
            }
        }
        if checked.len() == before {
            break;
        }
    }
    for (index, definition) in types.iter_mut().enumerate() {
        definition.is_checked = checked.contains(&index);
        match &mut definition.shape {
            Shape::Record(record) if definition.direction.is_sent() => {
                let fields = record.fields.iter_mut();
                fields.for_each(|field| inner(field, &checked));
            }
            Shape::Untagged(members) => {
                for member in members {
                    member.is_checked = is_checked(&member.value, &checked);
                }
            }
            _ => {}
        }
    }
}

/// Returns true if a value of this type has checks. A union has checks if one of its variants does.
fn has_checks(definition: &TypeDef, checked: &BTreeSet<usize>) -> bool {
    match &definition.shape {
        Shape::Record(record) => {
            let mut fields = record.fields.iter();
            fields.any(|field| !field.checks.is_empty() || is_checked(&field.value, checked))
        }
        Shape::Tagged(union) => union
            .variants
            .iter()
            .any(|variant| checked.contains(&variant.record.0)),
        Shape::Untagged(members) => members
            .iter()
            .any(|member| is_checked(&member.value, checked)),
        Shape::Enum(_) => false,
    }
}

/// Returns true if a value, or the items of a list, have checks.
fn is_checked(value: &TypeRef, checked: &BTreeSet<usize>) -> bool {
    let named = |value: &TypeRef| value.named().is_some_and(|id| checked.contains(&id.0));
    match value {
        TypeRef::List(items) => named(items),
        // Items of a nullable list are not checked.
        TypeRef::Nullable(inner) if matches!(**inner, TypeRef::List(_)) => false,
        value => named(value),
    }
}

/// Adds the checks of the type inside a field.
fn inner(field: &mut Field, checked: &BTreeSet<usize>) {
    if is_checked(&field.value, checked) {
        field.checks.push(match field.value {
            TypeRef::List(_) => Check::Items,
            _ => Check::Inner,
        });
    }
}

/// Returns the check of a field's own constraints.
fn own(field: &Field) -> Option<Check> {
    let constraints = &field.constraints;
    let value = match &field.value {
        TypeRef::Nullable(inner) => inner,
        value => value,
    };
    match value {
        TypeRef::List(_) => whole(constraints, Bound::MinItems, Bound::MaxItems, Check::Count),
        TypeRef::Text => whole(
            constraints,
            Bound::MinLength,
            Bound::MaxLength,
            Check::Length,
        ),
        TypeRef::Integer if !constraints.values.is_empty() => Some(Check::OneOf),
        TypeRef::Integer => whole(constraints, Bound::Minimum, Bound::Maximum, Check::Integers),
        TypeRef::Number => {
            let bound = |bound| constraints.bounds.get(&bound).map(|limit| limit.number);
            match (bound(Bound::Minimum), bound(Bound::Maximum)) {
                (None, None) => None,
                (from, to) => Some(Check::Numbers(from, to)),
            }
        }
        _ => None,
    }
}

fn whole(
    constraints: &Constraints,
    from: Bound,
    to: Bound,
    check: fn(Option<i64>, Option<i64>) -> Check,
) -> Option<Check> {
    let bound = |bound| {
        let limit = constraints.bounds.get(&bound)?;
        Some(limit.last_whole(bound))
    };
    match (bound(from), bound(to)) {
        (None, None) => None,
        (from, to) => Some(check(from, to)),
    }
}
