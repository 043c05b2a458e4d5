//! Items as lines.

use super::items::{attributes, conditions, is_public};
use super::modules::{Definition, Modules, Public};
use super::text::{bounded, bounds, compact, function, generic, head, shape, short, ty};
use quote::ToTokens;
use std::collections::BTreeSet;
use syn::{Attribute, ImplItem, Item, ItemImpl, ItemTrait, TraitItem};

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
