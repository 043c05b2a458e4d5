//! How code uses what is generated from a document: what a call is given, what a type is built of and read by.
//!
//! Must never decide a name: all of them are the model's.

use crate::diagnostic::Diagnostics;
use crate::document::{self, Text, string};
use crate::kept::SUCCESSOR;
use crate::model::{self, Direction, Field, Operation, Shape, naming};
use crate::{normalise, types};
use quote::quote;
use std::collections::BTreeMap;

/// What can be called and named.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// Every method, by its name: of operations, of waits, and earlier names of operations.
    pub calls: BTreeMap<String, Call>,
    /// Every type, by its name.
    pub types: BTreeMap<String, Type>,
}

/// A method.
#[derive(Clone, Debug)]
pub struct Call {
    /// The marker type of the operation.
    pub marker: String,
    /// Arguments and their types; the body last, as `body`.
    pub arguments: Vec<(String, String)>,
    /// What may be set beyond them, and the types.
    pub setters: Vec<(String, String)>,
    /// The type of what it gives.
    pub output: String,
    /// The method that replaces it, where it is kept for now.
    pub successor: Option<String>,
}

/// A type.
#[derive(Clone, Debug)]
pub enum Type {
    /// A struct.
    Record {
        /// What `new` is given; `None` of what is only received.
        new: Option<Vec<String>>,
        /// Its fields, in order.
        fields: Vec<FieldUse>,
    },
    /// Variants and what they are on the wire.
    Enum(Vec<(String, String)>),
    /// Variants and what they hold.
    Union(Vec<(String, String)>),
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct FieldUse {
    /// As Rust names it.
    pub name: String,
    /// As JSON names it.
    pub wire: String,
    /// Its type, `Option` included.
    pub value: String,
    /// Whether there is a setter.
    pub is_set: bool,
}

/// How code uses what is generated from a curated document.
///
/// # Errors
/// When the document is unreadable, or is none that code can be generated from.
pub fn usage(text: Text<'_>) -> Result<Usage, Diagnostics> {
    let raw = document::load(text)?;
    let build = |documented| {
        let mut diagnostics = Diagnostics::about(text.name);
        let mut document = raw.clone();
        normalise::normalise(&mut document, documented, &mut diagnostics)?;
        let fields = types::field_types(&document, &mut diagnostics)?;
        let api = model::build(&document, &fields, &mut diagnostics)?;
        Ok((document, api))
    };
    // As curated documents are read; what nobody curated may need numbers to tell names apart.
    let (document, api) = build(true).or_else(|_: Diagnostics| build(false))?;
    let mut usage = Usage::default();
    let successors: BTreeMap<&str, &str> = document::operations(&document)
        .filter_map(|(_, _, _, raw)| {
            Some((document::operation_name(raw)?, string(raw, SUCCESSOR)?))
        })
        .collect();
    for module in &api.modules {
        for operation in &module.operations {
            let successor = successors.get(operation.id.as_str());
            calls(operation, successor.copied(), &mut usage.calls);
        }
        for definition in &module.types {
            let shape = shape(&definition.shape);
            usage.types.insert(definition.name.clone(), shape);
        }
    }
    Ok(usage)
}

fn calls(operation: &Operation, successor: Option<&str>, calls: &mut BTreeMap<String, Call>) {
    let named = |parameters: &[model::Parameter]| -> Vec<(String, String)> {
        let named = parameters.iter();
        named
            .map(|one| (one.name.clone(), written(&one.argument)))
            .collect()
    };
    let mut arguments = named(&operation.arguments);
    let output = operation.output.as_ref();
    let mut call = Call {
        marker: operation.marker.clone(),
        arguments: arguments.clone(),
        setters: Vec::new(),
        output: "()".to_owned(),
        successor: successor.map(naming::snake),
    };
    for wait in &operation.waits {
        calls.insert(wait.method_name.clone(), call.clone());
    }
    if let Some(body) = &operation.body {
        let body = written(body);
        arguments.push(match operation.body_optional {
            true => ("body".to_owned(), format!("Option<&{body}>")),
            false => ("body".to_owned(), format!("&{body}")),
        });
    }
    call.arguments = arguments;
    call.setters = named(&operation.optional);
    call.output = output.map_or_else(|| "()".to_owned(), written);
    for earlier in &operation.earlier {
        let marker = earlier.marker.clone();
        let successor = Some(operation.method_name.clone());
        let earlier_call = Call {
            marker,
            successor,
            ..call.clone()
        };
        calls.insert(earlier.method_name.clone(), earlier_call);
    }
    calls.insert(operation.method_name.clone(), call);
}

fn shape(shape: &Shape) -> Type {
    match shape {
        Shape::Record(record) => {
            let is_sent = record.direction != Direction::Received;
            let arguments = record
                .fields
                .iter()
                .filter(|field| field.required && field.constant.is_none());
            Type::Record {
                new: is_sent.then(|| arguments.map(|field| field.name.clone()).collect()),
                fields: record
                    .fields
                    .iter()
                    .map(|one| field(one, is_sent))
                    .collect(),
            }
        }
        Shape::Enum(variants) => Type::Enum(
            variants
                .iter()
                .map(|(variant, wire, _)| (variant.clone(), wire.clone()))
                .collect(),
        ),
        Shape::Tagged { kinds, .. } => Type::Union(
            kinds
                .iter()
                .map(|kind| (kind.variant.clone(), kind.record.clone()))
                .collect(),
        ),
        Shape::Untagged { variants, .. } => Type::Union(
            variants
                .iter()
                .map(|(variant, value)| (variant.clone(), written(value)))
                .collect(),
        ),
    }
}

fn field(field: &Field, is_sent: bool) -> FieldUse {
    let value = written(&field.value);
    FieldUse {
        name: field.name.clone(),
        wire: field.wire.clone(),
        value: match (field.required, field.patch) {
            (true, _) => value,
            (false, true) => format!("Patch<{value}>"),
            (false, false) => format!("Option<{value}>"),
        },
        is_set: is_sent && !field.required && field.constant.is_none(),
    }
}

fn written(value: &syn::Type) -> String {
    quote!(#value)
        .to_string()
        .replace(' ', "")
        .replace(",", ", ")
}
