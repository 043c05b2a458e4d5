//! Reads record schemas as structs.

use super::schemas::{Schemas, origin, prose, undescribed, words};
use super::{
    Constant, Constraints, Direction, Field, Presence, Record, Shape, TypeDef, TypeRef, naming,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{child, flag, object, string, strings};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn record(
    schema: &Value,
    direction: Direction,
    schemas: &Schemas<'_>,
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Shape {
    let required: BTreeSet<&str> = strings(schema, "required").collect();
    let is_patch = flag(schema, "x-patch");
    let mut taken = BTreeSet::new();
    let mut fields: Vec<Field> = Vec::new();
    let properties = child(pointer, "properties");
    for (wire, property) in object(schema, "/properties") {
        let pointer = child(&properties, wire);
        let name = naming::field_name(property, wire);
        if !taken.insert(name.clone()) {
            let message = format!("`{wire}` and another property both get the field name `{name}`");
            let help = "name it in the names overlay";
            let found = Diagnostic::new("name-collision", &pointer, message, help)
                .update(json!({ "x-rust-field": "another_name" }));
            let other = fields.iter().find(|known| known.name == name);
            diagnostics.push(match other {
                Some(other) => found.and(child(&properties, &other.wire)),
                None => found,
            });
        }
        let declared_required = required.contains(wire.as_str());
        let is_list = string(property, "type") == Some("array");
        let value = schemas.value(property, &pointer, diagnostics);
        let value = match declared_required && direction == Direction::Request {
            true => schemas.nullable(property, value),
            false => value,
        };
        let presence = match (declared_required, direction) {
            (true, Direction::Request) => Presence::Required,
            // Responses may omit any field, so only a list is always present: an absent or null list is read as
            // an empty one.
            (true, _) if is_list => Presence::Required,
            (false, Direction::Request) if is_patch => Presence::Patch,
            _ => Presence::Optional,
        };
        let flagged = flag(property, ALWAYS_SENT);
        if flagged && (direction == Direction::Both || is_list) {
            let message = format!("`{wire}` cannot have a checked accessor");
            let help = "only response fields can have one, if they are not lists and requests do not contain their record";
            let pointer = child(&pointer, ALWAYS_SENT);
            diagnostics.push(Diagnostic::new("not-always-sent", pointer, message, help).remove());
        }
        fields.push(Field {
            docs: docs(property, wire, schemas),
            prose: prose(property),
            origin: origin(property),
            value,
            presence,
            always_sent: flagged
                && direction == Direction::Response
                && presence == Presence::Optional,
            declared_required,
            deprecated: flag(property, "deprecated"),
            constant: constant(property, direction),
            constraints: Constraints::of(property),
            checks: Vec::new(),
            wire: wire.clone(),
            name,
        });
    }
    Shape::Record(Record {
        fields,
        by_name: None,
        is_patch,
        other_direction: strings(schema, OTHER_DIRECTION)
            .map(str::to_owned)
            .collect(),
    })
}

/// Marks an optional property that the service sends in every response.
const ALWAYS_SENT: &str = "x-rust-always-sent";

/// Lists the properties of a record that only the other direction has, by pointer.
pub(crate) const OTHER_DIRECTION: &str = "x-other-way";

/// Returns the property's own description, or that of the type it refers to.
fn docs(property: &Value, wire: &str, schemas: &Schemas<'_>) -> String {
    let own = words(property, "description");
    let target = crate::document::schema_name(property).and_then(|key| schemas.named(key));
    let of_target = || target.and_then(|target| words(target.schema, "description"));
    own.or_else(of_target)
        .map_or_else(|| undescribed(wire), str::to_owned)
}

/// Returns the constant tag of a union's variant.
fn constant(property: &Value, direction: Direction) -> Option<Constant> {
    let wire = string(property, "x-constant").filter(|_| direction.is_sent())?;
    Some(Constant {
        wire: wire.to_owned(),
        variant: None,
    })
}

/// Resolves constants to enum variants, after all enums are read.
pub(super) fn constants(types: &mut [TypeDef]) {
    let of = |value: &TypeRef, wire: &str| {
        let id = value.named()?;
        let Shape::Enum(values) = &types[id.0].shape else {
            return None;
        };
        let found = values.iter().find(|value| value.wire == wire)?;
        Some((id, found.variant.clone()))
    };
    let mut found = Vec::new();
    for (index, definition) in types.iter().enumerate() {
        let Shape::Record(record) = &definition.shape else {
            continue;
        };
        for (place, field) in record.fields.iter().enumerate() {
            if let Some(constant) = &field.constant {
                let variant = of(&field.value, &constant.wire);
                let is_supported = variant.is_some() || field.value == TypeRef::Text;
                let wire = constant.wire.clone();
                found.push((
                    index,
                    place,
                    is_supported.then_some(Constant { wire, variant }),
                ));
            }
        }
    }
    for (index, place, constant) in found {
        if let Shape::Record(record) = &mut types[index].shape {
            record.fields[place].constant = constant;
        }
    }
}
