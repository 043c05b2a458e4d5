//! Rows and methods.

use super::text::{doc_attributes, item};
use crate::model::naming::ident;
use crate::model::{Api, Operation};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::fmt::Write as _;

/// The methods of one module's operations, on `receiver`.
pub(super) fn methods(operations: &[Operation], receiver: &str) -> String {
    let receiver_ident = ident(receiver);
    let methods = operations
        .iter()
        .map(|operation| method(operation, receiver));
    item(quote! {
        impl #receiver_ident {
            #(#methods)*
        }
    })
}

fn method(operation: &Operation, receiver: &str) -> TokenStream {
    let (name, marker) = (ident(&operation.method_name), ident(&operation.marker));
    let docs = method_docs(operation, receiver);
    let docs = docs.lines().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    let parameters = operation.arguments.iter().map(|argument| {
        let (name, value) = (ident(&argument.name), &argument.argument);
        quote!(#name: #value)
    });
    let body_parameter = operation.body.as_ref().map(|body| quote!(body: &#body));
    let parameters = parameters.chain(body_parameter);
    let fill = operation.arguments.iter().map(|argument| {
        let (name, wire) = (ident(&argument.name), &argument.wire);
        if is_reference(&argument.argument) {
            quote!(.path(#wire, #name))
        } else {
            quote!(.path(#wire, &#name))
        }
    });
    let body = operation.body.as_ref().map(|_| quote!(.body(body)));
    let deprecated = operation
        .deprecated
        .as_ref()
        .map(|note| quote!(#[deprecated(note = #note)]));
    quote! {
        #(#[doc = #docs])*
        #deprecated
        pub fn #name(&self, #(#parameters),*) -> Call<#marker> {
            Call::new(self)#(#fill)*#body
        }
    }
}

fn is_reference(value: &syn::Type) -> bool {
    matches!(value, syn::Type::Reference(_))
}

/// What a user reads about an operation.
fn method_docs(operation: &Operation, receiver: &str) -> String {
    let mut text = super::text::docs(
        &format!("{}.", operation.docs.summary.trim_end_matches('.')),
        "",
        "",
    );
    let mut line = |prose: &str| {
        text.push('\n');
        text.push_str(&super::text::docs(prose, "", ""));
    };
    line(&operation.docs.description);
    let repeat = if operation.idempotent {
        "safe to send again"
    } else {
        "never sent again by itself after an ambiguous failure"
    };
    let roles = if operation.roles.is_empty() {
        "not documented".to_owned()
    } else {
        operation.roles.join(" or ")
    };
    line(&format!(
        "Sends `{} {}`; {repeat}. Role: {roles}.",
        operation.method, operation.path
    ));
    let mut text: String = text
        .lines()
        .map(|line| format!("{}\n", line.trim_start()))
        .collect();
    if let Some(page) = &operation.docs.page {
        let _ = writeln!(text, "See the [API page]({page}).");
    }
    let statuses: Vec<_> = operation
        .docs
        .errors
        .iter()
        .map(|status| format!("`{status}`"))
        .collect();
    let _ = writeln!(
        text,
        "\n# Errors\n[`Error`](crate::Error); the service documents {}.",
        statuses.join(", ")
    );
    let mut arguments: Vec<(String, String)> = Vec::new();
    for argument in &operation.arguments {
        let value = &argument.argument;
        arguments.push((
            argument.name.clone(),
            quote!(#value).to_string().replace("& ", "&"),
        ));
    }
    if let Some(body) = &operation.body {
        arguments.push(("body".to_owned(), format!("&{}", quote!(#body))));
    }
    let names: Vec<_> = arguments.iter().map(|(name, _)| name.as_str()).collect();
    let signature: String = arguments
        .iter()
        .map(|(name, value)| format!(", {name}: {value}"))
        .collect();
    let version = if receiver == "Client" { "v2" } else { "v1" };
    let accessor = if receiver == "Client" { "" } else { ".v1()" };
    let call = format!(
        "client{accessor}.{}({})",
        operation.method_name,
        names.join(", ")
    );
    let _ = writeln!(text, "\n# Example\n```");
    let _ = writeln!(text, "# use atlas_backup::{{*, {version}::*}};");
    let _ = writeln!(
        text,
        "# async fn example(client: &Client{signature}) -> Result<(), Error> {{"
    );
    if operation.paging.is_some() {
        let _ = writeln!(
            text,
            "let mut items = {call}.items();\nwhile let Some(item) = items.try_next().await? {{\n    println!(\"{{item:?}}\");\n}}"
        );
    } else if operation.output.is_some() {
        let _ = writeln!(text, "let answer = {call}.await?;");
    } else {
        let _ = writeln!(text, "{call}.await?;");
    }
    let _ = writeln!(text, "# Ok(()) }}\n```");
    text
}

/// The marker type of an operation, its row, and what its calls can do.
pub(super) fn endpoint(operation: &Operation, receiver: &str) -> String {
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
    let paged = operation.paging.as_ref().map(|paging| {
        let (item, items, links) = (&paging.item, ident(&paging.items), ident(&paging.links));
        let most = Literal::u64_unsuffixed(paging.largest_page);
        let items = if paging.items_required { quote!(page.#items) } else { quote!(page.#items.unwrap_or_default()) };
        quote! {
            impl Paged for #marker {
                type Item = #item;
                const MAX_ITEMS_PER_PAGE: u32 = #most;
                fn items(page: Self::Output) -> Vec<Self::Item> {
                    #items
                }
                fn next(page: &Self::Output) -> Option<String> {
                    let next = page.#links.iter().flatten().find(|link| link.rel.as_deref() == Some("next"));
                    next.and_then(|link| link.href.clone())
                }
            }
        }
    });
    let query = (!operation.query.is_empty()).then(|| {
        let setters = operation.query.iter().map(|parameter| {
            let (name, wire, value) =
                (ident(&parameter.name), &parameter.wire, &parameter.argument);
            let docs = doc_attributes(&parameter.docs);
            let given = if is_reference(value) {
                quote!(#name)
            } else {
                quote!(&#name)
            };
            quote! {
                #docs
                #[must_use]
                pub fn #name(self, #name: #value) -> Self {
                    self.query(#wire, #given)
                }
            }
        });
        quote!(impl Call<#marker> { #(#setters)* })
    });
    let mut code = item(quote! {
        #[doc = #docs]
        #[derive(Debug)]
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
    code.push_str(&prettyplease_lines(quote!(#(#flags)*)));
    code.push_str(&item(quote!(#paged #query)));
    code
}

/// One-line items, not spaced out.
fn prettyplease_lines(tokens: TokenStream) -> String {
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
pub(super) fn table(api: &Api) -> TokenStream {
    let rows = api
        .modules
        .iter()
        .flat_map(|module| &module.operations)
        .map(|operation| {
            let marker = ident(&operation.marker);
            quote!(<#marker as crate::Endpoint>::OPERATION)
        });
    quote! {
        #[doc = " Every operation of this version, by module."]
        pub static OPERATIONS: &[&crate::Operation] = &[#(#rows),*];
    }
}

/// Decoding and encoding again, by operation: what contract verification asks the types.
pub(super) fn round_trip(api: &Api) -> String {
    let operations = api.modules.iter().flat_map(|module| &module.operations);
    let arms = operations.filter_map(|operation| {
        let (id, output) = (&operation.id, operation.output.as_ref()?);
        Some(quote!(#id => round_trip::<#output>(body)))
    });
    item(quote! {
        #[doc = " Decodes a success body of an operation and encodes it again; `None` for an operation without a body."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = " What `serde_json` says of a body that is not the operation's."]
        #[cfg(feature = "contract")]
        pub fn round_trip(operation: &str, body: &[u8]) -> Option<serde_json::Result<serde_json::Value>> {
            use crate::json::round_trip;
            Some(match operation {
                #(#arms,)*
                _ => return None,
            })
        }
    })
}
