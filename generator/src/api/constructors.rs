//! Constructors of request structs: `new` takes the required fields, by name if their order could be confused.

use super::naming;
use super::operation::Operation;
use super::types::{Field, Shape, TypeDef, TypeRef};
use std::collections::BTreeSet;

/// Chooses the name of a struct with the required fields, if two adjacent ones have the same type.
///
/// The compiler would accept such arguments of `new` in either order.
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
                    name = naming::underscored_if(name, true);
                }
                name
            });
        }
    }
}

/// Returns the type of a field without `Nullable`, because `new` also accepts a `T` for a `Nullable<T>`.
fn inner(field: &Field) -> &TypeRef {
    match &field.value {
        TypeRef::Nullable(inner) => inner,
        value => value,
    }
}
