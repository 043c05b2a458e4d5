//! Progenitor's own client of a normalised document.
//!
//! Must never change the meaning of a request: only constructs that progenitor does not support (dated media
//! types, unions, identifiers as types) are replaced.

use crate::Outcome;
use heck::ToSnakeCase;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use quote::quote;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The names of a method's parameters, in order.
pub(crate) type Signatures = BTreeMap<String, Vec<String>>;

/// Returns the name of an operation.
pub(crate) fn name(operation: &Value) -> Option<String> {
    let name = operation.get("x-xgen-operation-id-override");
    Some(
        name.or_else(|| operation.get("operationId"))?
            .as_str()?
            .to_snake_case(),
    )
}

/// Returns the client's code, and the signatures of its methods.
pub(crate) fn client(document: &Value, style: InterfaceStyle) -> Outcome<(String, Signatures)> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(style)
        .with_inner_type(quote!(crate::Capture))
        .with_pre_hook_async(quote!(crate::capture));
    let document = serde_json::from_value(plain(document))?;
    let tokens = Generator::new(&settings).generate_tokens(&document)?;
    let file: syn::File = syn::parse2(tokens)?;
    let mut signatures = Signatures::new();
    for item in &file.items {
        let syn::Item::Impl(block) = item else {
            continue;
        };
        for item in &block.items {
            let syn::ImplItem::Fn(method) = item else {
                continue;
            };
            let parameters = method.sig.inputs.iter().filter_map(|input| match input {
                syn::FnArg::Typed(typed) => match &*typed.pat {
                    syn::Pat::Ident(name) => Some(name.ident.to_string()),
                    _ => None,
                },
                syn::FnArg::Receiver(_) => None,
            });
            signatures.insert(method.sig.ident.to_string(), parameters.collect());
        }
    }
    Ok((prettyplease::unparse(&file), signatures))
}

/// Returns the document with unsupported constructs replaced.
fn plain(document: &Value) -> Value {
    let mut paths = Map::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let mut methods = Map::new();
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Some(name) = name(operation) else {
                continue;
            };
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let parameters: Vec<Value> = parameters
                .map(|parameter| {
                    let mut parameter = parameter.clone();
                    parameter["schema"] = value(&parameter["schema"], document);
                    parameter
                })
                .collect();
            let mut plain = json!({
                "operationId": name,
                "parameters": parameters,
                "responses": { "204": { "description": "The answer is of no interest here." } },
            });
            let content = operation
                .pointer("/requestBody/content")
                .and_then(Value::as_object);
            if let Some(media) = content.and_then(|content| content.values().next()) {
                let schema = value(&media["schema"], document);
                plain["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
            }
            methods.insert(method.clone(), plain);
        }
        paths.insert(path.clone(), Value::Object(methods));
    }
    let schemas = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten();
    let schemas: Map<String, Value> = schemas
        .filter(|(_, schema)| schema.get("properties").is_some())
        .map(|(key, schema)| (key.clone(), record(schema, document)))
        .collect();
    json!({
        "openapi": "3.0.3",
        "info": { "title": "oracle", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn record(schema: &Value, document: &Value) -> Value {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let properties: Map<String, Value> = properties
        .map(|(name, property)| (name.clone(), value(property, document)))
        .collect();
    let required = schema.get("required").cloned().unwrap_or_else(|| json!([]));
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Converts a value: records by reference, strings of any kind to strings, unions and free-form values to any
/// JSON.
fn value(schema: &Value, document: &Value) -> Value {
    let referred = schema.get("$ref").and_then(Value::as_str);
    let referred = referred.and_then(|target| target.rsplit('/').next());
    let lifted = schema.get("x-rust-type").and_then(Value::as_str);
    if let Some(key) = referred.or(lifted) {
        return match document["components"]["schemas"].get(key) {
            Some(target) if target.get("properties").is_some() => {
                json!({ "$ref": format!("#/components/schemas/{key}") })
            }
            Some(target) if target.get("enum").is_none() => json!({}),
            _ => json!({ "type": "string" }),
        };
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("integer") => json!({ "type": "integer", "format": "int64" }),
        Some("array") => json!({ "type": "array", "items": value(&schema["items"], document) }),
        Some(scalar @ ("string" | "boolean" | "number")) => json!({ "type": scalar }),
        _ => json!({}),
    }
}
