//! Documents that targets use as a reference or as a starting point, read once.

use atlas_backup_generator::{Source, Text};
use atlas_backup_support::repository;
use atlas_backup_testkit::verify::documents::Documents;
use std::fs;
use std::sync::OnceLock;

/// The API date of all documents here.
pub(crate) const API_DATE: &str = "2025-03-12";

/// Returns the testkit's built-in documents.
pub(crate) fn documents() -> &'static Documents {
    static DOCUMENTS: OnceLock<Documents> = OnceLock::new();
    DOCUMENTS.get_or_init(|| Documents::built_in(false).expect("they are documents"))
}

/// Returns the generator's corpus: a small document for each supported construct, sorted by name.
pub(crate) fn constructs() -> &'static [serde_json::Value] {
    static CONSTRUCTS: OnceLock<Vec<serde_json::Value>> = OnceLock::new();
    CONSTRUCTS.get_or_init(|| {
        let folder = repository::root().join("generator/tests/corpus");
        let entries = fs::read_dir(folder).expect("there is a corpus");
        let mut paths: Vec<_> = entries
            .map(|entry| entry.expect("it is listed").path())
            .collect();
        paths.sort();
        let yaml = paths
            .iter()
            .filter(|path| path.extension().is_some_and(|end| end == "yaml"));
        yaml.map(|path| {
            let text = fs::read_to_string(path).expect("it is text");
            serde_saphyr::from_str(&text).expect("it is YAML")
        })
        .collect()
    })
}

/// Returns a document without overlays of this repository, with every operation selected.
pub(crate) fn source<'a>(text: &'a str, overlays: &[&'a str]) -> Source<'a> {
    Source {
        overlays: overlays
            .iter()
            .map(|text| Text {
                name: "overlay",
                text,
            })
            .collect(),
        api_date: Some(API_DATE),
        ..Source::of(Text {
            name: "document",
            text,
        })
    }
}
