//! Holds that everything a user of the SDK will see is documented, in the curated document, in our words.

use crate::diagnostic::Diagnostics;
use crate::document::{METHODS, SCHEMAS, child, object, reference, string};
use serde_json::Value;

/// Reports every operation, parameter, schema and property without a description.
pub(crate) fn check(document: &Value, diagnostics: &mut Diagnostics) {
    for (path, item) in object(document, "/paths") {
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let pointer = child(&child("/paths", path), method);
            let target = format!("$.paths['{path}'].{method}");
            for key in ["summary", "description"] {
                if empty(operation, key) {
                    report(
                        diagnostics,
                        &pointer,
                        &target,
                        key,
                        &format!("the operation `{method} {path}`"),
                    );
                }
            }
            let parameters = operation
                .get("parameters")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            for (index, parameter) in parameters
                .enumerate()
                .filter(|(_, parameter)| reference(parameter).is_none())
            {
                if empty(parameter, "description") {
                    let name = string(parameter, "name").unwrap_or_default();
                    let target = format!("{target}.parameters[?@.name=='{name}']");
                    let pointer = format!("{pointer}/parameters/{index}");
                    report(
                        diagnostics,
                        &pointer,
                        &target,
                        "description",
                        &format!("the parameter `{name}`"),
                    );
                }
            }
        }
    }
    for (name, parameter) in object(document, "/components/parameters") {
        if empty(parameter, "description") {
            let pointer = child("/components/parameters", name);
            let target = format!("$.components.parameters.{name}");
            report(
                diagnostics,
                &pointer,
                &target,
                "description",
                &format!("the parameter `{name}`"),
            );
        }
    }
    for (name, schema) in object(document, SCHEMAS) {
        let pointer = child(SCHEMAS, name);
        let target = format!("$.components.schemas.{name}");
        if empty(schema, "description") {
            report(
                diagnostics,
                &pointer,
                &target,
                "description",
                &format!("the schema `{name}`"),
            );
        }
        properties(schema, &pointer, &target, name, diagnostics);
    }
}

/// Reports undocumented properties, those of `allOf` members included.
fn properties(
    schema: &Value,
    pointer: &str,
    target: &str,
    name: &str,
    diagnostics: &mut Diagnostics,
) {
    for (wire, property) in object(schema, "/properties") {
        if reference(property).is_none() && empty(property, "description") {
            let pointer = child(&child(pointer, "properties"), wire);
            let target = format!("{target}.properties.{wire}");
            report(
                diagnostics,
                &pointer,
                &target,
                "description",
                &format!("`{name}.{wire}`"),
            );
        }
    }
    for (index, member) in schema
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let (pointer, target) = (
            format!("{pointer}/allOf/{index}"),
            format!("{target}.allOf[{index}]"),
        );
        properties(member, &pointer, &target, name, diagnostics);
    }
}

fn empty(value: &Value, key: &str) -> bool {
    string(value, key).is_none_or(|text| text.trim().is_empty())
}

fn report(diagnostics: &mut Diagnostics, pointer: &str, target: &str, key: &str, what: &str) {
    diagnostics.report(
        "undocumented",
        pointer,
        format!("{what} has no {key}"),
        format!("add it to the prose overlay:\n- target: {target}\n  update:\n    {key}: …"),
    );
}
