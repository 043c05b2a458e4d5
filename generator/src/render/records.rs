//! Prints records: structs, with constructors and checks for request types.

use super::operations::many_arguments;
use super::scope::Scope;
use super::text::{deprecated, doc_attributes, item, table};
use crate::api::naming::ident;
use crate::api::{Check, Direction, Field, Presence, Record, TypeDef, TypeRef};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

/// Prints a struct with its implementations.
pub(super) fn structure(definition: &TypeDef, record: &Record, scope: &Scope<'_>) -> String {
    let name = &definition.name;
    let code = item(fields(definition, record, scope));
    let entries = record
        .fields
        .iter()
        .map(|field| format!("{}: {:?}", field.name, field.wire));
    let head = match definition.direction {
        Direction::Request => format!("{name} sent"),
        Direction::Both | Direction::Response => name.clone(),
    };
    let macro_name = scope.runtime("record").to_string();
    code + &table(&macro_name, &head, entries) + &setters(definition, record, scope)
}

/// Prints the struct, with its constructor and checks if requests contain it.
fn fields(definition: &TypeDef, record: &Record, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&definition.name);
    let extra = scope.runtime("Extra");
    let type_docs = doc_attributes(&definition.docs);
    let fields = record.fields.iter().map(|field| {
        let (name, docs) = (ident(&field.name), doc_attributes(&field.docs));
        let (deprecated, value) = (deprecated(field.deprecated), field_type(field, scope));
        quote!(#docs #deprecated pub #name: #value,)
    });
    let default = has_default(definition, record).then(|| quote!(, Default));
    let is_sent = definition.direction.is_sent();
    let must_use = is_sent.then(|| quote!(#[must_use]));
    let sent = is_sent.then(|| sent(definition, record, scope));
    let allow = allow_deprecated(record);
    quote! {
        #type_docs
        #[derive(Clone, Debug #default, PartialEq)]
        #allow
        #must_use
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            /// Fields this SDK version does not know or could not decode.
            pub extra: #extra,
        }
        #sent
    }
}

/// Returns true if a struct implements `Default`. In response types only lists are required, and a list can be empty.
pub(super) fn has_default(definition: &TypeDef, record: &Record) -> bool {
    let mut fields = record.fields.iter();
    definition.direction != Direction::Request
        || fields.all(|field| field.presence != Presence::Required)
}

/// Returns the type of a field.
pub(super) fn field_type(field: &Field, scope: &Scope<'_>) -> TokenStream {
    let value = scope.value(&field.value);
    match field.presence {
        Presence::Required => value,
        Presence::Patch => {
            let patch = scope.runtime("Patch");
            quote!(#patch<#value>)
        }
        Presence::Optional => quote!(Option<#value>),
    }
}

/// Returns the parameters of `new`.
pub(super) fn parameters(record: &Record, scope: &Scope<'_>) -> Vec<TokenStream> {
    match &record.by_name {
        Some(name) => {
            let name = ident(name);
            vec![quote!(fields: #name)]
        }
        None => {
            let arguments = record.arguments();
            arguments.map(|field| argument(field, scope)).collect()
        }
    }
}

/// Prints the struct in which `new` takes the required fields by name, if there is one.
pub(super) fn by_name(
    definition: &TypeDef,
    record: &Record,
    scope: &Scope<'_>,
) -> Option<TokenStream> {
    let name = ident(record.by_name.as_ref()?);
    let what = format!(" Required fields of [`{}`], by name.", definition.name);
    let fields = record.arguments().map(|field| {
        let (name, docs) = (ident(&field.name), doc_attributes(&field.docs));
        let value = scope.value(&field.value);
        quote!(#docs pub #name: #value,)
    });
    Some(quote! {
        #[doc = #what]
        #[derive(Clone, Debug, PartialEq)]
        pub struct #name {
            #(#fields)*
        }
    })
}

/// Returns a field as a parameter of `new`.
fn argument(field: &Field, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&field.name);
    let value = match field.value {
        TypeRef::Text => quote!(impl Into<String>),
        ref value @ TypeRef::Nullable(_) => {
            let value = scope.value(value);
            quote!(impl Into<#value>)
        }
        ref value => scope.value(value),
    };
    quote!(#name: #value)
}

/// Returns the initial value of a field in `new`; `by_name` is true if `new` takes the required fields by name.
pub(super) fn initial(field: &Field, by_name: bool, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&field.name);
    match (&field.constant, field.presence) {
        (Some(constant), presence) => {
            let value = match &constant.variant {
                Some((of, variant)) => {
                    let (of, variant) = (scope.named(*of), ident(variant));
                    quote!(#of::#variant)
                }
                None => {
                    let text = &constant.wire;
                    quote!(#text.to_owned())
                }
            };
            match presence {
                Presence::Required => quote!(#name: #value),
                Presence::Optional => quote!(#name: Some(#value)),
                Presence::Patch => {
                    let patch = scope.runtime("Patch");
                    quote!(#name: #patch::Set(#value))
                }
            }
        }
        (None, Presence::Required) if by_name => quote!(#name: fields.#name),
        (None, Presence::Required)
            if matches!(field.value, TypeRef::Text | TypeRef::Nullable(_)) =>
        {
            quote!(#name: #name.into())
        }
        (None, Presence::Required) => quote!(#name),
        (None, Presence::Patch) => {
            let patch = scope.runtime("Patch");
            quote!(#name: #patch::Leave)
        }
        (None, Presence::Optional) => quote!(#name: None),
    }
}

fn allow_deprecated(record: &Record) -> Option<TokenStream> {
    let mut fields = record.fields.iter();
    fields
        .any(|field| field.deprecated)
        .then(|| quote!(#[allow(deprecated)]))
}

/// Returns the documentation of `new`.
pub(super) fn constructor_docs(is_empty: bool) -> &'static str {
    match is_empty {
        true => "Creates a request with no field set.",
        false => "Creates a request with the required fields.",
    }
}

/// Prints the table of fields with setters.
fn setters(definition: &TypeDef, record: &Record, scope: &Scope<'_>) -> String {
    let fields: Vec<&Field> = record
        .fields
        .iter()
        .filter(|field| field.is_settable())
        .collect();
    if !definition.direction.is_sent() || fields.is_empty() {
        return String::new();
    }
    let head = match fields.iter().any(|field| field.presence == Presence::Patch) {
        true => format!("{} changes", definition.name),
        false => definition.name.clone(),
    };
    let entries = fields
        .iter()
        .map(|field| format!("{}: {}", field.name, scope.text(&field.value)));
    table(&scope.runtime("setters").to_string(), &head, entries)
}

/// Prints the table of the fields that have a checked accessor.
pub(super) fn accessors(definition: &TypeDef, record: &Record, scope: &Scope<'_>) -> String {
    let fields: Vec<&Field> = record
        .fields
        .iter()
        .filter(|field| field.always_sent)
        .collect();
    if fields.is_empty() {
        return String::new();
    }
    let entries = fields
        .into_iter()
        .map(|field| format!("{}: {}", field.name, scope.text(&field.value)));
    let macro_name = scope.runtime("always_sent").to_string();
    table(&macro_name, &definition.name, entries)
}

/// Prints the implementations of `new` and `Request`.
fn sent(definition: &TypeDef, record: &Record, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&definition.name);
    let has_arguments = record.arguments().next().is_some();
    let parameters = parameters(record, scope);
    let by_name = by_name(definition, record, scope);
    let allow = allow_deprecated(record);
    let initial = record
        .fields
        .iter()
        .map(|field| initial(field, record.by_name.is_some(), scope));
    let what = format!(" {}", constructor_docs(!has_arguments));
    let mut fields = record.fields.iter();
    let all = match fields
        .any(|field| field.presence == Presence::Required || field.constant.is_some())
    {
        true => {
            let extra = scope.runtime("Extra");
            quote!(Self { #(#initial,)* extra: #extra::default() })
        }
        false => quote!(Self::default()),
    };
    // A default must not choose the tag of a union's variant.
    let fixed = !has_arguments && record.fields.iter().any(|field| field.constant.is_some());
    let no_default = fixed.then(|| quote!(#[allow(clippy::new_without_default)]));
    let request = request(&name, record, scope);
    let many = many_arguments(parameters.len());
    quote! {
        #by_name
        impl #name {
            #[doc = #what]
            #allow
            #no_default
            #many
            pub fn new(#(#parameters),*) -> Self {
                #all
            }
        }
        #request
    }
}

/// Prints the checks of a record before it is sent.
pub(super) fn request(name: &Ident, record: &Record, scope: &Scope<'_>) -> TokenStream {
    let allow = allow_deprecated(record);
    let checks: Vec<_> = record.fields.iter().flat_map(checks).collect();
    let check = (!checks.is_empty()).then(|| {
        let violations = scope.runtime("Violations");
        quote! {
            #allow
            fn check(&self, violations: &mut #violations) {
                #(#checks)*
            }
        }
    });
    let request = scope.runtime("Request");
    quote! {
        impl #request for #name {
            #check
        }
    }
}

fn checks(field: &Field) -> Vec<TokenStream> {
    let (name, wire) = (ident(&field.name), &field.wire);
    let value = match field.presence {
        Presence::Required if matches!(field.value, TypeRef::Nullable(_)) => {
            quote!(self.#name.value())
        }
        Presence::Required => quote!(Some(&self.#name)),
        Presence::Patch => quote!(self.#name.set()),
        Presence::Optional => quote!(self.#name.as_ref()),
    };
    let checks = field.checks.iter().map(|check| match check {
        Check::Count(from, to) => {
            let bounds = whole(*from, *to);
            quote!(violations.count(#wire, #value, #bounds);)
        }
        Check::Length(from, to) => {
            let bounds = whole(*from, *to);
            quote!(violations.length(#wire, #value, #bounds);)
        }
        Check::Integers(from, to) => {
            let bounds = whole(*from, *to);
            quote!(violations.range(#wire, #value, #bounds);)
        }
        Check::Numbers(from, to) => {
            let bounds = range(
                from.map(Literal::f64_unsuffixed),
                to.map(Literal::f64_unsuffixed),
            );
            quote!(violations.range(#wire, #value, #bounds);)
        }
        Check::OneOf => {
            let ranges = ranges(&field.constraints.values);
            quote!(violations.one_of(#wire, #value, &[#(#ranges),*]);)
        }
        Check::Inner => quote!(violations.inner(#wire, #value);),
        Check::Items => quote!(violations.items(#wire, #value);),
    });
    checks.collect()
}

fn whole(from: Option<i64>, to: Option<i64>) -> TokenStream {
    range(
        from.map(Literal::i64_unsuffixed),
        to.map(Literal::i64_unsuffixed),
    )
}

fn range(from: Option<Literal>, to: Option<Literal>) -> TokenStream {
    match to {
        Some(to) => quote!(#from..=#to),
        None => quote!(#from..),
    }
}

/// Returns the integers among some numbers as ascending ranges.
fn ranges(values: &[String]) -> Vec<TokenStream> {
    let whole = values.iter().filter_map(|value| crate::api::whole(value));
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for value in whole.collect::<BTreeSet<i64>>() {
        match ranges.last_mut() {
            Some((_, end)) if end.checked_add(1) == Some(value) => *end = value,
            _ => ranges.push((value, value)),
        }
    }
    let ranges = ranges
        .into_iter()
        .map(|(from, to)| self::whole(Some(from), Some(to)));
    ranges.collect()
}
