//! Named texts, and the YAML and JSON parser's settings.

use serde::de::DeserializeOwned;

/// A text and its name.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// Name in diagnostics, usually the path in the repository.
    pub name: &'a str,
    /// Content, YAML or JSON.
    pub text: &'a str,
}

/// Maximum number of values in a text, with aliases expanded. Limits the memory that a document needs.
const MOST_VALUES: usize = 2_000_000;

/// Parses YAML 1.2 with the core schema, in which `no`, `y` and `1_000` are text. JSON is a subset of it.
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
