//! Generates a function per operation that passes the same arguments to both clients.
//!
//! Must never pass an argument to one client only.

use crate::Outcome;
use crate::oracle::{self, Signatures};
use heck::ToSnakeCase;
use serde_json::Value;

/// Returns the functions, and the table of them.
pub(crate) fn calls(document: &Value, signatures: &Signatures, accessor: &str) -> Outcome<String> {
    let mut functions = String::new();
    let mut table = String::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for operation in item.as_object().into_iter().flat_map(|item| item.values()) {
            let Some(name) = oracle::name(operation) else {
                continue;
            };
            let parameters = signatures
                .get(&name)
                .ok_or_else(|| format!("progenitor has no `{name}`"))?;
            functions.push_str(&function(
                path, operation, &name, parameters, document, accessor,
            ));
            let id = operation
                .get("x-xgen-operation-id-override")
                .or_else(|| operation.get("operationId"));
            table.push_str(&format!(
                "        ({}, {name} as crate::Both),\n",
                id.unwrap_or(&Value::Null)
            ));
        }
    }
    Ok(format!(
        "{functions}    /// Every operation and its call.\n    pub const CALLS: &[(&str, crate::Both)] = &[\n{table}    ];\n"
    ))
}

fn function(
    path: &str,
    operation: &Value,
    name: &str,
    signature: &[String],
    document: &Value,
    accessor: &str,
) -> String {
    let declared: Vec<&Value> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let wire = |parameter: &Value| parameter["name"].as_str().unwrap_or_default().to_owned();
    let in_path = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    let in_path = in_path.filter_map(|name| declared.iter().find(|one| wire(one) == name).copied());
    let needed = |one: &&&Value| one["in"] != "path" && one["required"] == Value::Bool(true);
    let arguments: Vec<&Value> = in_path
        .chain(declared.iter().filter(needed).copied())
        .collect();
    let optional = declared
        .iter()
        .copied()
        .filter(|one| !arguments.iter().any(|known| std::ptr::eq(*known, *one)));
    let body = operation
        .pointer("/requestBody/content")
        .and_then(Value::as_object);
    let body = body.and_then(|content| content.values().next());

    // Use the names of the function's own variables, which both calls read.
    let variable = |one: &Value| format!("{}_", wire(one).to_snake_case());
    let mut lines = String::new();
    let mut ours: Vec<String> = Vec::new();
    let mut setters = String::new();
    for one in &arguments {
        let (variable, kind) = (variable(one), kind(one, document));
        lines.push_str(&format!(
            "        let {variable} = arguments.{}({:?});\n",
            kind.arbitrary,
            wire(one)
        ));
        ours.push(kind.ours.replace("$", &variable));
    }
    for one in optional {
        let (variable, kind) = (variable(one), kind(one, document));
        let (wire, setter) = (wire(one), wire(one).to_snake_case());
        lines.push_str(&format!(
            "        let {variable} = arguments.maybe().then(|| arguments.{}({wire:?}));\n",
            kind.arbitrary
        ));
        let value = match setter.as_str() {
            "page_num" | "items_per_page" => "*value as u32".to_owned(),
            _ => kind.ours.replace(
                '$',
                if kind.arbitrary == "text" {
                    "value"
                } else {
                    "*value"
                },
            ),
        };
        // Iterating over the list already gives a reference to the text.
        let value = if value == "&value" {
            "value".to_owned()
        } else {
            value
        };
        setters.push_str(&format!(
            "        if let Some(value) = &{variable} {{ call = call.{setter}({value}); }}\n"
        ));
    }
    if body.is_some() {
        lines.push_str("        let body_ = arguments.body.clone();\n");
        ours.push("&crate::read(&body_)?".to_owned());
    }
    let theirs: Vec<String> = signature
        .iter()
        .map(|name| {
            if name == "body" {
                // Its types do not accept null in place of a list.
                return "&crate::read(&crate::without(&body_, serde_json::Value::is_null))?"
                    .to_owned();
            }
            let declared = declared
                .iter()
                .find(|one| wire(one).to_snake_case() == name.trim_end_matches('_'));
            let Some(one) = declared else {
                return format!("compile_error!({name:?})");
            };
            let (variable, kind) = (variable(one), kind(one, document));
            let required = one["in"] == "path" || one["required"] == Value::Bool(true);
            match (required, kind.arbitrary) {
                (true, "text") => format!("&{variable}"),
                (true, _) => variable,
                (false, "text") => format!("{variable}.as_deref()"),
                (false, _) => variable,
            }
        })
        .collect();
    let mutable = if setters.is_empty() { "" } else { "mut " };
    format!(
        "    /// `{name}` by both clients.\n    pub fn {name}(arguments: &mut crate::Arguments, ours: atlas_backup::Client, capture: crate::Capture) -> crate::Made {{\n\
         {lines}        let {mutable}call = ours{accessor}.{name}({});\n{setters}        \
         let theirs = oracle::Client::new_with_client(\"https://cloud.mongodb.com\", crate::http()?, capture);\n        \
         Ok((Box::pin(async move {{ call.no_retry().await.map(drop).map_err(Into::into) }}), Box::pin(async move {{\n            \
         theirs.{name}({}).await.map(drop).map_err(|error| error.to_string().into())\n        }})))\n    }}\n",
        ours.join(", "),
        theirs.join(", "),
    )
}

/// Generates an arbitrary value of a parameter, and passes it to the SDK (`$` is the variable).
struct Kind {
    arbitrary: &'static str,
    ours: &'static str,
}

fn kind(parameter: &Value, document: &Value) -> Kind {
    let schema = &parameter["schema"];
    let said = ["x-rust-type", "x-rust-runtime"];
    let named = said.iter().find_map(|key| schema.get(*key)?.as_str());
    let of = |arbitrary, ours| Kind { arbitrary, ours };
    match (named, schema["type"].as_str()) {
        (Some("ObjectId" | "ClusterName" | "Timestamp"), _) => of("text", "&$.parse()?"),
        (Some(name), _) if document["components"]["schemas"].get(name).is_some() => {
            of("text", "&$.as_str().into()")
        }
        (_, Some("integer")) => of("integer", "$"),
        (_, Some("boolean")) => of("boolean", "$"),
        _ => of("text", "&$"),
    }
}
