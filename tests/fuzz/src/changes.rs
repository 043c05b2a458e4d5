//! Differences of two mutated documents: their class equals that of the changes in the code's public API.
//!
//! A document has no difference from itself. The input is a script: a document of the generator's corpus,
//! mutations of it, and further mutations.

use crate::mutate::script::Script;
use crate::sources::{API_DATE, constructs, source};
use atlas_backup_generator::{
    Change, Class, DiffOptions, File, Selection, Text, compare_public_apis, diff, generate,
    public_api,
};

pub(crate) fn run(input: &[u8]) -> bool {
    let mut script = Script::new(input);
    let mut document = script.pick(constructs()).cloned().unwrap_or_default();
    script.mutate(&mut document);
    let before = document.to_string();
    script.mutate(&mut document);
    let after = document.to_string();
    // A document that the generator refuses is never released.
    let (Some(old), Some(new)) = (api(&before), api(&after)) else {
        return false;
    };
    let options = DiffOptions {
        selection: Selection::All,
        api_date: Some(API_DATE),
    };
    let compare = |old, new| {
        let (old, new) = (
            Text {
                name: "old",
                text: old,
            },
            Text {
                name: "new",
                text: new,
            },
        );
        match diff(old, new, &options) {
            Ok(told) => Some(told),
            // Two documents without operations are a valid input.
            Err(found)
                if found
                    .found()
                    .iter()
                    .all(|one| one.code == "nothing-to-compare") =>
            {
                None
            }
            Err(found) => panic!("what is generated cannot be compared: {found}\n{old:?}\n{new:?}"),
        }
    };
    let (Some(none), Some(told)) = (compare(&before, &before), compare(&before, &after)) else {
        return false;
    };
    assert_eq!(none.len(), 0, "a document differs from itself");
    let lines = compare_public_apis(&old, &new);
    let gravest = told.iter().map(|change| change.class()).min();
    if let Some(class) = lines.class() {
        assert!(
            gravest.is_some_and(|gravest| gravest <= class),
            "the API changes by {class:?}, the documents by {gravest:?}\n{told:#?}\n{lines:#?}\n{before}\n{after}"
        );
    }
    let breaks_code =
        |change: &Change| change.class() == Class::Breaking && !UNSEEN.contains(&change.rule().id);
    if let Some(change) = told.iter().find(|change| breaks_code(change)) {
        assert_eq!(
            lines.class(),
            Some(Class::Breaking),
            "{change:#?} breaks no line of the API\n{lines:#?}\n{before}\n{after}"
        );
    }
    !told.is_empty()
}

/// The rules that break code without a change in the API listing, as in `spec/RULES.md`.
///
/// The form of a union names its variants, unless they are named after the same schemas in both forms.
const UNSEEN: [&str; 4] = [
    "fields-reordered",
    "pages-changed",
    "parameters-reordered",
    "union-form-changed",
];

/// Returns the public API of the code generated from a document; `None` if the generator refuses it.
fn api(text: &str) -> Option<Vec<String>> {
    let mut files = generate(&source(text, &[]), &mut |_, _| {}).ok()?.files;
    files.push(File {
        path: "lib.rs".to_owned(),
        content: "mod client { pub struct Client; pub struct Call<E>(E); }\npub use client::{Call, Client};\npub mod api;".to_owned(),
    });
    Some(public_api("it", &files).unwrap_or_else(|error| panic!("{error}")))
}
