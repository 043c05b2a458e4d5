//! Prints items as lines.

use super::items::{attributes, conditions, is_public};
use super::modules::{Definition, Modules, Public};
use super::spacing::compact;
use super::text::Scope;
use quote::ToTokens;
use std::collections::BTreeSet;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, ItemTrait, Token, TraitItem};

/// Prefix of lines that mark an item as deprecated.
pub(super) const DEPRECATED: &str = "#[deprecated]";

/// Returns all lines of a crate.
pub(super) fn lines(modules: &Modules) -> Vec<String> {
    let mut printer = Printer {
        modules,
        lines: Vec::new(),
    };
    for (here, there, conditions) in &modules.foreign {
        printer.line(conditions, format!("pub use {here} = {there}"));
    }
    for paths in modules.public.values() {
        let Some((known, others)) = paths.split_first() else {
            continue;
        };
        let known = known.path.join("::");
        for Public { path, conditions } in others {
            let path = path.join("::");
            printer.line(conditions, format!("pub use {path} = {known}"));
        }
    }
    for (path, module) in &modules.all {
        for item in &module.items {
            let mut all = module.conditions.clone();
            all.extend(conditions(attributes(item)));
            match item {
                Item::Impl(block) => printer.implementation(path, block, &all),
                Item::Macro(written) if is_exported(&written.attrs) => {
                    let name = written.ident.as_ref().map(ToString::to_string);
                    let name = name.unwrap_or_default();
                    printer.line(&all, format!("pub macro {}::{name}", modules.name));
                }
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

impl<'m> Printer<'m> {
    /// Returns the scope of a module.
    fn at(&self, module: &'m [String]) -> Scope<'m> {
        let modules = self.modules;
        Scope { modules, module }
    }

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

    fn item(&mut self, module: &'m [String], item: &Item, conditions: &BTreeSet<String>) {
        let at = self.at(module);
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
        }) = self.modules.known(&definition)
        else {
            return;
        };
        let (path, conditions) = (path.join("::"), &(conditions | more));
        self.deprecation(attributes(item), &path);
        let open = open_of(attributes(item));
        match item {
            Item::Const(item) => {
                let of = at.ty(&item.ty);
                self.line(conditions, format!("pub const {path}: {of}"));
            }
            Item::Static(item) => {
                let of = at.ty(&item.ty);
                self.line(conditions, format!("pub static {path}: {of}"));
            }
            Item::Type(item) => {
                let (generics, of) = (at.generic(&item.generics), at.ty(&item.ty));
                self.line(conditions, format!("pub type {path}{generics} = {of}"));
            }
            Item::Fn(item) => {
                let text = at.function(&item.sig, &path);
                self.line(conditions, format!("pub {text}"));
            }
            Item::Mod(_) => self.line(conditions, format!("pub mod {path}")),
            Item::Trait(item) => self.definition(&at, item, &path, conditions),
            Item::Struct(item) => {
                let generics = at.generic(&item.generics);
                let asked = at.bounds(&item.generics);
                let all_public = item.fields.iter().all(|field| is_public(&field.vis));
                let whole = match (all_public && open.is_empty(), &item.fields) {
                    (false, _) => String::new(),
                    (true, Fields::Unit) => ";".to_owned(),
                    (true, fields) => at.shape(fields),
                };
                self.line(
                    conditions,
                    format!("{open}pub struct {path}{generics}{whole}{asked}"),
                );
                for (index, field) in item.fields.iter().enumerate() {
                    if !is_public(&field.vis) {
                        continue;
                    }
                    let name = match &field.ident {
                        Some(name) => name.to_string(),
                        None => index.to_string(),
                    };
                    let of = at.ty(&field.ty);
                    self.line(conditions, format!("pub {path}::{name}: {of}"));
                    self.deprecation(&field.attrs, &format!("{path}::{name}"));
                }
                self.derived(&at, &item.attrs, &path, &generics, conditions);
            }
            Item::Enum(item) => {
                let generics = at.generic(&item.generics);
                let asked = at.bounds(&item.generics);
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
                    format!("{open}pub enum {path}{generics}{whole}{asked}"),
                );
                for variant in &item.variants {
                    let (name, of) = (&variant.ident, at.shape(&variant.fields));
                    let open = open_of(&variant.attrs);
                    self.line(conditions, format!("{open}pub {path}::{name}{of}"));
                    self.deprecation(&variant.attrs, &format!("{path}::{name}"));
                }
                self.derived(&at, &item.attrs, &path, &generics, conditions);
            }
            _ => {}
        }
    }

    /// Prints a trait with its required members. Provided members may be added at any time.
    fn definition(
        &mut self,
        at: &Scope<'m>,
        item: &ItemTrait,
        path: &str,
        conditions: &BTreeSet<String>,
    ) {
        let mut required = Vec::new();
        for member in &item.items {
            match member {
                TraitItem::Fn(member) => {
                    let name = member.sig.ident.to_string();
                    let text = at.function(&member.sig, &format!("{path}::{name}"));
                    self.line(conditions, format!("pub {text}"));
                    if member.default.is_none() {
                        required.push(name);
                    }
                }
                TraitItem::Type(member) => {
                    let (name, of) = (&member.ident, at.bounded(&member.bounds));
                    self.line(conditions, format!("pub type {path}::{name}{of}"));
                    required.push(name.to_string());
                }
                TraitItem::Const(member) => {
                    let (name, of) = (&member.ident, at.ty(&member.ty));
                    self.line(conditions, format!("pub const {path}::{name}: {of}"));
                    if member.default.is_none() {
                        required.push(name.to_string());
                    }
                }
                _ => {}
            }
        }
        let generics = at.generic(&item.generics);
        let (above, asked) = (at.bounded(&item.supertraits), at.bounds(&item.generics));
        let required = required.join(", ");
        self.line(
            conditions,
            format!("pub trait {path}{generics}{above}{asked} {{ {required} }}"),
        );
    }

    fn derived(
        &mut self,
        at: &Scope<'m>,
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
            let parser = Punctuated::<syn::Path, Token![,]>::parse_terminated;
            for name in list.parse_args_with(parser).into_iter().flatten() {
                // As it would be written by hand.
                let name = match at.named(name.to_token_stream()).as_str() {
                    name @ ("Deserialize" | "serde::Deserialize") => format!("<'de> {name}<'de>"),
                    name => format!(" {name}"),
                };
                self.line(conditions, format!("impl{name} for {path}{generics}"));
            }
        }
    }

    fn implementation(
        &mut self,
        module: &'m [String],
        block: &ItemImpl,
        conditions: &BTreeSet<String>,
    ) {
        let at = self.at(module);
        let target = at.head(&block.self_ty);
        let definition = target
            .as_ref()
            .and_then(|(segments, _)| self.modules.resolve(module, segments, 0));
        let of = match (definition, target) {
            (Some(definition), Some((_, arguments))) => match self.modules.known(&definition) {
                Some(public) => format!("{}{arguments}", public.path.join("::")),
                None => return,
            },
            _ => at.ty(&block.self_ty),
        };
        match &block.trait_ {
            Some((name, _)) => {
                let segments: Vec<_> = name
                    .segments
                    .iter()
                    .map(|segment| segment.ident.to_string())
                    .collect();
                if let Some(definition) = self.modules.resolve(module, &segments, 0)
                    && self.modules.known(&definition).is_none()
                {
                    return;
                }
                let name = at.named(name.to_token_stream());
                let associated = block.items.iter().filter_map(|member| match member {
                    ImplItem::Type(member) => {
                        Some(format!("{} = {}", member.ident, at.ty(&member.ty)))
                    }
                    _ => None,
                });
                let associated = associated.collect::<Vec<_>>().join(", ");
                let whole = match associated.is_empty() {
                    true => String::new(),
                    false => format!(" {{ {associated} }}"),
                };
                let generics = at.generic(&block.generics);
                let asked = at.bounds(&block.generics);
                self.line(
                    conditions,
                    format!("impl{generics} {name} for {of}{asked}{whole}"),
                );
            }
            None => self.members(&at, block, &of, conditions),
        }
    }

    fn members(&mut self, at: &Scope<'m>, block: &ItemImpl, of: &str, outer: &BTreeSet<String>) {
        let asked = at.conditions(&block.generics);
        for member in &block.items {
            match member {
                ImplItem::Fn(member) if is_public(&member.vis) => {
                    let path = format!("{of}::{}", member.sig.ident);
                    let all = outer | &conditions(&member.attrs);
                    let text = at.function(&member.sig, &path);
                    let asked = match &member.sig.generics.where_clause {
                        Some(_) => asked.replacen(" where ", ", ", 1),
                        None => asked.clone(),
                    };
                    self.line(&all, format!("pub {text}{asked}"));
                    self.deprecation(&member.attrs, &path);
                }
                ImplItem::Const(member) if is_public(&member.vis) => {
                    let (name, of_type) = (&member.ident, at.ty(&member.ty));
                    let all = outer | &conditions(&member.attrs);
                    self.line(&all, format!("pub const {of}::{name}: {of_type}"));
                }
                _ => {}
            }
        }
    }
}

/// Returns the attribute of an item that may get more fields or variants.
fn open_of(attributes: &[Attribute]) -> &'static str {
    match attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("non_exhaustive"))
    {
        true => "#[non_exhaustive] ",
        false => "",
    }
}

fn is_exported(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("macro_export"))
}
