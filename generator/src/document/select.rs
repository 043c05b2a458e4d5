//! Reduces a document to the selected operations and the components that they reach.
//!
//! Invariant: no remaining part refers to a removed part.

mod terms;

pub use terms::Selection;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::{self, Kind};
use crate::document::{
    SCHEMAS, child, object, operation_name, operations, reference, retain_operations, string,
    strings, without_parameter_names,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use terms::{Pattern, names};

/// A selected operation that is left out because the API does not have it at the API date.
///
/// Only operations selected by a glob, a tag or `all` are left out; a missing operation that was selected by name is
/// an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omitted {
    /// Name of the operation.
    pub id: String,
    /// Method and path.
    pub place: String,
    /// Reason for leaving it out.
    pub reason: Omission,
}

/// Reason for leaving out a selected operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Omission {
    /// Its oldest version is later than the API date.
    NoVersion {
        /// The oldest version.
        oldest: String,
    },
    /// Its newest version up to the API date has reached its sunset.
    Ended {
        /// The sunset date.
        sunset: String,
    },
}

/// Reduces `document` to the selection; returns the number of operations left.
pub(crate) fn select(
    document: &mut Value,
    selection: &Selection,
    diagnostics: &mut Diagnostics,
) -> Result<usize, Diagnostics> {
    check([&*document], selection, diagnostics)?;
    retain_operations(document, |_, operation| selection.wants(operation));
    prune(document);
    let count = operations(document).count();
    if let (Selection::Operations(_), 0) = (selection, count) {
        let help = "add a term without the prefix `-`, such as `all`";
        let message = "the selection matches no operation";
        diagnostics.report("nothing-selected", "/paths", message, help);
    }
    diagnostics.check()?;
    Ok(count)
}

/// Replaces references to path items by the path items, so that later stages see their operations.
pub(crate) fn inline_path_items(
    document: &mut Value,
    diagnostics: &mut Diagnostics,
) -> Result<(), Diagnostics> {
    let paths = object(document, "/paths").iter();
    let referring: Vec<(String, String)> = paths
        .filter_map(|(path, item)| Some((child("/paths", path), string(item, "$ref")?.to_owned())))
        .collect();
    for (pointer, reference) in referring {
        let target = reference.strip_prefix('#');
        let target = target.and_then(|target| document.pointer(target));
        let target = target
            .filter(|target| target.get("$ref").is_none())
            .cloned();
        let place = document
            .pointer_mut(&pointer)
            .and_then(Value::as_object_mut);
        if let (Some(Value::Object(target)), Some(place)) = (target, place) {
            place.shift_remove("$ref");
            for (key, value) in target {
                place.entry(key).or_insert(value);
            }
            continue;
        }
        let message = format!("`{reference}` is not a path item of this document");
        let help = "replace the reference by the path item, or remove the path";
        let found = Diagnostic::new("unresolved-reference", pointer, message, help);
        diagnostics.push(found.remove());
    }
    diagnostics.check()
}

/// Reports terms that match no operation of any of the documents.
fn check<'d>(
    documents: impl IntoIterator<Item = &'d Value> + Clone,
    selection: &Selection,
    diagnostics: &mut Diagnostics,
) -> Result<(), Diagnostics> {
    let all = || documents.clone().into_iter().flat_map(operations);
    for term in selection.terms() {
        if all().any(|(.., operation)| term.is_about(operation)) {
            continue;
        }
        let (message, help) = match term.pattern {
            Pattern::All => continue,
            Pattern::Name(name) => (
                format!("the selection names `{name}`, which the document does not have"),
                nearest(all().map(|(.., operation)| operation), name),
            ),
            Pattern::Names(pattern) => (
                format!("no operation has a name that matches `{pattern}` in the selection"),
                "`*` matches any characters, and case matters".to_owned(),
            ),
            Pattern::Tag(tag) => (
                format!("no operation has the tag `{tag}` in the selection"),
                known_tags(all().map(|(.., operation)| operation)),
            ),
        };
        diagnostics.report("unknown-operation", "/paths", message, help);
    }
    diagnostics.check()
}

/// Returns the selection for each of two documents such that both select the same operations.
///
/// An operation is the same in both documents if its name or its path and method are the same.
///
/// # Errors
/// If a term matches no operation of either document.
pub(crate) fn in_both(
    selection: &Selection,
    [old, new]: [&Value; 2],
    name: &str,
) -> Result<[Selection; 2], Diagnostics> {
    if *selection == Selection::All {
        return Ok([Selection::All, Selection::All]);
    }
    check([old, new], selection, &mut Diagnostics::about(name))?;
    let mut places = BTreeSet::new();
    let mut chosen = BTreeSet::new();
    for (_, path, method, operation) in [old, new].into_iter().flat_map(operations) {
        if selection.wants(operation) {
            places.insert((path, method));
            chosen.extend(names(operation).into_iter().flatten());
        }
    }
    Ok([old, new].map(|document| {
        let is_chosen = |(_, path, method, operation): &(_, &str, &str, &Value)| {
            let mut names = names(operation).into_iter().flatten();
            places.contains(&(*path, *method)) || names.any(|name| chosen.contains(name))
        };
        let operations = operations(document).filter(is_chosen);
        let ids = operations.filter_map(|(.., operation)| operation_name(operation));
        Selection::Operations(ids.map(str::to_owned).collect())
    }))
}

/// Reports selected operations that `before` has and `document` lacks, as renamed or as removed.
pub(crate) fn check_removed(
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
        let mut same_place = operations(document).filter(|(_, other, verb, _)| {
            *verb == method && without_parameter_names(other) == without_parameter_names(path)
        });
        let now = same_place
            .find_map(|(pointer, .., new)| Some((pointer, new, string(new, "operationId")?)));
        match now {
            Some((pointer, new, now)) => {
                let method = match operation_name(old) == operation_name(new) {
                    true => "its method keeps its name",
                    false => "the next release keeps the old method as deprecated",
                };
                diagnostics.report(
                    "operation-renamed",
                    pointer,
                    format!("`{id}` was renamed to `{now}` (`{verb} {path}`)"),
                    format!("replace \"{id}\" by \"{now}\" in the selection; {method}"),
                );
            }
            None => {
                diagnostics.push(Diagnostic::new(
                        "operation-gone",
                        "/paths",
                        format!("`{id}` (`{verb} {path}`) was removed"),
                        format!(
                            "remove \"{id}\" from the selection, and the actions about its path from the overlays; the next release keeps the method \
                             as deprecated. If another operation replaces it, add to the names overlay:"
                        ),
                    ).update_at("", json!({ "x-rust-removed": { name: { "successor": "…" } } })));
            }
        }
    }
}

/// Suggests an existing name for an unknown one.
fn nearest<'d>(operations: impl Iterator<Item = &'d Value>, name: &str) -> String {
    let wanted = name.to_lowercase();
    let mut ids = operations.filter_map(|operation| string(operation, "operationId"));
    let close = ids.find(|id| {
        let id = id.to_lowercase();
        id.contains(&wanted) || wanted.contains(&id)
    });
    match close {
        Some(id) => format!("did you mean `{id}`?"),
        None => "take the name from an `operationId` of the document".to_owned(),
    }
}

/// Maximum number of tags that a diagnostic lists.
const MOST_TAGS: usize = 12;

/// Lists the tags of the operations.
fn known_tags<'d>(operations: impl Iterator<Item = &'d Value>) -> String {
    let tags: BTreeSet<&str> = operations
        .flat_map(|operation| strings(operation, "tags"))
        .collect();
    let listed: Vec<String> = tags
        .iter()
        .take(MOST_TAGS)
        .map(|tag| format!("`{tag}`"))
        .collect();
    let more = if tags.len() > MOST_TAGS { ", …" } else { "" };
    match listed.is_empty() {
        true => "the document has no tags".to_owned(),
        false => format!("the document has {}{more}", listed.join(", ")),
    }
}

/// Removes components and tags that no operation uses.
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

/// Returns the pointers of all components that the paths reach through `$ref` and discriminator mappings.
fn reachable(document: &Value) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = match document.get("paths") {
        Some(paths) => walk::references(paths, Kind::Paths),
        None => Vec::new(),
    };
    while let Some(pointer) = open.pop() {
        // A reference may point inside a component; the component is then needed as a whole.
        let pointer = walk::component(&pointer).unwrap_or(&pointer);
        if reached.insert(pointer.to_owned())
            && let Some(component) = document.pointer(pointer)
        {
            open.extend(walk::references(component, Kind::at(pointer)));
            open.extend(subschemas(document, pointer, component));
        }
    }
    reached
}

/// Returns the schemas that inherit from a base whose discriminator has no mapping. They are its variants (OpenAPI
/// 3.0, Discriminator Object).
fn subschemas(document: &Value, pointer: &str, base: &Value) -> Vec<String> {
    let discriminator = base.get("discriminator");
    let names_variants = discriminator.is_none_or(|told| told.get("mapping").is_some())
        || ["oneOf", "anyOf"]
            .iter()
            .any(|key| base.get(*key).is_some());
    let (mut subschemas, mut open) = (Vec::new(), vec![pointer.to_owned()]);
    while let (false, Some(base)) = (names_variants, open.pop()) {
        for (name, schema) in object(document, SCHEMAS) {
            let parts = schema.get("allOf").and_then(Value::as_array);
            let mut bases = parts.into_iter().flatten().filter_map(reference);
            let subschema = child(SCHEMAS, name);
            if bases.any(|known| known == base) && !subschemas.contains(&subschema) {
                open.push(subschema.clone());
                subschemas.push(subschema);
            }
        }
    }
    subschemas
}
