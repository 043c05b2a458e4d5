//! Structs, enums and unions.

use super::scope::Scope;
use super::text::{doc_attributes, docs, item, table};
use crate::api::naming::ident;
use crate::api::{
    Check, Direction, EnumValue, Field, Member, Presence, Record, Shape, TaggedUnion, TypeDef,
    TypeRef,
};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

/// A type with everything it implements.
pub(super) fn definition(definition: &TypeDef, scope: &Scope<'_>) -> String {
    match &definition.shape {
        Shape::Record(record) => structure(definition, record, scope),
        Shape::Enum(values) => open_enum(definition, values, scope),
        Shape::Tagged(union) => tagged(definition, union, scope),
        Shape::Untagged(members) => untagged(definition, members, scope),
    }
}

fn structure(definition: &TypeDef, record: &Record, scope: &Scope<'_>) -> String {
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

fn open_enum(definition: &TypeDef, values: &[EnumValue], scope: &Scope<'_>) -> String {
    let name = &definition.name;
    let mut code = format!(
        "{}#[derive(Clone, Debug, PartialEq, Eq, Hash)]\n#[non_exhaustive]\npub enum {name} {{\n",
        docs(&definition.docs, "///", "")
    );
    for EnumValue {
        variant,
        wire,
        docs: text,
    } in values
    {
        let fallback = format!("The value `{}`.", wire.replace('`', "'"));
        let text = if text.is_empty() { &fallback } else { text };
        code.push_str(&docs(text, "///", "    "));
        code.push_str(&format!("    {variant},\n"));
    }
    code.push_str("    /// A value this version of the SDK does not know, as it was received.\n    Unknown(String),\n}\n");
    let entries = values
        .iter()
        .map(|value| format!("{} = {:?}", value.variant, value.wire));
    code + &table(&scope.runtime("open_enum").to_string(), name, entries)
}

fn tagged(definition: &TypeDef, union: &TaggedUnion, scope: &Scope<'_>) -> String {
    let (name, value) = (&definition.name, scope.runtime("Value"));
    let mut code = format!(
        "{}#[derive(Clone, Debug, PartialEq)]\n#[non_exhaustive]\npub enum {name} {{\n",
        docs(&definition.docs, "///", "")
    );
    for kind in &union.kinds {
        code.push_str(&docs(&kind.docs, "///", "    "));
        code.push_str(&format!(
            "    {}({}),\n",
            kind.variant,
            scope.named(kind.record)
        ));
    }
    code.push_str(&format!("    /// A kind this version of the SDK does not know, as it was received.\n    Unknown({value}),\n}}\n"));
    let entries = union.kinds.iter().map(|kind| {
        let tags: Vec<_> = kind.tags.iter().map(|tag| format!("{tag:?}")).collect();
        format!(
            "{}({}) = {}",
            kind.variant,
            scope.named(kind.record),
            tags.join(" | ")
        )
    });
    let macro_name = scope.runtime("tagged_union").to_string();
    code.push_str(&table(
        &macro_name,
        &format!("{name} by {:?}", union.tag),
        entries,
    ));
    // A table for each run of fields that the same kinds have.
    for fields in union
        .accessors
        .chunk_by(|one, other| one.variants == other.variants)
    {
        let variants = fields.first().map(|field| field.variants.join(", "));
        let head = format!("{name} [{}]", variants.unwrap_or_default());
        let fields = fields.iter().map(|field| {
            let deprecated = match field.deprecated {
                true => "#[deprecated] ",
                false => "",
            };
            format!("{deprecated}{}: {}", field.name, scope.text(&field.value))
        });
        code.push_str(&table(
            &scope.runtime("common_fields").to_string(),
            &head,
            fields,
        ));
    }
    if definition.direction.is_sent() {
        let variants = union.kinds.iter().map(|kind| ident(&kind.variant));
        let ident = ident(name);
        let (request, violations) = (scope.runtime("Request"), scope.runtime("Violations"));
        code.push_str(&item(quote! {
            impl #request for #ident {
                fn check(&self, violations: &mut #violations) {
                    match self {
                        #(Self::#variants(kind) => kind.check(violations),)*
                        Self::Unknown(_) => {}
                    }
                }
            }
        }));
    }
    code
}

fn untagged(definition: &TypeDef, members: &[Member], scope: &Scope<'_>) -> String {
    let (name, value) = (&definition.name, scope.runtime("Value"));
    let mut code = format!(
        "{}#[derive(Clone, Debug, PartialEq)]\n#[non_exhaustive]\npub enum {name} {{\n",
        docs(&definition.docs, "///", "")
    );
    for member in members {
        let value = scope.text(&member.value);
        code.push_str(&format!(
            "    /// As `{value}`.\n    {}({value}),\n",
            member.variant
        ));
    }
    code.push_str(&format!(
        "    /// Anything else, as it was received.\n    Unknown({value}),\n}}\n"
    ));
    let entries = members.iter().map(|member| {
        let required = member.required.iter().map(|(field, only)| match only {
            Some(value) => format!("{field:?} = {value:?}"),
            None => format!("{field:?}"),
        });
        let required = required.collect::<Vec<_>>().join(", ");
        let required = match required.as_str() {
            "" => String::new(),
            required => format!(" where [{required}]"),
        };
        format!(
            "{}({}){required}",
            member.variant,
            scope.text(&member.value)
        )
    });
    let checked: Vec<&str> = members
        .iter()
        .filter(|member| member.is_checked)
        .map(|member| member.variant.as_str())
        .collect();
    let head = match checked.as_slice() {
        [] => name.clone(),
        checked => format!("{name} checks [{}]", checked.join(", ")),
    };
    code + &table(&scope.runtime("untagged_union").to_string(), &head, entries)
}

/// The struct, and what builds and checks it if it is sent.
fn fields(definition: &TypeDef, record: &Record, scope: &Scope<'_>) -> TokenStream {
    let name = ident(&definition.name);
    let extra = scope.runtime("Extra");
    let type_docs = doc_attributes(&definition.docs);
    let fields = record.fields.iter().map(|field| {
        let (name, value, docs) = (
            ident(&field.name),
            scope.value(&field.value),
            doc_attributes(&field.docs),
        );
        let deprecated = field
            .deprecated
            .then(|| quote!(#[deprecated(note = "the service calls it deprecated")]));
        let value = match field.presence {
            Presence::Required => value,
            Presence::Patch => {
                let patch = scope.runtime("Patch");
                quote!(#patch<#value>)
            }
            Presence::Optional => quote!(Option<#value>),
        };
        quote!(#docs #deprecated pub #name: #value,)
    });
    let mut required = record
        .fields
        .iter()
        .filter(|field| field.presence == Presence::Required);
    let default = required.next().is_none().then(|| quote!(, Default));
    let is_sent = definition.direction.is_sent();
    let must_use = is_sent.then(|| quote!(#[must_use]));
    let sent = is_sent.then(|| sent(&name, record, scope));
    let allow = allow_deprecated(record);
    quote! {
        #type_docs
        #[derive(Clone, Debug #default, PartialEq)]
        #allow
        #must_use
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            /// What came with it that this version of the SDK does not know or cannot read.
            pub extra: #extra,
        }
        #sent
    }
}

fn allow_deprecated(record: &Record) -> Option<TokenStream> {
    let mut fields = record.fields.iter();
    fields
        .any(|field| field.deprecated)
        .then(|| quote!(#[allow(deprecated)]))
}

/// The table of what `new` does not ask for.
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

/// `new` and `Request`.
fn sent(name: &proc_macro2::Ident, record: &Record, scope: &Scope<'_>) -> TokenStream {
    let arguments: Vec<_> = record
        .fields
        .iter()
        .filter(|field| field.is_argument())
        .collect();
    let parameters = arguments.iter().map(|field| {
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
    });
    let allow = allow_deprecated(record);
    let initial = record.fields.iter().map(|field| {
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
    });
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
    let what = if arguments.is_empty() {
        " With nothing set."
    } else {
        " With what has to be there."
    };
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
    // A kind of a union is told by its tag, which no default should choose.
    let fixed = arguments.is_empty() && record.fields.iter().any(|field| field.constant.is_some());
    let no_default = fixed.then(|| quote!(#[allow(clippy::new_without_default)]));
    // How many fields a request must have, the document says.
    let crowded = (arguments.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let request = scope.runtime("Request");
    quote! {
        impl #name {
            #[doc = #what]
            #allow
            #no_default
            #crowded
            pub fn new(#(#parameters),*) -> Self {
                #all
            }
        }
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

/// The integers among some numbers, as ranges in ascending order.
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
