//! The names used in a generated file. Each name is recorded when it is written, so that exactly these are imported.

use super::text::item;
use crate::api::naming::{VOCABULARY, ident};
use crate::api::{Api, Family, Module, SHARED, Shape, TypeDef, TypeId, TypeRef};
use proc_macro2::{Ident, TokenStream};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The scope of one file.
pub(super) struct Scope<'a> {
    api: &'a Api,
    module: Option<&'a Module>,
    used: RefCell<Used>,
}

/// Names used in a file.
#[derive(Default)]
struct Used {
    runtime: BTreeSet<String>,
    types: BTreeSet<TypeId>,
}

impl<'a> Scope<'a> {
    /// Creates the scope of a module's file, or without a module, of a file without imports.
    pub(super) fn new(api: &'a Api, module: Option<&'a Module>) -> Self {
        Self {
            api,
            module,
            used: RefCell::default(),
        }
    }

    /// Records a name of the runtime or of another crate, and returns it.
    pub(super) fn runtime(&self, name: &str) -> Ident {
        self.used.borrow_mut().runtime.insert(name.to_owned());
        ident(name)
    }

    /// Records a type of the document, and returns its name.
    pub(super) fn named(&self, id: TypeId) -> Ident {
        self.used.borrow_mut().types.insert(id);
        ident(&self.api.definition(id).name)
    }

    /// Returns the family to which a type belongs.
    pub(super) fn family(&self, definition: &TypeDef) -> Option<&'a Family> {
        self.api.families.get(definition.family?)
    }

    /// Returns the type of a field or variant as text.
    pub(super) fn text(&self, value: &TypeRef) -> String {
        self.note(value);
        compact(self.api.rust(value).parse().unwrap_or_default())
    }

    /// Returns the type of a field or variant as tokens.
    pub(super) fn value(&self, value: &TypeRef) -> TokenStream {
        self.note(value);
        self.api.rust(value).parse().unwrap_or_default()
    }

    /// Records the names in a type.
    fn note(&self, value: &TypeRef) {
        match value {
            TypeRef::Named(id) | TypeRef::Boxed(id) => {
                self.used.borrow_mut().types.insert(*id);
            }
            other => {
                let name = other.plain().to_owned();
                self.used.borrow_mut().runtime.insert(name);
            }
        }
        if let TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) = value {
            self.note(inner);
        }
    }

    /// Returns the type of a method's argument: `&ObjectId`, `&str`, `i64`.
    pub(super) fn argument(&self, value: &TypeRef) -> TokenStream {
        self.note(value);
        self.api.argument(value).parse().unwrap_or_default()
    }

    /// Returns the borrowed form of a type, such as `str` for `String`.
    pub(super) fn borrowed(&self, value: &TypeRef) -> TokenStream {
        self.note(value);
        self.api.borrowed(value).parse().unwrap_or_default()
    }

    /// Prints the `use` declarations of the file; `receiver` is the type that has the methods.
    pub(super) fn imports(&self, receiver: &str) -> String {
        let used = self.used.borrow();
        let mut lines = String::new();
        for (from, names) in VOCABULARY {
            let own = (from == "crate" && !names.contains(&receiver)).then_some(receiver);
            let names = names.iter().copied().chain(own);
            lines.push_str(&uses(
                "use",
                from,
                names.filter(|name| used.runtime.contains(*name)),
            ));
        }
        let Some(module) = self.module else {
            return lines;
        };
        let named = |id: &TypeId| self.api.definition(*id).name.as_str();
        for other in &self.api.modules {
            if other.name != module.name && other.name != SHARED {
                let names = other.types.iter().filter(|id| used.types.contains(id));
                lines.push_str(&uses(
                    "use",
                    &format!("super::{}", other.name),
                    names.map(named),
                ));
            }
        }
        // Shared types are re-exported by each module that uses them.
        lines
            + &uses(
                "pub use",
                &format!("super::{SHARED}"),
                module.shared.iter().flat_map(|id| {
                    let definition = self.api.definition(*id);
                    let by_name = match &definition.shape {
                        Shape::Record(record) => record.by_name.as_deref(),
                        _ => None,
                    };
                    [Some(definition.name.as_str()), by_name]
                        .into_iter()
                        .flatten()
                }),
            )
    }
}

/// Returns tokens as text without spaces.
pub(super) fn compact(tokens: TokenStream) -> String {
    tokens.to_string().replace(' ', "")
}

/// Prints one `use` declaration for all names, if there are any.
fn uses<'n>(keyword: &str, from: &str, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!("{keyword} {from}::{name};\n"),
        names => item(
            format!("{keyword} {from}::{{{}}};", names.join(", "))
                .parse()
                .unwrap_or_default(),
        ),
    }
}
