//! Progenitor's own types of a normalised document's responses.
//!
//! Must never change a schema: enums, unions, patterns and formats are typed by progenitor. Only dated media
//! types, which it does not support, are replaced.

use crate::Outcome;
use crate::oracle::name;
use progenitor::{GenerationSettings, Generator};
use quote::ToTokens;
use serde_json::{Map, Value, json};

/// Returns the types' code, and the table of the operations with their response types.
pub(crate) fn answers(document: &Value) -> Outcome<(String, String)> {
    let mut paths = Map::new();
    let mut ids = Vec::new();
    for (_, item) in document["paths"].as_object().into_iter().flatten() {
        for operation in item.as_object().into_iter().flat_map(|item| item.values()) {
            let (Some(name), Some(schema)) = (name(operation), answer(operation)) else {
                continue;
            };
            let id = operation
                .get("x-xgen-operation-id-override")
                .or_else(|| operation.get("operationId"));
            ids.push((name.clone(), id.cloned().unwrap_or_default()));
            let answer = json!({ "description": "The answer.", "content": { "application/json": { "schema": schema } } });
            let operation = json!({ "operationId": name, "responses": { "200": answer } });
            paths.insert(format!("/{name}"), json!({ "get": operation }));
        }
    }
    let plain = json!({
        "openapi": "3.0.3",
        "info": { "title": "answers", "version": "1" },
        "paths": paths,
        "components": { "schemas": document["components"]["schemas"] },
    });
    let settings = GenerationSettings::new();
    let tokens = Generator::new(&settings).generate_tokens(&serde_json::from_value(plain)?)?;
    let file: syn::File = syn::parse2(tokens)?;
    let mut rows = String::new();
    for (name, id) in ids {
        let answer = returned(&file, &name).ok_or_else(|| format!("progenitor has no `{name}`"))?;
        rows.push_str(&format!(
            "        ({id}, crate::back::<answers::{answer}> as crate::Back),\n"
        ));
    }
    let table = format!(
        "    /// Every operation with a response body, and progenitor's type of it.\n    pub const ANSWERS: &[(&str, crate::Back)] = &[\n{rows}    ];\n"
    );
    Ok((prettyplease::unparse(&file), table))
}

/// Returns the schema of a successful response.
fn answer(operation: &Value) -> Option<&Value> {
    let responses = operation["responses"].as_object()?;
    let (_, response) = responses
        .iter()
        .find(|(status, _)| status.starts_with('2'))?;
    let content = response.get("content")?.as_object()?;
    content.values().next()?.get("schema")
}

/// Returns the type within `ResponseValue<…>` that a method of the client returns.
fn returned(file: &syn::File, method: &str) -> Option<String> {
    let methods = file.items.iter().filter_map(|item| match item {
        syn::Item::Impl(block) => Some(&block.items),
        _ => None,
    });
    let found = methods.flatten().find_map(|item| match item {
        syn::ImplItem::Fn(one) if one.sig.ident == method => Some(one),
        _ => None,
    })?;
    let text = found
        .sig
        .output
        .to_token_stream()
        .to_string()
        .replace(' ', "");
    let (_, rest) = text.split_once("ResponseValue<")?;
    let (answer, _) = rest.split_once(">,")?;
    Some(answer.to_owned())
}
