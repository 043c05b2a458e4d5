//! Words and names that an overlay has for one dated version of a schema hold for the next version, too.
//!
//! Must never carry a correction over: that a fact of one version was wrong says nothing of the next.

use crate::document::dated::dated;
use crate::document::{SCHEMAS, object, string};
use serde_json::Value;

/// The target with each dated schema that is no more replaced by its next version; `None` if there is none, or if the action
/// has more than words and names.
pub(super) fn target(target: &str, action: &Value, document: &Value) -> Option<String> {
    if !action.get("update").is_some_and(is_words) {
        return None;
    }
    let schemas = object(document, SCHEMAS);
    let mut renamed = target.to_owned();
    for name in target.split(|letter| !is_name(letter)) {
        if name.is_empty() || schemas.contains_key(name) {
            continue;
        }
        let old = dated(name);
        let later = schemas.keys().filter_map(|key| {
            let new = dated(key)?;
            let order = new.order();
            let is_next = match &old {
                Some(old) => new.is_of(old) && order > old.order(),
                // The first version with a date follows the one without.
                None => new.undated() == name,
            };
            is_next.then_some((order, key))
        });
        match (later.min(), &old) {
            (Some((_, next)), _) => renamed = with_word(&renamed, name, next),
            (None, Some(_)) => return None,
            (None, None) => {}
        }
    }
    (renamed != target).then_some(renamed)
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '-'
}

/// The text with a word replaced wherever it stands by itself.
pub(crate) fn with_word(text: &str, word: &str, by: &str) -> String {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_name) {
        let (between, from) = rest.split_at(start);
        let (found, after) =
            from.split_at(from.find(|letter| !is_name(letter)).unwrap_or(from.len()));
        replaced.push_str(between);
        replaced.push_str(if found == word { by } else { found });
        rest = after;
    }
    replaced + rest
}

/// Whether an update only describes and names what is there.
pub(crate) fn is_words(update: &Value) -> bool {
    let Value::Object(update) = update else {
        return false;
    };
    update.iter().all(|(key, value)| match key.as_str() {
        "description" | "summary" | "title" => value.is_string(),
        key => key.starts_with("x-rust-") || key == "x-enum-descriptions" || is_words(value),
    })
}

/// What is said of an action that was carried over.
pub(super) fn told(target: &str, renamed: &str, action: &Value) -> (String, String) {
    let what = string(action, "description").map_or_else(String::new, |said| format!(" ({said})"));
    let message =
        format!("`{target}`{what} is about a version that is no more, and holds for `{renamed}`");
    (
        message,
        format!("read it again, and write the target as {renamed:?}"),
    )
}
