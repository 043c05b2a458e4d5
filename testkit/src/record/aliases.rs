//! What stands for what was taken out: the same for the same thing, for the length of a run.
//!
//! Must never derive a stand-in from the thing it stands for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The stand-ins given so far.
#[derive(Debug, Default)]
pub struct Aliases {
    given: HashMap<(String, String), String>,
    counts: BTreeMap<String, u64>,
    issued: BTreeSet<String>,
}

impl Aliases {
    /// What stands for `thing`, after the template of its kind.
    pub(crate) fn stand_in(&mut self, kind: &str, template: &str, thing: &str) -> String {
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
        let stand_in = format!("{}{count:0width$}{after}", &template[..first]);
        self.given.insert(key, stand_in.clone());
        self.issued.insert(stand_in.clone());
        stand_in
    }

    /// What stands for `thing` as one of `kinds`, if it was met before.
    pub(crate) fn known(&self, kinds: &BTreeSet<String>, thing: &str) -> Option<&str> {
        let mut found = kinds
            .iter()
            .filter_map(|kind| self.given.get(&(kind.clone(), thing.to_owned())));
        found.next().map(String::as_str)
    }

    /// Whether this text stands for something.
    pub(crate) fn is_stand_in(&self, text: &str) -> bool {
        self.issued.contains(text)
    }
}
