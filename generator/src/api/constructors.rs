//! How structs that are sent are built: `new` takes the required fields, by their names where their order could be mistaken.

use super::naming;
use super::operation::Operation;
use super::types::{Field, Shape, TypeDef, TypeRef};
use std::collections::BTreeSet;

/// Gives every sent struct with two required fields of one type in a row the name of the struct that `new` takes them in:
/// the compiler would accept them in either order.
pub(super) fn decide(types: &mut [TypeDef], operations: &[Operation]) {
    let markers = operations.iter().flat_map(|operation| {
        let earlier = operation.earlier.iter().map(|earlier| &earlier.marker);
        earlier.chain([&operation.marker])
    });
    let names = types.iter().map(|definition| &definition.name);
    let mut taken: BTreeSet<String> = names.chain(markers).cloned().collect();
    for definition in types {
        if !definition.direction.is_sent() {
            continue;
        }
        let name = &definition.name;
        if let Shape::Record(record) = &mut definition.shape {
            let arguments: Vec<&Field> = record.arguments().collect();
            let mut pairs = arguments.windows(2);
            let is_mistakable = pairs.any(|pair| inner(pair[0]) == inner(pair[1]));
            record.by_name = is_mistakable.then(|| {
                let mut name = format!("{name}Fields");
                while !taken.insert(name.clone()) {
                    name = naming::apart(name, true);
                }
                name
            });
        }
    }
}

/// The type of a field, whether it may be `null` or not: `new` takes `T` for a `Nullable<T>`, too.
fn inner(field: &Field) -> &TypeRef {
    match &field.value {
        TypeRef::Nullable(inner) => inner,
        value => value,
    }
}
