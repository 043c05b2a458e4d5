//! Structs, enums and unions.

use super::text::{doc_attributes, docs, item, table};
use crate::model::naming::ident;
use crate::model::{Check, Direction, Field, Record, Shape, TypeDef};
use proc_macro2::TokenStream;
use quote::quote;

/// A type with everything it implements.
pub(super) fn definition(definition: &TypeDef) -> String {
    let name = &definition.name;
    match &definition.shape {
        Shape::Record(record) => {
            let code = item(structure(definition, record));
            let entries = record
                .fields
                .iter()
                .map(|field| format!("{}: {:?}", field.name, field.wire));
            let head = match record.direction {
                Direction::Sent => format!("{name} sent"),
                Direction::Both | Direction::Received => name.clone(),
            };
            code + &table("record", &head, entries) + &setters(name, record)
        }
        Shape::Enum(variants) => {
            let mut code = format!(
                "{}#[derive(Clone, Debug, PartialEq, Eq, Hash)]\n#[non_exhaustive]\npub enum {name} {{\n",
                docs(&definition.docs, "///", "")
            );
            for (variant, value, text) in variants {
                let fallback = format!("The value `{}`.", value.replace('`', "'"));
                code.push_str(&docs(
                    if text.is_empty() { &fallback } else { text },
                    "///",
                    "    ",
                ));
                code.push_str(&format!("    {variant},\n"));
            }
            code.push_str("    /// A value this version of the SDK does not know, as it was received.\n    Unknown(String),\n}\n");
            code + &table(
                "open_enum",
                name,
                variants
                    .iter()
                    .map(|(variant, value, _)| format!("{variant} = {value:?}")),
            )
        }
        Shape::Tagged {
            tag,
            kinds,
            sent,
            accessors,
        } => {
            let mut code = format!(
                "{}#[derive(Clone, Debug, PartialEq)]\n#[non_exhaustive]\npub enum {name} {{\n",
                docs(&definition.docs, "///", "")
            );
            for kind in kinds {
                code.push_str(&docs(&kind.docs, "///", "    "));
                code.push_str(&format!("    {}({}),\n", kind.variant, kind.record));
            }
            code.push_str("    /// A kind this version of the SDK does not know, as it was received.\n    Unknown(Value),\n}\n");
            let entries = kinds.iter().map(|kind| {
                let tags: Vec<_> = kind.tags.iter().map(|tag| format!("{tag:?}")).collect();
                format!("{}({}) = {}", kind.variant, kind.record, tags.join(" | "))
            });
            code.push_str(&table(
                "tagged_union",
                &format!("{name} by {tag:?}"),
                entries,
            ));
            // A table for each run of fields that the same kinds have.
            for fields in accessors.chunk_by(|one, other| one.variants == other.variants) {
                let variants = fields.first().map(|field| field.variants.join(", "));
                let head = format!("{name} [{}]", variants.unwrap_or_default());
                let fields = fields.iter().map(|field| {
                    let deprecated = match field.deprecated {
                        true => "#[deprecated] ",
                        false => "",
                    };
                    let value = &field.value;
                    let value = quote!(#value).to_string().replace(' ', "");
                    format!("{deprecated}{}: {value}", field.name)
                });
                code.push_str(&table("common_fields", &head, fields));
            }
            if *sent {
                let variants = kinds.iter().map(|kind| ident(&kind.variant));
                let ident = ident(name);
                code.push_str(&item(quote! {
                    impl Request for #ident {
                        fn check(&self, violations: &mut Violations) {
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
        Shape::Untagged { variants, checked } => {
            let mut code = format!(
                "{}#[derive(Clone, Debug, PartialEq)]\n#[non_exhaustive]\npub enum {name} {{\n",
                docs(&definition.docs, "///", "")
            );
            for (variant, value) in variants {
                code.push_str(&format!(
                    "    /// As `{0}`.\n    {variant}({0}),\n",
                    quote!(#value).to_string().replace(' ', "")
                ));
            }
            code.push_str("    /// Anything else, as it was received.\n    Unknown(Value),\n}\n");
            let entries = variants.iter().map(|(variant, value)| {
                format!("{variant}({})", quote!(#value).to_string().replace(' ', ""))
            });
            let head = match checked.as_slice() {
                [] => name.clone(),
                checked => format!("{name} checks [{}]", checked.join(", ")),
            };
            code + &table("untagged_union", &head, entries)
        }
    }
}

/// The struct, and what builds and checks it if it is sent.
fn structure(definition: &TypeDef, record: &Record) -> TokenStream {
    let name = ident(&definition.name);
    let type_docs = doc_attributes(&definition.docs);
    let fields = record.fields.iter().map(|field| {
        let (name, value, docs) = (
            ident(&field.name),
            &field.value,
            doc_attributes(&field.docs),
        );
        let deprecated = field
            .deprecated
            .then(|| quote!(#[deprecated(note = "the service calls it deprecated")]));
        let value = match (field.required, field.patch) {
            (true, _) => quote!(#value),
            (false, true) => quote!(Patch<#value>),
            (false, false) => quote!(Option<#value>),
        };
        quote!(#docs #deprecated pub #name: #value,)
    });
    let default = record
        .fields
        .iter()
        .all(|field| !field.required)
        .then(|| quote!(, Default));
    let must_use = (record.direction != Direction::Received).then(|| quote!(#[must_use]));
    let sent = (record.direction != Direction::Received).then(|| sent(&name, record));
    let allow = record
        .fields
        .iter()
        .any(|field| field.deprecated)
        .then(|| quote!(#[allow(deprecated)]));
    quote! {
        #type_docs
        #[derive(Clone, Debug #default, PartialEq)]
        #allow
        #must_use
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            /// What came with it that this version of the SDK does not know or cannot read.
            pub extra: Extra,
        }
        #sent
    }
}

/// The table of what `new` does not ask for.
fn setters(name: &str, record: &Record) -> String {
    let settable = |field: &&Field| !field.required && field.constant.is_none();
    let fields: Vec<&Field> = record.fields.iter().filter(settable).collect();
    if record.direction == Direction::Received || fields.is_empty() {
        return String::new();
    }
    let head = match fields.iter().any(|field| field.patch) {
        true => format!("{name} changes"),
        false => name.to_owned(),
    };
    let entries = fields.iter().map(|field| {
        let value = &field.value;
        format!(
            "{}: {}",
            field.name,
            quote!(#value).to_string().replace(' ', "")
        )
    });
    table("setters", &head, entries)
}

/// `new` and `Request`.
fn sent(name: &proc_macro2::Ident, record: &Record) -> TokenStream {
    let arguments: Vec<_> = record
        .fields
        .iter()
        .filter(|field| field.required && field.constant.is_none())
        .collect();
    let parameters = arguments.iter().map(|field| {
        let (name, value) = (ident(&field.name), taken(field));
        quote!(#name: #value)
    });
    let allow = record
        .fields
        .iter()
        .any(|field| field.deprecated)
        .then(|| quote!(#[allow(deprecated)]));
    let initial = record.fields.iter().map(|field| {
        let name = ident(&field.name);
        match &field.constant {
            Some((constant, variant)) => {
                let (constant, variant) = (ident(constant), ident(variant));
                if field.required {
                    quote!(#name: #constant::#variant)
                } else {
                    quote!(#name: Some(#constant::#variant))
                }
            }
            None if field.required && is_string(field) => quote!(#name: #name.into()),
            None if field.required => quote!(#name),
            None if field.patch => quote!(#name: Patch::Leave),
            None => quote!(#name: None),
        }
    });
    let checks: Vec<_> = record.fields.iter().flat_map(checks).collect();
    let check = (!checks.is_empty()).then(|| {
        quote! {
            #allow
            fn check(&self, violations: &mut Violations) {
                #(#checks)*
            }
        }
    });
    let what = if arguments.is_empty() {
        " With nothing set."
    } else {
        " With what has to be there."
    };
    let all = match record
        .fields
        .iter()
        .any(|field| field.required || field.constant.is_some())
    {
        true => quote!(Self { #(#initial,)* extra: Extra::default() }),
        false => quote!(Self::default()),
    };
    // A kind of a union is told by its tag, which no default should choose.
    let fixed = arguments.is_empty() && record.fields.iter().any(|field| field.constant.is_some());
    let no_default = fixed.then(|| quote!(#[allow(clippy::new_without_default)]));
    quote! {
        impl #name {
            #[doc = #what]
            #allow
            #no_default
            pub fn new(#(#parameters),*) -> Self {
                #all
            }
        }
        impl Request for #name {
            #check
        }
    }
}

fn is_string(field: &Field) -> bool {
    matches!(&field.value, syn::Type::Path(path) if path.path.is_ident("String"))
}

/// How a value is taken by `new`.
fn taken(field: &Field) -> TokenStream {
    let value = &field.value;
    if is_string(field) {
        quote!(impl Into<String>)
    } else {
        quote!(#value)
    }
}

fn checks(field: &Field) -> Vec<TokenStream> {
    let (name, wire) = (ident(&field.name), &field.wire);
    let value = match (field.required, field.patch) {
        (true, _) => quote!(Some(&self.#name)),
        (false, true) => quote!(self.#name.set()),
        (false, false) => quote!(self.#name.as_ref()),
    };
    let checks = field.checks.iter().map(|check| match check {
        Check::Count(bounds) => quote!(violations.count(#wire, #value, #bounds);),
        Check::Length(bounds) => quote!(violations.length(#wire, #value, #bounds);),
        Check::OneOf(ranges) => quote!(violations.one_of(#wire, #value, &[#ranges]);),
        Check::Range(bounds) => quote!(violations.range(#wire, #value, #bounds);),
        Check::Inner => quote!(violations.inner(#wire, #value);),
        Check::Items => quote!(violations.items(#wire, #value);),
    });
    checks.collect()
}
