//! Pairs operations and compares their own properties.

use super::input::{Input, Inputs};
use super::operation_pair::OperationPair;
use super::parts::{Notice, ProseChange, VersionChange, VersionedPart};
use super::types::Roots;
use super::{
    ChangeKind, ChangeLocation, Changes, Item, bodies, pairing, parameters, prose, security,
};
use crate::api::{EarlierName, Operation, Wait, naming};
use crate::document::versions;
use crate::document::without_parameter_names;
use std::collections::{BTreeMap, BTreeSet};

/// Compares all operations; returns the pairs of types that they use, for the comparison of types.
pub(super) fn compare(inputs: &Inputs, changes: &mut Changes) -> Roots {
    let mut roots = Roots::new();
    let mut removed: Vec<&Operation> = inputs.old.api.operations.iter().collect();
    let mut added: Vec<&Operation> = inputs.new.api.operations.iter().collect();
    let mut pairs = pairing::take(&mut removed, &mut added, |old, new| new.id == old.id);
    pairs.extend(pairing::take(&mut removed, &mut added, |old, new| {
        let mut earlier = new.earlier.iter();
        earlier.any(|earlier| earlier.id == old.id)
    }));
    pairs.extend(pairing::take(&mut removed, &mut added, |old, new| {
        location(new) == location(old)
    }));
    pairs.extend(moved(&mut removed, &mut added, inputs));
    for old in removed {
        let mut place = ChangeLocation::of(Some(old.origin.clone()), None);
        place.operations.insert(old.id.clone());
        let id = old.id.clone();
        let what = match old.carried_over {
            Some(_) => ChangeKind::OperationKeptRemoved {
                id,
                successor: successor(old),
            },
            None => ChangeKind::OperationRemoved {
                id,
                notice: notice(old, inputs),
            },
        };
        changes.add(what, place, Item::whole(&old.method_name));
    }
    for new in added {
        let mut place = ChangeLocation::of(None, Some(new.origin.clone()));
        place.operations.insert(new.id.clone());
        let what = ChangeKind::OperationAdded { id: new.id.clone() };
        changes.add(what, place, Item::whole(&new.method_name));
    }
    for (old, new) in pairs {
        let mut place = ChangeLocation::of(Some(old.origin.clone()), Some(new.origin.clone()));
        place.operations.insert(new.id.clone());
        let pair = OperationPair {
            old,
            new,
            place,
            inputs,
        };
        identity(&pair, changes);
        dated_versions(&pair, changes);
        sunset(&pair, changes);
        behaviour(&pair, changes);
        let mut named = parameters::compare(&pair, changes);
        named.extend(bodies::compare(&pair, changes));
        roots.push((new.id.clone(), named));
    }
    roots
}

/// Pairs operations that have a new name and a new path, and removes them from both lists.
///
/// They are the same if the method, the end of the path, the body and the response are the same and no other
/// operation matches. Operations without types must have similar names.
fn moved<'s>(
    removed: &mut Vec<&'s Operation>,
    added: &mut Vec<&'s Operation>,
    inputs: &Inputs,
) -> Vec<(&'s Operation, &'s Operation)> {
    let mut like: BTreeMap<_, Vec<&Operation>> = BTreeMap::new();
    for new in added.iter() {
        like.entry((&new.http_method, end(new)))
            .or_default()
            .push(new);
    }
    let is_same = |old: &Operation, new: &Operation| {
        let similar = || pairing::are_similar(&old.method_name, &new.method_name);
        bodies::are_same(old, new, inputs).unwrap_or_else(similar)
    };
    let mut found: Vec<(&str, &str)> = Vec::new();
    for old in removed.iter() {
        let like = like.get(&(&old.http_method, end(old)));
        let same = like.into_iter().flatten().filter(|new| is_same(old, new));
        found.extend(same.map(|new| (old.origin.as_str(), new.origin.as_str())));
    }
    let is_only = |(old, new): &(&str, &str)| {
        let others = found
            .iter()
            .filter(|(one, other)| one == old || other == new);
        others.count() == 1
    };
    pairing::take(removed, added, |old, new| {
        let pair = (old.origin.as_str(), new.origin.as_str());
        found.contains(&pair) && is_only(&pair)
    })
}

/// Returns the last literal segment of a path and the segments after it.
fn end(operation: &Operation) -> Vec<String> {
    let (_, mut segments) = location(operation);
    let last = segments.iter().rposition(|segment| *segment != "{}");
    segments.split_off(last.unwrap_or_default())
}

/// Returns method and path, without the names of path parameters.
fn location(operation: &Operation) -> (&str, Vec<String>) {
    (
        &operation.http_method,
        without_parameter_names(&operation.path),
    )
}

fn identity(pair: &OperationPair<'_>, changes: &mut Changes) {
    let (old, new) = (pair.old, pair.new);
    let mut add = |what| changes.add(what, pair.place.clone(), pair.item());
    let is_listed =
        |names: &[EarlierName], name: &str| names.iter().any(|one| one.method_name == name);
    if old.method_name != new.method_name {
        let (was, is) = (old.method_name.clone(), new.method_name.clone());
        add(match is_listed(&new.earlier, &was) {
            true => ChangeKind::OperationRenamedKept {
                earlier: was,
                new: Some(is),
            },
            false => ChangeKind::OperationRenamed { old: was, new: is },
        });
    }
    for EarlierName { method_name, .. } in &new.earlier {
        if !is_listed(&old.earlier, method_name) && old.method_name != *method_name {
            add(ChangeKind::OperationRenamedKept {
                earlier: method_name.clone(),
                new: None,
            });
        }
    }
    for EarlierName { method_name, .. } in &old.earlier {
        if !is_listed(&new.earlier, method_name) && new.method_name != *method_name {
            add(ChangeKind::OperationEarlierNameRemoved {
                earlier: method_name.clone(),
            });
        }
    }
    if location(old) != location(new) {
        add(ChangeKind::OperationMoved {
            method: new.http_method.clone(),
            path: new.path.clone(),
        });
    }
    if old.module != new.module {
        add(ChangeKind::OperationRegrouped {
            old: old.module.clone(),
            new: new.module.clone(),
        });
    }
    let is_kept = new.carried_over.is_some();
    if is_kept && old.carried_over.is_none() {
        add(ChangeKind::OperationRemovedKept {
            successor: successor(new),
            notice: notice(old, pair.inputs),
        });
    } else if is_kept && successor(old) != successor(new) {
        let of = ProseChange::Successor(successor(new));
        add(ChangeKind::ProseChanged { of });
    }
    match (old.deprecated, new.deprecated) {
        (false, true) if is_kept => {}
        (false, true) => add(ChangeKind::OperationDeprecated {}),
        (true, false) => add(ChangeKind::OperationUndeprecated {}),
        _ => {}
    }
    if old.page != new.page {
        add(ChangeKind::ProseChanged {
            of: ProseChange::Page,
        });
    }
    prose::compare(&old.prose, &new.prose, &pair.place, &pair.item(), changes);
}

/// Compares the dated versions: the ones in use, and the others.
fn dated_versions(pair: &OperationPair<'_>, changes: &mut Changes) {
    let mut add = |what| changes.add(what, pair.place.clone(), pair.item());
    let of = |operation: &Operation| {
        let sent = operation
            .body
            .as_ref()
            .and_then(|body| versions::version(&body.media_type));
        let received = versions::version(operation.accept());
        (received.map(str::to_owned), sent.map(str::to_owned))
    };
    let ((old_answer, old_body), (new_answer, new_body)) = (of(pair.old), of(pair.new));
    let changed = |old: &Option<String>, new: &Option<String>| {
        let pair = old.clone().zip(new.clone());
        pair.filter(|(old, new)| old != new)
    };
    let answer = changed(&old_answer, &new_answer);
    let body = changed(&old_body, &new_body);
    let changed_parts = match answer == body || new_body.is_none() {
        true => vec![(VersionedPart::Call, answer)],
        false => vec![
            (VersionedPart::Response, answer),
            (VersionedPart::Request, body),
        ],
    };
    let changed_parts = changed_parts.into_iter().filter_map(|(of, versions)| {
        let (old, new) = versions?;
        Some(VersionChange { of, old, new })
    });
    let spoken: Vec<VersionChange> = changed_parts.collect();
    if !spoken.is_empty() {
        add(ChangeKind::VersionChanged { spoken });
    }
    let known = |input: &Input, operation: &Operation| -> BTreeSet<String> {
        let versions = input.versions.get(&operation.origin).into_iter().flatten();
        versions.map(|(version, _)| version.clone()).collect()
    };
    let used = |answer: Option<String>, body: Option<String>| -> BTreeSet<String> {
        answer.into_iter().chain(body).collect()
    };
    let (old_used, new_used) = (used(old_answer, old_body), used(new_answer, new_body));
    let old = known(&pair.inputs.old, pair.old);
    let new = known(&pair.inputs.new, pair.new);
    for version in new
        .difference(&old)
        .filter(|version| !new_used.contains(*version))
    {
        add(ChangeKind::VersionAdded {
            version: version.clone(),
        });
    }
    for version in old
        .difference(&new)
        .filter(|version| !old_used.contains(*version))
    {
        add(ChangeKind::VersionWithdrawn {
            version: version.clone(),
        });
    }
}

/// Returns the method that replaces a carried-over operation.
fn successor(operation: &Operation) -> Option<String> {
    let successor = operation.carried_over.as_ref()?.successor.as_deref()?;
    Some(naming::snake(successor))
}

/// Returns the notice that users had before an operation was removed.
fn notice(old: &Operation, inputs: &Inputs) -> Notice {
    let date = inputs.api_date.as_deref();
    let is_over = |end: &String| date.is_none_or(|date| versions::is_past(end, date));
    match &old.sunset {
        Some(end) if !is_over(end) => Notice::Early(end.clone()),
        None if !old.deprecated => Notice::None,
        _ => Notice::Deprecated,
    }
}

/// Compares the sunset dates of the version in use.
fn sunset(pair: &OperationPair<'_>, changes: &mut Changes) {
    let (old, new) = (&pair.old.sunset, &pair.new.sunset);
    if old == new {
        return;
    }
    let date = pair.inputs.api_date.as_deref();
    let is_past = |sunset: &str| date.is_some_and(|date| versions::is_past(sunset, date));
    // A document is at least as recent as its newest version, so a sunset within a year of that version is announced
    // with less than a year's notice.
    let least = pair
        .inputs
        .new
        .newest
        .as_deref()
        .and_then(versions::one_year_after);
    let short_of = |date: &str| least.clone().filter(|least| date < least.as_str());
    let what = match (old.clone(), new.clone()) {
        (_, Some(date)) if is_past(&date) => ChangeKind::SunsetPassed { date },
        (Some(old), Some(new)) => ChangeKind::SunsetChanged {
            short_of: short_of(&new),
            old,
            new,
        },
        (None, Some(date)) => ChangeKind::SunsetAnnounced {
            short_of: short_of(&date),
            date,
        },
        (Some(_), None) => ChangeKind::SunsetLifted {},
        (None, None) => return,
    };
    changes.add(what, pair.place.clone(), pair.item());
}

fn behaviour(pair: &OperationPair<'_>, changes: &mut Changes) {
    let (old, new) = (pair.old, pair.new);
    let item = pair.item();
    if old.roles != new.roles {
        let place = pair.member("x-rolesRequirements", |operation| {
            !operation.roles.is_empty()
        });
        let roles = new.roles.clone();
        let what = match old.roles.is_empty() || roles.is_empty() {
            true => ChangeKind::RolesDocumented { roles },
            false => ChangeKind::RolesChanged { roles },
        };
        changes.add(what, place, item.clone());
    }
    if let Some(what) = security::compare(old.security.as_deref(), new.security.as_deref()) {
        changes.add(what, pair.place.clone(), item.clone());
    }
    if old.idempotent != new.idempotent {
        let is_said =
            |operation: &Operation| operation.idempotent && operation.http_method != "GET";
        let place = pair.member("x-idempotent", is_said);
        let now = new.idempotent;
        changes.add(ChangeKind::IdempotencyChanged { now }, place, item.clone());
    }
    waits(pair, changes);
    let pages = match (&old.paging, &new.paging) {
        (None, Some(_)) => ChangeKind::PagesAdded {},
        (Some(_), None) => ChangeKind::PagesRemoved {},
        (Some(old), Some(new)) if old.items != new.items => ChangeKind::PagesChanged {
            old: old.items.clone(),
            new: new.items.clone(),
        },
        _ => return,
    };
    changes.add(pages, pair.place.clone(), item);
}

fn waits(pair: &OperationPair<'_>, changes: &mut Changes) {
    let (old, new) = (pair.old, pair.new);
    let place = pair.member("x-waits", |operation| !operation.waits.is_empty());
    let words = |wait: &Wait| (wait.summary.clone(), wait.kind.clone(), wait.reason.clone());
    let named = |waits: &[Wait], name: &str| waits.iter().any(|wait| wait.method_name == name);
    for wait in &old.waits {
        if !named(&new.waits, &wait.method_name) {
            let name = wait.method_name.clone();
            let (place, item) = (place.at(place.old.clone(), None), Item::whole(&name));
            changes.add(ChangeKind::WaitRemoved { name }, place, item);
        }
    }
    for wait in &new.waits {
        let name = wait.method_name.clone();
        let item = Item::whole(&name);
        match old.waits.iter().find(|old| old.method_name == name) {
            None => changes.add(
                ChangeKind::WaitAdded { name },
                place.at(None, place.new.clone()),
                item,
            ),
            Some(old) if old.endings != wait.endings => {
                changes.add(ChangeKind::WaitChanged { name }, place.clone(), item);
            }
            Some(old) if words(old) != words(wait) => {
                let of = ProseChange::Wait(name);
                changes.add(ChangeKind::ProseChanged { of }, place.clone(), item);
            }
            Some(_) => {}
        }
    }
}
