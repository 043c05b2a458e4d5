//! Detects operations that return pages, and the fields with a page's items and links.
//!
//! The behaviour overlay declares them (`x-pagination: {items, links}`), and this module checks that the fields
//! exist. An operation without the declaration returns pages if it has the parameters `pageNum` and `itemsPerPage`
//! and its response has the fields `results` and `links`, which is the convention of the API.

use super::parameters::takes;
use super::{Paging, Record, Shape, TypeDef, TypeRef};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{child, string};
use serde_json::{Value, json};

/// Maximum number of items per page if the document has no limit.
const UNLIMITED: u64 = u32::MAX as u64;

pub(super) fn paging(
    operation: &Value,
    output: Option<&TypeRef>,
    types: &[TypeDef],
    pointer: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Paging> {
    let convention = json!({ "items": "results", "links": "links" });
    let (declared, by_convention) = match operation.get("x-pagination") {
        Some(declared) => (declared, false),
        None if ["pageNum", "itemsPerPage"]
            .iter()
            .all(|name| takes(operation, name)) =>
        {
            (&convention, true)
        }
        None => return None,
    };
    let page = record(output, types);
    let field = |key: &str| {
        let wire = string(declared, key)?;
        page?.fields.iter().find(|field| field.wire == wire)
    };
    let found = field("items").zip(field("links"));
    let item = found.and_then(|(items, _)| match &items.value {
        TypeRef::List(item) => item.named(),
        _ => None,
    });
    let (Some((items, links)), Some(item)) = (found, item) else {
        if !by_convention {
            diagnostics.push(
                Diagnostic::new(
                    "not-a-page",
                    child(pointer, "x-pagination"),
                    "the response does not have these fields, a list of objects and a list of links",
                    "name the page's fields: x-pagination: {items: results, links: links}",
                )
                .remove(),
            );
        }
        return None;
    };
    let parameters = operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let largest = parameters
        .filter(|parameter| string(parameter, "name") == Some("itemsPerPage"))
        .find_map(|parameter| parameter.pointer("/schema/maximum").and_then(Value::as_u64));
    Some(Paging {
        item,
        items: items.name.clone(),
        items_required: items.declared_required,
        links: links.name.clone(),
        largest_page: largest.unwrap_or(UNLIMITED),
    })
}

/// Returns the record that a value is.
pub(super) fn record<'t>(value: Option<&TypeRef>, types: &'t [TypeDef]) -> Option<&'t Record> {
    match &types.get(value?.named()?.0)?.shape {
        Shape::Record(record) => Some(record),
        _ => None,
    }
}
