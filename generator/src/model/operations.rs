//! Operations → rows and methods.

use super::types::{undescribed, value_type};
use super::{Earlier, Operation, OperationDocs, Parameter, Place, naming, paging, waits};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{
    SCHEMAS, child, flag, object, operation_name, schema_name, string, strings, strings_or_one,
    type_key,
};
use crate::kept::{REMOVED, RENAMED_FROM, SUCCESSOR};
use quote::quote;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Type, parse_quote};

/// Flags that every operation of the API may have and the runtime knows how to handle: parameter and trait.
const FLAGS: [(&str, &str); 3] = [
    ("envelope", "Enveloped"),
    ("pretty", "Pretty"),
    ("includeCount", "Counted"),
];

/// Methods of `Call`, which a query parameter's setter must not be called.
const CALL_METHODS: [&str; 24] = [
    "body",
    "continue_from",
    "envelope",
    "find_created",
    "header",
    "idempotency_key",
    "include_count",
    "items",
    "items_blocking",
    "items_per_page",
    "new",
    "no_retry",
    "optional_body",
    "page_num",
    "pages",
    "path",
    "pretty",
    "query",
    "query_list",
    "retry",
    "send",
    "send_blocking",
    "stream",
    "timeout",
];

/// The paging parameters; the runtime sets them.
const PAGING: [&str; 2] = ["itemsPerPage", "pageNum"];

pub(crate) fn operations(document: &Value, diagnostics: &mut Diagnostics) -> Vec<Operation> {
    let mut taken: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut operations = Vec::new();
    for (pointer, path, method, raw) in crate::document::operations(document) {
        let Some(id) = operation_name(raw) else {
            let help = "add an `operationId` in the names overlay";
            diagnostics.push(
                Diagnostic::new(
                    "unnamed-operation",
                    &pointer,
                    format!("`{method} {path}` has no operationId"),
                    help,
                )
                .update(json!({ "operationId": "anotherName" })),
            );
            continue;
        };
        let operation = operation(document, &pointer, path, method, raw, id, diagnostics);
        let waits = operation.waits.iter().map(|wait| &wait.method_name);
        let earlier = operation.earlier.iter().map(|earlier| &earlier.method_name);
        let own = std::iter::once(&operation.method_name);
        for method_name in own.chain(waits).chain(earlier) {
            let own = (id.to_owned(), pointer.clone());
            if let Some((other, place)) = taken.insert(method_name.clone(), own) {
                diagnostics.push(Diagnostic::new(
                    "name-collision",
                    &pointer,
                    format!("`{id}` and `{other}` both have a method `{method_name}`"),
                    "rename one in the names overlay with `x-xgen-operation-id-override`, or its wait in the behaviour overlay",
                ).and(place).update(json!({ "x-xgen-operation-id-override": "anotherName" })));
            }
        }
        operations.push(operation);
    }
    operations
}

fn operation(
    document: &Value,
    pointer: &str,
    path: &str,
    method: &str,
    raw: &Value,
    id: &str,
    diagnostics: &mut Diagnostics,
) -> Operation {
    let responses = object(raw, "/responses");
    let successes: Vec<(&String, &Value)> = responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .collect();
    let media = successes
        .iter()
        .find_map(|(_, response)| media_of(response));
    let page = media
        .and_then(|(_, media)| media.get("schema"))
        .and_then(type_key);
    let output = output(&successes, pointer, document, diagnostics);
    let request = raw.get("requestBody").and_then(media_of);
    let body = request.and_then(|(name, media)| {
        let schema = media.get("schema").unwrap_or(&Value::Null);
        let found = is_json(name).then(|| value_type(schema, document)).flatten();
        if found.is_none() {
            diagnostics.push(Diagnostic::new(
                "unsupported-body",
                child(&format!("{pointer}/requestBody/content"), name),
                format!("`{id}` takes a body of `{name}`, which this generator does not carry"),
                "take the operation out of the selection, or give it a JSON body in the corrections overlay",
            ).remove());
        }
        found
    });
    let paging = paging::paging(raw, page, document, pointer, diagnostics);
    let waits = waits::waits(method, raw, page, document, pointer, diagnostics);
    let (arguments, optional) =
        parameters(raw, path, pointer, document, paging.is_some(), diagnostics);
    let flags = FLAGS
        .iter()
        .filter(|(name, _)| paging::takes(raw, name))
        .map(|(_, flag)| *flag)
        .collect();
    let fallback_tag = raw
        .pointer("/tags/0")
        .and_then(Value::as_str)
        .unwrap_or("operations");
    let sunset =
        string(raw, "x-sunset").map(|date| format!("the service turns this version off on {date}"));
    let removed = flag(raw, REMOVED).then(|| match string(raw, SUCCESSOR) {
        Some(successor) => format!(
            "it goes with a later breaking release; call `{}` instead",
            naming::snake(successor)
        ),
        None => "it goes with a later breaking release, and nothing replaces it".to_owned(),
    });
    let deprecated = flag(raw, "deprecated").then(|| "the service calls it deprecated".to_owned());
    Operation {
        id: id.to_owned(),
        method_name: naming::snake(id),
        marker: naming::pascal(id),
        module: naming::snake(string(raw, "x-rust-module").unwrap_or(fallback_tag)),
        docs: OperationDocs {
            summary: string(raw, "summary").unwrap_or(id).to_owned(),
            description: string(raw, "description").unwrap_or_default().to_owned(),
            page: string(raw, "x-xgen-docs-url").map(page_now),
            errors: responses
                .keys()
                .filter(|status| !status.starts_with('2'))
                .cloned()
                .collect(),
        },
        method: method.to_uppercase(),
        path: path.to_owned(),
        accept: media
            .map_or("application/json", |(name, _)| name)
            .to_owned(),
        content_type: request.map(|(name, _)| name.clone()),
        success: successes
            .iter()
            .filter_map(|(status, _)| status.parse().ok())
            .collect(),
        idempotent: method == "get" || flag(raw, "x-idempotent"),
        roles: strings(raw, "x-rolesRequirements")
            .map(str::to_owned)
            .collect(),
        arguments,
        optional,
        flags,
        paging,
        waits,
        body: body.map(borrowed),
        body_optional: raw
            .get("requestBody")
            .is_some_and(|body| !flag(body, "required")),
        output,
        deprecated: removed.or(sunset).or(deprecated),
        earlier: strings_or_one(raw, RENAMED_FROM)
            .map(|id| Earlier {
                id: id.to_owned(),
                method_name: naming::snake(id),
                marker: naming::pascal(id),
            })
            .collect(),
    }
}

/// The media type of a request or answer that is used: JSON if it is among them.
pub(crate) fn media_of(body: &Value) -> Option<(&String, &Value)> {
    let content = object(body, "/content");
    let json = content.iter().find(|(name, _)| is_json(name));
    json.or_else(|| content.iter().next())
}

/// Whether a media type is JSON, by its name or its suffix (RFC 6839).
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.ends_with("/json") || essence.ends_with("+json")
}

/// What a reference to an owned value is better a reference to.
fn borrowed(owned: Type) -> Type {
    if let Type::Path(path) = &owned
        && let Some(last) = path.path.segments.last()
    {
        match &last.arguments {
            syn::PathArguments::None if last.ident == "String" => return parse_quote!(str),
            syn::PathArguments::AngleBracketed(items) if last.ident == "Vec" => {
                let item = &items.args;
                return parse_quote!([#item]);
            }
            _ => {}
        }
    }
    owned
}

/// What a call gives: nothing, the one type of all successes, or that type if there is a body.
fn output(
    successes: &[(&String, &Value)],
    pointer: &str,
    document: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<Type> {
    let mut found: Option<Type> = None;
    let mut bodiless = false;
    for (status, response) in successes {
        let Some(answer) = answer(status, response, document) else {
            bodiless = true;
            continue;
        };
        match &found {
            Some(known) if quote!(#known).to_string() != quote!(#answer).to_string() => diagnostics.push(Diagnostic::new(
                "several-answers",
                child(&format!("{pointer}/responses"), status),
                "another success of this operation has a body of another type",
                "give both one schema in the corrections overlay, a `oneOf` of the two for example",
            ).remove()),
            _ => found = Some(answer),
        }
    }
    match bodiless {
        true => found.map(|answer| parse_quote!(Option<#answer>)),
        false => found,
    }
}

/// The type of a successful answer's body, if it has one. What is not JSON is bytes.
fn answer(status: &str, response: &Value, document: &Value) -> Option<Type> {
    let (name, media) = media_of(response)?;
    match media.get("schema") {
        Some(schema) if is_json(name) => value_type(schema, document),
        // Dated media types without a schema stand for "no content" in the API's document.
        None if is_json(name) || status == "204" => None,
        _ => Some(parse_quote!(Bytes)),
    }
}

/// The parameters that have to be there, those of the path first, and those that may be left out; the runtime's own are
/// neither.
fn parameters(
    operation: &Value,
    path: &str,
    pointer: &str,
    document: &Value,
    paged: bool,
    diagnostics: &mut Diagnostics,
) -> (Vec<Parameter>, Vec<Parameter>) {
    let mut in_path: BTreeMap<&str, Parameter> = BTreeMap::new();
    let (mut required, mut optional) = (Vec::new(), Vec::new());
    let mut arguments_taken = BTreeSet::from(["body".to_owned()]);
    let mut setters_taken: BTreeSet<String> = CALL_METHODS.map(str::to_owned).into();
    let declared = operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for (index, raw) in declared.enumerate() {
        let pointer = format!("{pointer}/parameters/{index}");
        let wire = string(raw, "name").unwrap_or_default();
        let location = string(raw, "in").unwrap_or_default();
        if is_runtimes(wire, location, paged) {
            continue;
        }
        let schema = raw.get("schema").unwrap_or(&Value::Null);
        let found = place(raw, location, schema).zip(argument_type(schema, document));
        let Some((place, argument)) = found else {
            diagnostics.push(Diagnostic::new(
                "unsupported-parameter",
                pointer,
                format!("the {location} parameter `{wire}` is of a kind this generator does not carry"),
                "remove the parameter in the corrections overlay, or the operation from the selection",
            ).remove());
            continue;
        };
        let argument_like = place == Place::Path || flag(raw, "required");
        let taken = if argument_like {
            &mut arguments_taken
        } else {
            &mut setters_taken
        };
        let mut name = naming::field_name(raw, wire);
        if !taken.insert(name.clone()) {
            // One name in the path, the query and a header is three parameters.
            name = naming::free(&format!("{name}_in_{location}"), taken);
            taken.insert(name.clone());
        }
        let parameter = Parameter {
            place,
            wire: wire.to_owned(),
            name,
            docs: string(raw, "description").map_or_else(|| undescribed(wire), str::to_owned),
            argument,
        };
        match place {
            Place::Path => {
                in_path.insert(wire, parameter);
            }
            _ if argument_like => required.push(parameter),
            _ => optional.push(parameter),
        }
    }
    let mut arguments = Vec::new();
    for name in path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
    {
        match in_path.remove(name) {
            Some(parameter) => arguments.push(parameter),
            None => diagnostics.push(Diagnostic::new(
                "undeclared-path-parameter",
                child(pointer, "parameters"),
                format!("the path has `{{{name}}}`, the parameters do not"),
                "declare it in the corrections overlay",
            ).update_at(pointer, json!({ "parameters": [
                    { "name": name, "in": "path", "required": true, "schema": { "type": "string" } },
                ] }))),
        }
    }
    arguments.extend(required);
    (arguments, optional)
}

/// Whether the runtime sends a parameter by itself, so that no call has an argument or setter of its own for it.
pub(crate) fn is_runtimes(wire: &str, location: &str, paged: bool) -> bool {
    let is_flag = FLAGS.iter().any(|(name, _)| *name == wire);
    location == "query" && (is_flag || (paged && PAGING.contains(&wire)))
}

/// Where a parameter goes and, if it is a list, how it is written.
fn place(parameter: &Value, location: &str, schema: &Value) -> Option<Place> {
    let list = string(schema, "type") == Some("array");
    let style = string(parameter, "style");
    match (location, list) {
        ("path", false) => Some(Place::Path),
        ("header", false) => Some(Place::Header),
        ("query", false) => Some(Place::Query),
        ("query", true) => {
            let explode = parameter.get("explode").and_then(Value::as_bool);
            match style.unwrap_or("form") {
                "form" if explode.unwrap_or(true) => Some(Place::QueryList(None)),
                "form" => Some(Place::QueryList(Some(","))),
                "spaceDelimited" => Some(Place::QueryList(Some("%20"))),
                "pipeDelimited" => Some(Place::QueryList(Some("%7C"))),
                _ => None,
            }
        }
        _ => None,
    }
}

/// How a parameter is taken by a method.
fn argument_type(schema: &Value, document: &Value) -> Option<Type> {
    if let Some(key) = string(schema, "x-rust-type").or_else(|| schema_name(schema)) {
        let name = object(document, SCHEMAS)
            .get(key)
            .map_or_else(|| key.to_owned(), |target| naming::type_name(target, key));
        let ident = naming::ident(&name);
        return Some(parse_quote!(&#ident));
    }
    Some(match string(schema, "type")? {
        "string" => parse_quote!(&str),
        "integer" => parse_quote!(i64),
        "number" => parse_quote!(f64),
        "boolean" => parse_quote!(bool),
        "array" => {
            let items: Type = match argument_type(schema.get("items")?, document)? {
                Type::Reference(item) => (*item.elem).clone(),
                item => item,
            };
            match &items {
                Type::Path(path) if path.path.is_ident("str") => parse_quote!(&[&str]),
                items => parse_quote!(&[#items]),
            }
        }
        _ => return None,
    })
}

/// The address of an operation's page. The document has one that the service's documentation has left: what tells its operations
/// apart is a fragment, which a redirect does not see.
fn page_now(known: &str) -> String {
    const PAGES: &str =
        "https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/operation/operation-";
    match known
        .split_once("/api-resources-spec/v2/#")
        .and_then(|(_, place)| place.rsplit_once("/operation/"))
    {
        Some((_, id)) => format!("{PAGES}{}", id.to_lowercase()),
        None => known.to_owned(),
    }
}
