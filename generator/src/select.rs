//! Keeps the selected operations of a document and what they reach.
//!
//! Invariant: nothing that stays refers to anything that went.

use crate::diagnostic::Diagnostics;
use crate::document::{
    METHODS, SCHEMAS, child, each_object, nameless, object, operation_name, operations, reference,
    string,
};
use serde_json::Value;
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
            None => diagnostics.report(
                "operation-gone",
                "/paths",
                format!("there is no `{verb} {path}` any more, which was `{id}`"),
                format!(
                    "take \"{id}\" out of the selection, and what is said of its path out of the overlays; the next release keeps the method, \
                     deprecated. If another operation replaces it, add to the names overlay:\n- target: $\n  update: {{x-rust-removed: {{{name}: {{successor: …}}}}}}"
                ),
            ),
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
    let mut open: Vec<String> = Vec::new();
    references(
        &Value::Object(object(document, "/paths").clone()),
        &mut open,
    );
    while let Some(pointer) = open.pop() {
        if reached.insert(pointer.clone())
            && let Some(component) = document.pointer(&pointer)
        {
            references(component, &mut open);
            open.extend(heirs(document, &pointer, component));
        }
    }
    reached
}

/// The schemas that inherit from a base which names no kinds: they are its kinds (OpenAPI 3.0, Discriminator Object).
fn heirs(document: &Value, pointer: &str, base: &Value) -> Vec<String> {
    let discriminator = base.get("discriminator");
    let names_kinds = discriminator.is_none_or(|told| told.get("mapping").is_some())
        || ["oneOf", "anyOf"]
            .iter()
            .any(|key| base.get(*key).is_some());
    let (mut heirs, mut open) = (Vec::new(), vec![pointer.to_owned()]);
    while let (false, Some(base)) = (names_kinds, open.pop()) {
        for (name, schema) in object(document, SCHEMAS) {
            let parts = schema.get("allOf").and_then(Value::as_array);
            let mut bases = parts.into_iter().flatten().filter_map(reference);
            let heir = child(SCHEMAS, name);
            if bases.any(|known| known == base) && !heirs.contains(&heir) {
                open.push(heir.clone());
                heirs.push(heir);
            }
        }
    }
    heirs
}

/// Appends the pointer of everything `value` refers to.
pub(crate) fn references(value: &Value, found: &mut Vec<String>) {
    each_object(value, &mut |map| {
        let mapped = map
            .get("discriminator")
            .and_then(|discriminator| discriminator.get("mapping"))
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|mapping| mapping.values());
        let targets = map
            .get("$ref")
            .into_iter()
            .chain(mapped)
            .filter_map(Value::as_str);
        found.extend(
            targets
                .filter_map(|target| target.strip_prefix('#'))
                .map(str::to_owned),
        );
    });
}
