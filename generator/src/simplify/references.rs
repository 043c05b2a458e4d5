//! Replaces references to parameters, request bodies, responses and headers by their targets.
//!
//! Operations get the parameters of their path item, unless they declare the same parameter themselves. References to
//! schemas stay. This pass also checks once that every reference in the document has a target.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::walk::{self, Kind};
use crate::document::{METHODS, ORIGIN, SITE, child, object, reference, schema_reference, string};
use serde_json::{Value, json};

/// Maximum length of a chain of references. A longer chain is a cycle.
const LONGEST_CHAIN: usize = 32;

pub(super) fn resolve(document: &mut Value, diagnostics: &mut Diagnostics) {
    walk::each(document, Kind::Document, "", &mut |location, kind, part| {
        if kind != Kind::Reference {
            return;
        }
        let help = "define the component, or correct the reference in the corrections overlay";
        let Some(text) = part.as_str() else {
            let message = "the value of `$ref` is not a string";
            let found = Diagnostic::new("unresolved-reference", location.parent(), message, help);
            diagnostics.push(found.update(json!({ "$ref": "#/components/…" })));
            return;
        };
        let target = walk::target(kind, part);
        if target.is_none_or(|target| document.pointer(&target).is_none()) {
            let message = format!("`{text}` refers to nothing in this document");
            diagnostics.push(
                Diagnostic::new("unresolved-reference", location.parent(), message, help)
                    .update(json!({ "$ref": "#/components/…" })),
            );
        } else if text
            .strip_prefix(&schema_reference(""))
            .is_some_and(|name| name.contains('/'))
        {
            let message =
                format!("`{text}` refers to a part of a schema, which has no name of its own");
            let help = "move the part to a component in the corrections overlay, and refer to it";
            let found = Diagnostic::new("reference-into-schema", location.parent(), message, help);
            diagnostics.push(found.update(json!({ "$ref": "#/components/schemas/…" })));
        }
    });
    let allowed = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    for (kind, components) in object(document, "/components") {
        let names = components
            .as_object()
            .into_iter()
            .flat_map(|all| all.keys());
        for name in names.filter(|name| !name.chars().all(allowed)) {
            diagnostics.report(
                "invalid-name",
                child(&child("/components", kind), name),
                format!("{name:?} is not a valid component name"),
                "use letters, digits, `.`, `-` and `_` (OpenAPI 3.0, Components Object)",
            );
        }
    }
    if diagnostics.check().is_err() {
        return;
    }
    // Targets are looked up in the document as it was before this pass.
    let Some(Value::Object(mut paths)) = document.get("paths").cloned() else {
        return;
    };
    for (path, item) in &mut paths {
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
                let own_count = own.len();
                own.extend(shared.iter().cloned());
                for (index, parameter) in own.iter_mut().enumerate() {
                    replace(
                        parameter,
                        document,
                        &format!("{pointer}/parameters/{index}"),
                        diagnostics,
                    );
                    unpack(parameter);
                }
                let of_path_item = own.split_off(own_count);
                let added = of_path_item
                    .into_iter()
                    .filter(|shared| !own.iter().any(|own| is_same_parameter(own, shared)));
                let added: Vec<Value> = added.collect();
                own.extend(added);
                own.retain(|parameter| !is_ignored(parameter));
            }
            if let Some(body) = operation.get_mut("requestBody") {
                replace(body, document, &child(&pointer, "requestBody"), diagnostics);
            }
            let responses = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut);
            for (status, response) in responses.into_iter().flatten() {
                let pointer = child(&child(&pointer, "responses"), status);
                replace(response, document, &pointer, diagnostics);
                let headers = response.get_mut("headers").and_then(Value::as_object_mut);
                for (name, header) in headers.into_iter().flatten() {
                    replace(
                        header,
                        document,
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
    crate::document::set(document, "paths", Value::Object(paths));
}

/// Returns true if an operation's parameter overrides that of its path item (OpenAPI 3.0, Path Item Object).
fn is_same_parameter(one: &Value, other: &Value) -> bool {
    let key = |parameter| {
        let location = string(parameter, "in")?;
        let name = string(parameter, "name")?;
        Some(match location {
            "header" => (location, name.to_ascii_lowercase()),
            _ => (location, name.to_owned()),
        })
    };
    key(one).is_some_and(|one| key(other) == Some(one))
}

/// Returns true if the document must not declare the parameter, because other parts of it decide its value (OpenAPI 3.0,
/// Parameter Object).
fn is_ignored(parameter: &Value) -> bool {
    const IGNORED: [&str; 3] = ["Accept", "Authorization", "Content-Type"];
    let name = string(parameter, "name").unwrap_or_default();
    string(parameter, "in") == Some("header")
        && IGNORED
            .iter()
            .any(|ignored| name.eq_ignore_ascii_case(ignored))
}

/// Copies the schema of a parameter's only media type to the parameter (OpenAPI 3.0, Parameter Object).
fn unpack(parameter: &mut Value) {
    let media = object(parameter, "/content").values().next();
    let schema = media.and_then(|media| media.get("schema")).cloned();
    if let (Some(schema), Some(parameter)) = (schema, parameter.as_object_mut()) {
        parameter.entry("schema").or_insert(schema);
    }
}

/// Replaces `value` by the target of its reference, if it is one.
fn replace(value: &mut Value, document: &Value, pointer: &str, diagnostics: &mut Diagnostics) {
    let site = value.get(ORIGIN).cloned();
    for _ in 0..LONGEST_CHAIN {
        let Some(target) = reference(value) else {
            return;
        };
        match document.pointer(target).cloned() {
            Some(found) => *value = found,
            None => return,
        }
        if let (Some(site), Some(value)) = (&site, value.as_object_mut()) {
            value.insert(SITE.to_owned(), site.clone());
        }
    }
    diagnostics.push(
        Diagnostic::new(
            "reference-cycle",
            pointer,
            "the reference is part of a cycle",
            "change one of the references in an overlay",
        )
        .update(json!({ "$ref": "#/components/…" })),
    );
}
