//! Compares the type of every field with that of progenitor's type space.
//!
//! Both read the same simplified document. Whether a value may be absent is the generator's own decision, and
//! each of the two breaks cycles by boxes at its own places, so neither is compared.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod progenitors;

use atlas_backup_generator::{Source, Text, generate, normalised};
use heck::ToPascalCase as _;
use quote::ToTokens as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The type of each field, by record and wire name.
type Fields = BTreeMap<(String, String), String>;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn source<'a>(name: &'a str, text: &'a str) -> Source<'a> {
    Source {
        documented: true,
        ..Source::of(Text { name, text })
    }
}

fn simplified(name: &str, text: &str) -> Value {
    normalised(&source(name, text)).unwrap_or_else(|found| panic!("{found}"))
}

/// Returns the Rust name of a component.
fn named(key: &str, schema: &Value) -> String {
    let chosen = schema.get("x-rust-name").and_then(Value::as_str);
    chosen.unwrap_or(key).to_pascal_case()
}

/// Removes the wrappers for absent and boxed values from a type.
fn bare(value: &str) -> String {
    let mut value = value.replace(' ', "");
    for wrapper in ["Option<", "Patch<", "Box<"] {
        while let Some(at) = value.find(wrapper) {
            let inside = &value[at + wrapper.len()..];
            let mut depth = 1;
            let close = inside.find(|sign| {
                depth += match sign {
                    '<' => 1,
                    '>' => -1,
                    _ => 0,
                };
                depth == 0
            });
            let close = close.expect("brackets come in pairs");
            value = format!(
                "{}{}{}",
                &value[..at],
                &inside[..close],
                &inside[close + 1..]
            );
        }
    }
    value
}

/// Returns the fields of the generated structs, by the wire names in the `record!` of each.
fn ours(name: &str, text: &str) -> Fields {
    let generated = generate(&source(name, text), &mut |_, _| {});
    let generated = generated.unwrap_or_else(|found| panic!("{found}"));
    let (mut types, mut wires) = (BTreeMap::new(), Vec::new());
    for file in &generated.files {
        for item in syn::parse_file(&file.content).expect("it is Rust").items {
            match item {
                syn::Item::Struct(record) => {
                    for field in record.fields {
                        let name = field.ident.map(|ident| ident.to_string());
                        let value = bare(&field.ty.into_token_stream().to_string());
                        types.insert((record.ident.to_string(), name), value);
                    }
                }
                syn::Item::Macro(item) if item.mac.path.is_ident("record") => {
                    wires.extend(entries(&item.mac.tokens.to_string()));
                }
                _ => {}
            }
        }
    }
    let fields = wires.into_iter().map(|(record, field, wire)| {
        let value = types.remove(&(record.clone(), Some(field)));
        ((record, wire), value.expect("the field is there"))
    });
    fields.collect()
}

/// Parses the entries of a `record!`: `Name sent { field: "wire" }`, as tokens separated by spaces.
fn entries(tokens: &str) -> Vec<(String, String, String)> {
    let (head, rest) = tokens.split_once('{').expect("it has fields");
    let name = head.split_whitespace().next().expect("it has a name");
    let entries = rest.trim_end().trim_end_matches('}').split(',');
    let pairs = entries.filter_map(|entry| entry.split_once(':'));
    let parts = pairs.map(|(field, wire)| {
        let wire = wire.trim().trim_matches('"');
        (name.to_owned(), field.trim().to_owned(), wire.to_owned())
    });
    parts.collect()
}

#[test]
fn every_field_has_the_same_type_as_in_progenitor() {
    for (path, at_least) in [("spec/v2/curated.yaml", 300), ("spec/v1/curated.yaml", 40)] {
        let text = read(path);
        let theirs = progenitors::fields(&simplified(path, &text));
        let ours = ours(path, &text);
        assert!(ours.len() > at_least, "{path}: {} fields", ours.len());
        let differ: Vec<_> = ours
            .iter()
            .filter(|(field, value)| theirs.get(*field) != Some(value))
            .collect();
        assert!(differ.is_empty(), "{path}: {differ:#?}");
        assert_eq!(ours.len(), theirs.len(), "{path}");
    }
}
