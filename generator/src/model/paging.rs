//! Which operations return pages, and where a page keeps its items.
//!
//! The behaviour overlay says so (`x-pagination: {items, links}`); that the page has those fields is checked here. An
//! operation nobody has said it of returns pages if it takes `pageNum` and `itemsPerPage` and its answer has `results` and
//! `links`, as everywhere in the API.

use super::{Paging, naming};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{SCHEMAS, child, object, schema_name, string, strings};
use serde_json::{Value, json};
use syn::parse_quote;

/// The most items a page can have where the document sets no limit.
const UNLIMITED: u64 = u32::MAX as u64;

pub(super) fn paging(
    operation: &Value,
    page: Option<&str>,
    document: &Value,
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
    let pointer = child(pointer, "x-pagination");
    let schema = page.and_then(|page| object(document, SCHEMAS).get(page));
    let field = |key: &str| {
        let wire = string(declared, key)?;
        let property = object(schema?, "/properties").get(wire)?;
        Some((wire, property))
    };
    let found = field("items").zip(field("links"));
    let item = found.and_then(|((_, items), _)| {
        let key = schema_name(items.get("items")?)?;
        Some(naming::type_name(object(document, SCHEMAS).get(key)?, key))
    });
    let (Some(((items, items_property), (links, links_property))), Some(item)) = (found, item)
    else {
        if by_convention {
            return None;
        }
        diagnostics.push(
            Diagnostic::new(
                "not-a-page",
                pointer,
                "the answer has no such list of objects and list of links",
                "name the page's fields: x-pagination: {items: results, links: links}",
            )
            .remove(),
        );
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
    let item = naming::ident(&item);
    Some(Paging {
        item: parse_quote!(#item),
        items: naming::field_name(items_property, items),
        items_required: schema
            .is_some_and(|schema| strings(schema, "required").any(|name| name == items)),
        links: naming::field_name(links_property, links),
        largest_page: largest.unwrap_or(UNLIMITED),
    })
}

/// Whether an operation has a query parameter of this name.
pub(super) fn takes(operation: &Value, name: &str) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    parameters
        .into_iter()
        .flatten()
        .filter(|parameter| string(parameter, "in") == Some("query"))
        .any(|parameter| string(parameter, "name") == Some(name))
}
