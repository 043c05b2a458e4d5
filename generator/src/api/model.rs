//! One version of the API: its operations, its types, and their modules.

use super::operation::Operation;
use super::types::{Direction, Field, TypeDef, TypeId, TypeRef};
use std::collections::BTreeSet;

/// One version of the API.
#[derive(Default)]
pub(crate) struct Api {
    pub(crate) info: Info,
    /// In document order.
    pub(crate) operations: Vec<Operation>,
    /// In document order; a [`TypeId`] is an index.
    pub(crate) types: Vec<TypeDef>,
    /// In alphabetical order.
    pub(crate) modules: Vec<Module>,
    pub(crate) families: Vec<Family>,
}

/// Variants of one union in one module that share fields.
pub(crate) struct Family {
    /// Name of the macro that defines a variant.
    pub(crate) macro_name: String,
    pub(crate) union: TypeId,
    pub(crate) direction: Direction,
    pub(crate) members: Vec<TypeId>,
    /// The shared fields, as the first variant declares them.
    pub(crate) shared: Vec<Field>,
}

impl Api {
    pub(crate) fn definition(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// Returns a type as it is written in Rust.
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

    /// Returns the type of a method's argument: `&ObjectId`, `&str`, `i64`.
    pub(crate) fn argument(&self, value: &TypeRef) -> String {
        match value {
            TypeRef::Bool | TypeRef::Integer | TypeRef::Number => self.rust(value),
            TypeRef::List(items) if **items == TypeRef::Text => "&[&str]".to_owned(),
            value => format!("&{}", self.borrowed(value)),
        }
    }

    /// Returns the borrowed form of a type, such as `str` for `String`.
    pub(crate) fn borrowed(&self, value: &TypeRef) -> String {
        match value {
            TypeRef::Text => "str".to_owned(),
            TypeRef::List(items) => format!("[{}]", self.rust(items)),
            value => self.rust(value),
        }
    }

    /// Returns the names of all modules that contain or re-export a type.
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

/// Information about the document itself.
#[derive(Default)]
pub(crate) struct Info {
    pub(crate) title: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) description: Option<String>,
}

/// The module of types that several resources use. Their modules re-export these types.
pub(crate) const SHARED: &str = "shared";

/// A module: a resource with its operations and types, or the types that several resources share.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) docs: String,
    /// Indices into [`Api::operations`].
    pub(crate) operations: Vec<usize>,
    pub(crate) types: Vec<TypeId>,
    /// Shared types that the module's operations use.
    pub(crate) shared: Vec<TypeId>,
}
