//! Keeps the selected operations of a document and what they reach.
//!
//! Invariant: nothing that stays refers to anything that went.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{METHODS, child, nameless, operation_name, operations, string};
use crate::walk::{self, Kind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Which operations of a document are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every operation.
    All,
    /// These, by `operationId` or by the name they go by in the SDK.
    Operations(Vec<String>),
}

impl Selection {
    pub(crate) fn wants(&self, operation: &Value) -> bool {
        let Self::Operations(wanted) = self else {
            return true;
        };
        names(operation)
            .into_iter()
            .flatten()
            .any(|name| wanted.iter().any(|wanted| wanted == name))
    }
}

/// What an operation can be selected by.
fn names(operation: &Value) -> [Option<&str>; 2] {
    [string(operation, "operationId"), operation_name(operation)]
}

/// Reduces `document` to the selection; returns how many operations stay.
pub(crate) fn select(
    document: &mut Value,
    selection: &Selection,
    diagnostics: &mut Diagnostics,
) -> Result<usize, Diagnostics> {
    if let Selection::Operations(wanted) = selection {
        for name in wanted {
            let known = operations(document).any(|(_, _, _, operation)| {
                string(operation, "operationId") == Some(name)
                    || operation_name(operation) == Some(name)
            });
            if !known {
                diagnostics.report(
                    "unknown-operation",
                    "/paths",
                    format!("the selection names `{name}`, which the document does not have"),
                    nearest(document, name),
                );
            }
        }
    }
    diagnostics.check()?;
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.retain(|key, value| !METHODS.contains(&key.as_str()) || selection.wants(value));
        }
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    }
    prune(document);
    Ok(operations(document).count())
}

/// Reports the selected operations that `before` has and `document` has not, by what has become of them.
pub(crate) fn check_vanished(
    document: &Value,
    before: &Value,
    selection: &Selection,
    diagnostics: &mut Diagnostics,
) {
    let Selection::Operations(wanted) = selection else {
        return;
    };
    for (_, path, method, old) in operations(before) {
        let is_it =
            |operation: &Value, name: &String| names(operation).contains(&Some(name.as_str()));
        let mut selected = wanted.iter().filter(|name| is_it(old, name));
        let is_there = |name: &&String| operations(document).any(|(.., new)| is_it(new, name));
        let Some(id) = selected.find(|name| !is_there(name)) else {
            continue;
        };
        let verb = method.to_uppercase();
        let name = operation_name(old).unwrap_or(id);
        let mut same_place = operations(document)
            .filter(|(_, other, verb, _)| *verb == method && nameless(other) == nameless(path));
        let now = same_place
            .find_map(|(pointer, .., new)| Some((pointer, new, string(new, "operationId")?)));
        match now {
            Some((pointer, new, now)) => {
                let method = match operation_name(old) == operation_name(new) {
                    true => "its method keeps its name",
                    false => "the next release has the old method too, deprecated",
                };
                diagnostics.report(
                    "operation-renamed",
                    pointer,
                    format!("`{id}` is called `{now}` now (`{verb} {path}`)"),
                    format!("in the selection write \"{now}\" for \"{id}\"; {method}"),
                );
            }
            None => {
                diagnostics.push(Diagnostic::new(
                        "operation-gone",
                        "/paths",
                        format!("there is no `{verb} {path}` any more, which was `{id}`"),
                        format!(
                            "take \"{id}\" out of the selection, and what is said of its path out of the overlays; the next release keeps the method, \
                             deprecated. If another operation replaces it, add to the names overlay:"
                        ),
                    ).update_at("", json!({ "x-rust-removed": { name: { "successor": "…" } } })));
            }
        }
    }
}

/// What the misspelt name may have meant.
fn nearest(document: &Value, name: &str) -> String {
    let wanted = name.to_lowercase();
    let close = operations(document)
        .filter_map(|(_, _, _, operation)| string(operation, "operationId"))
        .find(|id| {
            let id = id.to_lowercase();
            id.contains(&wanted) || wanted.contains(&id)
        });
    match close {
        Some(id) => format!("did you mean `{id}`?"),
        None => "take the name from an `operationId` of the document".to_owned(),
    }
}

/// Drops the components and tags that nothing reaches any more.
pub(crate) fn prune(document: &mut Value) {
    let reached = reachable(document);
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        for (kind, members) in components
            .iter_mut()
            .filter(|(kind, _)| *kind != "securitySchemes")
        {
            let Some(members) = members.as_object_mut() else {
                continue;
            };
            members
                .retain(|name, _| reached.contains(&child(&format!("/components/{kind}"), name)));
        }
        components.retain(|_, members| {
            members
                .as_object()
                .is_none_or(|members| !members.is_empty())
        });
    }
    let used: BTreeSet<String> = operations(document)
        .flat_map(|(_, _, _, operation)| {
            operation
                .get("tags")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        })
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    if let Some(tags) = document.get_mut("tags").and_then(Value::as_array_mut) {
        tags.retain(|tag| string(tag, "name").is_some_and(|name| used.contains(name)));
    }
}

/// The pointers of all components reached from the paths, through `$ref` and discriminator mappings.
fn reachable(document: &Value) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = match document.get("paths") {
        Some(paths) => walk::references(paths, Kind::Paths),
        None => Vec::new(),
    };
    while let Some(pointer) = open.pop() {
        // A reference may lead into a component, which is needed as a whole.
        let pointer = walk::component(&pointer).unwrap_or(&pointer);
        if reached.insert(pointer.to_owned())
            && let Some(component) = document.pointer(pointer)
        {
            open.extend(walk::references(component, Kind::at(pointer)));
        }
    }
    reached
}
