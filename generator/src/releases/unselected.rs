//! Finds unselected operations that are candidates for the selection.
//!
//! Operations that could not be generated, because they have no version at the API date or have ended, are not
//! candidates.

use crate::diagnostic::Diagnostics;
use crate::document::select::Selection;
use crate::document::versions;
use crate::document::{self, Text, flag, operation_name, string, strings};
use serde_json::Value;
use std::collections::BTreeSet;

/// An unselected operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unselected {
    /// Its `operationId`, as written in a selection.
    pub id: String,
    /// Method and path.
    pub place: String,
}

/// Returns unselected operations with the tags or below the paths of selected ones, in document order. Deprecated
/// operations are omitted.
///
/// # Errors
/// If the document cannot be read.
pub fn unselected(
    text: Text<'_>,
    selection: &Selection,
    api_date: Option<&str>,
) -> Result<Vec<Unselected>, Diagnostics> {
    let mut value = document::load(text)?;
    document::check_version(&value, text.name)?;
    if let Some(date) = api_date {
        let mut diagnostics = Diagnostics::about(text.name);
        versions::resolve(&mut value, date, &Selection::All, &mut diagnostics)?;
    }
    let selected = || document::operations(&value).filter(|(.., value)| selection.wants(value));
    let paths: BTreeSet<&str> = selected().map(|(_, path, ..)| path).collect();
    let tags: BTreeSet<&str> = selected()
        .flat_map(|(.., value)| strings(value, "tags"))
        .collect();
    let is_related = |path: &str, operation: &Value| {
        let below = |selected: &&str| {
            let rest = path.strip_prefix(*selected);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        strings(operation, "tags").any(|tag| tags.contains(tag)) || paths.iter().any(below)
    };
    let is_unavailable = |operation: &Value| {
        let sunset = string(operation, "x-sunset").zip(api_date);
        flag(operation, "deprecated")
            || sunset.is_some_and(|(sunset, date)| versions::is_past(sunset, date))
    };
    let candidates = document::operations(&value).filter(|(_, path, _, operation)| {
        !selection.wants(operation) && is_related(path, operation) && !is_unavailable(operation)
    });
    let named = candidates.filter_map(|(_, path, method, operation)| {
        let id = string(operation, "operationId").or_else(|| operation_name(operation))?;
        Some(Unselected {
            id: id.to_owned(),
            place: format!("{} {path}", method.to_uppercase()),
        })
    });
    Ok(named.collect())
}
