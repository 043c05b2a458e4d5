//! Reads a simplified document into the model.

use super::schemas::{Component, Schemas, described, origin, prose, words};
use super::{Api, Direction, Info, Module, Operation, SHARED, TypeDef, TypeId};
use super::{
    accessors, checks, constructors, families, naming, operations, records, recursion, setters,
    unions,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::dated_names::dated;
use crate::document::walk::Kind;
use crate::document::{SCHEMAS, child, string};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Reads a simplified document. Unsupported constructs are reported, and omitted or read as any JSON value.
pub(crate) fn read(document: &Value, diagnostics: &mut Diagnostics) -> Api {
    let schemas = Schemas::of(document);
    let mut types = types(&schemas, diagnostics);
    let mut operations = operations::operations(document, &schemas, &types, diagnostics);
    unique_names(&operations, &schemas, diagnostics);
    undated_names(&schemas, diagnostics);
    records::constants(&mut types);
    unions::collect_required_fields(&mut types);
    checks::decide(&mut types);
    accessors::decide(&mut types);
    recursion::resolve(&mut types);
    constructors::decide(&mut types, &operations);
    setters::decide(&mut operations, &types);
    let modules = modules(document, &schemas, &operations, &mut types);
    let families = families::decide(&mut types, &modules);
    let text = |pointer| {
        document
            .pointer(pointer)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    Api {
        info: Info {
            title: text("/info/title"),
            version: text("/info/version"),
            description: text("/info/description"),
        },
        operations,
        types,
        modules,
        families,
    }
}

fn types(schemas: &Schemas<'_>, diagnostics: &mut Diagnostics) -> Vec<TypeDef> {
    let mut types = Vec::new();
    for component in schemas.iter() {
        let (schema, name) = (component.schema, &component.name);
        let pointer = child(SCHEMAS, component.key);
        let direction = match string(schema, "x-direction") {
            Some("request") => Direction::Request,
            Some("both") => Direction::Both,
            _ => Direction::Response,
        };
        let shape = if schema.get("enum").is_some() {
            unions::values(schema, schemas, &pointer, diagnostics)
        } else if schema.get("discriminator").is_some() {
            unions::tagged(schema, name, schemas, &pointer, diagnostics)
        } else if schema.get("oneOf").is_some() {
            unions::untagged(schema, schemas, &pointer, diagnostics)
        } else {
            records::record(schema, direction, schemas, &pointer, diagnostics)
        };
        types.push(TypeDef {
            name: name.clone(),
            docs: described(component),
            prose: prose(schema),
            origin: origin(schema),
            direction,
            shape,
            is_checked: false,
            family: None,
            reached_from: Vec::new(),
        });
    }
    types
}

/// Assigns operations to modules by resource, and each type to the only module that uses it or to the shared one.
fn modules(
    document: &Value,
    schemas: &Schemas<'_>,
    operations: &[Operation],
    types: &mut [TypeDef],
) -> Vec<Module> {
    let mut named: BTreeMap<&str, BTreeSet<TypeId>> = BTreeMap::new();
    let by_origin: BTreeMap<&str, &Operation> = operations
        .iter()
        .map(|operation| (operation.origin.as_str(), operation))
        .collect();
    for (pointer, _, _, raw) in crate::document::operations(document) {
        if let Some(operation) = by_origin.get(pointer.as_str()) {
            named
                .entry(&operation.module)
                .or_default()
                .extend(schemas.inside(raw, Kind::Operation));
        }
    }
    let inside: Vec<Vec<TypeId>> = schemas
        .iter()
        .map(|component| schemas.inside(component.schema, Kind::Schema))
        .collect();
    let mut reached_from: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); types.len()];
    for (module, open) in named {
        let mut open: Vec<TypeId> = open.into_iter().collect();
        while let Some(id) = open.pop() {
            if reached_from[id.0].insert(module) {
                open.extend(&inside[id.0]);
            }
        }
    }
    let mut modules: BTreeMap<&str, Module> = BTreeMap::new();
    for (index, operation) in operations.iter().enumerate() {
        module(&mut modules, &operation.module, document)
            .operations
            .push(index);
    }
    for (index, from) in reached_from.iter().enumerate() {
        let id = TypeId(index);
        match from.iter().copied().collect::<Vec<_>>().as_slice() {
            [home] => module(&mut modules, home, document).types.push(id),
            all => {
                for from in all {
                    module(&mut modules, from, document).shared.push(id);
                }
                module(&mut modules, SHARED, document).types.push(id);
            }
        }
    }
    let position = |name: &&str| modules.keys().position(|known| known == name);
    for (definition, from) in types.iter_mut().zip(&reached_from) {
        definition.reached_from = from.iter().filter_map(position).collect();
    }
    modules.into_values().collect()
}

fn module<'m, 'n>(
    modules: &'m mut BTreeMap<&'n str, Module>,
    name: &'n str,
    document: &Value,
) -> &'m mut Module {
    modules.entry(name).or_insert_with(|| Module {
        name: name.to_owned(),
        docs: module_docs(document, name),
        operations: Vec::new(),
        types: Vec::new(),
        shared: Vec::new(),
    })
}

/// Returns the documentation of a module: that of its tag, or a fixed sentence for the shared module.
fn module_docs(document: &Value, name: &str) -> String {
    if name == SHARED {
        return "Types that several resources use.".to_owned();
    }
    let own = document
        .pointer("/x-rust-modules")
        .and_then(|modules| string(modules, name));
    let tags = document
        .get("tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let mut tags =
        tags.filter(|tag| string(tag, "name").map(naming::module_name).as_deref() == Some(name));
    let description = own.or_else(|| tags.find_map(|tag| words(tag, "description")));
    description.map_or_else(
        || format!("Operations and types of the resource `{name}`."),
        str::to_owned,
    )
}

/// Reports type names with a date in curated documents, because such names change with the next version.
fn undated_names(schemas: &Schemas<'_>, diagnostics: &mut Diagnostics) {
    if schemas.numbered {
        return;
    }
    for Component {
        key, name, schema, ..
    } in schemas.iter()
    {
        let Some(dated) = dated(name) else { continue };
        let (member, undated) = match string(schema, "x-direction") {
            // A request type has a name of its own.
            Some("request") if string(schema, "x-rust-name") == Some(key) => {
                ("x-rust-request-name", dated.undated())
            }
            _ => ("x-rust-name", dated.undated()),
        };
        let found = Diagnostic::new(
            "dated-name",
            origin(schema).unwrap_or_else(|| child(SCHEMAS, key)),
            format!(
                "the type name `{name}` contains a date, so it would change with the next version"
            ),
            "name it in the names overlay",
        );
        diagnostics.push(found.update(json!({ member: undated })));
    }
}

/// Reports names that are used twice in one API version.
fn unique_names(operations: &[Operation], schemas: &Schemas<'_>, diagnostics: &mut Diagnostics) {
    let mut taken: BTreeMap<&str, (String, Option<String>)> = naming::runtime_names()
        .map(|name| (name, ("a name of the runtime".to_owned(), None)))
        .collect();
    let markers = operations.iter().flat_map(|operation| {
        let earlier = operation
            .earlier
            .iter()
            .map(|earlier| (&earlier.marker, &earlier.id));
        let markers = std::iter::once((&operation.marker, &operation.id)).chain(earlier);
        markers.map(|(marker, id)| {
            let update = json!({ "x-xgen-operation-id-override": format!("{id}2") });
            (
                marker.as_str(),
                format!("the operation `{id}`"),
                operation.origin.clone(),
                update,
            )
        })
    });
    let names = schemas.iter().map(|component| {
        let Component { key, name, .. } = component;
        let update = json!({ "x-rust-name": format!("{name}2") });
        (
            name.as_str(),
            format!("the schema `{key}`"),
            child(SCHEMAS, key),
            update,
        )
    });
    for (name, what, pointer, update) in markers.chain(names) {
        let own = (what.clone(), Some(pointer.clone()));
        if let Some((other, place)) = taken.insert(name, own) {
            let message = format!("{what} and {other} are both named `{name}`");
            let help = "rename one in the names overlay";
            let found = Diagnostic::new("name-collision", pointer, message, help).update(update);
            diagnostics.push(match place {
                Some(place) => found.and(place),
                None => found,
            });
        }
    }
}
