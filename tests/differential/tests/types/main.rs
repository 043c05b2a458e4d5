//! The type of every field beside the one that progenitor's type space gives it.
//!
//! Both read the same simplified document. Whether a value may be absent is the generator's own decision, and boxes are where
//! each of the two breaks a circle, so neither is compared.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod progenitors;

use atlas_backup_generator::{Selection, Source, Target, Text, Type, normalised, usage};
use heck::ToPascalCase as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Per record and name on the wire: the type.
type Fields = BTreeMap<(String, String), String>;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn simplified(name: &str, text: &str) -> Value {
    let source = Source {
        document: Text { name, text },
        overlays: Vec::new(),
        selection: Selection::All,
        released: None,
        api_date: None,
        documented: true,
        curated: name,
        target: Target {
            crate_name: "it",
            directory: "it",
            receiver: "Client",
            features: false,
        },
    };
    normalised(&source).unwrap_or_else(|found| panic!("{found}"))
}

/// The Rust name of a component.
fn named(key: &str, schema: &Value) -> String {
    let chosen = schema.get("x-rust-name").and_then(Value::as_str);
    chosen.unwrap_or(key).to_pascal_case()
}

/// The types without what only says that a value may be absent, or is on the heap.
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

fn ours(name: &str, text: &str) -> Fields {
    let usage = usage(Text { name, text }).unwrap_or_else(|found| panic!("{found}"));
    let mut fields = Fields::new();
    for (record, of) in usage.types {
        if let Type::Record { fields: all, .. } = of {
            fields.extend(
                all.into_iter()
                    .map(|field| ((record.clone(), field.wire), bare(&field.value))),
            );
        }
    }
    fields
}

#[test]
fn every_field_has_the_type_that_progenitor_gives_it() {
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
