//! Puts referenced parameters, request bodies, responses and headers in place of the references, so that an
//! operation reads by itself. Schemas stay where they are; that every reference leads somewhere is checked here, once.

use crate::diagnostic::Diagnostics;
use crate::document::{METHODS, child, object, reference, schema_name, walk};
use serde_json::Value;

/// References may lead to references; a chain longer than this is a cycle.
const LONGEST_CHAIN: usize = 32;

pub(super) fn resolve(document: &mut Value, diagnostics: &mut Diagnostics) {
    let original = document.clone();
    walk(&original, "", &mut |pointer, map| {
        // A property may be called `$ref`.
        let Some(target) = map
            .get("$ref")
            .filter(|_| !pointer.ends_with("/properties"))
        else {
            return;
        };
        let Some(target) = target.as_str() else {
            diagnostics.report(
                "unresolved-reference",
                pointer,
                "a reference is no text",
                "correct the reference in the corrections overlay",
            );
            return;
        };
        if target
            .strip_prefix('#')
            .and_then(|target| original.pointer(target))
            .is_none()
        {
            let help = "define the component, or correct the reference in the corrections overlay";
            diagnostics.report(
                "unresolved-reference",
                pointer,
                format!("`{target}` leads nowhere"),
                help,
            );
        } else if schema_name(&Value::Object(map.clone())).is_some_and(|name| name.contains('/')) {
            diagnostics.report(
                "reference-into-schema",
                pointer,
                format!("`{target}` is a part of a schema, and has no name"),
                "make the part a component of its own in the corrections overlay",
            );
        }
    });
    let allowed = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    for (kind, components) in object(&original, "/components") {
        let names = components
            .as_object()
            .into_iter()
            .flat_map(|all| all.keys());
        for name in names.filter(|name| !name.chars().all(allowed)) {
            diagnostics.report(
                "invalid-name",
                child(&child("/components", kind), name),
                format!("{name:?} is no name for a component"),
                "use letters, digits, `.`, `-` and `_` (OpenAPI 3.0, Components Object)",
            );
        }
    }
    if diagnostics.check().is_err() {
        return;
    }
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths {
        let shared = item
            .get("parameters")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let pointer = child(&child("/paths", path), method);
            let own = operation
                .entry("parameters")
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Some(own) = own.as_array_mut() {
                own.extend(shared.iter().cloned());
                for (index, parameter) in own.iter_mut().enumerate() {
                    replace(
                        parameter,
                        &original,
                        &format!("{pointer}/parameters/{index}"),
                        diagnostics,
                    );
                }
            }
            if let Some(body) = operation.get_mut("requestBody") {
                replace(
                    body,
                    &original,
                    &child(&pointer, "requestBody"),
                    diagnostics,
                );
            }
            let responses = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut);
            for (status, response) in responses.into_iter().flatten() {
                let pointer = child(&child(&pointer, "responses"), status);
                replace(response, &original, &pointer, diagnostics);
                let headers = response.get_mut("headers").and_then(Value::as_object_mut);
                for (name, header) in headers.into_iter().flatten() {
                    replace(
                        header,
                        &original,
                        &child(&child(&pointer, "headers"), name),
                        diagnostics,
                    );
                }
            }
        }
        if let Some(item) = item.as_object_mut() {
            item.shift_remove("parameters");
        }
    }
}

/// Replaces `value` by what it refers to, if it is a reference.
fn replace(value: &mut Value, document: &Value, pointer: &str, diagnostics: &mut Diagnostics) {
    for _ in 0..LONGEST_CHAIN {
        let Some(target) = reference(value) else {
            return;
        };
        match document.pointer(target).cloned() {
            Some(found) => *value = found,
            None => return,
        }
    }
    diagnostics.report(
        "reference-cycle",
        pointer,
        "the reference leads back to itself",
        "break the cycle in an overlay",
    );
}
