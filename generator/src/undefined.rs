//! Finds names in generated code that are not defined anywhere.
//!
//! This is a last check before the compiler. It looks only for types, variants and constants, which begin with an
//! upper-case letter, and leaves functions, fields and modules to the compiler.
//!
//! Invariant: a name that the compiler would resolve is never reported. Of code that does not parse, only the syntax
//! error is reported.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Generics, ImplItem, Item, ItemMacro, UseTree};

/// A name that is used but not defined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undefined {
    /// Path of the file, as the caller gave it.
    pub file: String,
    /// Line of the first use, counted from 1.
    pub line: usize,
    /// The name, qualified by its enum if it is a variant: `Color::Red`.
    pub name: String,
}

/// Names from the language and the standard prelude.
const PRELUDE: [&str; 22] = [
    "Self",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "String",
    "Box",
    "From",
    "Into",
    "Default",
    "Clone",
    "Send",
    "Sync",
    "Iterator",
    "IntoIterator",
    "AsRef",
    "Fn",
    "FnOnce",
    "ToString",
];

/// Finds undefined names in the Rust files of the module at `directory`, such as `src/api`.
///
/// Imports are resolved in the other given files of the crate.
#[must_use]
pub fn undefined(files: &[(&str, &str)], directory: &str) -> Vec<Undefined> {
    let mut found = BTreeSet::new();
    let (mut scopes, mut inspected) = (BTreeMap::new(), Vec::new());
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        match parse(text) {
            Ok((tokens, file)) => {
                scopes.insert(module_of(path), Scope::of(&file.items));
                if path.starts_with(directory) {
                    inspected.push((*path, tokens));
                }
            }
            Err(error) if path.starts_with(directory) => {
                found.insert((*path, error.to_string()));
            }
            Err(_) => {}
        }
    }
    let enums: BTreeMap<String, BTreeSet<String>> = scopes
        .values()
        .flat_map(|scope| scope.enums.clone())
        .fold(BTreeMap::new(), |mut all, (name, variants)| {
            let known: &mut BTreeSet<String> = all.entry(name).or_default();
            known.extend(variants);
            all
        });
    for (path, tokens) in inspected {
        let module = module_of(path);
        let Some(scope) = scopes.get(&module) else {
            continue;
        };
        let is_visible = |name: &str| scope.sees(name, &scopes, &module) || PRELUDE.contains(&name);
        let mut report = |name: String| {
            found.insert((path, name));
        };
        for (import, name) in &scope.imports {
            let target = absolute(import, &module);
            let missing = target.is_some_and(|target| {
                let inner = [target.as_slice(), std::slice::from_ref(name)].concat();
                !scopes.contains_key(&inner)
                    && scopes
                        .get(&target)
                        .is_some_and(|scope| !scope.sees(name, &scopes, &target))
            });
            if missing && is_type_name(name) {
                report(format!("{}::{name}", import.join("::")));
            }
        }
        Uses {
            is_visible: &is_visible,
            enums: &enums,
            report: &mut report,
        }
        .stream(tokens, None);
    }
    let texts: BTreeMap<&str, &str> = files.iter().copied().collect();
    let place = |(file, name): (&str, String)| Undefined {
        file: file.to_owned(),
        line: texts.get(file).map_or(1, |text| line_of(text, &name)),
        name,
    };
    found.into_iter().map(place).collect()
}

/// Returns the tokens of a file and its syntax tree.
fn parse(text: &str) -> syn::Result<(TokenStream, syn::File)> {
    let tokens: TokenStream = text.parse()?;
    let file = syn::parse2(tokens.clone())?;
    Ok((tokens, file))
}

/// Returns the line of the first use of a name, or 1 if it is not found.
fn line_of(text: &str, name: &str) -> usize {
    let last = name.rsplit("::").next().unwrap_or(name);
    let uses = |line: &str| {
        let words = |letter: char| !letter.is_alphanumeric() && letter != '_';
        !line.trim_start().starts_with("//") && line.split(words).any(|word| word == last)
    };
    text.lines().position(uses).map_or(1, |index| index + 1)
}

/// Returns true if a name is that of a type, a variant or a constant.
fn is_type_name(name: &str) -> bool {
    name.trim_start_matches("r#")
        .starts_with(char::is_uppercase)
}

/// Returns the module path of a file: `src/api/mod.rs` and `src/api.rs` are `api`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path
        .strip_prefix("src/")
        .unwrap_or(path)
        .trim_end_matches(".rs");
    let parts = inner
        .split('/')
        .filter(|part| !matches!(*part, "mod" | "lib" | "main"));
    parts.map(str::to_owned).collect()
}

/// Resolves an import's path to a module of this crate; `None` if it is from another crate.
fn absolute(import: &[String], module: &[String]) -> Option<Vec<String>> {
    let (first, rest) = import.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some([module, rest].concat()),
        "super" => Some([module.split_last()?.1, rest].concat()),
        _ => None,
    }
}

/// The names that a module defines and imports.
#[derive(Clone, Debug, Default)]
struct Scope {
    defined: BTreeSet<String>,
    enums: BTreeMap<String, BTreeSet<String>>,
    /// Module path and original name of each import.
    imports: Vec<(Vec<String>, String)>,
    /// Names that imports have in this module, after renaming.
    imported: BTreeSet<String>,
    /// Macros defined in the module.
    macros: BTreeSet<String>,
    /// Modules that are imported with a glob.
    globs: Vec<Vec<String>>,
}

impl Scope {
    fn of(items: &[Item]) -> Self {
        let mut scope = Self::default();
        for item in items {
            scope.item(item);
        }
        scope
    }

    fn item(&mut self, item: &Item) {
        let (name, generics) = match item {
            Item::Struct(item) => (&item.ident, Some(&item.generics)),
            Item::Type(item) => (&item.ident, Some(&item.generics)),
            Item::Trait(item) => (&item.ident, Some(&item.generics)),
            Item::Fn(item) => (&item.sig.ident, Some(&item.sig.generics)),
            Item::Enum(item) => {
                let variants = item
                    .variants
                    .iter()
                    .map(|variant| variant.ident.to_string());
                self.enums
                    .insert(item.ident.to_string(), variants.collect());
                (&item.ident, Some(&item.generics))
            }
            Item::Const(item) => (&item.ident, None),
            Item::Static(item) => (&item.ident, None),
            Item::Mod(item) => (&item.ident, None),
            Item::Use(item) => return self.import(&item.tree, Vec::new()),
            Item::Macro(item) => return self.expanded(item),
            Item::Impl(item) => {
                self.generics(&item.generics);
                for item in &item.items {
                    match item {
                        ImplItem::Fn(item) => self.generics(&item.sig.generics),
                        ImplItem::Type(item) => {
                            self.defined.insert(item.ident.to_string());
                        }
                        ImplItem::Const(item) => {
                            self.defined.insert(item.ident.to_string());
                        }
                        _ => {}
                    }
                }
                return;
            }
            _ => return,
        };
        self.defined.insert(name.to_string());
        if let Some(generics) = generics {
            self.generics(generics);
        }
    }

    /// Records a macro definition, or the type that a call of a local macro defines: its first identifier after
    /// attributes.
    fn expanded(&mut self, item: &ItemMacro) {
        if let Some(name) = &item.ident {
            self.macros.insert(name.to_string());
            return;
        }
        let is_own = |name: &String| item.mac.path.is_ident(name);
        if self.macros.iter().any(is_own) {
            let mut tokens = item.mac.tokens.clone().into_iter();
            let name = tokens.find(|token| matches!(token, TokenTree::Ident(_)));
            self.defined.extend(name.map(|name| name.to_string()));
        }
    }

    fn generics(&mut self, generics: &Generics) {
        let names = generics
            .type_params()
            .map(|parameter| parameter.ident.to_string());
        self.defined.extend(names);
        let names = generics
            .const_params()
            .map(|parameter| parameter.ident.to_string());
        self.defined.extend(names);
    }

    fn import(&mut self, tree: &UseTree, mut path: Vec<String>) {
        match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.import(&tree.tree, path);
            }
            UseTree::Group(tree) => tree
                .items
                .iter()
                .for_each(|tree| self.import(tree, path.clone())),
            UseTree::Glob(_) => self.globs.push(path),
            UseTree::Name(tree) => {
                let name = tree.ident.to_string();
                self.imported.insert(name.clone());
                self.imports.push((path, name));
            }
            UseTree::Rename(tree) => {
                self.imported.insert(tree.rename.to_string());
                self.imports.push((path, tree.ident.to_string()));
            }
        }
    }

    /// Returns true if a name is visible in this module.
    ///
    /// Globs are followed one level deep; nested globs are left to the compiler.
    fn sees(&self, name: &str, scopes: &BTreeMap<Vec<String>, Self>, module: &[String]) -> bool {
        self.has(name)
            || self.globs.iter().any(|glob| {
                // A glob may also begin with the name of a sibling module.
                let target = absolute(glob, module).unwrap_or_else(|| [module, glob].concat());
                scopes.get(&target).is_some_and(|scope| scope.has(name))
            })
    }

    /// Returns true if this module defines or imports a name.
    fn has(&self, name: &str) -> bool {
        self.defined.contains(name) || self.imported.contains(name)
    }
}

/// Checks every name used in a file.
struct Uses<'a> {
    is_visible: &'a dyn Fn(&str) -> bool,
    enums: &'a BTreeMap<String, BTreeSet<String>>,
    report: &'a mut dyn FnMut(String),
}

impl Uses<'_> {
    /// Checks a token stream. `of` is the enum whose variants may appear unqualified in it.
    fn stream(&mut self, tokens: TokenStream, of: Option<&str>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut declared = of.map(str::to_owned);
        for (index, token) in tokens.iter().enumerate() {
            match token {
                // Attributes do not use names of this crate.
                TokenTree::Group(group) if !follows_punctuation(&tokens, index, '#') => {
                    let inner = self
                        .macro_subject(&tokens, index, &group.stream())
                        .or(declared.clone());
                    self.stream(group.stream(), inner.as_deref());
                }
                TokenTree::Ident(name) if follows_enum(&tokens, index) => {
                    declared = Some(name.to_string());
                }
                TokenTree::Ident(name) => {
                    let text = name.to_string();
                    if is_type_name(&text) {
                        self.name(&tokens, index, &text, declared.as_deref());
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns the enum that a macro's table describes, which is the first token in the table.
    fn macro_subject(
        &self,
        tokens: &[TokenTree],
        index: usize,
        inner: &TokenStream,
    ) -> Option<String> {
        if !follows_punctuation(tokens, index, '!') {
            return None;
        }
        let first = inner.clone().into_iter().next()?.to_string();
        self.enums.contains_key(&first).then_some(first)
    }

    fn name(&mut self, tokens: &[TokenTree], index: usize, name: &str, of: Option<&str>) {
        if let Some(owner) = qualifier(tokens, index) {
            // Associated constants are not variants.
            let constant = name.len() > 1 && !name.contains(char::is_lowercase);
            let variants = self.enums.get(&owner).filter(|_| !constant);
            if variants.is_some_and(|variants| !variants.contains(name)) {
                (self.report)(format!("{owner}::{name}"));
            }
            return;
        }
        let variant = of
            .and_then(|of| self.enums.get(of))
            .is_some_and(|variants| variants.contains(name));
        if !variant && !(self.is_visible)(name) {
            (self.report)(name.to_owned());
        }
    }
}

/// Returns the previous token.
fn before(tokens: &[TokenTree], index: usize) -> Option<&TokenTree> {
    tokens.get(index.checked_sub(1)?)
}

/// Returns true if the previous token is this punctuation character.
fn follows_punctuation(tokens: &[TokenTree], index: usize, character: char) -> bool {
    matches!(before(tokens, index), Some(TokenTree::Punct(punctuation)) if punctuation.as_char() == character)
}

/// Returns true if the previous token is `enum`.
fn follows_enum(tokens: &[TokenTree], index: usize) -> bool {
    matches!(before(tokens, index), Some(TokenTree::Ident(keyword)) if keyword == "enum")
}

/// Returns the token before the `::` that precedes a token; empty if there is none before it.
fn qualifier(tokens: &[TokenTree], index: usize) -> Option<String> {
    let is_colon = |index| follows_punctuation(tokens, index, ':');
    if !(is_colon(index) && is_colon(index.checked_sub(1)?)) {
        return None;
    }
    let owner = index.checked_sub(3).and_then(|owner| tokens.get(owner));
    Some(owner.map(ToString::to_string).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::undefined;

    fn found(api: &str) -> Vec<String> {
        let library = "mod json; pub mod api; pub use call::Call; pub struct Client;";
        let files = [
            ("src/lib.rs", library),
            ("src/api/mod.rs", api),
            ("src/api/shared.rs", "pub struct Link;"),
        ];
        let found = undefined(&files, "src/api").into_iter();
        found
            .map(|found| format!("{}:{} {}", found.file, found.line, found.name))
            .collect()
    }

    #[test]
    fn defined_imported_and_prelude_names_are_not_reported() {
        let code = r#"
            use crate::{Call, Client}; use super::api::shared::*; use std::collections::BTreeMap;
            use serde_json::Value;
            /// Of `Nothing`.
            #[derive(Clone, Debug, PartialEq)]
            pub struct Job { pub links: Vec<Link>, pub state: Option<State>, pub map: BTreeMap<String, Value> }
            pub enum State { On, Self_, Unknown(String) }
            impl Client { pub fn job<T: Into<String>>(&self, of: T) -> Call<Job> { Call::<Job>::new(self).path(State::On, of) } }
            open_enum!(State { On = "on", Self_ = "Gone" });
            record!(Job { links: "Links", state: "State" });
            pub const LIMIT: u64 = <Job as crate::Endpoint>::LIMIT;
        "#;
        assert_eq!(found(code), [] as [&str; 0]);
    }

    #[test]
    fn types_defined_by_local_macros_are_not_reported_and_those_of_other_macros_are() {
        let code = "macro_rules! job_kind { ($(#[$meta:meta])* $name:ident { }) => { pub struct $name; }; }\njob_kind!(\n    /// One.\n    #[derive(Clone)]\n    Weekly { });\npub struct Job(Weekly, Daily);\nrecord!(Daily { });\n";
        let uses = ["src/api/mod.rs:6 Daily"];
        assert_eq!(found(code), uses);
    }

    #[test]
    fn undefined_types_variants_and_imports_are_reported_with_their_first_line() {
        let code = "use crate::{Call, Gone};\nuse super::api::shared::Lost;\npub struct Job {\n    pub at: Option<Missing>,\n    pub on: Missing,\n}\npub enum State { On }\nopen_enum!(State { On = \"on\", Off = \"off\" });\nfn f() { State::Azure; }\n";
        assert_eq!(
            found(code),
            [
                "src/api/mod.rs:4 Missing",
                "src/api/mod.rs:8 Off",
                "src/api/mod.rs:9 State::Azure",
                "src/api/mod.rs:1 crate::Gone",
                "src/api/mod.rs:2 super::api::shared::Lost",
            ]
        );
    }

    #[test]
    fn syntax_error_is_reported() {
        assert_eq!(found("pub struct {").len(), 1);
    }

    #[test]
    fn generated_sdk_has_no_undefined_names() {
        let code = [
            (
                "src/generated/v1/mod.rs",
                include_str!("../../sdk/src/generated/v1/mod.rs"),
            ),
            (
                "src/generated/v2/exports.rs",
                include_str!("../../sdk/src/generated/v2/exports.rs"),
            ),
            (
                "src/generated/v2/shared.rs",
                include_str!("../../sdk/src/generated/v2/shared.rs"),
            ),
            ("src/lib.rs", include_str!("../../sdk/src/lib.rs")),
        ];
        let only = ["src/generated/v2/exports.rs", "src/generated/v2/shared.rs"];
        for directory in only {
            assert_eq!(undefined(&code, directory), [], "{directory}");
        }
    }
}
