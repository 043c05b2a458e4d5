//! Record schemas → structs.

use super::schemas::{Schemas, origin, prose, undescribed};
use super::{Constant, Constraints, Direction, Field, Presence, Record, Shape, naming};
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
    let mut taken = BTreeSet::from(["extra".to_owned()]);
    let mut fields: Vec<Field> = Vec::new();
    let properties = child(pointer, "properties");
    for (wire, property) in object(schema, "/properties") {
        let pointer = child(&properties, wire);
        let name = naming::field_name(property, wire);
        if !taken.insert(name.clone()) {
            let message = format!("`{wire}` would be a second field `{name}`");
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
        fields.push(Field {
            docs: docs(property, wire, schemas),
            prose: prose(property),
            origin: origin(property),
            value: schemas.value(property, &pointer, diagnostics),
            presence: match (declared_required, direction) {
                (true, Direction::Request) => Presence::Required,
                // In responses nothing but a list can be relied on: an absent or null list is an empty one.
                (true, _) if is_list => Presence::Required,
                (false, Direction::Request) if is_patch => Presence::Patch,
                _ => Presence::Optional,
            },
            declared_required,
            deprecated: flag(property, "deprecated"),
            constant: constant(property, direction, schemas),
            constraints: Constraints::of(property),
            checks: Vec::new(),
            wire: wire.clone(),
            name,
        });
    }
    Shape::Record(Record {
        fields,
        is_patch,
        other_way: strings(schema, OTHER_WAY).map(str::to_owned).collect(),
    })
}

/// On a record: where the properties stand that only the other direction has.
pub(crate) const OTHER_WAY: &str = "x-other-way";

/// The property's own description, or that of the type it refers to.
fn docs(property: &Value, wire: &str, schemas: &Schemas<'_>) -> String {
    let own = string(property, "description");
    let target = crate::document::schema_name(property).and_then(|key| schemas.named(key));
    let of_target = || target.and_then(|target| string(target.schema, "description"));
    own.or_else(of_target)
        .map_or_else(|| undescribed(wire), str::to_owned)
}

/// The one value that a union's kind has as its tag.
fn constant(property: &Value, direction: Direction, schemas: &Schemas<'_>) -> Option<Constant> {
    let wire = string(property, "x-constant")?;
    let of = schemas.target(property)?.id;
    (direction == Direction::Request).then(|| Constant {
        wire: wire.to_owned(),
        of,
        variant: naming::pascal(wire),
    })
}
