//! Applies overlays (OpenAPI Overlay Specification 1.0).
//!
//! An action has a `target`, an RFC 9535 JSONPath, and either updates or removes the parts that the target selects.
//!
//! Invariant: an action that selects nothing is an error, and one that changes nothing is reported, so that
//! corrections become visible once upstream has made them unnecessary.

pub(crate) mod action;
mod adopted;
pub(crate) mod edits;
mod query;
mod successor;

use crate::diagnostic::Diagnostics;
use crate::document::walk::{self, Kind};
use crate::document::{self, Text, child, flag, string};
use adopted::Effect;
use query::pointers;
use serde_json::Value;
use serde_json_path::JsonPath;
use std::collections::BTreeSet;
pub(crate) use successor::{is_prose_only, replace_word};

/// Result of applying one overlay.
struct Applied {
    /// Number of actions.
    actions: usize,
    /// Actions, or parts of them, that change nothing because upstream has adopted them.
    adopted: Diagnostics,
}

/// Applies overlays in order; returns the actions, or parts of them, that changed nothing.
pub(crate) fn apply_all(
    document: &mut Value,
    overlays: &[Text<'_>],
    progress: &mut dyn FnMut(&str, String),
) -> Result<Diagnostics, Diagnostics> {
    let (mut actions, mut adopted) = (0, Diagnostics::default());
    let mut refused = Diagnostics::default();
    for overlay in overlays {
        match apply(document, *overlay) {
            Ok(applied) => {
                actions += applied.actions;
                adopted.extend(applied.adopted);
            }
            Err(found) => refused.extend(found),
        }
    }
    refused.check()?;
    let idle = match adopted.found().len() {
        0 => String::new(),
        count => format!(", {count} of them adopted by upstream: `pull` lists them"),
    };
    progress("overlay", format!("{actions} actions{idle}"));
    Ok(adopted)
}

/// Applies the actions of `overlay` in order.
fn apply(document: &mut Value, overlay: Text<'_>) -> Result<Applied, Diagnostics> {
    let mut adopted = Diagnostics::about(overlay.name);
    let parsed = document::load(overlay)?;
    let mut diagnostics = Diagnostics::about(overlay.name);
    if string(&parsed, "overlay").is_none_or(|version| !version.starts_with("1.0")) {
        diagnostics.report(
            "not-an-overlay",
            "/overlay",
            "not an Overlay 1.0 document",
            "start the file with `overlay: 1.0.0`, `info:` and `actions:`",
        );
    }
    let actions = parsed
        .get("actions")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    for (index, action) in actions.iter().enumerate() {
        let pointer = child("/actions", &index.to_string());
        let mut target = string(action, "target").unwrap_or_default();
        let renamed = successor::target(target, action, document);
        if let Some(renamed) = &renamed {
            let (message, help) = successor::message_and_help(target, renamed, action);
            adopted.report("overlay-target-dated", pointer.clone(), message, help);
            target = renamed;
        }
        match run(document, action, target) {
            Ok(effect) => effect.report(target, &pointer, &mut adopted),
            Err((code, message, help)) => diagnostics.report(code, pointer, message, help),
        }
    }
    diagnostics.check()?;
    Ok(Applied {
        actions: actions.len(),
        adopted,
    })
}

const UNDEFINED_PROPERTY_HELP: &str =
    "the document no longer has these properties: remove them from the action, or add their type";

type Refusal = (&'static str, String, &'static str);

/// Returns true if a target is a valid JSONPath that selects at least one part.
pub(crate) fn selects(target: &str, document: &Value) -> bool {
    JsonPath::parse(target).is_ok_and(|path| !path.query(document).is_empty())
}

/// Applies an action and ignores errors, which [`apply_all`] reports.
pub(crate) fn try_action(document: &mut Value, action: &Value, target: &str) {
    let _ = run(document, action, target);
}

/// Applies one action.
fn run(document: &mut Value, action: &Value, target: &str) -> Result<Effect, Refusal> {
    let path = JsonPath::parse(target).map_err(|error| {
        let message = format!("`{target}` is not a JSONPath: {error}");
        (
            "overlay-target-invalid",
            message,
            "see RFC 9535; quote names with slashes: $.paths['/a/b'].get",
        )
    })?;
    let mut selected = pointers(&path, document);
    let mut effect = Effect::default();
    let removes = flag(action, "remove");
    if removes {
        effect.removals(target, document);
    }
    if selected.is_empty() && !effect.is_adopted() {
        let message = format!("`{target}` selects nothing");
        return Err((
            "overlay-target-missing",
            message,
            "the document no longer has it: remove the action, or change its target",
        ));
    }
    if removes {
        // In reverse, so that removing an array element does not shift the indices of the remaining targets.
        selected.reverse();
        for pointer in &selected {
            effect.changes();
            remove(document, pointer);
        }
    } else if let Some(update) = action.get("update") {
        let mut missing = BTreeSet::new();
        for pointer in &selected {
            if let Some(node) = document.pointer(pointer) {
                undefined_properties(node, update, Kind::at(pointer), &mut missing);
            }
        }
        if !missing.is_empty() {
            let many = if missing.len() == 1 { "y" } else { "ies" };
            let missing: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let missing = missing.join(", ");
            let message = format!("`{target}` has no propert{many} {missing} to describe");
            return Err(("overlay-target-missing", message, UNDEFINED_PROPERTY_HELP));
        }
        for pointer in selected.iter().map(String::as_str) {
            if let Some(node) = document.pointer_mut(pointer) {
                effect.update(node, update, pointer);
                merge(node, update);
            }
        }
    } else {
        return Err((
            "overlay-action-empty",
            format!("the action on `{target}` neither updates nor removes"),
            "add `update:` with the members to merge, or `remove: true`",
        ));
    }
    Ok(effect)
}

/// Collects properties that an update only describes and that do not exist. Merging would create them without a type.
fn undefined_properties<'u>(
    node: &Value,
    update: &'u Value,
    kind: Kind,
    found: &mut BTreeSet<&'u str>,
) {
    let is_prose = |key: &String| matches!(Kind::Schema.member(key), Kind::Prose | Kind::Extension);
    for (key, update) in update.as_object().into_iter().flatten() {
        match (node.get(key), update.as_object()) {
            (Some(node), _) => undefined_properties(node, update, kind.member(key), found),
            (None, Some(update))
                if kind == Kind::Names(&Kind::Schema) && update.keys().all(is_prose) =>
            {
                found.insert(key);
            }
            _ => {}
        }
    }
}

/// Removes the node at `pointer` from its parent.
fn remove(document: &mut Value, pointer: &str) {
    let Some((parent, token)) = pointer.rsplit_once('/') else {
        return;
    };
    let token = walk::unescaped(token);
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.shift_remove(&token);
        }
        Some(Value::Array(items)) => {
            if let Some(index) = token
                .parse::<usize>()
                .ok()
                .filter(|index| *index < items.len())
            {
                items.remove(index);
            }
        }
        _ => {}
    }
}

/// Merges as the specification says: objects recursively, arrays by appending, all else by replacing.
///
/// An array element that exists already is not appended again: upstream has adopted it, and lists of names and values
/// have no duplicates.
fn merge(node: &mut Value, update: &Value) {
    match (node, update) {
        (Value::Object(node), Value::Object(update)) => {
            for (key, value) in update {
                match node.get_mut(key) {
                    Some(existing) => merge(existing, value),
                    None => {
                        node.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(node), Value::Array(update)) => {
            for item in update {
                append(node, item);
            }
        }
        (Value::Array(node), item) => append(node, item),
        (node, value) => *node = value.clone(),
    }
}

fn append(list: &mut Vec<Value>, item: &Value) {
    if !list.contains(item) {
        list.push(item.clone());
    }
}
