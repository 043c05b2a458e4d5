//! What is generated from, and what the code becomes part of.

use crate::document::Text;
use crate::document::select::Selection;

/// One version of the API, and what it is generated from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The upstream document, or one that is curated already.
    pub document: Text<'a>,
    /// Overlays, in the order they apply.
    pub overlays: Vec<Text<'a>>,
    /// The operations wanted.
    pub selection: Selection,
    /// The curated document of the last release: what it has beyond this one is kept, deprecated.
    pub released: Option<Text<'a>>,
    /// The date whose versions are wanted (`YYYY-MM-DD`); `None` where the API has no dated versions.
    pub api_date: Option<&'a str>,
    /// Whether whatever has no description is a finding: yes for documents that are curated here.
    pub documented: bool,
    /// Path of the curated document in the repository, as generated files name it.
    pub curated: &'a str,
    /// What the code becomes part of.
    pub target: Target<'a>,
}

impl<'a> Source<'a> {
    /// A document by itself, with every operation, as a module `api` of a crate `api`. What differs is set on the result.
    #[must_use]
    pub fn of(document: Text<'a>) -> Self {
        Self {
            document,
            overlays: Vec::new(),
            selection: Selection::All,
            released: None,
            api_date: None,
            documented: false,
            curated: document.name,
            target: Target {
                crate_name: "api",
                directory: "api",
                receiver: "Client",
                features: false,
            },
        }
    }
}

/// What generated code becomes part of.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The crate as its users name it in code: `atlas_backup`.
    pub crate_name: &'a str,
    /// Directory of the generated code, which is also the module it is in: `v2`.
    pub directory: &'a str,
    /// The type that carries the methods: `Client`.
    pub receiver: &'a str,
    /// Whether each module is behind a cargo feature of its name.
    pub features: bool,
}
