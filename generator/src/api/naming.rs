//! Identifiers: every name in the generated code is decided here, from the document's names or the overlay's.
//!
//! Invariant: the result is always a valid Rust identifier, whatever the document says.

use crate::document::{flag, string};
use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::Ident;
use quote::format_ident;
use serde_json::Value;
use std::collections::BTreeSet;

/// Names of the runtime that generated code may use, by the module they are taken from; a document's
/// type must not be called like one of them.
pub(crate) const VOCABULARY: [(&str, &[&str]); 6] = [
    (
        "crate",
        &[
            "Acceptor",
            "Call",
            "Client",
            "ClusterName",
            "Counted",
            "Endpoint",
            "Enveloped",
            "Extra",
            "Matcher",
            "ObjectId",
            "Operation",
            "Paged",
            "Patch",
            "Pretty",
            "Request",
            "SecretUrl",
            "Timestamp",
            "Violations",
            "Wait",
        ],
    ),
    (
        "crate::json",
        &[
            "common_fields",
            "open_enum",
            "paged",
            "record",
            "setters",
            "tagged_union",
            "untagged_union",
        ],
    ),
    ("bytes", &["Bytes"]),
    ("http", &["Method"]),
    ("serde_json", &["Value"]),
    ("std::collections", &["BTreeMap"]),
];

/// `UpperCamelCase`, fit to be a type or variant; `Self` gets a trailing underscore.
pub(crate) fn pascal(name: &str) -> String {
    not_a_keyword(valid(&ascii_words(name).to_pascal_case(), 'N'))
}

/// `snake_case`, fit to be a field, method or module; keywords get a trailing underscore.
pub(crate) fn snake(name: &str) -> String {
    not_a_keyword(valid(&ascii_words(name).to_snake_case(), 'n'))
}

fn not_a_keyword(name: String) -> String {
    if syn::parse_str::<Ident>(&name).is_ok() {
        name
    } else {
        format!("{name}_")
    }
}

/// The Rust name of a component schema.
pub(crate) fn type_name(schema: &Value, name: &str) -> String {
    string(schema, "x-rust-name").map_or_else(|| pascal(name), pascal)
}

/// The Rust name of a property.
pub(crate) fn field_name(property: &Value, name: &str) -> String {
    string(property, "x-rust-field").map_or_else(|| snake(name), snake)
}

/// The names that are taken before the document says anything.
pub(crate) fn runtime_names() -> impl Iterator<Item = &'static str> {
    let vocabulary = VOCABULARY.iter().flat_map(|(_, names)| *names);
    vocabulary
        .chain(&["Box", "Option", "String", "Vec"])
        .copied()
}

/// Whether names that are taken get a number in this document, instead of being refused.
pub(crate) fn numbers(document: &Value) -> bool {
    flag(document, NUMBERED)
}

/// The member of a document that [`numbers`] reads.
pub(crate) const NUMBERED: &str = "x-rust-number-collisions";

/// The name or, if it is taken, the first of `name2`, `name3`, … that is not.
pub(crate) fn free(name: &str, taken: &BTreeSet<String>) -> String {
    let stem = name.trim_end_matches('_');
    let numbered = (2_u64..).map(|number| format!("{stem}{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}

/// An identifier token for a name made above.
pub(crate) fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}

/// Everything that cannot be in an identifier becomes a word boundary; signs that tell names apart become words.
fn ascii_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '<' => words.push_str(" less "),
            '>' => words.push_str(" greater "),
            '=' => words.push_str(" equal "),
            '+' => words.push_str(" plus "),
            character if character.is_ascii_alphanumeric() => words.push(character),
            _ => words.push(' '),
        }
    }
    words
}

/// Prefixes what is empty or starts with a digit.
fn valid(name: &str, prefix: char) -> String {
    if name
        .chars()
        .next()
        .is_none_or(|first| first.is_ascii_digit())
    {
        format!("{prefix}{name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{pascal, snake};

    #[test]
    fn every_name_becomes_an_identifier() {
        for (name, type_name, field) in [
            ("deliveryUrl", "DeliveryUrl", "delivery_url"),
            (
                "pointInTimeUTCSeconds",
                "PointInTimeUtcSeconds",
                "point_in_time_utc_seconds",
            ),
            ("_id", "Id", "id"),
            ("type", "Type", "type_"),
            ("self", "Self_", "self_"),
            ("<", "Less", "less"),
            (">=", "GreaterEqual", "greater_equal"),
            ("4xx", "N4xx", "n4xx"),
            ("", "N", "n"),
            ("a\u{0}*/\"b", "AB", "a_b"),
        ] {
            assert_eq!(
                (pascal(name).as_str(), snake(name).as_str()),
                (type_name, field),
                "{name:?}"
            );
        }
    }
}
