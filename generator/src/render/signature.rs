//! Parameters and return types of methods.

use super::scope::Scope;
use crate::api::Operation;
use crate::api::naming::ident;
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn parameters(
    operation: &Operation,
    scope: &Scope<'_>,
) -> impl Iterator<Item = TokenStream> {
    operation.arguments.iter().map(|argument| {
        let (name, value) = (ident(&argument.name), scope.argument(&argument.value));
        quote!(#name: #value)
    })
}

pub(super) fn body_parameter(operation: &Operation, scope: &Scope<'_>) -> Option<TokenStream> {
    let body = body_type(operation, scope)?;
    Some(quote!(body: #body))
}

/// Returns the type of a method's body parameter.
pub(super) fn body_type(operation: &Operation, scope: &Scope<'_>) -> Option<TokenStream> {
    let body = operation.body.as_ref()?;
    let Some(value) = &body.value else {
        let content = scope.runtime("RequestContent");
        return Some(match body.required {
            true => quote!(impl Into<#content>),
            false => quote!(Option<#content>),
        });
    };
    let value = scope.borrowed(value);
    Some(match body.required {
        true => quote!(&#value),
        false => quote!(Option<&#value>),
    })
}

/// Returns the output type of a call.
pub(super) fn output_type(operation: &Operation, scope: &Scope<'_>) -> TokenStream {
    let Some(output) = &operation.output else {
        return quote!(());
    };
    let value = scope.value(&output.value);
    match output.optional {
        true => quote!(Option<#value>),
        false => value,
    }
}
