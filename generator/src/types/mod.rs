//! The Rust types of record fields, by progenitor's type space.
//!
//! What the normaliser left are plain objects; progenitor decides how their properties are represented (lists, maps,
//! boxes around recursion, free-form values). Enums, unions, identifiers and timestamps are ours and put in by name.

mod plain;
mod rework;

use crate::diagnostic::Diagnostics;
use progenitor::{GenerationSettings, Generator, TypeImpl};
use serde_json::Value;
use std::collections::BTreeMap;

/// Per record (Rust name) and property (wire name): the type of its value when there is one.
pub(crate) type FieldTypes = BTreeMap<String, BTreeMap<String, syn::Type>>;

/// Types every field of every record in the normalised `document`.
pub(crate) fn field_types(
    document: &Value,
    diagnostics: &mut Diagnostics,
) -> Result<FieldTypes, Diagnostics> {
    let plain = plain::document(document, diagnostics);
    diagnostics.check()?;
    let mut settings = GenerationSettings::new();
    settings.with_map_type("::std::collections::BTreeMap");
    for name in &plain.ours {
        settings.with_replacement(name, name, std::iter::empty::<TypeImpl>());
    }
    let mut generator = Generator::new(&settings);
    let tokens = serde_json::from_value(plain.document)
        .map_err(|error| error.to_string())
        .and_then(|document| {
            generator
                .generate_tokens(&document)
                .map_err(|error| error.to_string())
        })
        .map(|_| generator.get_type_space().to_stream());
    match tokens.and_then(|tokens| {
        rework::field_types(tokens, &plain.names).map_err(|error| error.to_string())
    }) {
        Ok(types) => Ok(types),
        Err(error) => {
            let message =
                format!("progenitor's type space refuses the normalised schemas: {error}");
            diagnostics.report(
                "untypable",
                "/components/schemas",
                message,
                "simplify the schema in an overlay",
            );
            Err(diagnostics.clone())
        }
    }
}
