//! Recursive types: fields that lead back to their own type are boxed.
//!
//! Lists and maps are allocated on the heap, so only direct fields and variants count.

use super::{Shape, TypeDef, TypeId, TypeRef};

/// Boxes the record fields and untagged union members that lead back to their own type.
pub(super) fn resolve(types: &mut [TypeDef]) {
    let cycles = cycles(types);
    for index in 0..types.len() {
        let boxed = |value: &mut TypeRef| {
            let value = match value {
                TypeRef::Nullable(inner) => inner.as_mut(),
                value => value,
            };
            if let TypeRef::Named(id) = *value
                && cycles[id.0] == cycles[index]
            {
                *value = TypeRef::Boxed(id);
            }
        };
        match &mut types[index].shape {
            Shape::Record(record) => record
                .fields
                .iter_mut()
                .for_each(|field| boxed(&mut field.value)),
            Shape::Untagged(members) => members
                .iter_mut()
                .for_each(|member| boxed(&mut member.value)),
            Shape::Tagged(_) | Shape::Enum(_) => {}
        }
    }
}

/// Returns the number of each type's cycle (Tarjan's algorithm, iterative). Types that contain each other share a
/// number.
///
/// A type that is in no cycle has a number of its own.
fn cycles(types: &[TypeDef]) -> Vec<usize> {
    let edges: Vec<Vec<usize>> = types.iter().map(direct_types).collect();
    let mut cycle = vec![usize::MAX; types.len()];
    let (mut number, mut low) = (vec![usize::MAX; types.len()], vec![usize::MAX; types.len()]);
    let (mut next, mut open, mut found) = (0, Vec::new(), 0);
    for root in 0..types.len() {
        if number[root] != usize::MAX {
            continue;
        }
        let mut walk = vec![(root, 0)];
        while let Some((node, edge)) = walk.pop() {
            if edge == 0 {
                (number[node], low[node]) = (next, next);
                next += 1;
                open.push(node);
            }
            match edges[node].get(edge) {
                Some(&inner) => {
                    walk.push((node, edge + 1));
                    if number[inner] == usize::MAX {
                        walk.push((inner, 0));
                    } else if cycle[inner] == usize::MAX {
                        low[node] = low[node].min(number[inner]);
                    }
                }
                None => {
                    if low[node] == number[node] {
                        while let Some(member) = open.pop() {
                            cycle[member] = found;
                            if member == node {
                                break;
                            }
                        }
                        found += 1;
                    }
                    if let Some((parent, _)) = walk.last() {
                        low[*parent] = low[*parent].min(low[node]);
                    }
                }
            }
        }
    }
    cycle
}

/// Returns the types that a value contains directly.
fn direct_types(definition: &TypeDef) -> Vec<usize> {
    let values: Vec<Option<TypeId>> = match &definition.shape {
        Shape::Record(record) => record
            .fields
            .iter()
            .map(|field| field.value.named())
            .collect(),
        Shape::Untagged(members) => members.iter().map(|member| member.value.named()).collect(),
        Shape::Tagged(union) => union
            .variants
            .iter()
            .map(|variant| Some(variant.record))
            .collect(),
        Shape::Enum(_) => Vec::new(),
    };
    values.into_iter().flatten().map(|id| id.0).collect()
}
