//! Placeholders for redacted values: one value has the same placeholder throughout a run.
//!
//! Must never derive a placeholder from the value it replaces.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The placeholders assigned so far.
#[derive(Debug, Default)]
pub struct Aliases {
    given: HashMap<(String, String), String>,
    counts: BTreeMap<String, u64>,
    issued: BTreeSet<String>,
    /// The values that are not single words, by length.
    phrases: BTreeSet<(Reverse<usize>, String)>,
}

/// Returns true for a character of a word: words and phrases are replaced as a whole only.
///
/// A `.` is also part of a word, but not at its end.
pub(crate) fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '-')
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
        let is_word = thing
            .chars()
            .all(|letter| is_of_word(letter) || letter == '.');
        if !is_word && thing.contains(char::is_alphanumeric) {
            self.phrases
                .insert((Reverse(thing.len()), thing.to_owned()));
        }
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

    /// Returns the phrases of `kinds` that occur in a text with their placeholders, longest first.
    pub(crate) fn phrases_in(&self, kinds: &BTreeSet<String>, text: &str) -> Vec<(&str, &str)> {
        let phrases = self.phrases.iter().map(|(_, phrase)| phrase.as_str());
        phrases
            .filter(|phrase| text.contains(phrase))
            .filter_map(|phrase| Some((phrase, self.known(kinds, phrase)?)))
            .collect()
    }

    /// Returns true if this text is a placeholder.
    pub(crate) fn is_placeholder(&self, text: &str) -> bool {
        self.issued.contains(text)
    }
}
