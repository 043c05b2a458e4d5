//! Formats types, signatures and bounds as text, in the scope of a module.
//!
//! Invariant: neither argument names nor the way in which a type is imported change the text, and different types
//! have different texts.

use super::modules::Modules;
use super::spacing::compact;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Fields, FnArg, GenericParam, Generics, ReturnType, Signature, Type};

/// The module in which names are resolved.
#[derive(Clone, Copy)]
pub(super) struct Scope<'m> {
    pub(super) modules: &'m Modules,
    pub(super) module: &'m [String],
}

impl Scope<'_> {
    /// Returns the path of a type, and its generic arguments.
    pub(super) fn head(&self, of: &Type) -> Option<(Vec<String>, String)> {
        let Type::Path(path) = of else {
            return None;
        };
        let segments = path.path.segments.iter();
        let arguments = path.path.segments.last().map(|last| &last.arguments);
        Some((
            segments.map(|segment| segment.ident.to_string()).collect(),
            // Wrapped in a type, so that the names inside are resolved.
            arguments.map_or_else(String::new, |arguments| {
                let text = self.named(quote!(_A #arguments));
                text.trim_start_matches("_A").to_owned()
            }),
        ))
    }

    /// Formats a signature without argument names.
    pub(super) fn function(&self, signature: &Signature, path: &str) -> String {
        let arguments = signature.inputs.iter().map(|argument| match argument {
            FnArg::Receiver(receiver) => {
                let mut receiver = receiver.clone();
                receiver.attrs.clear();
                // A `mut` receiver does not affect callers.
                receiver.mutability = None;
                compact(&receiver)
            }
            FnArg::Typed(argument) => self.ty(&argument.ty),
        });
        let arguments = arguments.collect::<Vec<_>>().join(", ");
        let generics = self.generic(&signature.generics);
        let bounds = self.bounds(&signature.generics);
        let output = match &signature.output {
            ReturnType::Default => String::new(),
            ReturnType::Type(_, of) => format!(" -> {}", self.ty(of)),
        };
        let constness = signature.constness.map_or("", |_| "const ");
        let asyncness = signature.asyncness.map_or("", |_| "async ");
        format!("{constness}{asyncness}fn {path}{generics}({arguments}){output}{bounds}")
    }

    pub(super) fn generic(&self, generics: &Generics) -> String {
        match generics.params.is_empty() {
            true => String::new(),
            false => self.named(generics.to_token_stream()),
        }
    }

    pub(super) fn bounds(&self, generics: &Generics) -> String {
        match &generics.where_clause {
            None => String::new(),
            Some(clause) => {
                let text = self.named(clause.to_token_stream());
                format!(" {}", text.trim_end_matches(','))
            }
        }
    }

    /// Returns all bounds of an `impl` block, from its parameters and its `where` clause.
    pub(super) fn conditions(&self, generics: &Generics) -> String {
        let mut whole = generics.clone();
        let clause = whole.make_where_clause();
        for parameter in &generics.params {
            if let GenericParam::Type(parameter) = parameter
                && !parameter.bounds.is_empty()
            {
                let (name, bounds) = (&parameter.ident, &parameter.bounds);
                clause.predicates.push(syn::parse_quote!(#name: #bounds));
            }
        }
        match clause.predicates.is_empty() {
            true => String::new(),
            false => self.bounds(&whole),
        }
    }

    pub(super) fn shape(&self, fields: &Fields) -> String {
        match fields {
            Fields::Unit => String::new(),
            Fields::Unnamed(fields) => {
                let fields = fields.unnamed.iter().map(|field| self.ty(&field.ty));
                format!("({})", fields.collect::<Vec<_>>().join(", "))
            }
            Fields::Named(fields) => {
                let fields = fields.named.iter().map(|field| {
                    let name = field.ident.to_token_stream();
                    format!("{name}: {}", self.ty(&field.ty))
                });
                format!(" {{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }

    pub(super) fn ty(&self, of: &Type) -> String {
        self.named(of.to_token_stream())
    }

    /// Formats bounds after a name; empty if there are none.
    pub(super) fn bounded(&self, bounds: &impl ToTokens) -> String {
        // Wrapped in a `where` clause, so that the names inside are resolved.
        let text = self.named(quote!(where _A: #bounds));
        match text.trim_start_matches("where _A:").trim() {
            "" => String::new(),
            bounds => format!(": {bounds}"),
        }
    }

    /// Formats tokens with all names resolved.
    pub(super) fn named(&self, tokens: TokenStream) -> String {
        let mut names = Names(*self);
        if let Ok(mut of) = syn::parse2::<Type>(tokens.clone()) {
            names.visit_type_mut(&mut of);
            return compact(&of);
        }
        if let Ok(mut generics) = syn::parse2::<Generics>(tokens.clone()) {
            names.visit_generics_mut(&mut generics);
            return compact(&generics);
        }
        if let Ok(mut clause) = syn::parse2::<syn::WhereClause>(tokens.clone()) {
            names.visit_where_clause_mut(&mut clause);
            return compact(&clause);
        }
        compact(&tokens)
    }
}

/// Replaces each path by its canonical name.
struct Names<'m>(Scope<'m>);

impl VisitMut for Names<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        let segments: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let inner = path.segments.iter().rev().skip(1);
        let last = path.segments.last().map(|last| last.arguments.clone());
        if let (true, Some(last)) = (
            inner.clone().all(|segment| segment.arguments.is_none()),
            last,
        ) {
            let named = self.0.modules.named(self.0.module, &segments);
            let segments = named
                .iter()
                .filter_map(|name| syn::parse_str::<syn::PathSegment>(name).ok());
            path.leading_colon = None;
            path.segments = segments.collect();
            if let Some(segment) = path.segments.last_mut() {
                segment.arguments = last;
            }
        }
        visit_mut::visit_path_mut(self, path);
    }
}
