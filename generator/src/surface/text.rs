//! Types, signatures and bounds as text.
//!
//! Invariant: neither the way a type is named nor what an argument is called makes a difference.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Fields, FnArg, Generics, ReturnType, Signature, Type};

/// The path of a type, and the arguments it is given.
pub(super) fn head(of: &Type) -> Option<(Vec<String>, String)> {
    let Type::Path(path) = of else {
        return None;
    };
    let segments = path.path.segments.iter();
    let arguments = path.path.segments.last().map(|last| &last.arguments);
    Some((
        segments.map(|segment| segment.ident.to_string()).collect(),
        short(arguments.to_token_stream()),
    ))
}

/// A signature without the names of its arguments.
pub(super) fn function(signature: &Signature, path: &str) -> String {
    let arguments = signature.inputs.iter().map(|argument| match argument {
        FnArg::Receiver(receiver) => {
            let mut receiver = receiver.clone();
            receiver.attrs.clear();
            // Whether the body may change its own copy is nobody's concern.
            receiver.mutability = None;
            compact(&receiver)
        }
        FnArg::Typed(argument) => ty(&argument.ty),
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let generics = generic(&signature.generics);
    let bounds = bounds(&signature.generics);
    let output = match &signature.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, of) => format!(" -> {}", ty(of)),
    };
    let constness = signature.constness.map_or("", |_| "const ");
    let asyncness = signature.asyncness.map_or("", |_| "async ");
    format!("{constness}{asyncness}fn {path}{generics}({arguments}){output}{bounds}")
}

pub(super) fn generic(generics: &Generics) -> String {
    match generics.params.is_empty() {
        true => String::new(),
        false => short(generics.to_token_stream()),
    }
}

pub(super) fn bounds(generics: &Generics) -> String {
    match &generics.where_clause {
        None => String::new(),
        Some(clause) => {
            let text = short(clause.to_token_stream());
            format!(" {}", text.trim_end_matches(','))
        }
    }
}

/// Bounds as they follow a name; nothing for none.
pub(super) fn bounded(bounds: String) -> String {
    match bounds.is_empty() {
        true => bounds,
        false => format!(": {bounds}"),
    }
}

pub(super) fn shape(fields: &Fields) -> String {
    match fields {
        Fields::Unit => String::new(),
        Fields::Unnamed(fields) => {
            let fields = fields.unnamed.iter().map(|field| ty(&field.ty));
            format!("({})", fields.collect::<Vec<_>>().join(", "))
        }
        Fields::Named(fields) => {
            let fields = fields.named.iter().map(|field| {
                let name = field.ident.to_token_stream();
                format!("{name}: {}", ty(&field.ty))
            });
            format!(" {{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

pub(super) fn ty(of: &Type) -> String {
    short(of.to_token_stream())
}

/// Tokens with paths short: which way a type is named is no part of an API.
pub(super) fn short(tokens: TokenStream) -> String {
    struct Shorten;
    impl VisitMut for Shorten {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            let is_module = |segment: &syn::PathSegment| {
                segment.ident.to_string().starts_with(char::is_lowercase)
            };
            while path.segments.len() > 1 && path.segments.first().is_some_and(is_module) {
                path.segments = path.segments.iter().skip(1).cloned().collect();
                path.leading_colon = None;
            }
            visit_mut::visit_path_mut(self, path);
        }
    }
    if let Ok(mut of) = syn::parse2::<Type>(tokens.clone()) {
        Shorten.visit_type_mut(&mut of);
        return compact(&of);
    }
    if let Ok(mut generics) = syn::parse2::<Generics>(tokens.clone()) {
        Shorten.visit_generics_mut(&mut generics);
        return compact(&generics);
    }
    if let Ok(mut clause) = syn::parse2::<syn::WhereClause>(tokens.clone()) {
        Shorten.visit_where_clause_mut(&mut clause);
        return compact(&clause);
    }
    compact(&quote!(#tokens))
}

/// Tokens as a person would space them.
pub(super) fn compact(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string().replace('\n', " ");
    for (wide, narrow) in [
        (" ::", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("[ ", "["),
        (" ]", "]"),
        (" :", ":"),
        (" ;", ";"),
        (" !", "!"),
        (",>", ">"),
    ] {
        text = text.replace(wide, narrow);
    }
    text
}
