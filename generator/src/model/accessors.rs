//! What a received union can be asked for whichever kind it is: the fields of its base.
//!
//! Invariant: a kind more takes no accessor away. A kind that lacks the field, or has it otherwise, answers `None`.

use super::types::value_type;
use super::{Kind, naming};
use crate::document::{flag, object, string, strings};
use quote::quote;
use serde_json::Value;
use syn::Type;

/// A field that can be read off a union.
pub(crate) struct Accessor {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) value: Type,
    /// What the document says of it where it is met first.
    pub(crate) property: Value,
    /// Whether every kind that has it calls it deprecated.
    pub(crate) deprecated: bool,
    /// The variants that have it.
    pub(crate) variants: Vec<String>,
}

/// The accessors of a union: of each field of its base, what most of its kinds make of it; of as many, the first.
pub(super) fn accessors(
    union: &Value,
    kinds: &[(&Value, Kind)],
    document: &Value,
) -> Vec<Accessor> {
    let mut accessors = Vec::new();
    for wire in strings(union, "x-common") {
        let mut found: Vec<Accessor> = Vec::new();
        for (record, kind) in kinds {
            let Some((property, value)) = optional(record, wire, document) else {
                continue;
            };
            let name = naming::field_name(property, wire);
            let deprecated = flag(property, "deprecated");
            let same =
                |known: &&mut Accessor| known.name == name && text(&known.value) == text(&value);
            match found.iter_mut().find(same) {
                Some(known) => {
                    known.deprecated &= deprecated;
                    known.variants.push(kind.variant.clone());
                }
                None => found.push(Accessor {
                    wire: wire.to_owned(),
                    name,
                    value,
                    property: property.clone(),
                    deprecated,
                    variants: vec![kind.variant.clone()],
                }),
            }
        }
        let most = found.iter().map(|accessor| accessor.variants.len()).max();
        let chosen = found
            .into_iter()
            .find(|accessor| Some(accessor.variants.len()) == most);
        accessors.extend(chosen);
    }
    accessors
}

/// A field that answers may lack, with the type of its value. A list that is always there is no such field.
fn optional<'r>(record: &'r Value, wire: &str, document: &Value) -> Option<(&'r Value, Type)> {
    let property = object(record, "/properties").get(wire)?;
    let always = strings(record, "required").any(|name| name == wire);
    if always && string(property, "type") == Some("array") {
        return None;
    }
    Some((property, value_type(property, document)?))
}

fn text(value: &Type) -> String {
    quote!(#value).to_string()
}
