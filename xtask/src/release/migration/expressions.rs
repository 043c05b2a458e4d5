//! Calls, constructors, reads and matches, as a user writes them.

use atlas_backup_generator::{Call, FieldUse, Type, Usage};

/// A call that is awaited, and the type that it has.
pub(super) fn with_marker(name: &str, call: Option<&Call>) -> Vec<String> {
    let lines = call.map(|call| {
        let marker = format!("let call: Call<{}>;", call.marker);
        [awaited(name, call, ""), marker]
    });
    lines.into_iter().flatten().collect()
}

/// The constructor of a type that has one: of a union, that of its first kind.
pub(super) fn built(name: &str, usage: &Usage) -> Option<String> {
    match usage.types.get(name)? {
        Type::Record { new, .. } => Some(format!("{name}::new({})", new.as_ref()?)),
        Type::Union(kinds) => built_kind(name, kinds.first()?, usage),
        Type::Enum(_) => None,
    }
}

/// The constructors of a type: of a union, those of all its kinds.
pub(super) fn constructed(name: &str, usage: &Usage) -> Vec<String> {
    let all: Vec<_> = match usage.types.get(name) {
        Some(Type::Union(kinds)) => {
            let kinds = kinds.iter().map(|kind| built_kind(name, kind, usage));
            kinds.flatten().collect()
        }
        _ => built(name, usage).into_iter().collect(),
    };
    let lines = all.iter().map(|built| format!("let it = {built};"));
    lines.collect()
}

fn built_kind(name: &str, (variant, holds): &(String, String), usage: &Usage) -> Option<String> {
    let inner = match usage.types.get(holds) {
        Some(Type::Record { .. }) => built(holds, usage)?,
        _ => "…".to_owned(),
    };
    Some(format!("{name}::{variant}({inner})"))
}

/// A call that is awaited, with one thing set if it is no argument.
pub(super) fn awaited(name: &str, call: &Call, set: &str) -> String {
    let arguments = call.arguments.iter().map(|(name, value)| {
        if value.starts_with("Option<&") {
            format!("Some(&{name})")
        } else if value.starts_with('&') {
            format!("&{name}")
        } else {
            name.clone()
        }
    });
    let arguments: Vec<String> = arguments.collect();
    let setter = call.setters.iter().find(|(name, _)| name == set);
    let setter = setter.map_or_else(String::new, |(name, value)| {
        let by_reference = if value.starts_with('&') { "&" } else { "" };
        format!(".{name}({by_reference}{name})")
    });
    format!("client.{name}({}){setter}.await?;", arguments.join(", "))
}

/// Building a type where it can be built and that is asked for, else reading it.
pub(super) fn used(name: &str, found: Option<&Type>, builds: bool) -> Vec<String> {
    match found {
        Some(Type::Record {
            new: Some(arguments),
            ..
        }) if builds => vec![format!("let it = {name}::new({arguments});")],
        Some(Type::Record { fields, .. }) => {
            let lines = fields
                .iter()
                .map(|FieldUse { name, value, .. }| format!("let {name}: {value} = it.{name};"));
            std::iter::once(format!("let it: {name};"))
                .chain(lines)
                .collect()
        }
        Some(Type::Enum(variants)) => {
            let arms = variants
                .iter()
                .map(|(variant, _)| format!("    {name}::{variant} => …,"));
            matched(arms)
        }
        Some(Type::Union(kinds)) => {
            let arms = kinds
                .iter()
                .map(|(variant, holds)| format!("    {name}::{variant}(it) => …, // {holds}"));
            matched(arms)
        }
        None => Vec::new(),
    }
}

fn matched(arms: impl Iterator<Item = String>) -> Vec<String> {
    let ends = ["    _ => …,".to_owned(), "}".to_owned()];
    std::iter::once("match it {".to_owned())
        .chain(arms)
        .chain(ends)
        .collect()
}
