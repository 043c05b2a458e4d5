//! Names of the traits with the optional parameters of an operation, which crates without a `Client` of their own have.

use super::naming;
use super::operation::Operation;
use super::types::{Shape, TypeDef};
use std::collections::BTreeSet;

/// Chooses names that no type, operation or other trait has.
pub(super) fn decide(operations: &mut [Operation], types: &[TypeDef]) {
    let mut taken: BTreeSet<String> = naming::runtime_names().map(str::to_owned).collect();
    for definition in types {
        taken.insert(definition.name.clone());
        if let Shape::Record(record) = &definition.shape {
            taken.extend(record.by_name.clone());
        }
    }
    for operation in &*operations {
        let earlier = operation.earlier.iter().map(|earlier| &earlier.marker);
        taken.extend(earlier.chain([&operation.marker]).cloned());
    }
    for operation in operations {
        let name = naming::unique(&format!("{}Parameters", operation.marker), &taken);
        taken.insert(name.clone());
        operation.setters_trait = name;
    }
}
