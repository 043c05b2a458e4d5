//! `syn` passes over what progenitor's type space printed: trait impls and attributes go, paths get short, `Option` goes
//! from fields (whether a value may be absent is the model's decision), and the wire name is read back from serde's.

use super::FieldTypes;
use crate::model::naming;
use proc_macro2::TokenStream;
use std::collections::BTreeMap;
use syn::visit_mut::{VisitMut, visit_type_path_mut};
use syn::{Attribute, Field, GenericArgument, Item, LitStr, PathArguments, Type, TypePath};

/// The types of all fields; `names` tells what the numbered types are called.
pub(super) fn field_types(tokens: TokenStream, names: &Names) -> syn::Result<FieldTypes> {
    let file: syn::File = syn::parse2(tokens)?;
    let mut types = FieldTypes::new();
    collect(file.items, names, &mut types);
    Ok(types)
}

/// Rust names by number.
type Names = BTreeMap<String, String>;

fn collect(items: Vec<Item>, names: &Names, types: &mut FieldTypes) {
    for item in items {
        match item {
            // typify keeps its error type in a module of its own; whatever else it nests is looked into.
            Item::Mod(module) => collect(
                module.content.map(|(_, items)| items).unwrap_or_default(),
                names,
                types,
            ),
            Item::Struct(item) => {
                let fields = item.fields.into_iter();
                let fields = fields.filter_map(|field| typed(field, names)).collect();
                if let Some(name) = names.get(&item.ident.to_string()) {
                    types.insert(name.clone(), fields);
                }
            }
            _ => {}
        }
    }
}

/// The wire name of a field and the type of its value.
fn typed(field: Field, names: &Names) -> Option<(String, Type)> {
    let wire = renamed(&field.attrs)
        .or_else(|| field.ident.as_ref().map(|ident| unraw(&ident.to_string())))?;
    let mut value = field.ty;
    ShortPaths(names).visit_type_mut(&mut value);
    Some((wire, without_option(value)))
}

fn unraw(ident: &str) -> String {
    ident.strip_prefix("r#").unwrap_or(ident).to_owned()
}

/// The name in `#[serde(rename = "…")]`.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // Other keys of the attribute take no value, or one that is of no interest here.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let value: LitStr = meta.value()?.parse()?;
                if meta.path.is_ident("rename") {
                    name = Some(value.value());
                }
            }
            Ok(())
        });
    }
    name
}

/// `T` of `Option<T>`, and `Box<T>` of `Box<Option<T>>`, which recursion through an optional field makes.
fn without_option(mut value: Type) -> Type {
    while let Some(inner) = argument_of(&mut value, "Option") {
        value = inner.clone();
    }
    if let Some(boxed) = argument_of(&mut value, "Box") {
        *boxed = without_option(boxed.clone());
    }
    value
}

/// `T` of `Wrapper<T>`.
fn argument_of<'t>(value: &'t mut Type, wrapper: &str) -> Option<&'t mut Type> {
    let Type::Path(TypePath { path, .. }) = value else {
        return None;
    };
    let last = path.segments.last_mut()?;
    let PathArguments::AngleBracketed(arguments) = &mut last.arguments else {
        return None;
    };
    match arguments.args.first_mut() {
        Some(GenericArgument::Type(inner)) if last.ident == wrapper => Some(inner),
        _ => None,
    }
}

/// `::std::vec::Vec<…>` → `Vec<…>`, `::serde_json::Value` → `Value`, numbers → names.
struct ShortPaths<'n>(&'n Names);

impl VisitMut for ShortPaths<'_> {
    fn visit_type_path_mut(&mut self, path: &mut TypePath) {
        if let Some(mut last) = path.path.segments.last().cloned() {
            if let Some(name) = self.0.get(&last.ident.to_string()) {
                last.ident = naming::ident(name);
            } else if last.ident == "Map" {
                // What it takes for a map of anything.
                last.ident = naming::ident("BTreeMap");
            }
            path.path.leading_colon = None;
            path.path.segments = std::iter::once(last).collect();
        }
        visit_type_path_mut(self, path);
    }
}
