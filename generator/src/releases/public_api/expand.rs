//! Expands the runtime's macros, as far as the result is public.
//!
//! Unknown macros are not expanded; they are listed as they are written.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::token::Bracket;
use syn::{Attribute, Ident, Item, Token, Type, braced, bracketed};

/// Returns the items that a macro call generates; `None` if the macro is unknown or the call is malformed.
pub(super) fn expand(invocation: &syn::Macro) -> Option<Vec<Item>> {
    let name = invocation.path.segments.last()?.ident.to_string();
    let tokens = match name.as_str() {
        "record" => serde_impls(first(&invocation.tokens)?),
        "open_enum" => {
            let of = first(&invocation.tokens)?;
            let common = serde_impls(of.clone());
            quote! {
                impl #of { pub fn as_str(&self) -> &str {} }
                impl From<&str> for #of {}
                impl std::str::FromStr for #of {}
                impl AsRef<str> for #of {}
                impl std::fmt::Display for #of {}
                impl crate::operation::Request for #of {}
                #common
            }
        }
        "tagged_union" | "untagged_union" => {
            let of = first(&invocation.tokens)?;
            let request = (name == "untagged_union")
                .then(|| quote!(impl crate::operation::Request for #of {}));
            let common = serde_impls(of.clone());
            quote! { impl From<serde_json::Value> for #of {} #request #common }
        }
        "from_variants" => {
            let FromVariants { of, records } = invocation.parse_body().ok()?;
            quote!(#(impl From<#records> for #of {})*)
        }
        "setters" => setters(&invocation.parse_body().ok()?),
        "always_sent" => {
            let Accessors { of, fields } = invocation.parse_body().ok()?;
            let methods = fields.into_iter().map(|NamedType(attributes, name, value)| {
                quote!(#(#attributes)* pub fn #name(&self) -> Result<&#value, crate::MissingField> {})
            });
            quote!(impl #of { #(#methods)* })
        }
        "common_fields" => {
            let Accessors { of, fields } = invocation.parse_body().ok()?;
            let methods = fields.into_iter().map(|NamedType(attributes, name, value)| {
                quote!(#(#attributes)* pub fn #name(&self) -> Option<&#value> {})
            });
            quote!(impl #of { #(#methods)* })
        }
        "paged" => {
            let Paged { of, item } = invocation.parse_body().ok()?;
            quote!(impl crate::operation::Paged for #of { type Item = #item; })
        }
        "round_trips" => {
            quote!(
                pub fn round_trip(
                    operation: &str,
                    body: &[u8],
                ) -> Option<serde_json::Result<crate::RoundTrip>> {
                }
            )
        }
        "request_round_trips" => {
            quote!(
                pub fn round_trip_request(
                    operation: &str,
                    body: &[u8],
                ) -> Option<serde_json::Result<serde_json::Value>> {
                }
            )
        }
        "codes" => {
            let Codes(names) = invocation.parse_body().ok()?;
            quote!(impl AtlasErrorCode { #(pub const #names: Self = Self;)* })
        }
        "thread_local" => TokenStream::new(),
        _ => return None,
    };
    Some(syn::parse2::<syn::File>(tokens).ok()?.items)
}

fn serde_impls(of: Ident) -> TokenStream {
    quote! {
        impl<'de> serde::Deserialize<'de> for #of {}
        impl serde::Serialize for #of {}
        impl crate::operation::ResponseBody for #of {}
    }
}

fn first(tokens: &TokenStream) -> Option<Ident> {
    match tokens.clone().into_iter().next()? {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    }
}

/// `Type { field: Value, … }` or `Type changes { field: Value, … }`.
struct Setters {
    of: Ident,
    changes: bool,
    fields: Vec<(Ident, Type)>,
}

impl Parse for Setters {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let of = input.parse()?;
        let changes = input.parse::<Option<Ident>>()?.is_some();
        let inner;
        braced!(inner in input);
        let fields = Punctuated::<NamedType, Token![,]>::parse_terminated(&inner)?;
        Ok(Self {
            of,
            changes,
            fields: fields
                .into_iter()
                .map(|NamedType(_, name, value)| (name, value))
                .collect(),
        })
    }
}

/// `Type { field: Value, … }` or, for a union, `Type [Variant, …] { #[deprecated] field: Value, … }`.
struct Accessors {
    of: Ident,
    fields: Vec<NamedType>,
}

impl Parse for Accessors {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let of = input.parse()?;
        if input.peek(Bracket) {
            let variants;
            bracketed!(variants in input);
            Punctuated::<Ident, Token![,]>::parse_terminated(&variants)?;
        }
        let inner;
        braced!(inner in input);
        let fields = Punctuated::<NamedType, Token![,]>::parse_terminated(&inner)?;
        Ok(Self {
            of,
            fields: fields.into_iter().collect(),
        })
    }
}

/// `Union { Variant(Record), … }`.
struct FromVariants {
    of: Ident,
    records: Vec<Type>,
}

impl Parse for FromVariants {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let of = input.parse()?;
        let inner;
        braced!(inner in input);
        let variants = Punctuated::<syn::Variant, Token![,]>::parse_terminated(&inner)?;
        let records = variants.into_iter().flat_map(|variant| variant.fields);
        let records = records.map(|field| field.ty).collect();
        Ok(Self { of, records })
    }
}

struct NamedType(Vec<Attribute>, Ident, Type);

impl Parse for NamedType {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self(attributes, name, input.parse()?))
    }
}

fn setters(
    Setters {
        of,
        changes,
        fields,
    }: &Setters,
) -> TokenStream {
    let methods = fields.iter().map(|(name, value)| match changes {
        true => quote!(pub fn #name(self, value: impl Into<crate::Patch<#value>>) -> Self {}),
        false => quote!(pub fn #name(self, value: impl Into<#value>) -> Self {}),
    });
    quote!(impl #of { #(#methods)* })
}

/// `Type of Item { … }`.
struct Paged {
    of: Ident,
    item: Type,
}

impl Parse for Paged {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let of = input.parse()?;
        input.parse::<Ident>()?;
        let item = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(Self { of, item })
    }
}

/// `NAME: "meaning", …`.
struct Codes(Vec<Ident>);

impl Parse for Codes {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut names = Vec::new();
        while !input.is_empty() {
            names.push(input.parse()?);
            input.parse::<Token![:]>()?;
            input.parse::<syn::LitStr>()?;
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self(names))
    }
}
