//! Reads parameters: arguments of methods, setters of calls, and those that the runtime sends.

use super::schemas::{Schemas, origin, prose, undescribed, words};
use super::{
    Constraints, Flag, Location, Parameter, Shape, Style, TypeDef, TypeRef, Writing, naming,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{child, flag, string};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Common boolean parameters of the API for which the runtime has setters.
const FLAGS: [(&str, Flag); 3] = [
    ("envelope", Flag::Enveloped),
    ("pretty", Flag::Pretty),
    ("includeCount", Flag::Counted),
];

/// Methods of `Call`; a setter of a query parameter must not have one of these names.
const CALL_METHODS: [&str; 33] = [
    "body",
    "content",
    "continue_from",
    "copied",
    "envelope",
    "find_created",
    "form_body",
    "header",
    "header_styled",
    "idempotency_key",
    "include_count",
    "items",
    "items_blocking",
    "items_per_page",
    "look_up_for",
    "new",
    "no_retry",
    "optional_body",
    "optional_content",
    "optional_form_body",
    "page_num",
    "pages",
    "path",
    "path_styled",
    "pretty",
    "query",
    "query_list",
    "query_styled",
    "retry",
    "send",
    "send_blocking",
    "stream",
    "timeout",
];

/// Paging parameters, which the runtime sets.
const PAGING: [&str; 2] = ["itemsPerPage", "pageNum"];

/// Style of a parameter with a media type.
const JSON: &str = "json";

/// The parameters of one operation.
pub(super) struct Parameters {
    pub(super) arguments: Vec<Parameter>,
    pub(super) optional: Vec<Parameter>,
    pub(super) runtime_parameters: Vec<Parameter>,
    pub(super) flags: Vec<Flag>,
}

pub(super) fn parameters(
    operation: &Value,
    path: &str,
    pointer: &str,
    paged: bool,
    schemas: &Schemas<'_>,
    types: &[TypeDef],
    diagnostics: &mut Diagnostics,
) -> Parameters {
    let mut in_path: BTreeMap<&str, Parameter> = BTreeMap::new();
    let (mut required, mut optional, mut runtime_parameters) = (Vec::new(), Vec::new(), Vec::new());
    let mut arguments_taken = BTreeSet::from(["body".to_owned()]);
    let mut setters_taken: BTreeSet<String> = CALL_METHODS.map(str::to_owned).into();
    for (index, raw) in declared(operation).enumerate() {
        let pointer = format!("{pointer}/parameters/{index}");
        let wire = string(raw, "name").unwrap_or_default();
        let declared_value = string(raw, "in").unwrap_or_default();
        let Some(location) = location(declared_value) else {
            let message =
                format!("the parameter `{wire}` has the unknown location `{declared_value}`");
            let help = "set `in` to path, query, header or cookie in the corrections overlay";
            diagnostics
                .push(Diagnostic::new("unsupported-parameter", pointer, message, help).remove());
            continue;
        };
        let schema = raw.get("schema").unwrap_or(&Value::Null);
        let (style, value) = (
            style(raw, location),
            schemas.value(schema, &format!("{pointer}/schema"), diagnostics),
        );
        let mut parameter = Parameter {
            location,
            writing: writing(location, &style, &value, types),
            style,
            wire: wire.to_owned(),
            name: naming::parameter_name(raw, wire),
            own_name: naming::parameter_name(raw, wire),
            docs: words(raw, "description").map_or_else(|| undescribed(wire), str::to_owned),
            prose: prose(raw),
            origin: origin(raw),
            value,
            constraints: Constraints::of(schema),
            required: location == Location::Path || flag(raw, "required"),
            deprecated: flag(raw, "deprecated"),
            index,
        };
        if is_sent_by_runtime(wire, location, paged) {
            runtime_parameters.push(parameter);
            continue;
        }
        if !is_supported(&parameter) {
            diagnostics.push(Diagnostic::new(
                "unsupported-parameter",
                pointer,
                format!("the location or style of the {declared_value} parameter `{wire}` is not supported"),
                "remove the parameter in the corrections overlay, or the operation from the selection",
            ).remove());
        }
        let taken = match parameter.required {
            true => &mut arguments_taken,
            false => &mut setters_taken,
        };
        if !taken.insert(parameter.name.clone()) {
            // The same name in the path, the query and a header denotes three parameters.
            parameter.name =
                naming::unique(&format!("{}_in_{declared_value}", parameter.name), taken);
            taken.insert(parameter.name.clone());
        }
        match location {
            Location::Path => {
                in_path.insert(wire, parameter);
            }
            _ if parameter.required => required.push(parameter),
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
                format!("the path contains `{{{name}}}`, but no parameter has this name"),
                "declare it in the corrections overlay",
            ).update_at(pointer, json!({ "parameters": [{ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }] }))),
        }
    }
    arguments.extend(required);
    let flags = FLAGS.iter().filter(|(name, _)| takes(operation, name));
    Parameters {
        arguments,
        optional,
        runtime_parameters,
        flags: flags.map(|(_, flag)| *flag).collect(),
    }
}

fn declared(operation: &Value) -> impl Iterator<Item = &Value> {
    let listed = operation.get("parameters").and_then(Value::as_array);
    listed.into_iter().flatten()
}

/// Returns true if an operation has a query parameter with this name.
pub(super) fn takes(operation: &Value, name: &str) -> bool {
    let mut in_query =
        declared(operation).filter(|parameter| string(parameter, "in") == Some("query"));
    in_query.any(|parameter| string(parameter, "name") == Some(name))
}

fn location(declared_value: &str) -> Option<Location> {
    let all = [
        Location::Path,
        Location::Query,
        Location::Header,
        Location::Cookie,
    ];
    all.into_iter()
        .find(|location| location.name() == declared_value)
}

/// Returns true if the runtime sends a parameter, so that calls have no argument or setter for it.
fn is_sent_by_runtime(wire: &str, location: Location, paged: bool) -> bool {
    let is_flag = FLAGS.iter().any(|(name, _)| *name == wire);
    location == Location::Query && (is_flag || (paged && PAGING.contains(&wire)))
}

/// Returns the style of a parameter, with the defaults of its location (OpenAPI 3.0, Parameter Object).
fn style(raw: &Value, location: Location) -> Style {
    let usual = match location {
        Location::Query | Location::Cookie => "form",
        Location::Path | Location::Header => "simple",
    };
    let is_json = raw.get("content").is_some();
    let declared_value = string(raw, "style").unwrap_or(usual);
    let name = if is_json { JSON } else { declared_value }.to_owned();
    let explode = raw.get("explode").and_then(Value::as_bool);
    Style {
        explode: explode.unwrap_or(name == "form"),
        name,
    }
}

/// Chooses the way in which generated code passes a parameter.
fn writing(location: Location, style: &Style, value: &TypeRef, types: &[TypeDef]) -> Writing {
    match (location, value, style.name.as_str()) {
        (Location::Path, value, "simple") if is_scalar(value, types) => Writing::Plain,
        (Location::Query | Location::Header, value, name)
            if is_scalar(value, types) && name != JSON =>
        {
            Writing::Plain
        }
        (Location::Query, TypeRef::List(items), name) if is_scalar(items, types) => {
            match (name, style.explode) {
                ("spaceDelimited", _) => Writing::List(Some("%20")),
                ("pipeDelimited", _) => Writing::List(Some("%7C")),
                ("form", false) => Writing::List(Some(",")),
                ("form", true) => Writing::List(None),
                _ => Writing::Styled,
            }
        }
        _ => Writing::Styled,
    }
}

/// Returns true if a value is a single string, number or boolean.
fn is_scalar(value: &TypeRef, types: &[TypeDef]) -> bool {
    match value {
        TypeRef::List(_)
        | TypeRef::Map(_)
        | TypeRef::Any
        | TypeRef::Bytes
        | TypeRef::Nullable(_) => false,
        TypeRef::Named(id) | TypeRef::Boxed(id) => matches!(types[id.0].shape, Shape::Enum(_)),
        _ => true,
    }
}

/// Returns true if the runtime supports the parameter's location and style.
fn is_supported(parameter: &Parameter) -> bool {
    let styles: &[&str] = match parameter.location {
        Location::Cookie => &[],
        Location::Path => &["simple", "label", "matrix", JSON],
        Location::Query => &[
            "form",
            "spaceDelimited",
            "pipeDelimited",
            "deepObject",
            JSON,
        ],
        Location::Header => &["simple", JSON],
    };
    styles.contains(&parameter.style.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::CALL_METHODS;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Adds the methods of `Call` that the files below a directory define.
    #[allow(clippy::disallowed_methods, reason = "the runtime is files")]
    fn add_methods(directory: &Path, methods: &mut BTreeSet<String>) {
        let entries = std::fs::read_dir(directory).expect("it is there");
        for path in entries.map(|entry| entry.expect("it is readable").path()) {
            if path.is_dir() && !path.ends_with("generated") {
                add_methods(&path, methods);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("it is readable");
                let file = syn::parse_file(&text).expect("it is Rust");
                methods.extend(file.items.into_iter().flat_map(methods_of_call));
            }
        }
    }

    fn methods_of_call(item: syn::Item) -> Vec<String> {
        let syn::Item::Impl(block) = item else {
            return Vec::new();
        };
        let is_of_call = match &*block.self_ty {
            syn::Type::Path(of) => of.path.segments.iter().any(|part| part.ident == "Call"),
            _ => false,
        };
        let methods = block.items.iter().filter_map(|item| match item {
            syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
            _ => None,
        });
        match is_of_call && block.trait_.is_none() {
            true => methods.collect(),
            false => Vec::new(),
        }
    }

    #[test]
    fn methods_of_call_in_the_runtime_are_reserved() {
        let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/src");
        let mut methods = BTreeSet::new();
        add_methods(&sdk, &mut methods);
        assert_eq!(methods, CALL_METHODS.map(str::to_owned).into());
    }
}
