//! Proposes overlay changes for a new upstream document: removes actions about operations that are no longer
//! selected, and follows renamed schemas.
//!
//! Invariant: a correction is never moved to another schema, because a fact about one schema may be wrong for
//! another.

use crate::diagnostic::Diagnostics;
use crate::document::overlay::edits::{EditedOverlay, Edits};
use crate::document::overlay::{self, is_prose_only};
use crate::document::select::{self, Selection};
use crate::document::{self, Text};
use crate::releases::diff::{Change, ChangeKind};
use serde_json::Value;

/// One version of the upstream document.
struct Version {
    /// With the operations of the last selection and of the present one.
    all: Value,
    /// With the operations of the present selection.
    selected_now: Value,
}

/// Removes overlay actions, and names in their targets, about operations that were selected before and no longer are.
///
/// `document` is the complete upstream document, `before` the previous upstream document without prose.
///
/// # Errors
/// If a document cannot be read or lacks a selected operation.
pub fn prune(
    overlays: &[Text<'_>],
    document: Text<'_>,
    before: Text<'_>,
    selection: &Selection,
) -> Result<Vec<EditedOverlay>, Diagnostics> {
    let mut versions = versions(document, before, selection)?;
    edited(overlays, |edits, index, action, target| {
        let is_lost = |target: &str| {
            let mut versions = versions.iter();
            !versions
                .clone()
                .any(|version| overlay::selects(target, &version.selected_now))
                && versions.any(|version| overlay::selects(target, &version.all))
        };
        if is_lost(target) {
            edits.remove(index);
            return;
        }
        let lost: Vec<&str> = names(target)
            .into_iter()
            .filter(|name| is_lost(&with_only(target, name)))
            .collect();
        let written = edits.target(index).unwrap_or_default();
        let shorter = lost
            .iter()
            .try_fold(written.to_owned(), |text, name| without(&text, name));
        if let (false, Some(shorter)) = (lost.is_empty(), shorter) {
            edits.retarget(index, &shorter);
        }
        for version in &mut versions {
            for document in [&mut version.all, &mut version.selected_now] {
                overlay::try_action(document, action, target);
            }
        }
    })
}

/// Edits the actions of overlays. `edit` receives the edits of an overlay, and the index, value and target of each of its
/// actions. Returns the changed overlays.
fn edited(
    overlays: &[Text<'_>],
    mut edit: impl FnMut(&mut Edits<'_>, usize, &Value, &str),
) -> Result<Vec<EditedOverlay>, Diagnostics> {
    let mut edited = Vec::new();
    for overlay in overlays {
        let parsed = document::load(*overlay)?;
        let actions = parsed.get("actions").and_then(Value::as_array);
        let actions = actions.map_or(&[][..], Vec::as_slice);
        let mut edits = Edits::of(*overlay, actions.len());
        for (index, action) in actions.iter().enumerate() {
            let target = document::string(action, "target").unwrap_or_default();
            edit(&mut edits, index, action, target);
        }
        edited.extend(edits.done());
    }
    Ok(edited)
}

/// Returns the new and the previous document, each with the previously selected operations and without them.
fn versions(
    document: Text<'_>,
    before: Text<'_>,
    selection: &Selection,
) -> Result<[Version; 2], Diagnostics> {
    let of = |ids: Vec<String>| Selection::Operations(ids);
    let selected = crate::pull(document, None, selection)?;
    let old = document::load(before)?;
    let old_ids = ids(&old);
    let whole = ids(&document::load(document)?);
    let mut both = selected.ids.clone();
    both.extend(old_ids.iter().filter(|id| whole.contains(id)).cloned());
    let all = crate::pull(document, None, &of(both))?;
    let load = |text: &str| {
        document::load(Text {
            name: document.name,
            text,
        })
    };
    let remaining: Vec<String> = old_ids
        .into_iter()
        .filter(|id| selected.ids.contains(id))
        .collect();
    let mut selected_now = Value::Null;
    if !remaining.is_empty() {
        selected_now = old.clone();
        select::select(
            &mut selected_now,
            &of(remaining),
            &mut Diagnostics::about(before.name),
        )?;
    }
    Ok([
        Version {
            all: load(&all.upstream)?,
            selected_now: load(&selected.upstream)?,
        },
        Version {
            all: old,
            selected_now,
        },
    ])
}

fn ids(document: &Value) -> Vec<String> {
    let operations = document::operations(document);
    let ids = operations.filter_map(|(.., operation)| document::string(operation, "operationId"));
    ids.map(str::to_owned).collect()
}

/// Replaces renamed schemas in the targets of actions that only contain prose and names.
///
/// `changes` are the changes from the previous upstream document to the new one, both without prose.
///
/// # Errors
/// If an overlay cannot be read.
pub fn follow_renames(
    overlays: &[Text<'_>],
    changes: &[Change],
) -> Result<Vec<EditedOverlay>, Diagnostics> {
    let renames: Vec<_> = changes.iter().filter_map(renamed).collect();
    edited(overlays, |edits, index, action, target| {
        if !target.contains("schemas") || !action.get("update").is_some_and(is_prose_only) {
            return;
        }
        let written = edits.target(index).unwrap_or_default();
        let renamed = renames.iter().fold(written.to_owned(), |text, (old, new)| {
            overlay::replace_word(&text, old, new)
        });
        if renamed != written {
            edits.retarget(index, &renamed);
        }
    })
}

/// Returns the old and the new name of a renamed schema.
fn renamed(change: &Change) -> Option<(&str, &str)> {
    fn schema(pointer: &Option<String>) -> Option<&str> {
        let name = pointer.as_deref()?.strip_prefix("/components/schemas/")?;
        (!name.contains('/')).then_some(name)
    }
    match change.what {
        ChangeKind::TypeRenamed { .. } => Some((schema(&change.old)?, schema(&change.new)?)),
        _ => None,
    }
}

/// Returns the quoted names in a target's lists with more than one name.
fn names(target: &str) -> Vec<&str> {
    let lists = target.split('[').skip(1);
    let lists = lists.filter_map(|rest| rest.split_once(']').map(|(list, _)| list));
    let lists = lists.map(|list| list.split(',').map(str::trim).collect::<Vec<_>>());
    let is_name = |item: &&str| item.starts_with('\'') && item.ends_with('\'') && item.len() > 2;
    lists
        .filter(|list| list.len() > 1 && list.iter().all(is_name))
        .flatten()
        .collect()
}

/// Returns the target with a list replaced by one of its names.
fn with_only(target: &str, name: &str) -> String {
    let Some(at) = target.find(name) else {
        return target.to_owned();
    };
    let start = target[..at].rfind('[').map_or(at, |start| start + 1);
    let end = target[at..].find(']').map_or(target.len(), |end| at + end);
    format!("{}{name}{}", &target[..start], &target[end..])
}

/// Returns the text of a target without one quoted name of a list; `None` if the text has another form.
fn without(written: &str, name: &str) -> Option<String> {
    let at = written.find(name)?;
    let (before, after) = (&written[..at], &written[at + name.len()..]);
    match after.trim_start().strip_prefix(',') {
        Some(after) => Some(format!("{before}{}", after.trim_start())),
        None => Some(format!("{}{after}", before.trim_end().strip_suffix(',')?)),
    }
}

#[cfg(test)]
mod tests {
    use super::{names, with_only, without};

    #[test]
    fn names_leave_a_list_with_their_comma() {
        let target = "$.paths['/a','/b'].get['x', 'y',\n  'z'].parameters[?@.name=='n']";
        assert_eq!(names(target), ["'/a'", "'/b'", "'x'", "'y'", "'z'"]);
        assert!(with_only(target, "'y'").contains(".get['y'].parameters"));
        for (name, expected) in [
            ("'x'", "['y',\n  'z']"),
            ("'y'", "['x', 'z']"),
            ("'z'", "['x', 'y']"),
        ] {
            let text = without(target, name).unwrap_or_default();
            assert!(text.contains(expected), "{text}");
        }
    }
}
