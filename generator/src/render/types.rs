//! Prints enums and unions; structs are in their own files.

use super::scope::Scope;
use super::text::{docs, item, table};
use super::{families, records};
use crate::api::naming::ident;
use crate::api::{EnumValue, Member, Shape, TaggedUnion, TypeDef};
use quote::quote;

/// Prints a type with its implementations.
pub(super) fn definition(definition: &TypeDef, scope: &Scope<'_>) -> String {
    match &definition.shape {
        Shape::Record(record) => {
            let code = match scope.family(definition) {
                Some(family) => families::member(definition, record, family, scope),
                None => records::structure(definition, record, scope),
            };
            code + &records::accessors(definition, record, scope)
        }
        Shape::Enum(values) => open_enum(definition, values, scope),
        Shape::Tagged(union) => tagged(definition, union, scope),
        Shape::Untagged(members) => untagged(definition, members, scope),
    }
}

fn open_enum(definition: &TypeDef, values: &[EnumValue], scope: &Scope<'_>) -> String {
    let name = &definition.name;
    let mut code = format!(
        "{}#[derive(Clone, Debug, PartialEq, Eq, Hash)]\n#[non_exhaustive]\npub enum {name} {{\n",
        docs(&definition.docs, "///", "")
    );
    for EnumValue {
        variant,
        wire,
        docs: text,
    } in values
    {
        let fallback = format!("Value `{}`.", wire.replace('`', "'"));
        let text = if text.is_empty() { &fallback } else { text };
        code.push_str(&docs(text, "///", "    "));
        code.push_str(&format!("    {variant},\n"));
    }
    code.push_str("    /// Value that this SDK version does not know, as received.\n    Unknown(String),\n}\n");
    let entries = values
        .iter()
        .map(|value| format!("{} = {:?}", value.variant, value.wire));
    code + &table(&scope.runtime("open_enum").to_string(), name, entries)
}

fn tagged(definition: &TypeDef, union: &TaggedUnion, scope: &Scope<'_>) -> String {
    let (name, value) = (&definition.name, scope.runtime("Value"));
    let mut code = format!(
        "{}#[derive(Clone, Debug, PartialEq)]\n#[non_exhaustive]\npub enum {name} {{\n",
        docs(&definition.docs, "///", "")
    );
    for variant in &union.variants {
        code.push_str(&docs(&variant.docs, "///", "    "));
        code.push_str(&format!(
            "    {}({}),\n",
            variant.name,
            scope.named(variant.record)
        ));
    }
    code.push_str(&format!("    /// Variant that this SDK version does not know, as received.\n    Unknown({value}),\n}}\n"));
    let entries = union.variants.iter().map(|variant| {
        let tags: Vec<_> = variant.tags.iter().map(|tag| format!("{tag:?}")).collect();
        format!(
            "{}({}) = {}",
            variant.name,
            scope.named(variant.record),
            tags.join(" | ")
        )
    });
    let macro_name = scope.runtime("tagged_union").to_string();
    code.push_str(&table(
        &macro_name,
        &format!("{name} by {:?}", union.tag),
        entries,
    ));
    code.push_str(&from_variants(name, union, scope));
    // One table for each group of consecutive fields that the same variants have.
    for fields in union.accessors.chunk_by(|one, other| {
        one.variants == other.variants && one.always_sent == other.always_sent
    }) {
        let macro_name = match fields.iter().any(|field| field.always_sent) {
            true => "always_sent",
            false => "common_fields",
        };
        let variants = fields.first().map(|field| field.variants.join(", "));
        let head = format!("{name} [{}]", variants.unwrap_or_default());
        let fields = fields.iter().map(|field| {
            let deprecated = match field.deprecated {
                true => "#[deprecated] ",
                false => "",
            };
            format!("{deprecated}{}: {}", field.name, scope.text(&field.value))
        });
        code.push_str(&table(
            &scope.runtime(macro_name).to_string(),
            &head,
            fields,
        ));
    }
    if definition.direction.is_sent() {
        let variants = union.variants.iter().map(|variant| ident(&variant.name));
        let ident = ident(name);
        let (request, violations) = (scope.runtime("Request"), scope.runtime("Violations"));
        code.push_str(&item(quote! {
            impl #request for #ident {
                fn check(&self, violations: &mut #violations) {
                    match self {
                        #(Self::#variants(kind) => kind.check(violations),)*
                        Self::Unknown(_) => {}
                    }
                }
            }
        }));
    }
    code
}

/// Prints the table of the variants whose record no other variant has.
fn from_variants(name: &str, union: &TaggedUnion, scope: &Scope<'_>) -> String {
    let is_alone = |record| {
        union
            .variants
            .iter()
            .filter(|variant| variant.record == record)
            .count()
            == 1
    };
    let variants: Vec<String> = union
        .variants
        .iter()
        .filter(|variant| is_alone(variant.record))
        .map(|variant| format!("{}({})", variant.name, scope.named(variant.record)))
        .collect();
    match variants.is_empty() {
        true => String::new(),
        false => table(&scope.runtime("from_variants").to_string(), name, variants),
    }
}

fn untagged(definition: &TypeDef, members: &[Member], scope: &Scope<'_>) -> String {
    let (name, value) = (&definition.name, scope.runtime("Value"));
    let mut code = format!(
        "{}#[derive(Clone, Debug, PartialEq)]\n#[non_exhaustive]\npub enum {name} {{\n",
        docs(&definition.docs, "///", "")
    );
    for member in members {
        let value = scope.text(&member.value);
        code.push_str(&format!(
            "    /// Value of type `{value}`.\n    {}({value}),\n",
            member.variant
        ));
    }
    code.push_str(&format!(
        "    /// Any other value, as received.\n    Unknown({value}),\n}}\n"
    ));
    let entries = members.iter().map(|member| {
        let required = member.required.iter().map(|(field, only)| match only {
            Some(value) => format!("{field:?} = {value:?}"),
            None => format!("{field:?}"),
        });
        let required = required.collect::<Vec<_>>().join(", ");
        let required = match required.as_str() {
            "" => String::new(),
            required => format!(" where [{required}]"),
        };
        format!(
            "{}({}){required}",
            member.variant,
            scope.text(&member.value)
        )
    });
    let checked: Vec<&str> = members
        .iter()
        .filter(|member| member.is_checked)
        .map(|member| member.variant.as_str())
        .collect();
    let head = match checked.as_slice() {
        [] => name.clone(),
        checked => format!("{name} checks [{}]", checked.join(", ")),
    };
    code + &table(&scope.runtime("untagged_union").to_string(), &head, entries)
}
