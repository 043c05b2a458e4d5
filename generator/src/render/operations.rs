//! Rows and methods.

use super::text::{doc_attributes, item, table};
use crate::Target;
use crate::model::naming::ident;
use crate::model::{Api, Earlier, Operation, Paging, Parameter, Place, Wait};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The methods of one module's operations, on `receiver`.
pub(super) fn methods(operations: &[Operation], target: Target<'_>) -> String {
    let receiver_ident = ident(target.receiver);
    let methods = operations.iter().map(|operation| {
        let waits = operation.waits.iter();
        let waits = waits.map(|wait| self::wait(wait, operation, target));
        let method = method(operation, target);
        let earlier = operation.earlier.iter();
        let earlier = earlier.map(|earlier| earlier_method(earlier, operation));
        quote!(#method #(#waits)* #(#earlier)*)
    });
    item(quote! {
        impl #receiver_ident {
            #(#methods)*
        }
    })
}

fn method(operation: &Operation, target: Target<'_>) -> TokenStream {
    let (name, marker) = (ident(&operation.method_name), ident(&operation.marker));
    let docs = doc_lines(&super::method_docs::text(operation, target));
    let parameters = parameters(operation).chain(body_parameter(operation));
    let fill = operation.arguments.iter().map(filled);
    let body = operation
        .body
        .as_ref()
        .map(|_| match operation.body_optional {
            true => quote!(.optional_body(body)),
            false => quote!(.body(body)),
        });
    let deprecated = deprecated(operation);
    quote! {
        #docs
        #deprecated
        pub fn #name(&self, #(#parameters),*) -> Call<#marker> {
            Call::new(self)#(#fill)*#body
        }
    }
}

/// The method of an operation's earlier name.
fn earlier_method(earlier: &Earlier, operation: &Operation) -> TokenStream {
    let (name, marker) = (ident(&earlier.method_name), ident(&operation.marker));
    let successor = ident(&operation.method_name);
    let docs = format!(" The earlier name of [`{successor}`](Self::{successor}).");
    let note = format!("it is called `{successor}` now");
    let arguments = operation.arguments.iter();
    let arguments = arguments.map(|argument| ident(&argument.name));
    let arguments = arguments.chain(operation.body.as_ref().map(|_| ident("body")));
    let parameters = parameters(operation).chain(body_parameter(operation));
    let allowed = operation.deprecated.as_ref();
    let allowed = allowed.map(|_| quote!(#[allow(deprecated)]));
    quote! {
        #[doc = #docs]
        #[deprecated(note = #note)]
        #allowed
        pub fn #name(&self, #(#parameters),*) -> Call<#marker> {
            self.#successor(#(#arguments),*)
        }
    }
}

fn body_parameter(operation: &Operation) -> Option<TokenStream> {
    let body = operation.body.as_ref()?;
    Some(match operation.body_optional {
        true => quote!(body: Option<&#body>),
        false => quote!(body: &#body),
    })
}

/// The method that waits by asking `operation`.
fn wait(wait: &Wait, operation: &Operation, target: Target<'_>) -> TokenStream {
    let (name, marker) = (ident(&wait.method_name), ident(&operation.marker));
    let docs = doc_lines(&super::method_docs::wait(wait, operation, target));
    let asks = ident(&operation.method_name);
    let parameters = parameters(operation);
    let arguments = operation
        .arguments
        .iter()
        .map(|argument| ident(&argument.name));
    let call = quote!(self.#asks(#(#arguments),*));
    let (output, wait) = if wait.endings.is_empty() {
        (quote!(Wait<#marker, ()>), quote!(Wait::until_gone(#call)))
    } else {
        let endings = wait.endings.iter().map(|ending| {
            let (outcome, field, values) = (ident(ending.outcome), &ending.field, &ending.values);
            let matcher = match values.as_slice() {
                [] => quote!(Matcher::Present),
                values => quote!(Matcher::Is(&[#(#values),*])),
            };
            quote!(Acceptor::#outcome(#field, #matcher))
        });
        let until = quote!(Wait::until(#call, &[#(#endings),*]));
        (quote!(Wait<#marker>), until)
    };
    let deprecated = deprecated(operation);
    let allowed = deprecated.is_some().then(|| quote!(#[allow(deprecated)]));
    quote! {
        #docs
        #deprecated
        #allowed
        pub fn #name(&self, #(#parameters),*) -> #output {
            #wait
        }
    }
}

fn doc_lines(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| match line {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

fn parameters(operation: &Operation) -> impl Iterator<Item = TokenStream> {
    operation.arguments.iter().map(|argument| {
        let (name, value) = (ident(&argument.name), &argument.argument);
        quote!(#name: #value)
    })
}

fn deprecated(operation: &Operation) -> Option<TokenStream> {
    let note = operation.deprecated.as_ref()?;
    Some(quote!(#[deprecated(note = #note)]))
}

/// The call of the runtime that puts a parameter in its place.
fn filled(parameter: &Parameter) -> TokenStream {
    let (name, wire) = (ident(&parameter.name), &parameter.wire);
    let value = if is_reference(&parameter.argument) {
        quote!(#name)
    } else {
        quote!(&#name)
    };
    match parameter.place {
        Place::Path => quote!(.path(#wire, #value)),
        Place::Query => quote!(.query(#wire, #value)),
        Place::QueryList(None) => quote!(.query_list(#wire, #value, None)),
        Place::QueryList(Some(separator)) => quote!(.query_list(#wire, #value, Some(#separator))),
        Place::Header => quote!(.header(#wire, #value)),
    }
}

/// Whether an answer is bytes, which no contract reads as JSON.
pub(super) fn is_bytes(answer: &syn::Type) -> bool {
    let text = quote!(#answer).to_string();
    text == "Bytes" || text == "Option < Bytes >"
}

fn is_reference(value: &syn::Type) -> bool {
    matches!(value, syn::Type::Reference(_))
}

/// The marker type of an operation, its row, and what its calls can do.
pub(super) fn endpoint(operation: &Operation, target: Target<'_>) -> String {
    let receiver = target.receiver;
    let marker = ident(&operation.marker);
    let Operation {
        id,
        path,
        accept,
        idempotent,
        roles,
        ..
    } = operation;
    let docs = format!(
        " The operation behind [`{receiver}::{0}`](crate::{receiver}::{0}).",
        operation.method_name
    );
    let http_method = ident(&operation.method);
    let content_type = match &operation.content_type {
        Some(media_type) => quote!(Some(#media_type)),
        None => quote!(None),
    };
    let success = operation
        .success
        .iter()
        .map(|status| Literal::u16_unsuffixed(*status));
    let output = operation
        .output
        .as_ref()
        .map_or_else(|| quote!(()), |output| quote!(#output));
    let flags = operation.flags.iter().map(|flag| {
        let flag = ident(flag);
        quote!(impl #flag for #marker {})
    });
    let setters = (!operation.optional.is_empty()).then(|| {
        let setters = operation.optional.iter().map(|parameter| {
            let (name, value) = (ident(&parameter.name), &parameter.argument);
            let (docs, fill) = (doc_attributes(&parameter.docs), filled(parameter));
            quote! {
                #docs
                pub fn #name(self, #name: #value) -> Self {
                    self #fill
                }
            }
        });
        quote!(impl Call<#marker> { #(#setters)* })
    });
    let mut code = item(quote! {
        #[doc = #docs]
        #[derive(Debug)]
        #[non_exhaustive]
        pub struct #marker;
        impl Endpoint for #marker {
            type Output = #output;
            const OPERATION: &'static Operation = &Operation {
                id: #id,
                method: Method::#http_method,
                path: #path,
                accept: #accept,
                content_type: #content_type,
                success: &[#(#success),*],
                idempotent: #idempotent,
                roles: &[#(#roles),*],
            };
        }
    });
    code.push_str(&one_line_items(quote!(#(#flags)*)));
    if let Some(paging) = &operation.paging {
        let Paging {
            item,
            items,
            links,
            largest_page,
            ..
        } = paging;
        let item = quote!(#item);
        let whole = if paging.items_required {
            ""
        } else {
            ".unwrap_or_default()"
        };
        code.push_str(&format!(
            "paged!({marker} of {item} {{ items: |page| page.{items}{whole}, links: {links}, most: {largest_page} }});\n"
        ));
    }
    code.push_str(&item(quote!(#setters)));
    for earlier in &operation.earlier {
        let (name, successor) = (ident(&earlier.marker), &operation.marker);
        let docs = format!(" The earlier name of [`{successor}`].");
        let note = format!("it is called `{successor}` now");
        code.push('\n');
        code.push_str(&item(quote! {
            #[doc = #docs]
            #[deprecated(note = #note)]
            pub type #name = #marker;
        }));
    }
    code
}

/// One-line items, not spaced out.
fn one_line_items(tokens: TokenStream) -> String {
    let text = item(tokens);
    text.lines()
        .filter(|line| !line.is_empty())
        .fold(String::new(), |mut lines, line| {
            lines.push_str(line);
            lines.push('\n');
            lines
        })
}

/// The table of all rows.
pub(super) fn rows(api: &Api, target: Target<'_>) -> TokenStream {
    let rows = api.modules.iter().flat_map(|module| {
        module
            .operations
            .iter()
            .map(move |operation| (module, operation))
    });
    let rows = rows.map(|(module, operation)| {
        let (marker, feature) = (ident(&operation.marker), &module.name);
        let gate = target.features.then(|| quote!(#[cfg(feature = #feature)]));
        quote!(#gate <#marker as crate::Endpoint>::OPERATION)
    });
    quote! {
        #[doc = " Every operation of this version, by module."]
        pub static OPERATIONS: &[&crate::Operation] = &[#(#rows),*];
    }
}

/// Decoding and encoding again, by operation: what contract verification asks the types.
pub(super) fn round_trips(api: &Api) -> String {
    let operations = api.modules.iter().flat_map(|module| &module.operations);
    let entries = operations.filter_map(|operation| {
        let output = operation.output.as_ref()?;
        if is_bytes(output) {
            return None;
        }
        Some(format!("{:?}: {}", operation.id, operation.marker))
    });
    let operations = api.modules.iter().flat_map(|module| &module.operations);
    let requests = operations.filter_map(|operation| {
        let body = operation.body.as_ref()?;
        let body = quote!(#body).to_string().replace(' ', "");
        Some(format!("{:?}: {body}", operation.id))
    });
    format!(
        "#[cfg(feature = \"contract\")]\n{}\n#[cfg(feature = \"contract\")]\n{}",
        table("crate::json::round_trips", "", entries),
        table("crate::json::request_round_trips", "", requests)
    )
}
