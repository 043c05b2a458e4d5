//! What is checked about a request before it is sent.

use super::Check;
use crate::document::{SCHEMAS, object, string, type_key};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use std::collections::BTreeSet;

/// The sent records and unions that have something to check, directly or inside.
pub(super) fn checked(document: &Value) -> BTreeSet<String> {
    let mut checked = BTreeSet::new();
    loop {
        let before = checked.len();
        for (key, schema) in object(document, SCHEMAS) {
            let sent = string(schema, "x-direction").is_some_and(|direction| direction != "answer");
            if sent && has_checks(schema, document, &checked) {
                checked.insert(key.clone());
            }
        }
        if checked.len() == before {
            return checked;
        }
    }
}

/// Whether there is something to check about a value: about a union, if there is about one of its kinds.
fn has_checks(schema: &Value, document: &Value, checked: &BTreeSet<String>) -> bool {
    if schema.get("discriminator").is_some() {
        let mut kinds = object(schema, "/discriminator/mapping").values();
        return kinds.any(|target| {
            let key = target.as_str().and_then(|target| target.rsplit('/').next());
            key.is_some_and(|key| checked.contains(key))
        });
    }
    if let Some(kinds) = schema.get("oneOf").and_then(Value::as_array) {
        return kinds.iter().any(|kind| is_checked(kind, document, checked));
    }
    let mut properties = object(schema, "/properties").values();
    properties.any(|property| !checks(property, document, checked).is_empty())
}

/// Whether a kind of an untagged union has checks of its own, or is a list of what has.
pub(super) fn is_checked(kind: &Value, document: &Value, checked: &BTreeSet<String>) -> bool {
    let items = kind.get("items");
    names_checked(kind, document, checked)
        || items.is_some_and(|items| names_checked(items, document, checked))
}

fn names_checked(schema: &Value, document: &Value, checked: &BTreeSet<String>) -> bool {
    type_key(schema)
        .is_some_and(|key| object(document, SCHEMAS).contains_key(key) && checked.contains(key))
}

/// What there is to check about a property before it is sent.
pub(super) fn checks(property: &Value, document: &Value, checked: &BTreeSet<String>) -> Vec<Check> {
    let inner = |schema: &Value| names_checked(schema, document, checked);
    if inner(property) {
        return vec![Check::Inner];
    }
    let bounds = |smallest: &str, largest: &str, literal: fn(&Value) -> Option<Literal>| {
        let bound = |key: &str| property.get(key).and_then(literal);
        match (bound(smallest), bound(largest)) {
            (None, None) => None,
            (from, Some(to)) => Some(quote!(#from..=#to)),
            (from, None) => Some(quote!(#from..)),
        }
    };
    let float = |value: &Value| value.as_f64().map(Literal::f64_unsuffixed);
    let found = match string(property, "type") {
        Some("array") => {
            let items = property.get("items").is_some_and(inner);
            let count = bounds("minItems", "maxItems", whole).map(Check::Count);
            return count
                .into_iter()
                .chain(items.then_some(Check::Items))
                .collect();
        }
        Some("string") if property.get("x-rust-type").is_none() => {
            bounds("minLength", "maxLength", whole).map(Check::Length)
        }
        Some("integer") if property.get("enum").is_some() => Some(Check::OneOf(ranges(property))),
        Some("integer") => bounds("minimum", "maximum", whole).map(Check::Range),
        Some("number") => bounds("minimum", "maximum", float).map(Check::Range),
        _ => None,
    };
    found.into_iter().collect()
}

/// The integers of an enum, as ranges in ascending order.
fn ranges(property: &Value) -> TokenStream {
    let listed = property.get("enum").and_then(Value::as_array);
    let all: BTreeSet<i64> = listed.into_iter().flatten().filter_map(integer).collect();
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for value in all {
        match ranges.last_mut() {
            Some((_, end)) if end.checked_add(1) == Some(value) => *end = value,
            _ => ranges.push((value, value)),
        }
    }
    let ranges = ranges.into_iter().map(|(from, to)| {
        let (from, to) = (Literal::i64_unsuffixed(from), Literal::i64_unsuffixed(to));
        quote!(#from..=#to)
    });
    quote!(#(#ranges),*)
}

/// An integer. Documents write some as floats: `1.1991456e+09`.
fn integer(value: &Value) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)]
    value
        .as_i64()
        .or_else(|| value.as_f64().map(|value| value as i64))
}

fn whole(value: &Value) -> Option<Literal> {
    integer(value).map(Literal::i64_unsuffixed)
}
