//! What a new upstream document asks of the overlays: actions that are about nothing selected any more, and schemas that are
//! called otherwise.
//!
//! Must never propose a change of a correction, since a fact about one schema says nothing of the next.

use crate::diagnostic::Diagnostics;
use crate::document::overlay::edits::{EditedOverlay, Edits};
use crate::document::overlay::{self, is_prose_only};
use crate::document::select::{self, Selection};
use crate::document::{self, Text};
use crate::releases::diff::{Change, ChangeKind};
use serde_json::Value;

/// A document with all operations that are or were selected, and with those that are.
struct Versions {
    all: Value,
    kept: Value,
}

impl Versions {
    /// Whether only operations that are not selected any more have what a target selects.
    fn loses(&self, target: &str) -> bool {
        overlay::selects(target, &self.all)
    }

    fn keeps(&self, target: &str) -> bool {
        overlay::selects(target, &self.kept)
    }
}

/// Removes from overlays the actions, and the names in their targets, that are about operations selected `before` and not any
/// more. `document` is the upstream document as it comes, `before` the bare facts of the last one.
///
/// # Errors
/// When a document cannot be read or lacks a selected operation.
pub fn prune(
    overlays: &[Text<'_>],
    document: Text<'_>,
    before: Text<'_>,
    selection: &Selection,
) -> Result<Vec<EditedOverlay>, Diagnostics> {
    let mut versions = versions(document, before, selection)?;
    let mut edited = Vec::new();
    for overlay in overlays {
        let parsed = document::load(*overlay)?;
        let actions = parsed.get("actions").and_then(Value::as_array);
        let actions = actions.map_or(&[][..], Vec::as_slice);
        let mut edits = Edits::of(*overlay, actions.len());
        for (index, action) in actions.iter().enumerate() {
            let target = document::string(action, "target").unwrap_or_default();
            let is_lost = |target: &str| {
                versions.iter().any(|version| version.loses(target))
                    && !versions.iter().any(|version| version.keeps(target))
            };
            if is_lost(target) {
                edits.remove(index);
                continue;
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
                for document in [&mut version.all, &mut version.kept] {
                    overlay::try_action(document, action, target);
                }
            }
        }
        edited.extend(edits.done());
    }
    Ok(edited)
}

/// The new document and the last one, each with what was selected before, and without.
fn versions(
    document: Text<'_>,
    before: Text<'_>,
    selection: &Selection,
) -> Result<[Versions; 2], Diagnostics> {
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
    let still: Vec<String> = old_ids
        .into_iter()
        .filter(|id| selected.ids.contains(id))
        .collect();
    let mut kept = Value::Null;
    if !still.is_empty() {
        kept = old.clone();
        select::select(&mut kept, &of(still), &mut Diagnostics::about(before.name))?;
    }
    Ok([
        Versions {
            all: load(&all.upstream)?,
            kept: load(&selected.upstream)?,
        },
        Versions { all: old, kept },
    ])
}

fn ids(document: &Value) -> Vec<String> {
    let operations = document::operations(document);
    let ids = operations.filter_map(|(.., operation)| document::string(operation, "operationId"));
    ids.map(str::to_owned).collect()
}

/// Writes the new names of schemas into the targets of actions that only describe and name them. `changes` are those between
/// the bare facts of the last document and of the new one.
///
/// # Errors
/// When an overlay cannot be read.
pub fn follow_renames(
    overlays: &[Text<'_>],
    changes: &[Change],
) -> Result<Vec<EditedOverlay>, Diagnostics> {
    let renames: Vec<_> = changes.iter().filter_map(renamed).collect();
    let mut edited = Vec::new();
    for overlay in overlays {
        let parsed = document::load(*overlay)?;
        let actions = parsed.get("actions").and_then(Value::as_array);
        let actions = actions.map_or(&[][..], Vec::as_slice);
        let mut edits = Edits::of(*overlay, actions.len());
        for (index, action) in actions.iter().enumerate() {
            if !action.get("update").is_some_and(is_prose_only) {
                continue;
            }
            let written = edits.target(index).unwrap_or_default();
            let renamed = renames.iter().fold(written.to_owned(), |text, (old, new)| {
                overlay::replace_word(&text, old, new)
            });
            if renamed != written {
                edits.retarget(index, &renamed);
            }
        }
        edited.extend(edits.done());
    }
    Ok(edited)
}

/// The old and the new name of a schema.
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

/// The quoted names in the lists of a target that have more than one.
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

/// The target with one of the names in the place of its list.
fn with_only(target: &str, name: &str) -> String {
    let Some(at) = target.find(name) else {
        return target.to_owned();
    };
    let start = target[..at].rfind('[').map_or(at, |start| start + 1);
    let end = target[at..].find(']').map_or(target.len(), |end| at + end);
    format!("{}{name}{}", &target[..start], &target[end..])
}

/// The text of a target without a quoted name of a list; `None` if it is not written like this.
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
