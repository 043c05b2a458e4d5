//! Items as lines.

use super::modules::{Definition, Modules, Public, attributes, conditions, is_public};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use std::collections::BTreeSet;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Fields, FnArg, Generics, ImplItem, Item, ItemImpl, ItemTrait, ReturnType, Signature,
    TraitItem, Type,
};

/// How lines begin that say what is deprecated.
pub(super) const DEPRECATED: &str = "#[deprecated]";

/// All lines of a crate.
pub(super) fn lines(modules: &Modules) -> Vec<String> {
    let mut printer = Printer {
        modules,
        lines: Vec::new(),
    };
    for (here, there, conditions) in &modules.foreign {
        printer.line(conditions, format!("pub use {here} = {there}"));
    }
    for (path, module) in &modules.all {
        for item in &module.items {
            let mut all = module.conditions.clone();
            all.extend(conditions(attributes(item)));
            match item {
                Item::Impl(block) => printer.implementation(path, block, &all),
                Item::Macro(written) if written.ident.is_none() => {
                    let text = compact(&written.mac.to_token_stream());
                    printer.line(&all, format!("macro {}::{text}", modules.name));
                }
                _ => printer.item(path, item, &all),
            }
        }
    }
    printer.lines
}

struct Printer<'m> {
    modules: &'m Modules,
    lines: Vec<String>,
}

impl Printer<'_> {
    fn line(&mut self, conditions: &BTreeSet<String>, text: String) {
        let conditions = conditions
            .iter()
            .map(|condition| format!("#[cfg({condition})] "));
        self.lines.push(conditions.collect::<String>() + &text);
    }

    fn deprecation(&mut self, attributes: &[Attribute], path: &str) {
        if attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("deprecated"))
        {
            self.lines.push(format!("{DEPRECATED} {path}"));
        }
    }

    fn item(&mut self, module: &[String], item: &Item, conditions: &BTreeSet<String>) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Mod(item) => &item.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            _ => return,
        };
        let definition = Definition {
            module: module.to_vec(),
            name: name.to_string(),
        };
        let Some(Public {
            path,
            conditions: more,
        }) = self.modules.public.get(&definition)
        else {
            return;
        };
        let (path, conditions) = (path.join("::"), &(conditions | more));
        self.deprecation(attributes(item), &path);
        let open = match has(attributes(item), "non_exhaustive") {
            true => "#[non_exhaustive] ",
            false => "",
        };
        match item {
            Item::Const(item) => {
                let of = ty(&item.ty);
                self.line(conditions, format!("pub const {path}: {of}"));
            }
            Item::Static(item) => {
                let of = ty(&item.ty);
                self.line(conditions, format!("pub static {path}: {of}"));
            }
            Item::Type(item) => {
                let (generics, of) = (compact(&item.generics), ty(&item.ty));
                self.line(conditions, format!("pub type {path}{generics} = {of}"));
            }
            Item::Fn(item) => {
                let text = function(&item.sig, &path);
                self.line(conditions, format!("pub {text}"));
            }
            Item::Mod(_) => self.line(conditions, format!("pub mod {path}")),
            Item::Trait(item) => self.definition(item, &path, conditions),
            Item::Struct(item) => {
                let generics = generic(&item.generics);
                let all_public = item.fields.iter().all(|field| is_public(&field.vis));
                let whole = match all_public && open.is_empty() {
                    true => shape(&item.fields),
                    false => String::new(),
                };
                self.line(
                    conditions,
                    format!("{open}pub struct {path}{generics}{whole}"),
                );
                for (index, field) in item.fields.iter().enumerate() {
                    if !is_public(&field.vis) {
                        continue;
                    }
                    let name = match &field.ident {
                        Some(name) => name.to_string(),
                        None => index.to_string(),
                    };
                    let of = ty(&field.ty);
                    self.line(conditions, format!("pub {path}::{name}: {of}"));
                    self.deprecation(&field.attrs, &format!("{path}::{name}"));
                }
                self.derived(&item.attrs, &path, &generics, conditions);
            }
            Item::Enum(item) => {
                let generics = generic(&item.generics);
                let variants = item
                    .variants
                    .iter()
                    .map(|variant| variant.ident.to_string());
                let whole = match open.is_empty() {
                    true => format!(" {{ {} }}", variants.collect::<Vec<_>>().join(", ")),
                    false => String::new(),
                };
                self.line(
                    conditions,
                    format!("{open}pub enum {path}{generics}{whole}"),
                );
                for variant in &item.variants {
                    let (name, of) = (&variant.ident, shape(&variant.fields));
                    self.line(conditions, format!("pub {path}::{name}{of}"));
                }
                self.derived(&item.attrs, &path, &generics, conditions);
            }
            _ => {}
        }
    }

    /// A trait with what has to be implemented; what has a body may be added at any time.
    fn definition(&mut self, item: &ItemTrait, path: &str, conditions: &BTreeSet<String>) {
        let mut required = Vec::new();
        for member in &item.items {
            match member {
                TraitItem::Fn(member) => {
                    let name = member.sig.ident.to_string();
                    let text = function(&member.sig, &format!("{path}::{name}"));
                    self.line(conditions, format!("pub {text}"));
                    if member.default.is_none() {
                        required.push(name);
                    }
                }
                TraitItem::Type(member) => {
                    let (name, of) = (&member.ident, bounded(compact(&member.bounds)));
                    self.line(conditions, format!("pub type {path}::{name}{of}"));
                    required.push(name.to_string());
                }
                TraitItem::Const(member) => {
                    let (name, of) = (&member.ident, ty(&member.ty));
                    self.line(conditions, format!("pub const {path}::{name}: {of}"));
                    if member.default.is_none() {
                        required.push(name.to_string());
                    }
                }
                _ => {}
            }
        }
        let generics = generic(&item.generics);
        let above = bounded(compact(&item.supertraits));
        let required = required.join(", ");
        self.line(
            conditions,
            format!("pub trait {path}{generics}{above} {{ {required} }}"),
        );
    }

    fn derived(
        &mut self,
        attributes: &[Attribute],
        path: &str,
        generics: &str,
        conditions: &BTreeSet<String>,
    ) {
        let lists = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("derive"))
            .filter_map(|attribute| attribute.meta.require_list().ok());
        for list in lists {
            for name in compact(&list.tokens).split(", ") {
                self.line(conditions, format!("impl {name} for {path}{generics}"));
            }
        }
    }

    fn implementation(
        &mut self,
        module: &[String],
        block: &ItemImpl,
        conditions: &BTreeSet<String>,
    ) {
        let target = head(&block.self_ty);
        let definition = target
            .as_ref()
            .and_then(|(segments, _)| self.modules.resolve(module, segments, 0));
        let of = match (definition, target) {
            (Some(definition), Some((_, arguments))) => {
                match self.modules.public.get(&definition) {
                    Some(public) => format!("{}{arguments}", public.path.join("::")),
                    None => return,
                }
            }
            _ => ty(&block.self_ty),
        };
        match &block.trait_ {
            Some((name, _)) => {
                let segments: Vec<_> = name
                    .segments
                    .iter()
                    .map(|segment| segment.ident.to_string())
                    .collect();
                if let Some(definition) = self.modules.resolve(module, &segments, 0)
                    && !self.modules.public.contains_key(&definition)
                {
                    return;
                }
                let name = short(name.to_token_stream());
                let associated = block.items.iter().filter_map(|member| match member {
                    ImplItem::Type(member) => {
                        Some(format!("{} = {}", member.ident, ty(&member.ty)))
                    }
                    _ => None,
                });
                let associated = associated.collect::<Vec<_>>().join(", ");
                let whole = match associated.is_empty() {
                    true => String::new(),
                    false => format!(" {{ {associated} }}"),
                };
                let generics = generic(&block.generics);
                self.line(conditions, format!("impl{generics} {name} for {of}{whole}"));
            }
            None => self.members(block, &of, conditions),
        }
    }

    fn members(&mut self, block: &ItemImpl, of: &str, outer: &BTreeSet<String>) {
        for member in &block.items {
            match member {
                ImplItem::Fn(member) if is_public(&member.vis) => {
                    let path = format!("{of}::{}", member.sig.ident);
                    let all = outer | &conditions(&member.attrs);
                    let text = function(&member.sig, &path);
                    let bounds = bounds(&block.generics);
                    self.line(&all, format!("pub {text}{bounds}"));
                    self.deprecation(&member.attrs, &path);
                }
                ImplItem::Const(member) if is_public(&member.vis) => {
                    let (name, of_type) = (&member.ident, ty(&member.ty));
                    let all = outer | &conditions(&member.attrs);
                    self.line(&all, format!("pub const {of}::{name}: {of_type}"));
                }
                _ => {}
            }
        }
    }
}

fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident(name))
}

/// The path of a type, and the arguments it is given.
fn head(of: &Type) -> Option<(Vec<String>, String)> {
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
fn function(signature: &Signature, path: &str) -> String {
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

fn generic(generics: &Generics) -> String {
    match generics.params.is_empty() {
        true => String::new(),
        false => short(generics.to_token_stream()),
    }
}

fn bounds(generics: &Generics) -> String {
    match &generics.where_clause {
        None => String::new(),
        Some(clause) => {
            let text = short(clause.to_token_stream());
            format!(" {}", text.trim_end_matches(','))
        }
    }
}

/// Bounds as they follow a name; nothing for none.
fn bounded(bounds: String) -> String {
    match bounds.is_empty() {
        true => bounds,
        false => format!(": {bounds}"),
    }
}

fn shape(fields: &Fields) -> String {
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

fn ty(of: &Type) -> String {
    short(of.to_token_stream())
}

/// Tokens with paths short: which way a type is named is no part of an API.
fn short(tokens: TokenStream) -> String {
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
