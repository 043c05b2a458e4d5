//! Prints families: a macro with the fields that all variants of a union share, and one call per variant.

use super::records::{self, constructor_docs, field_type, has_default, initial, request};
use super::scope::{Scope, compact};
use super::text::{deprecated, docs, filled, item};
use crate::api::naming::ident;
use crate::api::{Direction, Family, Field, Presence, Record, TypeDef};

/// Prints the macro of a family.
pub(super) fn definition(family: &Family, scope: &Scope<'_>) -> String {
    let (name, union) = (&family.macro_name, scope.named(family.union));
    let is_sent = family.direction.is_sent();
    let (extra, record) = (scope.runtime("Extra"), scope.runtime("record"));
    let way = if family.direction == Direction::Request {
        " sent"
    } else {
        ""
    };
    let must_use = if is_sent { "        #[must_use]\n" } else { "" };
    let fields: String = family
        .shared
        .iter()
        .map(|field| declared(field, "            ", scope))
        .collect();
    let wires = filled("            ", family.shared.iter().map(wire));
    let allow = match family.shared.iter().any(|field| field.deprecated) {
        true => "        #[allow(deprecated)]\n",
        false => "",
    };
    let allow_new = allow.replace("        #", "            #");
    let (mut pattern, mut built) = (String::new(), String::new());
    if is_sent {
        let defaults = family.shared.iter().filter(|field| field.is_settable());
        let defaults = defaults.map(|field| spaced(&initial(field, false, scope).to_string()));
        let defaults = filled("                    ", defaults);
        pattern.push_str(
            " set { $($set:tt)* } $(#[$new:meta])* new($($argument:tt)*) { $($initial:tt)* }",
        );
        built.push_str(&format!(
            "        impl $name {{\n            $(#[$new])*\n{allow_new}            pub fn new($($argument)*) -> Self {{\n                Self {{\n\
             {defaults}                    $($initial)*\n                    extra: {extra}::default(),\n                }}\n            }}\n        }}\n"
        ));
        let settable: Vec<&Field> = family
            .shared
            .iter()
            .filter(|field| field.is_settable())
            .collect();
        if !settable.is_empty() {
            let setters = scope.runtime("setters");
            let changes = match settable
                .iter()
                .any(|field| field.presence == Presence::Patch)
            {
                true => " changes",
                false => "",
            };
            let entries = filled(
                "            ",
                settable.into_iter().map(|field| setter(field, scope)),
            );
            built.push_str(&format!("        {setters}!($name{changes} {{\n{entries}            $($set)*\n        }});\n"));
        }
    }
    format!(
        "/// Struct of a variant of `{union}`: its own fields and the fields that all variants have.\nmacro_rules! {name} {{\n    \
         ($(#[$meta:meta])* $name:ident {{ $($own:tt)* }} wire {{ $($wire:tt)* }}{pattern}) => {{\n        $(#[$meta])*\n{allow}{must_use}        \
         #[non_exhaustive]\n        pub struct $name {{\n{fields}            $($own)*\n            \
         /// Fields this SDK version does not know or could not decode.\n            pub extra: {extra},\n        }}\n{built}        \
         {record}!($name{way} {{\n{wires}            $($wire)*\n        }});\n    }};\n}}\n"
    )
}

/// Prints one variant of a family.
pub(super) fn member(
    definition: &TypeDef,
    record: &Record,
    family: &Family,
    scope: &Scope<'_>,
) -> String {
    let is_shared = |field: &&Field| family.shared.iter().any(|shared| shared.wire == field.wire);
    let own: Vec<&Field> = record
        .fields
        .iter()
        .filter(|field| !is_shared(field))
        .collect();
    let default = match has_default(definition, record) {
        true => ", Default",
        false => "",
    };
    let allow = match own.iter().any(|field| field.deprecated) {
        true => "    #[allow(deprecated)]\n",
        false => "",
    };
    let (name, macro_name) = (&definition.name, &family.macro_name);
    let fields: String = own
        .iter()
        .map(|field| declared(field, "        ", scope))
        .collect();
    let mut code = format!(
        "{macro_name}!(\n{}    #[derive(Clone, Debug{default}, PartialEq)]\n{allow}    {name}{}\n    wire{}\n",
        docs(&definition.docs, "///", "    "),
        braces(&fields),
        braces(&filled("        ", own.iter().map(|field| wire(field)))),
    );
    if definition.direction.is_sent() {
        let set = own.iter().filter(|field| field.is_settable());
        let set = filled("        ", set.map(|field| setter(field, scope)));
        let has_arguments = record.arguments().next().is_some();
        // The macro itself initializes shared optional fields.
        let initials = record
            .fields
            .iter()
            .filter(|field| !(is_shared(field) && field.is_settable()));
        let initials = initials
            .map(|field| spaced(&initial(field, record.by_name.is_some(), scope).to_string()));
        let initials = filled("        ", initials);
        let constants = record.fields.iter().any(|field| field.constant.is_some());
        let parameters: Vec<String> = records::parameters(record, scope)
            .into_iter()
            .map(|parameter| spaced(&parameter.to_string()))
            .collect();
        let lint = match !has_arguments && constants {
            true => "    #[allow(clippy::new_without_default)]\n",
            false if parameters.len() > 7 => "    #[allow(clippy::too_many_arguments)]\n",
            false => "",
        };
        code.push_str(&format!(
            "    set{}\n    /// {}\n{lint}{allow}    new({}){}\n",
            braces(&set),
            constructor_docs(!has_arguments),
            parameters.join(", "),
            braces(&initials)
        ));
    }
    code.push_str(");\n");
    if let Some(fields) = records::by_name(definition, record, scope) {
        code.push_str(&item(fields));
    }
    if definition.direction.is_sent() {
        code.push_str(&item(request(&ident(name), record, scope)));
    }
    code
}

/// Prints a field of a struct with its documentation.
fn declared(field: &Field, indent: &str, scope: &Scope<'_>) -> String {
    let deprecated = deprecated(field.deprecated)
        .map(|attribute| format!("{indent}{}\n", spaced(&attribute.to_string())));
    let (docs, value) = (
        docs(&field.docs, "///", indent),
        compact(field_type(field, scope)),
    );
    format!(
        "{docs}{}{indent}pub {}: {value},\n",
        deprecated.unwrap_or_default(),
        field.name
    )
}

fn wire(field: &Field) -> String {
    format!("{}: {:?}", field.name, field.wire)
}

fn setter(field: &Field, scope: &Scope<'_>) -> String {
    format!("{}: {}", field.name, scope.text(&field.value))
}

/// Encloses lines in braces.
fn braces(lines: &str) -> String {
    match lines.lines().collect::<Vec<_>>().as_slice() {
        [] => " {}".to_owned(),
        [line] if !line.contains("///") && line.len() < 90 => {
            format!(" {{ {}, }}", line.trim().trim_end_matches(','))
        }
        _ => format!(" {{\n{lines}    }}"),
    }
}

/// Converts a token stream's text to conventional spacing. String literals stay as they are.
fn spaced(tokens: &str) -> String {
    let mut text = String::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some((code, literal)) = rest.split_once('"') {
        let end = end_of_literal(literal);
        let (literal, after) = literal.split_at_checked(end).unwrap_or((literal, ""));
        text.push_str(&spaced_code(code));
        text.push('"');
        text.push_str(literal);
        rest = after;
    }
    text + &spaced_code(rest)
}

/// Returns the position after the closing quote of a string literal.
fn end_of_literal(literal: &str) -> usize {
    let mut is_escaped = false;
    let end = literal.char_indices().find(|(_, character)| {
        let is_end = *character == '"' && !is_escaped;
        is_escaped = *character == '\\' && !is_escaped;
        is_end
    });
    end.map_or(literal.len(), |(at, _)| at + 1)
}

fn spaced_code(code: &str) -> String {
    let close = code
        .replace(" :: ", "::")
        .replace(" : ", ": ")
        .replace(" . ", ".");
    close
        .replace(" (", "(")
        .replace(" )", ")")
        .replace("( ", "(")
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace(" , ", ", ")
        .replace("& ", "&")
}
