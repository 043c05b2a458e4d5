//! Tests that no two files of a crate import each other, directly or through other files.
//!
//! Every path in a file counts as an import, also inside macros. It leads to the file that defines the item,
//! independent of re-exports. `mod` declarations are not imports, and test modules are ignored.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail loudly, and read files"
)]

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::{Attribute, Item, Meta, UseTree};

type Name = Vec<String>;

#[derive(Default)]
struct Module {
    file: PathBuf,
    /// Paths that names of this module resolve to.
    uses: BTreeMap<String, Name>,
    /// All paths in the module.
    written: BTreeSet<Name>,
    /// Names of the module's items.
    defined: BTreeSet<String>,
}

#[derive(Default)]
struct Modules(BTreeMap<Name, Module>);

impl Modules {
    fn of(directory: &Path) -> Self {
        let mut modules = Self::default();
        modules.read(Vec::new(), &directory.join("lib.rs"), directory);
        modules
    }

    /// Reads a file. `directory` contains the files of its submodules.
    fn read(&mut self, name: Name, file: &Path, directory: &Path) {
        let text = fs::read_to_string(file).unwrap();
        let items = syn::parse_file(&text).unwrap().items;
        self.add(name, file, directory, items);
    }

    fn add(&mut self, name: Name, file: &Path, directory: &Path, items: Vec<Item>) {
        let mut module = Module {
            file: file.to_owned(),
            ..Module::default()
        };
        for item in items {
            match item {
                Item::Mod(inner) if is_test(&inner.attrs) => {}
                Item::Mod(inner) => {
                    let ident = inner.ident.to_string();
                    let below = directory.join(&ident);
                    let child = |last: &str| [name.as_slice(), &[last.to_owned()]].concat();
                    if let Some((_, items)) = inner.content {
                        self.add(child(&ident), file, &below, items);
                    } else if let Some(path) = path_of(&inner.attrs) {
                        let other = path.trim_end_matches(".rs");
                        self.read(child(other), &directory.join(&path), &below);
                    } else {
                        let own = below.with_extension("rs");
                        let own = own.is_file().then_some(own);
                        self.read(child(&ident), &own.unwrap_or(below.join("mod.rs")), &below);
                    }
                }
                Item::Use(import) => take(&import.tree, &mut Vec::new(), &mut module),
                item => {
                    module.defined.extend(defined(&item));
                    paths(item.to_token_stream(), &mut module.written);
                }
            }
        }
        self.0.insert(name, module);
    }

    /// Returns the file that defines `path` as seen from a module; `None` if it is in another crate or is not
    /// defined.
    fn file_of(&self, module: &[String], path: &[String], depth: usize) -> Option<&Path> {
        let (first, mut rest) = path.split_first()?;
        let mut at = module.to_vec();
        match first.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => drop(at.pop()),
            _ if self
                .0
                .contains_key(&[module, std::slice::from_ref(first)].concat()) =>
            {
                rest = path
            }
            _ => {
                let known = self.0.get(module)?.uses.get(first)?;
                let whole = [known.as_slice(), rest].concat();
                return match depth {
                    0 => None,
                    _ => self.file_of(module, &whole, depth - 1),
                };
            }
        }
        while let Some((next, after)) = rest.split_first() {
            let below = [at.as_slice(), std::slice::from_ref(next)].concat();
            let passed_on = self.0.get(&at)?.uses.contains_key(next);
            if next == "super" {
                at.pop();
            } else if self.0.contains_key(&below) {
                at = below;
            } else if passed_on && depth > 0 {
                return self.file_of(&at, rest, depth - 1);
            } else {
                break;
            }
            rest = after;
        }
        let module = self.0.get(&at)?;
        // A path in quoted code may lead nowhere.
        let is_there = rest
            .first()
            .is_none_or(|name| module.defined.contains(name));
        is_there.then_some(&module.file)
    }

    /// Returns all imports between files that are part of a cycle.
    fn circles(&self) -> BTreeSet<(&Path, &Path)> {
        let mut imports: BTreeMap<&Path, BTreeSet<&Path>> = BTreeMap::new();
        for (name, module) in &self.0 {
            let named = module.uses.values().chain(&module.written);
            let files = named.filter_map(|path| self.file_of(name, path, 16));
            let files = files.filter(|file| *file != module.file);
            imports.entry(&module.file).or_default().extend(files);
        }
        let leads = |from: &Path, to: &Path| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
            while let Some(file) = open.pop() {
                let next = imports.get(file).into_iter().flatten();
                open.extend(next.copied().filter(|file| seen.insert(*file)));
            }
            seen.contains(to)
        };
        let mut circles = BTreeSet::new();
        for (from, files) in &imports {
            let back = files.iter().filter(|to| leads(to, from));
            circles.extend(back.map(|to| (*from, *to)));
        }
        circles
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.to_token_stream().to_string() == "# [cfg (test)]")
}

/// Returns the name of an item.
fn defined(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Returns the file name in a module's `path` attribute.
fn path_of(attributes: &[Attribute]) -> Option<String> {
    let mut named = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(meta) if meta.path.is_ident("path") => Some(&meta.value),
            _ => None,
        });
    let written = named.next()?.to_token_stream().to_string();
    Some(written.trim_matches('"').to_owned())
}

/// Records the names that a `use` declaration imports.
fn take(tree: &UseTree, before: &mut Name, module: &mut Module) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            take(&path.tree, before, module);
            before.pop();
        }
        UseTree::Group(group) => group
            .items
            .iter()
            .for_each(|tree| take(tree, before, module)),
        UseTree::Glob(_) => drop(module.written.insert(before.clone())),
        UseTree::Name(name) if name.ident == "self" => {
            let last = before.last().unwrap().clone();
            module.uses.insert(last, before.clone());
        }
        UseTree::Name(name) => {
            let ident = name.ident.to_string();
            let path = [before.as_slice(), std::slice::from_ref(&ident)].concat();
            module.uses.insert(ident, path);
        }
        UseTree::Rename(renamed) => {
            let path = [before.as_slice(), &[renamed.ident.to_string()]].concat();
            if renamed.rename == "_" {
                module.written.insert(path);
            } else {
                module.uses.insert(renamed.rename.to_string(), path);
            }
        }
    }
}

/// Collects paths with at least two segments, also inside macros.
fn paths(tokens: TokenStream, found: &mut BTreeSet<Name>) {
    let (mut path, mut colons) = (Name::new(), 0);
    let mut end = |path: &mut Name| {
        let path = std::mem::take(path);
        if path.len() > 1 {
            found.insert(path);
        }
    };
    let mut groups = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    end(&mut path);
                }
                path.push(ident.to_string());
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            other => {
                end(&mut path);
                colons = 0;
                if let TokenTree::Group(group) = other {
                    groups.push(group.stream());
                }
            }
        }
    }
    end(&mut path);
    groups.into_iter().for_each(|group| paths(group, found));
}

/// Checks the sources of a crate with at least `fewest` modules.
fn has_no_circle(source: &str, fewest: usize) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
    let modules = Modules::of(&source);
    assert!(modules.0.len() > fewest, "{}", modules.0.len());
    let circles = modules.circles();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn sdk_files_have_no_import_cycles() {
    has_no_circle("../sdk/src", 100);
}

#[test]
fn generator_files_have_no_import_cycles() {
    has_no_circle("src", 80);
}

#[test]
fn files_that_import_each_other_through_a_third_are_a_cycle() {
    let parse = |text: &str| syn::parse_file(text).unwrap().items;
    let mut modules = Modules::default();
    let nowhere = Path::new("");
    let root = parse("pub use a::A; pub use b::B;");
    modules.add(Vec::new(), Path::new("lib.rs"), nowhere, root);
    for (name, text) in [
        ("a", "pub struct A(super::B);"),
        (
            "b",
            "use crate::A; pub struct B(Box<A>); macro_rules! c { () => { $crate::c::C } }",
        ),
        (
            "c",
            "pub struct C; #[cfg(test)] mod tests { use crate::b::B; }",
        ),
    ] {
        let file = PathBuf::from(format!("{name}.rs"));
        modules.add(vec![name.to_owned()], &file, nowhere, parse(text));
    }
    let circles = [("a.rs", "b.rs"), ("b.rs", "a.rs")];
    let circles = circles.map(|(one, other)| (Path::new(one), Path::new(other)));
    assert_eq!(modules.circles(), BTreeSet::from(circles));
}
