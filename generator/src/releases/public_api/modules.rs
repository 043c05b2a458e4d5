//! The modules of a crate, and the resolution of names in them.
//!
//! Invariant: a name is followed through `use` declarations until it is defined or leaves the crate. A cycle resolves
//! to nothing.

use super::items::{
    self, attributes, attributes_mut, is_public, is_test, leaves_of, name_of, public_name,
};
use super::{expand, local_macros};
use crate::render::File;
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use syn::{Attribute, Item};

/// Maximum number of `use` declarations that a name is followed through, and of nested calls of local macros.
const DEEPEST: usize = 16;

/// The module and the name of a definition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Definition {
    pub(super) module: Vec<String>,
    pub(super) name: String,
}

/// The path and the conditions under which an item is public.
#[derive(Clone, Debug)]
pub(super) struct Public {
    pub(super) path: Vec<String>,
    pub(super) conditions: BTreeSet<String>,
}

/// One module.
pub(super) struct Module {
    pub(super) items: Vec<Item>,
    pub(super) conditions: BTreeSet<String>,
}

/// All modules of a crate.
pub(super) struct Modules {
    pub(super) name: String,
    pub(super) all: BTreeMap<Vec<String>, Module>,
    /// Public paths by definition, without duplicates, the preferred path first.
    pub(super) public: BTreeMap<Definition, Vec<Public>>,
    /// Re-exports of items of other crates: local path, original path, and conditions.
    pub(super) foreign: BTreeSet<(String, String, BTreeSet<String>)>,
}

impl Modules {
    pub(super) fn read(name: &str, files: &[File]) -> Result<Self, String> {
        let mut modules = Self {
            name: name.to_owned(),
            all: BTreeMap::new(),
            public: BTreeMap::new(),
            foreign: BTreeSet::new(),
        };
        let files: BTreeMap<&str, &str> = files
            .iter()
            .map(|file| (file.path.as_str(), file.content.as_str()))
            .collect();
        let root = parsed(&files, "lib.rs")?;
        modules.add(&files, Vec::new(), "", root, BTreeSet::new())?;
        modules.publish(&[], &[name.to_owned()], &BTreeSet::new(), 0);
        for paths in modules.public.values_mut() {
            paths.sort_by(|one, other| {
                (one.path.len(), &one.path).cmp(&(other.path.len(), &other.path))
            });
            paths.dedup_by(|one, other| one.path == other.path);
        }
        Ok(modules)
    }

    /// Adds a module and its submodules; `directory` contains the files of the submodules.
    fn add(
        &mut self,
        files: &BTreeMap<&str, &str>,
        path: Vec<String>,
        directory: &str,
        items: Vec<Item>,
        conditions: BTreeSet<String>,
    ) -> Result<(), String> {
        let mut kept = Vec::new();
        for item in expanded(items) {
            let inner = match &item {
                Item::Mod(inner) => inner,
                _ => {
                    if !is_test(attributes(&item)) {
                        kept.push(item);
                    }
                    continue;
                }
            };
            if is_test(&inner.attrs) {
                continue;
            }
            let name = inner.ident.to_string();
            let mut below = conditions.clone();
            below.extend(items::conditions(&inner.attrs));
            let child = [path.as_slice(), std::slice::from_ref(&name)].concat();
            let (items, within) = match &inner.content {
                Some((_, items)) => (items.clone(), format!("{directory}{name}/")),
                None => {
                    let file = file_of(files, directory, &name, &inner.attrs)?;
                    (parsed(files, &file)?, format!("{directory}{name}/"))
                }
            };
            // If two modules have the same name, the second is a private replacement for a disabled feature.
            if !self.all.contains_key(&child) {
                self.add(files, child, &within, items, below)?;
            }
            kept.push(item);
        }
        self.all.insert(
            path,
            Module {
                items: kept,
                conditions,
            },
        );
        Ok(())
    }

    /// Records the public items of a module that is public as `path`.
    fn publish(
        &mut self,
        module: &[String],
        path: &[String],
        conditions: &BTreeSet<String>,
        depth: usize,
    ) {
        let Some(items) = self.all.get(module).map(|module| module.items.clone()) else {
            return;
        };
        if depth > DEEPEST {
            return;
        }
        for item in &items {
            let mut conditions = conditions.clone();
            conditions.extend(items::conditions(attributes(item)));
            match item {
                Item::Use(used) if is_public(&used.vis) => {
                    let mut leaves = Vec::new();
                    leaves_of(&used.tree, &mut Vec::new(), &mut leaves);
                    for (segments, name) in leaves {
                        self.publish_use(module, path, &segments, name, &conditions, depth);
                    }
                }
                _ => {
                    let Some(name) = public_name(item) else {
                        continue;
                    };
                    let definition = Definition {
                        module: module.to_vec(),
                        name,
                    };
                    self.publish_definition(&definition, path, None, &conditions, depth);
                }
            }
        }
    }

    fn publish_use(
        &mut self,
        module: &[String],
        path: &[String],
        segments: &[String],
        name: Option<String>,
        conditions: &BTreeSet<String>,
        depth: usize,
    ) {
        let found = self.resolve(module, segments, 0);
        match (found, name) {
            (Some(found), None) => {
                let inner = [found.module.as_slice(), &[found.name]].concat();
                self.publish(&inner, path, conditions, depth + 1);
            }
            (Some(found), Some(name)) => {
                self.publish_definition(&found, path, Some(name), conditions, depth);
            }
            (None, name) => {
                let name = name.unwrap_or_else(|| "*".to_owned());
                let here = [path, &[name]].concat().join("::");
                self.foreign
                    .insert((here, segments.join("::"), conditions.clone()));
            }
        }
    }

    fn publish_definition(
        &mut self,
        definition: &Definition,
        path: &[String],
        name: Option<String>,
        conditions: &BTreeSet<String>,
        depth: usize,
    ) {
        let name = name.unwrap_or_else(|| definition.name.clone());
        let path = [path, &[name]].concat();
        let inner = [
            definition.module.as_slice(),
            std::slice::from_ref(&definition.name),
        ]
        .concat();
        self.public
            .entry(definition.clone())
            .or_default()
            .push(Public {
                path: path.clone(),
                conditions: conditions.clone(),
            });
        self.publish(&inner, &path, conditions, depth + 1);
    }

    /// Returns the preferred public path of an item; `None` if it is not public.
    pub(super) fn known(&self, definition: &Definition) -> Option<&Public> {
        self.public.get(definition)?.first()
    }

    /// Resolves a path in a module; `None` if it leaves the crate.
    pub(super) fn resolve(
        &self,
        module: &[String],
        segments: &[String],
        depth: usize,
    ) -> Option<Definition> {
        let (first, rest) = segments.split_first()?;
        let mut module = module.to_vec();
        let mut found = match first.as_str() {
            "crate" => return self.resolve(&[], rest, depth),
            "self" => return self.resolve(&module, rest, depth),
            "super" => {
                module.pop();
                return match rest {
                    [] => {
                        let name = module.pop()?;
                        Some(Definition { module, name })
                    }
                    rest => self.resolve(&module, rest, depth),
                };
            }
            name => self.lookup(&module, name, depth)?,
        };
        for name in rest {
            let inner = [found.module.as_slice(), &[found.name]].concat();
            found = self.lookup(&inner, name, depth)?;
        }
        Some(found)
    }

    /// Returns the canonical name of a path in a module: its public path in this crate, or its path in another crate.
    /// Paths in the standard library are shortened.
    pub(super) fn named(&self, module: &[String], segments: &[String]) -> Vec<String> {
        match self.resolve(module, segments, 0) {
            Some(definition) => match self.known(&definition) {
                Some(public) => public.path.iter().skip(1).cloned().collect(),
                None => vec![definition.name],
            },
            None => {
                let path = self.external_path(module, segments, 0);
                let first = path.first().map(String::as_str);
                // Several modules define items named `Error` or `Result`, so the module's name is kept.
                let kept = match path.last().map(String::as_str) {
                    Some("Error" | "Result") => 2,
                    _ => 1,
                };
                match first {
                    Some("std" | "core" | "alloc") if path.len() > 1 => {
                        path[path.len().saturating_sub(kept).max(1)..].to_vec()
                    }
                    _ => path,
                }
            }
        }
    }

    /// Returns a path in another crate, with imports resolved.
    fn external_path(&self, module: &[String], segments: &[String], depth: usize) -> Vec<String> {
        let Some((first, rest)) = segments.split_first() else {
            return Vec::new();
        };
        if depth > DEEPEST {
            return segments.to_vec();
        }
        match first.as_str() {
            "crate" => return self.external_path(&[], rest, depth + 1),
            "self" => return self.external_path(module, rest, depth + 1),
            "super" => {
                let above = module.split_last().map_or(module, |(_, above)| above);
                return self.external_path(above, rest, depth + 1);
            }
            _ => {}
        }
        let inner = [module, std::slice::from_ref(first)].concat();
        if self.all.contains_key(&inner) && !rest.is_empty() {
            return self.external_path(&inner, rest, depth + 1);
        }
        let mut leaves = Vec::new();
        for item in self.all.get(module).map_or(&[][..], |found| &found.items) {
            if let Item::Use(used) = item {
                leaves_of(&used.tree, &mut Vec::new(), &mut leaves);
            }
        }
        let used = leaves.iter().find(|(path, leaf)| {
            leaf.as_deref() == Some(first) && path.as_slice() != [first.as_str()]
        });
        match used {
            Some((path, _)) => {
                let whole = [path.as_slice(), rest].concat();
                self.external_path(module, &whole, depth + 1)
            }
            None => segments.to_vec(),
        }
    }

    /// Resolves a name in a module.
    fn lookup(&self, module: &[String], name: &str, depth: usize) -> Option<Definition> {
        if depth > DEEPEST {
            return None;
        }
        let items = &self.all.get(module)?.items;
        if items
            .iter()
            .any(|item| name_of(item).as_deref() == Some(name))
        {
            return Some(Definition {
                module: module.to_vec(),
                name: name.to_owned(),
            });
        }
        let mut leaves = Vec::new();
        for item in items {
            if let Item::Use(used) = item {
                leaves_of(&used.tree, &mut Vec::new(), &mut leaves);
            }
        }
        let named = leaves
            .iter()
            .find(|(_, leaf)| leaf.as_deref() == Some(name));
        if let Some((segments, _)) = named {
            return (segments.as_slice() != [name])
                .then(|| self.resolve(module, segments, depth + 1))
                .flatten();
        }
        let globs = leaves.iter().filter(|(_, leaf)| leaf.is_none());
        let mut found = globs.filter_map(|(segments, _)| {
            let glob = self.resolve(module, segments, depth + 1)?;
            let inner = [glob.module.as_slice(), &[glob.name]].concat();
            self.lookup(&inner, name, depth + 1)
        });
        found.next()
    }
}

/// Expands the macros of a module, as far as they are known.
fn expanded(items: Vec<Item>) -> Vec<Item> {
    let mut local = BTreeMap::new();
    for item in &items {
        if let Item::Macro(written) = item
            && let Some(name) = &written.ident
        {
            local.insert(name.to_string(), written.mac.clone());
        }
    }
    let mut kept = Vec::new();
    let mut waiting: Vec<(Item, usize)> = items.into_iter().map(|item| (item, 0)).rev().collect();
    while let Some((item, depth)) = waiting.pop() {
        let Item::Macro(written) = &item else {
            kept.push(item);
            continue;
        };
        let definition = written.mac.path.get_ident();
        let definition = definition.and_then(|name| local.get(&name.to_string()));
        let items = definition
            .filter(|_| depth < DEEPEST)
            .and_then(|definition| local_macros::expand(definition, &written.mac))
            .or_else(|| expand::expand(&written.mac));
        let Some(items) = items else {
            kept.push(item);
            continue;
        };
        waiting.extend(items.into_iter().rev().map(|mut item| {
            if let Some(attributes) = attributes_mut(&mut item) {
                attributes.extend(written.attrs.iter().cloned());
            }
            (item, depth + 1)
        }));
    }
    kept
}

fn parsed(files: &BTreeMap<&str, &str>, path: &str) -> Result<Vec<Item>, String> {
    let text = files
        .get(path)
        .ok_or_else(|| format!("error: there is no file {path}"))?;
    let file = syn::parse_file(text).map_err(|error| format!("error: {path}: {error}"))?;
    Ok(file.items)
}

fn file_of(
    files: &BTreeMap<&str, &str>,
    directory: &str,
    name: &str,
    attributes: &[Attribute],
) -> Result<String, String> {
    let given = attributes.iter().find_map(|attribute| {
        let value = attribute.meta.require_name_value().ok()?;
        let text = value.value.to_token_stream().to_string();
        (value.path.is_ident("path")).then(|| text.trim_matches('"').to_owned())
    });
    let candidates = match given {
        Some(given) => vec![format!("{directory}{given}")],
        None => vec![
            format!("{directory}{name}.rs"),
            format!("{directory}{name}/mod.rs"),
        ],
    };
    let found = candidates
        .iter()
        .find(|candidate| files.contains_key(candidate.as_str()));
    found
        .cloned()
        .ok_or_else(|| format!("error: the module {name} has no file in {directory}"))
}
