//! One version of the API as a whole: its operations, its types, and the modules they are in.

use super::operation::Operation;
use super::types::{Direction, Field, TypeDef, TypeId, TypeRef};
use std::collections::BTreeSet;

/// One version of the API.
#[derive(Default)]
pub(crate) struct Api {
    pub(crate) info: Info,
    /// In document order.
    pub(crate) operations: Vec<Operation>,
    /// In document order; a [`TypeId`] is an index into it.
    pub(crate) types: Vec<TypeDef>,
    /// In alphabetical order.
    pub(crate) modules: Vec<Module>,
    pub(crate) families: Vec<Family>,
}

/// Kinds of one union, in one module, that have fields in common.
pub(crate) struct Family {
    /// The macro that writes a member.
    pub(crate) macro_name: String,
    pub(crate) union: TypeId,
    pub(crate) direction: Direction,
    pub(crate) members: Vec<TypeId>,
    /// The common fields, as the first member has them.
    pub(crate) shared: Vec<Field>,
}

impl Api {
    pub(crate) fn definition(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// A type as Rust writes it.
    pub(crate) fn rust(&self, value: &TypeRef) -> String {
        match value {
            TypeRef::List(items) => format!("Vec<{}>", self.rust(items)),
            TypeRef::Map(values) => format!("BTreeMap<String, {}>", self.rust(values)),
            TypeRef::Nullable(inner) => format!("Nullable<{}>", self.rust(inner)),
            TypeRef::Named(id) => self.definition(*id).name.clone(),
            TypeRef::Boxed(id) => format!("Box<{}>", self.definition(*id).name),
            plain => plain.plain().to_owned(),
        }
    }

    /// A type as a parameter has it: `&ObjectId`, `&str`, `i64`.
    pub(crate) fn argument(&self, value: &TypeRef) -> String {
        match value {
            TypeRef::Bool | TypeRef::Integer | TypeRef::Number => self.rust(value),
            TypeRef::List(items) if **items == TypeRef::Text => "&[&str]".to_owned(),
            value => format!("&{}", self.borrowed(value)),
        }
    }

    /// What a reference to an owned value is better a reference to.
    pub(crate) fn borrowed(&self, value: &TypeRef) -> String {
        match value {
            TypeRef::Text => "str".to_owned(),
            TypeRef::List(items) => format!("[{}]", self.rust(items)),
            value => self.rust(value),
        }
    }

    /// The modules that have a type: those whose operations reach it, and the shared one if there are several.
    pub(crate) fn modules_of(&self, definition: &TypeDef) -> BTreeSet<&str> {
        let mut modules: BTreeSet<&str> = definition
            .reached_from
            .iter()
            .map(|&index| self.modules[index].name.as_str())
            .collect();
        if modules.len() > 1 {
            modules.insert(SHARED);
        }
        modules
    }
}

/// What a document says of itself.
#[derive(Default)]
pub(crate) struct Info {
    pub(crate) title: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) description: Option<String>,
}

/// The module of types that more than one resource uses. The modules of these resources have them too.
pub(crate) const SHARED: &str = "shared";

/// One file: a resource's operations and the types only they use, or the types several resources share.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) docs: String,
    /// Indices into [`Api::operations`].
    pub(crate) operations: Vec<usize>,
    pub(crate) types: Vec<TypeId>,
    /// The shared types that its operations lead to.
    pub(crate) shared: Vec<TypeId>,
}
