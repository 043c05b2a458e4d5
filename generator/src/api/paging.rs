//! Detects operations that return pages, and the fields with a page's items and links.
//!
//! The behaviour overlay declares them (`x-pagination: {items, links}`), and this module checks that the fields exist
//! and have the types that the runtime needs: a list of objects, and a list of links with `rel` and `href`. An operation
//! without the declaration returns pages if it has the parameters `pageNum` and `itemsPerPage` and its response has such
//! fields `results` and `links`, which is the convention of the API.

use super::parameters::takes;
use super::{Output, Paging, Presence, Record, Shape, TypeDef, TypeId, TypeRef};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{child, string};
use serde_json::{Value, json};

/// Maximum number of items per page if the document has no limit.
const UNLIMITED: u64 = u32::MAX as u64;

pub(super) fn paging(
    operation: &Value,
    output: Option<&Output>,
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
    // A response without a body has no items.
    let output = output.filter(|output| !output.optional);
    let page = record(output.map(|output| &output.value), types);
    let field = |key: &str| {
        let wire = string(declared, key)?;
        page?.fields.iter().find(|field| field.wire == wire)
    };
    let (items, links) = (field("items"), field("links"));
    let links = links.filter(|links| {
        let link = item(&links.value).and_then(|link| types.get(link.0));
        link.is_some_and(is_link)
    });
    let item = items.and_then(|items| item(&items.value));
    let (Some(items), Some(item), Some(links)) = (items, item, links) else {
        if !by_convention {
            diagnostics.push(
                Diagnostic::new(
                    "not-a-page",
                    child(pointer, "x-pagination"),
                    "not every response has these fields, a list of objects and a list of links with the strings `rel` and `href`",
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
        items_required: items.presence == Presence::Required,
        links: links.name.clone(),
        links_required: links.presence == Presence::Required,
        largest_page: largest.map_or(UNLIMITED, |largest| largest.min(UNLIMITED)),
    })
}

/// Returns the type of the objects in a list.
fn item(list: &TypeRef) -> Option<TypeId> {
    let TypeRef::List(item) = list else {
        return None;
    };
    match **item {
        TypeRef::Named(id) => Some(id),
        _ => None,
    }
}

/// Returns true if the runtime can read the relation and the target of a link.
fn is_link(definition: &TypeDef) -> bool {
    let Shape::Record(record) = &definition.shape else {
        return false;
    };
    ["rel", "href"].iter().all(|name| {
        let mut fields = record.fields.iter();
        fields
            .any(|field| field.name == *name && field.wire == *name && field.value == TypeRef::Text)
    })
}

/// Returns the record that a value is.
pub(super) fn record<'t>(value: Option<&TypeRef>, types: &'t [TypeDef]) -> Option<&'t Record> {
    match &types.get(value?.named()?.0)?.shape {
        Shape::Record(record) => Some(record),
        _ => None,
    }
}
