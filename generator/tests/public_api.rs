//! Tests of the public API listing, and that the diff's rules are at least as severe as the API changes.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests read files and may fail loudly"
)]

use atlas_backup_generator::{
    Class, File, RULES, Selection, Source, Target, Text, api_path, compare_public_apis, generate,
    public_api,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn file(path: &str, content: &str) -> File {
    File {
        path: path.to_owned(),
        content: content.to_owned(),
    }
}

fn lines(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files
        .iter()
        .map(|(path, content)| file(path, content))
        .collect();
    public_api("it", &files).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns the public API of the code generated from a document; `None` if the generator reports diagnostics.
fn generated(document: &Value) -> Option<Vec<String>> {
    let text = document.to_string();
    let source = Source {
        document: Text {
            name: "old.yaml",
            text: &text,
        },
        overlays: Vec::new(),
        selection: Selection::All,
        released: None,
        api_date: Some("2025-03-12"),
        documented: false,
        curated: "openapi.yaml",
        target: Target {
            crate_name: "it",
            directory: "api",
            receiver: "Client",
            features: true,
        },
    };
    let mut files = generate(&source, &mut |_, _| {}).ok()?.files;
    files.push(file(
        "lib.rs",
        "mod client { pub struct Client; pub struct Call<E>(E); }\npub use client::{Call, Client};\npub mod api;",
    ));
    Some(public_api("it", &files).unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn public_api_lists_exactly_the_items_reachable_from_outside() {
    let found = lines(&[
        (
            "lib.rs",
            "mod a; pub mod b; pub use a::Shown; pub use http::Method;\n\
             #[cfg(feature = \"more\")] pub mod more { pub fn f(name: &str) {} }\n\
             #[macro_export] macro_rules! shout { () => {} }\n\
             #[cfg(test)] mod tests { pub struct T; }",
        ),
        (
            "a.rs",
            "#[derive(Clone)] #[non_exhaustive] pub struct Shown { pub field: Option<crate::b::Kind>, hidden: u8 }\n\
             pub struct Hidden;\n\
             trait Private {}\n\
             impl Private for Shown {}\n\
             impl std::fmt::Display for Shown { fn fmt(&self) {} }\n\
             impl Shown { pub fn get(&mut self, name: &str) -> crate::b::Kind { } fn own(&self) {} }\n\
             pub struct Unit;\n\
             impl Hidden { pub fn get(&self) {} }",
        ),
        (
            "b.rs",
            "use super::a::Shown;\n\
             use std::{fmt::Display, io, time::Duration};\n\
             pub use super::a::Unit as Also;\n\
             pub enum Kind { One, #[non_exhaustive] Two(u8) }\n\
             pub struct Of<T>(T) where T: Display;\n\
             impl<T: Clone> Of<T> where T: Display { pub fn wait(&self, time: Duration) -> io::Result<Shown> where T: Copy {} }\n\
             impl<T> From<T> for Of<T> where T: Copy { fn from(of: T) -> Self {} }\n\
             impl From<Kind> for Shown { fn from(kind: Kind) -> Self {} }\n\
             pub trait Open { type Item; fn asked(&self); fn given(&self) {} }\n\
             impl Shown { #[deprecated] pub const fn old(self) {} }",
        ),
    ]);
    let expected = [
        "pub use it::Method = http::Method",
        "#[non_exhaustive] pub struct it::Shown",
        "impl Clone for it::Shown",
        "impl Display for it::Shown",
        "impl From<b::Kind> for it::Shown",
        "pub it::Shown::field: Option<b::Kind>",
        "pub fn it::Shown::get(&mut self, &str) -> b::Kind",
        "#[deprecated] it::Shown::old",
        "pub const fn it::Shown::old(self)",
        "pub mod it::b",
        "pub struct it::b::Also;",
        "pub enum it::b::Kind { One, Two }",
        "pub it::b::Kind::One",
        "#[non_exhaustive] pub it::b::Kind::Two(u8)",
        "impl<T> From<T> for it::b::Of<T> where T: Copy",
        "pub struct it::b::Of<T> where T: Display",
        "pub fn it::b::Of<T>::wait(&self, Duration) -> io::Result<Shown> where T: Copy, T: Display, T: Clone",
        "pub trait it::b::Open { Item, asked }",
        "pub type it::b::Open::Item",
        "pub fn it::b::Open::asked(&self)",
        "pub fn it::b::Open::given(&self)",
        "#[cfg(feature = \"more\")] pub mod it::more",
        "#[cfg(feature = \"more\")] pub fn it::more::f(&str)",
        "pub macro it::shout",
    ];
    assert_eq!(found, expected);
}

#[test]
fn calls_of_macros_of_the_same_module_are_expanded() {
    let found = lines(&[(
        "lib.rs",
        "macro_rules! kind {\n\
             ($(#[$meta:meta])* $name:ident { $($own:tt)* }) => {\n\
                 $(#[$meta])* pub struct $name { pub id: u8, $($own)* }\n\
                 setters!($name { id: u8, });\n\
             };\n\
             (none) => {};\n\
         }\n\
         macro_rules! endless { ($name:ident) => { endless!($name); }; }\n\
         kind!(#[derive(Clone)] #[non_exhaustive] First { pub size: u16, });\n\
         kind!(Second {});\n\
         kind!(none);\n\
         kind!(of another form);\n\
         endless!(Third);",
    )]);
    let expected = [
        "#[non_exhaustive] pub struct it::First",
        "impl Clone for it::First",
        "pub fn it::First::id(self, impl Into<u8>) -> Self",
        "pub it::First::id: u8",
        "pub it::First::size: u16",
        "pub struct it::Second { id: u8 }",
        "pub fn it::Second::id(self, impl Into<u8>) -> Self",
        "pub it::Second::id: u8",
        "macro it::endless!(Third)",
        "macro it::kind!(of another form)",
    ];
    assert_eq!(found, expected);
}

/// A line for a whole macro call would make every change within it a breaking one.
#[test]
fn generated_code_has_no_macro_call_that_is_listed_as_it_is_written() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut families = 0;
    for entry in std::fs::read_dir(&corpus).expect("the corpus is a folder") {
        let path = entry.expect("the corpus is readable").path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a document is text");
        let document = serde_saphyr::from_str(&text).expect("a document is YAML");
        let lines = generated(&document).unwrap_or_default();
        families += usize::from(lines.iter().any(|line| line.contains("::Sms::phone:")));
        let unexpanded = lines.iter().filter(|line| line.starts_with("macro "));
        assert_eq!(
            unexpanded.collect::<Vec<_>>(),
            [""; 0],
            "{}",
            path.display()
        );
    }
    assert_ne!(
        families, 0,
        "a document has a union whose variants share a macro"
    );
}

#[test]
fn api_path_extracts_the_path_of_a_line() {
    for (line, path) in [
        (
            "pub fn it::Call<E>::page(self, u32) -> Self",
            "it::Call<E>::page",
        ),
        (
            "#[cfg(feature = \"a\")] pub it::Job::name: Option<String>",
            "it::Job::name",
        ),
        ("impl<'de> Deserialize<'de> for it::Job", "it::Job"),
        ("impl From<v2::Kind> for it::Job where T: a::B", "it::Job"),
        ("feature tracing", ""),
    ] {
        assert_eq!(api_path(line), path);
    }
}

#[test]
fn removed_line_is_breaking_added_line_is_feature_removed_deprecation_is_fix() {
    let lines = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| (*line).to_owned())
            .collect::<Vec<_>>()
    };
    for (old, new, class) in [
        (
            &["pub fn it::a()"][..],
            &["pub fn it::a(u8)"][..],
            Some(Class::Breaking),
        ),
        (
            &["pub fn it::a()"],
            &["pub fn it::a()", "pub fn it::b()"],
            Some(Class::Feature),
        ),
        (&["#[deprecated] it::a"], &[], Some(Class::Fix)),
        (&["pub fn it::a()"], &["pub fn it::a()"], None),
        (
            &["#[cfg(feature = \"b\")] pub fn it::a()"],
            &["pub fn it::a()"],
            Some(Class::Feature),
        ),
        (
            &["pub fn it::a()"],
            &["#[cfg(feature = \"b\")] pub fn it::a()"],
            Some(Class::Breaking),
        ),
    ] {
        assert_eq!(compare_public_apis(&lines(old), &lines(new)).class(), class);
    }
}

#[test]
fn type_replaced_by_an_alias_is_not_removed() {
    let lines =
        |lines: &[&str]| -> Vec<String> { lines.iter().map(|line| (*line).to_owned()).collect() };
    let old = lines(&[
        "pub fn it::get() -> Call<v2::Get>",
        "pub use it::v2::jobs::Get = it::v2::Get",
        "#[cfg(feature = \"a\")] pub struct it::v2::Get",
        "pub struct it::v2::GetAll",
        "pub struct it::v1::Get",
    ]);
    let mut new = lines(&[
        "pub fn it::get() -> Call<v2::Read>",
        "pub use it::v2::jobs::Get = it::v2::Get",
        "#[cfg(feature = \"a\")] pub struct it::v2::Read",
        "pub struct it::v2::GetAll",
        "pub struct it::v1::Get",
    ]);
    assert_eq!(
        compare_public_apis(&old, &new).class(),
        Some(Class::Breaking)
    );
    new.push("#[cfg(feature = \"a\")] pub type it::v2::Get = v2::Read".to_owned());
    assert_eq!(
        compare_public_apis(&old, &new).class(),
        Some(Class::Feature)
    );
}

fn named(class: Option<Class>) -> &'static str {
    match class {
        Some(Class::Breaking) => "breaking",
        Some(Class::Feature) => "feature",
        Some(Class::Fix | Class::Docs) => "fix",
        None => "none",
    }
}

/// The pair of each rule contains exactly the change that the rule reports, so its API shows the rule's effect on
/// Rust code.
#[test]
fn rule_classes_are_at_least_those_of_the_public_api() {
    let table = read("../spec/RULES.md");
    let said: BTreeMap<&str, &str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter_map(|(rule, rest)| Some((rule, rest.split(" | ").nth(1)?)))
        .collect();
    let (mut wrong, mut graver) = (Vec::new(), Vec::new());
    for rule in RULES {
        let text = read(&format!("tests/diff/{}.yaml", rule.id));
        let pair: Value = serde_saphyr::from_str(&text).expect("it is YAML");
        let class = match (generated(&pair["old"]), generated(&pair["new"])) {
            (Some(old), Some(new)) => named(compare_public_apis(&old, &new).class()),
            // A document with diagnostics has no API.
            _ => "refused",
        };
        if said.get(rule.id) != Some(&class) {
            wrong.push(format!(
                "{}: {class}, {:?} in spec/RULES.md",
                rule.id,
                said.get(rule.id)
            ));
        }
        let is_covered = match class {
            "breaking" | "refused" => rule.class == Class::Breaking,
            "feature" => rule.class <= Class::Feature,
            _ => true,
        };
        if !is_covered {
            graver.push(rule.id);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(graver, [] as [&str; 0]);
}
