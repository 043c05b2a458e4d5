//! Moves overlay prose and names from a dated schema to its next version.
//!
//! Invariant: a correction is never moved. A fact that was wrong in one version may be right in the next.

use crate::document::dated_names::dated;
use crate::document::{SCHEMAS, object, string};
use serde_json::Value;

/// Returns the target with each missing dated schema replaced by its next version.
///
/// `None` if no schema is missing, or if the action contains more than prose and names.
pub(super) fn target(target: &str, action: &Value, document: &Value) -> Option<String> {
    if !action.get("update").is_some_and(is_prose_only) {
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
                // The first dated version follows the undated schema.
                None => new.undated() == name,
            };
            is_next.then_some((order, key))
        });
        match (later.min(), &old) {
            (Some((_, next)), _) => renamed = replace_word(&renamed, name, next),
            (None, Some(_)) => return None,
            (None, None) => {}
        }
    }
    (renamed != target).then_some(renamed)
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '-'
}

/// Replaces each occurrence of a whole word.
pub(crate) fn replace_word(text: &str, word: &str, by: &str) -> String {
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

/// Returns true if an update contains only prose and names.
pub(crate) fn is_prose_only(update: &Value) -> bool {
    let Value::Object(update) = update else {
        return false;
    };
    update.iter().all(|(key, value)| match key.as_str() {
        "description" | "summary" | "title" => value.is_string(),
        key => key.starts_with("x-rust-") || key == "x-enum-descriptions" || is_prose_only(value),
    })
}

/// Returns the message and the remedy for an action whose target was replaced.
pub(super) fn message_and_help(target: &str, renamed: &str, action: &Value) -> (String, String) {
    let what = string(action, "description").map_or_else(String::new, |said| format!(" ({said})"));
    let message =
        format!("`{target}`{what} is about a removed version and was applied to `{renamed}`");
    (
        message,
        format!("check the action, and change its target to {renamed:?}"),
    )
}
