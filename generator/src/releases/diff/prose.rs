//! Compares prose.

use super::changes::{ChangeLocation, Changes, Item};
use super::parts::{ProseChange, TextChange};
use super::rules::ChangeKind;
use crate::api::Prose;

/// Compares summaries and descriptions.
pub(super) fn compare(
    old: &Prose,
    new: &Prose,
    place: &ChangeLocation,
    item: &Item,
    changes: &mut Changes,
) {
    let summary = TextChange::between(old.summary.as_ref(), new.summary.as_ref());
    let description = TextChange::between(old.description.as_ref(), new.description.as_ref());
    let all = [
        summary.map(ProseChange::Summary),
        description.map(ProseChange::Description),
    ];
    for of in all.into_iter().flatten() {
        changes.add(ChangeKind::ProseChanged { of }, place.clone(), item.clone());
    }
}
