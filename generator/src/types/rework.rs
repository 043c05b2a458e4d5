//! `syn` passes over what progenitor's type space printed: trait impls and attributes go, paths get short, `Option` goes
//! from fields (whether a value may be absent is the model's decision), and the wire name is read back from serde's.

use super::FieldTypes;
use proc_macro2::TokenStream;
use std::collections::BTreeMap;
use syn::visit_mut::{VisitMut, visit_type_path_mut};
use syn::{Attribute, Field, GenericArgument, Item, LitStr, PathArguments, Type, TypePath};

pub(super) fn field_types(tokens: TokenStream) -> syn::Result<FieldTypes> {
    let file: syn::File = syn::parse2(tokens)?;
    let mut types = FieldTypes::new();
    collect(file.items, &mut types);
    Ok(types)
}

fn collect(items: Vec<Item>, types: &mut FieldTypes) {
    for item in items {
        match item {
            // typify keeps its error type in a module of its own; whatever else it nests is looked into.
            Item::Mod(module) => collect(
                module.content.map(|(_, items)| items).unwrap_or_default(),
                types,
            ),
            Item::Struct(item) => {
                let fields: BTreeMap<_, _> = item.fields.into_iter().filter_map(typed).collect();
                types.insert(item.ident.to_string(), fields);
            }
            _ => {}
        }
    }
}

/// The wire name of a field and the type of its value.
fn typed(field: Field) -> Option<(String, Type)> {
    let wire = renamed(&field.attrs)
        .or_else(|| field.ident.as_ref().map(|ident| unraw(&ident.to_string())))?;
    let mut value = field.ty;
    ShortPaths.visit_type_mut(&mut value);
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

/// `T` of `Option<T>`.
fn without_option(value: Type) -> Type {
    if let Type::Path(TypePath { path, .. }) = &value
        && let Some(last) = path.segments.last()
        && last.ident == "Option"
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(inner)) = arguments.args.first()
    {
        return inner.clone();
    }
    value
}

/// `::std::vec::Vec<…>` → `Vec<…>`, `::serde_json::Value` → `Value`, and so on.
struct ShortPaths;

impl VisitMut for ShortPaths {
    fn visit_type_path_mut(&mut self, path: &mut TypePath) {
        if let Some(last) = path.path.segments.last().cloned() {
            path.path.leading_colon = None;
            path.path.segments = std::iter::once(last).collect();
        }
        visit_type_path_mut(self, path);
    }
}
