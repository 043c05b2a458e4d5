//! Everything the renderer prints, decided: names, types, presence, documentation, order.
//!
//! Invariant: two things that would get one name in one scope are a diagnostic here, never a silent reuse.

mod accessors;
mod checks;
pub(crate) mod naming;
mod operations;
mod paging;
mod types;
mod waits;

pub(crate) use accessors::Accessor;
pub(crate) use operations::{is_runtimes, media_of, operations};
pub(crate) use types::tagged;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{SCHEMAS, child, each_object, object};
use crate::types::FieldTypes;
use proc_macro2::TokenStream;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use syn::Type;

/// One version of the API, ready to print.
pub(crate) struct Api {
    pub(crate) docs: String,
    pub(crate) modules: Vec<Module>,
}

/// One file: a resource's operations and the types only they use, or the types several resources share.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) types: Vec<TypeDef>,
    /// The names of the shared types that its operations lead to.
    pub(crate) shared: Vec<String>,
}

/// One operation: its row of data and its method.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method_name: String,
    pub(crate) marker: String,
    pub(crate) module: String,
    pub(crate) docs: OperationDocs,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) accept: String,
    pub(crate) content_type: Option<String>,
    pub(crate) success: Vec<u16>,
    pub(crate) idempotent: bool,
    pub(crate) roles: Vec<String>,
    pub(crate) arguments: Vec<Parameter>,
    /// What may be left out, by setter.
    pub(crate) optional: Vec<Parameter>,
    pub(crate) flags: Vec<&'static str>,
    pub(crate) paging: Option<Paging>,
    pub(crate) waits: Vec<Wait>,
    pub(crate) body: Option<Type>,
    /// Whether a call without the body is one.
    pub(crate) body_optional: bool,
    pub(crate) output: Option<Type>,
    pub(crate) deprecated: Option<String>,
    /// What it was called before, and can still be called.
    pub(crate) earlier: Vec<Earlier>,
}

/// An earlier name of an operation.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) id: String,
    pub(crate) method_name: String,
    pub(crate) marker: String,
}

/// What the documentation of an operation says.
pub(crate) struct OperationDocs {
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) page: Option<String>,
    pub(crate) errors: Vec<String>,
}

/// Where a parameter goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    /// A list in the query: a value for each item, or one value with this between them.
    QueryList(Option<&'static str>),
    Header,
}

/// A parameter.
pub(crate) struct Parameter {
    pub(crate) place: Place,
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) docs: String,
    /// As an argument: `&ObjectId`, `&str`, `i64`.
    pub(crate) argument: Type,
}

/// Where a page keeps its items and links.
pub(crate) struct Paging {
    pub(crate) item: Type,
    pub(crate) items: String,
    pub(crate) items_required: bool,
    pub(crate) links: String,
    pub(crate) largest_page: u64,
}

/// What can be waited for by asking an operation again and again.
#[derive(PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) method_name: String,
    pub(crate) summary: String,
    /// None of them: until there is nothing any more.
    pub(crate) endings: Vec<Ending>,
}

/// What a field of the answer means for a wait.
#[derive(PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) field: String,
    /// The runtime's name for it.
    pub(crate) outcome: &'static str,
    /// None of them: it has a value at all.
    pub(crate) values: Vec<String>,
}

/// A type of the document.
pub(crate) struct TypeDef {
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) shape: Shape,
}

pub(crate) enum Shape {
    Record(Record),
    /// Variants: name, value on the wire, documentation.
    Enum(Vec<(String, String, String)>),
    /// A union told apart by the property `tag`.
    Tagged {
        tag: String,
        kinds: Vec<Kind>,
        sent: bool,
        /// What it can be asked for whichever kind it is, if it is received.
        accessors: Vec<Accessor>,
    },
    /// A union told apart by what its JSON looks like.
    Untagged {
        /// Variant and type.
        variants: Vec<(String, Type)>,
        /// The variants that have something to check before they are sent.
        checked: Vec<String>,
    },
}

/// One kind of a tagged union.
pub(crate) struct Kind {
    pub(crate) variant: String,
    pub(crate) record: String,
    pub(crate) tags: Vec<String>,
    pub(crate) docs: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Sent,
    Received,
    Both,
}

/// A struct.
pub(crate) struct Record {
    pub(crate) direction: Direction,
    pub(crate) fields: Vec<Field>,
}

/// A field of a struct.
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) value: Type,
    /// Always there: an argument of `new` in what is sent, a list that may be empty in what is received.
    pub(crate) required: bool,
    /// Part of a change: may be left alone, cleared or set.
    pub(crate) patch: bool,
    pub(crate) deprecated: bool,
    /// The one value this field can have: type and variant.
    pub(crate) constant: Option<(String, String)>,
    pub(crate) checks: Vec<Check>,
}

/// What is checked before a value is sent.
pub(crate) enum Check {
    /// How many characters, as a range expression.
    Length(TokenStream),
    /// How many items, as a range expression.
    Count(TokenStream),
    /// Which numbers, as a range expression.
    Range(TokenStream),
    /// Which integers, as a list of ranges.
    OneOf(TokenStream),
    /// The record inside has checks of its own.
    Inner,
    /// Each record of the list has checks of its own.
    Items,
}

/// Builds the model of a normalised document.
pub(crate) fn build(
    document: &Value,
    fields: &FieldTypes,
    diagnostics: &mut Diagnostics,
) -> Result<Api, Diagnostics> {
    let operations = operations::operations(document, diagnostics);
    let reached = reached_from(document, &operations);
    let mut types = types::types(document, fields, diagnostics);
    unique_names(&operations, &types, diagnostics);
    diagnostics.check()?;
    let mut modules: BTreeMap<String, Module> = BTreeMap::new();
    for operation in operations {
        module(&mut modules, &operation.module, document)
            .operations
            .push(operation);
    }
    for (key, definition) in types.drain(..) {
        // The one module that reaches it is its home.
        let from: Vec<&String> = reached.get(&key).into_iter().flatten().collect();
        match from.as_slice() {
            [home] => module(&mut modules, home, document).types.push(definition),
            all => {
                for from in all {
                    let name = definition.name.clone();
                    module(&mut modules, from, document).shared.push(name);
                }
                module(&mut modules, SHARED, document)
                    .types
                    .push(definition);
            }
        }
    }
    let said = ["/info/description", "/info/title"].into_iter();
    let docs = said
        .filter_map(|pointer| document.pointer(pointer).and_then(Value::as_str))
        .next()
        .unwrap_or("The API.");
    Ok(Api {
        docs: docs.to_owned(),
        modules: modules.into_values().collect(),
    })
}

/// The module of types that more than one resource uses. The modules of these resources have them too.
pub(crate) const SHARED: &str = "shared";

fn module<'m>(
    modules: &'m mut BTreeMap<String, Module>,
    name: &str,
    document: &Value,
) -> &'m mut Module {
    modules.entry(name.to_owned()).or_insert_with(|| Module {
        name: name.to_owned(),
        docs: module_docs(document, name),
        operations: Vec::new(),
        types: Vec::new(),
        shared: Vec::new(),
    })
}

/// What the document says of the tag behind a module, or what the shared one is for.
fn module_docs(document: &Value, name: &str) -> String {
    if name == SHARED {
        return "Types that more than one resource uses.".to_owned();
    }
    let own = document
        .pointer("/x-rust-modules")
        .and_then(|modules| modules.get(name))
        .and_then(Value::as_str);
    let tags = document
        .get("tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let tag = tags
        .filter(|tag| {
            crate::document::string(tag, "name")
                .map(naming::snake)
                .as_deref()
                == Some(name)
        })
        .find_map(|tag| crate::document::string(tag, "description"));
    own.or(tag)
        .map_or_else(|| format!("The resource `{name}`."), str::to_owned)
}

/// The modules whose operations reach a type, by schema name.
pub(crate) fn reached_from<'o>(
    document: &Value,
    operations: impl IntoIterator<Item = &'o Operation>,
) -> BTreeMap<String, BTreeSet<String>> {
    let schemas = object(document, SCHEMAS).iter();
    let named: BTreeMap<&str, BTreeSet<&str>> = schemas
        .map(|(key, schema)| (key.as_str(), inside(schema)))
        .collect();
    let mut open: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((_, _, _, raw), operation) in crate::document::operations(document).zip(operations) {
        open.entry(&operation.module)
            .or_default()
            .extend(inside(raw));
    }
    let mut reached_from: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, mut open) in open {
        while let Some(name) = open.pop_first() {
            let from = reached_from.entry(name.to_owned()).or_default();
            if from.insert(module.to_owned()) {
                open.extend(named.get(name).into_iter().flatten());
            }
        }
    }
    reached_from
}

/// The types a value names.
fn inside(value: &Value) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    each_object(value, &mut |map| {
        let text = |key: &str| map.get(key).and_then(Value::as_str);
        names.extend(text("x-rust-type"));
        names.extend(text("$ref").and_then(|target| target.strip_prefix("#/components/schemas/")));
    });
    names
}

/// Reports every name that is taken twice in the scope of one API version.
fn unique_names(
    operations: &[Operation],
    types: &[(String, TypeDef)],
    diagnostics: &mut Diagnostics,
) {
    let mut taken: BTreeMap<&str, (String, Option<String>)> = naming::runtime_names()
        .map(|name| (name, ("a name of the runtime".to_owned(), None)))
        .collect();
    let markers = operations.iter().flat_map(|operation| {
        let earlier = operation.earlier.iter();
        let earlier = earlier.map(|earlier| (&earlier.marker, &earlier.id));
        let markers = std::iter::once((&operation.marker, &operation.id)).chain(earlier);
        let method = operation.method.to_lowercase();
        let pointer = child(&child("/paths", &operation.path), &method);
        markers.map(move |(marker, id)| {
            let what = format!("the operation `{id}`");
            let update = json!({ "x-xgen-operation-id-override": "anotherName" });
            (marker.as_str(), what, pointer.clone(), update)
        })
    });
    let names = types.iter().map(|(key, definition)| {
        (
            definition.name.as_str(),
            format!("the schema `{key}`"),
            child(SCHEMAS, key),
            json!({ "x-rust-name": "AnotherName" }),
        )
    });
    for (name, what, pointer, update) in markers.chain(names) {
        let own = (what.clone(), Some(pointer.clone()));
        if let Some((other, place)) = taken.insert(name, own) {
            let message = format!("{what} and {other} are both called `{name}`");
            let help = "rename one in the names overlay";
            let found = Diagnostic::new("name-collision", pointer, message, help).update(update);
            diagnostics.push(match place {
                Some(place) => found.and(place),
                None => found,
            });
        }
    }
}
