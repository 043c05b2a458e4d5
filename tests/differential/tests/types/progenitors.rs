//! The types of fields by progenitor's type space.
//!
//! It reads component schemas only, without constraints. Constructs that it does not support (enums, unions,
//! the runtime's types) are stubs that are replaced by name, and all names are numbers, because it changes
//! the spelling of names.

use crate::{Fields, bare, named};
use progenitor::{GenerationSettings, Generator, TypeImpl};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Attribute, Item, LitStr};

/// Numbers by name.
#[derive(Default)]
struct Numbers(BTreeMap<String, String>);

impl Numbers {
    fn of(&mut self, name: &str) -> String {
        let next = format!("T{}", self.0.len());
        self.0.entry(name.to_owned()).or_insert(next).clone()
    }

    fn reference(&mut self, name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{}", self.of(name)) })
    }
}

/// Returns the types of all fields of a simplified document.
pub(crate) fn fields(document: &Value) -> Fields {
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("there are schemas");
    let (mut numbers, mut stubs, mut plain) = (Numbers::default(), BTreeSet::new(), Map::new());
    for (key, schema) in schemas {
        let number = numbers.of(&named(key, schema));
        if schema.get("enum").is_some() || schema.get("oneOf").is_some() {
            stubs.insert(number);
            continue;
        }
        let properties = schema["properties"].as_object().into_iter().flatten();
        let properties: Map<String, Value> = properties
            .map(|(wire, property)| {
                (
                    wire.clone(),
                    value(property, schemas, &mut numbers, &mut stubs),
                )
            })
            .collect();
        plain.insert(
            number,
            json!({ "type": "object", "properties": properties }),
        );
    }
    for stub in &stubs {
        plain.insert(stub.clone(), json!({ "type": "string" }));
    }
    let mut settings = GenerationSettings::new();
    settings.with_map_type("::std::collections::BTreeMap");
    for stub in &stubs {
        settings.with_replacement(stub, stub, std::iter::empty::<TypeImpl>());
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "types", "version": "0" },
        "paths": {},
        "components": { "schemas": plain },
    });
    let document = serde_json::from_value(document).expect("it is a document");
    let mut generator = Generator::new(&settings);
    generator
        .generate_tokens(&document)
        .expect("progenitor reads it");
    let file: syn::File = syn::parse2(generator.get_type_space().to_stream()).expect("it is Rust");
    let names = numbers
        .0
        .into_iter()
        .map(|(name, number)| (number, name))
        .collect();
    let mut fields = Fields::new();
    collect(file.items, &names, &mut fields);
    fields
}

/// Converts a property's schema, without its constraints.
fn value(
    schema: &Value,
    schemas: &Map<String, Value>,
    numbers: &mut Numbers,
    stubs: &mut BTreeSet<String>,
) -> Value {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    let referred = text("$ref").and_then(|target| target.rsplit('/').next());
    if let Some((key, target)) = referred
        .or(text("x-rust-type"))
        .and_then(|key| schemas.get_key_value(key))
    {
        return numbers.reference(&named(key, target));
    }
    if let Some(runtime) = text("x-rust-runtime") {
        stubs.insert(numbers.of(runtime));
        return numbers.reference(runtime);
    }
    match text("type") {
        Some("boolean") => json!({ "type": "boolean" }),
        Some("string") => json!({ "type": "string" }),
        Some("integer") => json!({ "type": "integer", "format": "int64" }),
        Some("number") => json!({ "type": "number", "format": "double" }),
        Some("array") => {
            json!({ "type": "array", "items": value(&schema["items"], schemas, numbers, stubs) })
        }
        _ => match &schema["additionalProperties"] {
            values @ Value::Object(_) => {
                json!({ "type": "object", "additionalProperties": value(values, schemas, numbers, stubs) })
            }
            _ => json!({}),
        },
    }
}

fn collect(items: Vec<Item>, names: &BTreeMap<String, String>, fields: &mut Fields) {
    for item in items {
        match item {
            Item::Mod(module) => {
                let (_, items) = module.content.unwrap_or_default();
                collect(items, names, fields);
            }
            Item::Struct(item) => {
                let Some(record) = names.get(&item.ident.to_string()) else {
                    continue;
                };
                for field in &item.fields {
                    let ident = field.ident.as_ref().map(ToString::to_string);
                    let ident = ident.map(|ident| ident.trim_start_matches("r#").to_owned());
                    if let Some(wire) = renamed(&field.attrs).or(ident) {
                        fields.insert((record.clone(), wire), written(&field.ty, names));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the name in `#[serde(rename = "…")]`.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // Other keys of the attribute have no value, or one that is not needed here.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let value: LitStr = meta.value()?.parse()?;
                if meta.path.is_ident("rename") {
                    name = Some(value.value());
                }
            }
            Ok(())
        });
    }
    name
}

/// Formats a type with short paths, and with the original names in place of numbers.
fn written(value: &syn::Type, names: &BTreeMap<String, String>) -> String {
    let text = bare(&quote::quote!(#value).to_string().replace(' ', ""));
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == ':';
    let mut out = String::new();
    let mut rest = bare(
        &text
            .replace("::std::option::", "")
            .replace("::std::boxed::", ""),
    );
    while !rest.is_empty() {
        let end = rest.find(|sign| !is_word(sign)).unwrap_or(rest.len());
        let path: String = rest.drain(..end).collect();
        let last = path.rsplit("::").next().unwrap_or_default();
        // Progenitor's type of a map of any JSON.
        let last = if last == "Map" { "BTreeMap" } else { last };
        out.push_str(names.get(last).map_or(last, String::as_str));
        out.extend(rest.chars().next());
        rest.drain(..rest.chars().next().map_or(0, char::len_utf8));
    }
    out
}
