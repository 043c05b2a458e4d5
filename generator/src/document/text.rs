//! Texts, and how YAML and JSON are read.

use serde::de::DeserializeOwned;

/// A named text, as the caller read it.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// What diagnostics call it: usually its path in the repository.
    pub name: &'a str,
    /// Its content: YAML or JSON.
    pub text: &'a str,
}

/// The most values a text may hold, aliases written out; they bound the memory a document takes.
const MOST_VALUES: usize = 2_000_000;

/// Reads YAML 1.2 by its core schema, of which JSON is a subset: `no`, `y` and `1_000` are texts.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, serde_saphyr::Error> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        underscored_numbers_as_strings: true,
        budget: serde_saphyr::budget! {
            max_nodes: MOST_VALUES,
            max_events: 2 * MOST_VALUES,
        },
    };
    serde_saphyr::from_str_with_options(text, options)
}
