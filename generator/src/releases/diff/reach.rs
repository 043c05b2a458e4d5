//! Finds the operations and the directions that use a type.

use super::Direction;
use crate::api::{Api, Shape, TypeDef, TypeId, TypeRef};
use std::collections::{BTreeMap, BTreeSet};

/// Ids of the operations that use each type, by direction.
pub(super) type Reach = BTreeMap<(TypeId, Direction), BTreeSet<String>>;

/// Follows all operations of an API.
pub(super) fn reach(api: &Api) -> Reach {
    let mut reach = Reach::new();
    for operation in &api.operations {
        let parameters = operation.parameters().into_iter().map(|one| &one.value);
        let body = operation.body.iter().flat_map(|body| &body.value);
        let output = operation.output.iter().map(|output| &output.value);
        let sent = parameters
            .chain(body)
            .map(|value| (value, Direction::Request));
        let named = sent.chain(output.map(|value| (value, Direction::Response)));
        let mut open: Vec<_> = named
            .filter_map(|(value, direction)| Some((innermost(value)?, direction)))
            .collect();
        while let Some((id, direction)) = open.pop() {
            let operations = reach.entry((id, direction)).or_default();
            if operations.insert(operation.id.clone()) {
                let inside = inside(api.definition(id)).into_iter();
                open.extend(inside.map(|id| (id, direction)));
            }
        }
    }
    reach
}

/// Returns the types of the document that a definition contains.
fn inside(definition: &TypeDef) -> Vec<TypeId> {
    match &definition.shape {
        Shape::Record(record) => {
            let values = record.fields.iter().map(|field| &field.value);
            values.filter_map(innermost).collect()
        }
        Shape::Tagged(union) => union
            .variants
            .iter()
            .map(|variant| variant.record)
            .collect(),
        Shape::Untagged(members) => {
            let values = members.iter().map(|member| &member.value);
            values.filter_map(innermost).collect()
        }
        Shape::Enum(_) => Vec::new(),
    }
}

/// Returns the type of the document inside lists, maps and nullable values.
fn innermost(value: &TypeRef) -> Option<TypeId> {
    match value {
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => innermost(inner),
        value => value.named(),
    }
}
