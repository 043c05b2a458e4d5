//! Input of a generation, and the crate that the code becomes part of.

use crate::document::Text;
use crate::document::select::Selection;

/// One version of the API and the texts it is generated from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The upstream document, or one that is already curated.
    pub document: Text<'a>,
    /// Overlays, in the order in which they are applied.
    pub overlays: Vec<Text<'a>>,
    /// The operations to generate.
    pub selection: Selection,
    /// The curated document of the last release. Operations that only it has are carried over as deprecated.
    pub released: Option<Text<'a>>,
    /// The API date (`YYYY-MM-DD`), or `None` if the API has no dated versions.
    pub api_date: Option<&'a str>,
    /// True if a missing description is an error, as in this repository's curated documents.
    pub documented: bool,
    /// Path of the curated document in the repository, which generated files mention.
    pub curated: &'a str,
    /// The crate and module that the code becomes part of.
    pub target: Target<'a>,
}

impl<'a> Source<'a> {
    /// A document without overlays, with all operations, as module `api` of a crate `api`.
    ///
    /// Callers change single fields of the result.
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

/// The crate and module that generated code becomes part of.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The crate's name in Rust code, such as `atlas_backup`.
    pub crate_name: &'a str,
    /// Directory of the generated code, which is also its module's name, such as `v2`.
    pub directory: &'a str,
    /// The type that has the operations as methods, such as `Client`.
    pub receiver: &'a str,
    /// True if each module is behind a cargo feature of the same name.
    pub features: bool,
}

impl Target<'_> {
    /// The receiver in a crate that uses the client of another crate.
    ///
    /// Such a crate cannot add methods to the client or its calls: the operations are methods of this handle, and the
    /// setters of a call are those of a trait.
    pub const HANDLE: &'static str = "Api";

    /// Returns true if the client and its calls are types of the same crate.
    pub(crate) fn has_client(&self) -> bool {
        self.receiver != Self::HANDLE
    }
}
