//! Placeholders for redacted values: one value has the same placeholder throughout a run.
//!
//! Must never derive a placeholder from the value it replaces.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The placeholders assigned so far.
#[derive(Debug, Default)]
pub struct Aliases {
    given: HashMap<(String, String), String>,
    counts: BTreeMap<String, u64>,
    issued: BTreeSet<String>,
}

impl Aliases {
    /// Returns the placeholder of `thing`, made by the template of its kind.
    pub(crate) fn placeholder(&mut self, kind: &str, template: &str, thing: &str) -> String {
        let Some(first) = template.find('#') else {
            return template.to_owned();
        };
        let key = (kind.to_owned(), thing.to_owned());
        if let Some(known) = self.given.get(&key) {
            return known.clone();
        }
        let count = self.counts.entry(kind.to_owned()).or_default();
        *count += 1;
        let after = template[first..].trim_start_matches('#');
        let width = template.len() - first - after.len();
        let placeholder = format!("{}{count:0width$}{after}", &template[..first]);
        self.given.insert(key, placeholder.clone());
        self.issued.insert(placeholder.clone());
        placeholder
    }

    /// Returns the placeholder of `thing` as one of `kinds`, if it was seen before.
    pub(crate) fn known(&self, kinds: &BTreeSet<String>, thing: &str) -> Option<&str> {
        let mut found = kinds
            .iter()
            .filter_map(|kind| self.given.get(&(kind.clone(), thing.to_owned())));
        found.next().map(String::as_str)
    }

    /// Returns true if this text is a placeholder.
    pub(crate) fn is_placeholder(&self, text: &str) -> bool {
        self.issued.contains(text)
    }
}
