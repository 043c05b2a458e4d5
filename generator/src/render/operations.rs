//! Prints operations: their table rows and methods.

use super::scope::{Scope, compact};
use super::signature::{body_parameter, output_type, parameters};
use super::text::{self, doc_attributes, item, table};
use crate::api::naming::{ident, method_name};
use crate::api::{
    Api, BodyFormat, EarlierName, Flag, Location, Module, Operation, Outcome, Paging, Parameter,
    RequestBody, Style, TypeRef, Wait, Writing,
};
use crate::source::Target;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Prints the methods of one module's operations, in an `impl` block with a heading for the page of the receiver.
pub(super) fn methods(
    module: &Module,
    operations: &[&Operation],
    target: Target<'_>,
    scope: &Scope<'_>,
) -> String {
    let title = title(&module.name);
    let heading = doc_lines(&format!(
        "# {title}\n\nTypes and endpoints: [`{}::{}`](self).",
        target.directory, module.name
    ));
    let receiver_ident = scope.runtime(target.receiver);
    let methods = operations.iter().map(|operation| {
        let waits = operation.waits.iter();
        let waits = waits.map(|wait| self::wait(wait, operation, target, scope));
        let method = method(operation, target, scope);
        let earlier = operation.earlier.iter();
        let earlier = earlier.map(|earlier| earlier_method(earlier, operation, scope));
        quote!(#method #(#waits)* #(#earlier)*)
    });
    item(quote! {
        #heading
        impl #receiver_ident {
            #(#methods)*
        }
    })
}

/// Returns the name of a module as a heading.
fn title(module: &str) -> String {
    let words = module.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Returns an index of all methods by resource, as Markdown for the documentation of the receiver.
pub(super) fn index(api: &Api, target: Target<'_>) -> String {
    let Target {
        receiver,
        directory,
        ..
    } = target;
    let link = |name: &str| format!("[`{name}`](crate::{receiver}::{name})");
    let mut text = "# Operations\n\n| Resource | Methods |\n|---|---|\n".to_owned();
    for module in &api.modules {
        let operations = || {
            module
                .operations
                .iter()
                .map(|&index| &api.operations[index])
        };
        let methods = operations().map(|operation| link(&operation.method_name));
        let waits = operations().flat_map(|operation| &operation.waits);
        let waits = waits.map(|wait| link(&wait.method_name));
        let names = methods.chain(waits).collect::<Vec<_>>().join(", ");
        if !names.is_empty() {
            let (title, name) = (title(&module.name), &module.name);
            text.push_str(&format!(
                "| [{title}](crate::{directory}::{name}) | {names} |\n"
            ));
        }
    }
    text
}

fn method(operation: &Operation, target: Target<'_>, scope: &Scope<'_>) -> TokenStream {
    let call = scope.runtime("Call");
    let (name, marker) = (ident(&operation.method_name), ident(&operation.marker));
    let docs = doc_lines(&super::method_docs::text(operation, target, scope));
    let parameters = parameters(operation, scope).chain(body_parameter(operation, scope));
    let fill = operation.arguments.iter();
    let fill = fill.map(|argument| filled(argument, scope));
    let body = operation.body.as_ref().map(|body| filled_body(body, scope));
    let deprecated = deprecated(operation);
    let many =
        many_arguments(1 + operation.arguments.len() + usize::from(operation.body.is_some()));
    quote! {
        #docs
        #deprecated
        #many
        pub fn #name(&self, #(#parameters),*) -> #call<#marker> {
            #call::new(self)#(#fill)*#body
        }
    }
}

/// Prints the method with an operation's earlier name.
fn earlier_method(earlier: &EarlierName, operation: &Operation, scope: &Scope<'_>) -> TokenStream {
    let call = scope.runtime("Call");
    let (name, marker) = (ident(&earlier.method_name), ident(&operation.marker));
    let successor = ident(&operation.method_name);
    let docs = format!(" Former name of [`{successor}`](Self::{successor}).");
    let note = format!("renamed to `{successor}`");
    let arguments = operation.arguments.iter();
    let arguments = arguments.map(|argument| ident(&argument.name));
    let arguments = arguments.chain(operation.body.as_ref().map(|_| ident("body")));
    let parameters = parameters(operation, scope).chain(body_parameter(operation, scope));
    let allowed = deprecated(operation).map(|_| quote!(#[allow(deprecated)]));
    let many =
        many_arguments(1 + operation.arguments.len() + usize::from(operation.body.is_some()));
    quote! {
        #[doc = #docs]
        #[deprecated(note = #note)]
        #allowed
        #many
        pub fn #name(&self, #(#parameters),*) -> #call<#marker> {
            self.#successor(#(#arguments),*)
        }
    }
}

/// Prints the method that polls `operation`.
fn wait(wait: &Wait, operation: &Operation, target: Target<'_>, scope: &Scope<'_>) -> TokenStream {
    let wait_type = scope.runtime("Wait");
    let (name, marker) = (ident(&wait.method_name), ident(&operation.marker));
    let docs = doc_lines(&super::method_docs::wait(wait, operation, target, scope));
    let asks = ident(&operation.method_name);
    let parameters = parameters(operation, scope);
    let arguments = operation
        .arguments
        .iter()
        .map(|argument| ident(&argument.name));
    let call = quote!(self.#asks(#(#arguments),*));
    let named = wait.kind.as_ref().map(|kind| quote!(.named(#kind)));
    let reason = wait.reason.as_ref().map(|field| quote!(.reason_in(#field)));
    let (output, wait) = if wait.endings.is_empty() {
        (
            quote!(#wait_type<#marker, ()>),
            quote!(#wait_type::until_gone(#call)),
        )
    } else {
        let endings = wait.endings.iter().map(|ending| {
            let (acceptor, matcher) = (scope.runtime("Acceptor"), scope.runtime("Matcher"));
            let (outcome, field, values) = (outcome(ending.outcome), &ending.field, &ending.values);
            let matcher = match values.as_slice() {
                [] => quote!(#matcher::Present),
                values => quote!(#matcher::Is(&[#(#values),*])),
            };
            quote!(#acceptor::#outcome(#field, #matcher))
        });
        let until = quote!(#wait_type::until(#call, &[#(#endings),*]));
        (quote!(#wait_type<#marker>), until)
    };
    let deprecated = deprecated(operation);
    let allowed = deprecated.is_some().then(|| quote!(#[allow(deprecated)]));
    let many = many_arguments(1 + operation.arguments.len());
    quote! {
        #docs
        #deprecated
        #allowed
        #many
        pub fn #name(&self, #(#parameters),*) -> #output {
            #wait #named #reason
        }
    }
}

/// Allows more arguments than Clippy accepts, since the document requires them.
pub(super) fn many_arguments(count: usize) -> Option<TokenStream> {
    (count > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]))
}

fn doc_lines(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| match line {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

fn outcome(outcome: Outcome) -> TokenStream {
    match outcome {
        Outcome::Success => quote!(Success),
        Outcome::Failure => quote!(Failure),
        Outcome::Cancelled => quote!(Cancelled),
        Outcome::Expired => quote!(Expired),
        Outcome::Pending => quote!(Pending),
    }
}

/// Returns the attribute of a deprecated or carried-over operation.
fn deprecated(operation: &Operation) -> Option<TokenStream> {
    let note = match (
        &operation.carried_over,
        &operation.sunset,
        operation.deprecated,
    ) {
        (Some(carried_over), ..) => match &carried_over.successor {
            Some(successor) => format!(
                "removed from the API, and from this crate in a later breaking release; call `{}` instead",
                method_name(successor)
            ),
            None => "removed from the API without a replacement, and from this crate in a later breaking release".to_owned(),
        },
        (None, Some(date), _) => format!("the service removes this version on {date}"),
        (None, None, true) => "deprecated by the service".to_owned(),
        (None, None, false) => return None,
    };
    Some(quote!(#[deprecated(note = #note)]))
}

/// Prints the runtime call that adds a parameter to a request.
fn filled(parameter: &Parameter, scope: &Scope<'_>) -> TokenStream {
    let (name, wire) = (ident(&parameter.name), &parameter.wire);
    let value = match parameter.value {
        TypeRef::Bool | TypeRef::Integer | TypeRef::Number => quote!(&#name),
        _ => quote!(#name),
    };
    match (parameter.location, parameter.writing) {
        (Location::Path, Writing::Plain) => quote!(.path(#wire, #value)),
        (Location::Query, Writing::Plain) => quote!(.query(#wire, #value)),
        (Location::Header | Location::Cookie, Writing::Plain) => quote!(.header(#wire, #value)),
        (_, Writing::List(None)) => quote!(.query_list(#wire, #value, None)),
        (_, Writing::List(Some(separator))) => quote!(.query_list(#wire, #value, Some(#separator))),
        (location, Writing::Styled) => {
            let style = style(&parameter.style, scope);
            let method = match location {
                Location::Path => ident("path_styled"),
                Location::Query => ident("query_styled"),
                Location::Header | Location::Cookie => ident("header_styled"),
            };
            quote!(.#method(#wire, #style, #value))
        }
    }
}

/// Prints a style as a value of the runtime's type.
fn style(style: &Style, scope: &Scope<'_>) -> TokenStream {
    let (styles, explode) = (scope.runtime("ParameterStyle"), style.explode);
    match style.name.as_str() {
        "simple" => quote!(#styles::Simple { explode: #explode }),
        "label" => quote!(#styles::Label { explode: #explode }),
        "matrix" => quote!(#styles::Matrix { explode: #explode }),
        "spaceDelimited" => quote!(#styles::SpaceDelimited),
        "pipeDelimited" => quote!(#styles::PipeDelimited),
        "deepObject" => quote!(#styles::DeepObject),
        "json" => quote!(#styles::Json),
        _ => quote!(#styles::Form { explode: #explode }),
    }
}

/// Prints the runtime call that sets the body.
fn filled_body(body: &RequestBody, scope: &Scope<'_>) -> TokenStream {
    match (&body.format, body.required) {
        (BodyFormat::Json, true) => quote!(.body(body)),
        (BodyFormat::Json, false) => quote!(.optional_body(body)),
        (BodyFormat::Content, true) => quote!(.content(body)),
        (BodyFormat::Content, false) => quote!(.optional_content(body)),
        (BodyFormat::Form(styles), required) => {
            let styles = styles.iter().map(|(field, style)| {
                let style = self::style(style, scope);
                quote!((#field, #style))
            });
            let method = ident(if required {
                "form_body"
            } else {
                "optional_form_body"
            });
            quote!(.#method(body, &[#(#styles),*]))
        }
    }
}

/// Prints the marker type of an operation, its row, and its setters.
pub(super) fn endpoint(operation: &Operation, target: Target<'_>, scope: &Scope<'_>) -> String {
    let receiver = target.receiver;
    let marker = ident(&operation.marker);
    let Operation {
        id,
        path,
        idempotent,
        roles,
        ..
    } = operation;
    let accept = operation.accept();
    let names = ["Endpoint", "Method", "Operation"];
    let [endpoint, method, row] = names.map(|name| scope.runtime(name));
    let docs = format!(
        " Operation of [`{receiver}::{0}`](crate::{receiver}::{0}).",
        operation.method_name
    );
    let http_method = ident(&operation.http_method);
    let content_type = match &operation.body {
        Some(body) => {
            let media_type = &body.media_type;
            quote!(Some(#media_type))
        }
        None => quote!(None),
    };
    let success = operation
        .statuses(true)
        .filter_map(|status| status.parse().ok());
    let success = success.map(Literal::u16_unsuffixed);
    let output = output_type(operation, scope);
    let flags = operation.flags.iter().map(|flag| {
        let flag = scope.runtime(match flag {
            Flag::Enveloped => "Enveloped",
            Flag::Pretty => "Pretty",
            Flag::Counted => "Counted",
        });
        quote!(impl #flag for #marker {})
    });
    let setters = (!operation.optional.is_empty()).then(|| {
        let call = scope.runtime("Call");
        let setters = operation.optional.iter().map(|parameter| {
            let (name, value) = (ident(&parameter.name), scope.argument(&parameter.value));
            let (docs, fill) = (doc_attributes(&parameter.docs), filled(parameter, scope));
            let deprecated = text::deprecated(parameter.deprecated);
            let head = quote! {
                #docs
                #deprecated
            };
            (head, quote!(fn #name(self, #name: #value) -> Self), fill)
        });
        if target.has_client() {
            let setters =
                setters.map(|(head, signature, fill)| quote!(#head pub #signature { self #fill }));
            return quote!(impl #call<#marker> { #(#setters)* });
        }
        // Only a trait adds methods to a type of another crate.
        let (name, docs) = (
            ident(&operation.setters_trait),
            format!(" The optional parameters of [`{}`].", operation.marker),
        );
        let (declared, defined): (Vec<_>, Vec<_>) = setters
            .map(|(head, signature, fill)| {
                (quote!(#head #signature;), quote!(#signature { self #fill }))
            })
            .unzip();
        quote! {
            #[doc = #docs]
            pub trait #name { #(#declared)* }
            impl #name for #call<#marker> { #(#defined)* }
        }
    });
    let mut code = item(quote! {
        #[doc = #docs]
        #[derive(Debug)]
        #[non_exhaustive]
        pub struct #marker;
        impl #endpoint for #marker {
            type Output = #output;
            const OPERATION: &'static #row = &#row {
                id: #id,
                method: #method::#http_method,
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
        let (paged, item) = (scope.runtime("paged"), scope.named(*item));
        let whole = if paging.items_required {
            ""
        } else {
            ".unwrap_or_default()"
        };
        let required = if paging.links_required {
            "required "
        } else {
            ""
        };
        code.push_str(&format!(
            "{paged}!({marker} of {item} {{ items: |page| page.{items}{whole}, links: {required}{links}, most: {largest_page} }});\n"
        ));
    }
    code.push_str(&item(quote!(#setters)));
    for earlier in &operation.earlier {
        let (name, successor) = (ident(&earlier.marker), &operation.marker);
        let docs = format!(" Former name of [`{successor}`].");
        let note = format!("renamed to `{successor}`");
        code.push('\n');
        code.push_str(&item(quote! {
            #[doc = #docs]
            #[deprecated(note = #note)]
            pub type #name = #marker;
        }));
    }
    code
}

/// Prints one-line items without blank lines between them.
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

/// Prints the table of all rows.
pub(super) fn rows(api: &Api, target: Target<'_>) -> TokenStream {
    let rows = by_module(api).map(|(module, operation)| {
        let (marker, feature) = (ident(&operation.marker), &module.name);
        let gate = target.features.then(|| quote!(#[cfg(feature = #feature)]));
        quote!(#gate <#marker as crate::Endpoint>::OPERATION)
    });
    quote! {
        #[doc = " All operations of this API version, by module."]
        pub static OPERATIONS: &[&crate::Operation] = &[#(#rows),*];
    }
}

/// Iterates over all operations with their modules, in the order of modules.
fn by_module(api: &Api) -> impl Iterator<Item = (&Module, &Operation)> {
    api.modules.iter().flat_map(move |module| {
        let operations = module.operations.iter();
        operations.map(move |&index| (module, &api.operations[index]))
    })
}

/// Prints the functions that decode and encode each operation's bodies for contract verification.
pub(super) fn round_trips(api: &Api) -> String {
    let entries = by_module(api).filter_map(|(_, operation)| {
        let output = operation.output.as_ref()?;
        // Contract verification reads JSON only.
        (output.value != TypeRef::Bytes)
            .then(|| format!("{:?}: {}", operation.id, operation.marker))
    });
    let scope = Scope::new(api, None);
    let requests = by_module(api).filter_map(|(_, operation)| {
        let body = operation.body.as_ref();
        let body = body
            .filter(|body| body.format == BodyFormat::Json)?
            .value
            .as_ref()?;
        Some(format!(
            "{:?}: {}",
            operation.id,
            compact(scope.borrowed(body))
        ))
    });
    format!(
        "#[cfg(feature = \"contract\")]\n{}\n#[cfg(feature = \"contract\")]\n{}",
        table("crate::json::round_trips", "", entries),
        table("crate::json::request_round_trips", "", requests)
    )
}
