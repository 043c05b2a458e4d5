//! How code uses what is generated from a document: what a call is given, what a type is built of and read by.
//!
//! Must never decide a name: all of them are the model's.

use crate::api::{
    Api, Direction, Field, Operation, Parameter, Presence, Shape, TypeDef, TypeRef, naming,
};
use crate::diagnostic::Diagnostics;
use crate::document::Text;
use crate::recipe::{Recipe, Stage};
use crate::source::Source;
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
        /// The arguments of `new`, as code writes them; `None` of what is only received.
        new: Option<String>,
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
    let read = |documented| {
        let source = Source {
            documented,
            ..Source::of(text)
        };
        let recipe = Recipe::of(&source).undescribed();
        Ok(recipe.run(Stage::Read, &mut |_, _| {})?.api)
    };
    // As curated documents are read; what nobody curated may need numbers to tell names apart.
    let api = read(true).or_else(|_: Diagnostics| read(false))?;
    let mut usage = Usage::default();
    for operation in &api.operations {
        calls(operation, &api, &mut usage.calls);
    }
    for definition in &api.types {
        let shape = shape(definition, &api);
        usage.types.insert(definition.name.clone(), shape);
    }
    Ok(usage)
}

fn calls(operation: &Operation, api: &Api, calls: &mut BTreeMap<String, Call>) {
    let named = |parameters: &[Parameter]| -> Vec<(String, String)> {
        let named = parameters.iter();
        named
            .map(|one| (one.name.clone(), api.argument(&one.value)))
            .collect()
    };
    let carried_over = operation.carried_over.as_ref();
    let successor = carried_over.and_then(|carried_over| carried_over.successor.as_deref());
    let mut call = Call {
        marker: operation.marker.clone(),
        arguments: named(&operation.arguments),
        setters: Vec::new(),
        output: "()".to_owned(),
        successor: successor.map(naming::snake),
    };
    for wait in &operation.waits {
        calls.insert(wait.method_name.clone(), call.clone());
    }
    let body = operation.body.as_ref();
    if let Some((body, value)) = body.and_then(|body| Some((body, body.value.as_ref()?))) {
        let value = api.borrowed(value);
        let value = match body.required {
            true => format!("&{value}"),
            false => format!("Option<&{value}>"),
        };
        call.arguments.push(("body".to_owned(), value));
    }
    call.setters = named(&operation.optional);
    if let Some(output) = &operation.output {
        call.output = optional(output.optional, &output.value, api);
    }
    for earlier in &operation.earlier {
        let earlier_call = Call {
            marker: earlier.marker.clone(),
            successor: Some(operation.method_name.clone()),
            ..call.clone()
        };
        calls.insert(earlier.method_name.clone(), earlier_call);
    }
    calls.insert(operation.method_name.clone(), call);
}

fn optional(is_optional: bool, value: &TypeRef, api: &Api) -> String {
    match is_optional {
        true => format!("Option<{}>", api.rust(value)),
        false => api.rust(value),
    }
}

fn shape(definition: &TypeDef, api: &Api) -> Type {
    match &definition.shape {
        Shape::Record(record) => {
            let is_sent = definition.direction != Direction::Response;
            let arguments = record.fields.iter().filter(|field| field.is_argument());
            let arguments: Vec<&str> = arguments.map(|field| field.name.as_str()).collect();
            let arguments = match &record.by_name {
                Some(name) => format!("{name} {{ {} }}", arguments.join(", ")),
                None => arguments.join(", "),
            };
            Type::Record {
                new: is_sent.then_some(arguments),
                fields: record
                    .fields
                    .iter()
                    .map(|one| field(one, is_sent, api))
                    .collect(),
            }
        }
        Shape::Enum(values) => {
            let values = values.iter();
            Type::Enum(
                values
                    .map(|value| (value.variant.clone(), value.wire.clone()))
                    .collect(),
            )
        }
        Shape::Tagged(union) => {
            let kinds = union.kinds.iter();
            let kinds = kinds.map(|kind| {
                (
                    kind.variant.clone(),
                    api.definition(kind.record).name.clone(),
                )
            });
            Type::Union(kinds.collect())
        }
        Shape::Untagged(members) => {
            let members = members.iter();
            Type::Union(
                members
                    .map(|member| (member.variant.clone(), api.rust(&member.value)))
                    .collect(),
            )
        }
    }
}

fn field(field: &Field, is_sent: bool, api: &Api) -> FieldUse {
    FieldUse {
        name: field.name.clone(),
        wire: field.wire.clone(),
        value: match field.presence {
            Presence::Required => api.rust(&field.value),
            Presence::Patch => format!("Patch<{}>", api.rust(&field.value)),
            Presence::Optional => optional(true, &field.value, api),
        },
        is_set: is_sent && field.is_settable(),
    }
}
