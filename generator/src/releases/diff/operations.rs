//! Operations: which are which, and what they say of themselves.

use super::paired::Paired;
use super::parts::{Notice, ProseChange, Spoken, SpokenBy};
use super::side::{Side, Sides};
use super::types::Roots;
use super::{Changes, Item, Place, What, bodies, pairing, parameters, prose, security};
use crate::api::{Earlier, Operation, Wait, naming};
use crate::document::nameless;
use crate::document::versions;
use std::collections::{BTreeMap, BTreeSet};

/// Compares all operations; what types they name is compared by whoever gets the answer.
pub(super) fn compare(sides: &Sides, changes: &mut Changes) -> Roots {
    let mut roots = Roots::new();
    let mut gone: Vec<&Operation> = sides.old.api.operations.iter().collect();
    let mut come: Vec<&Operation> = sides.new.api.operations.iter().collect();
    let mut pairs = pairing::take(&mut gone, &mut come, |old, new| new.id == old.id);
    pairs.extend(pairing::take(&mut gone, &mut come, |old, new| {
        let mut earlier = new.earlier.iter();
        earlier.any(|earlier| earlier.id == old.id)
    }));
    pairs.extend(pairing::take(&mut gone, &mut come, |old, new| {
        location(new) == location(old)
    }));
    pairs.extend(moved(&mut gone, &mut come, sides));
    for old in gone {
        let mut place = Place::of(Some(old.origin.clone()), None);
        place.operations.insert(old.id.clone());
        let id = old.id.clone();
        let what = match old.carried_over {
            Some(_) => What::OperationKeptRemoved {
                id,
                successor: successor(old),
            },
            None => What::OperationRemoved {
                id,
                notice: notice(old, sides),
            },
        };
        changes.add(what, place, Item::whole(&old.method_name));
    }
    for new in come {
        let mut place = Place::of(None, Some(new.origin.clone()));
        place.operations.insert(new.id.clone());
        let what = What::OperationAdded { id: new.id.clone() };
        changes.add(what, place, Item::whole(&new.method_name));
    }
    for (old, new) in pairs {
        let mut place = Place::of(Some(old.origin.clone()), Some(new.origin.clone()));
        place.operations.insert(new.id.clone());
        let paired = Paired {
            old,
            new,
            place,
            sides,
        };
        identity(&paired, changes);
        spoken(&paired, changes);
        sunset(&paired, changes);
        behaviour(&paired, changes);
        let mut named = parameters::compare(&paired, changes);
        named.extend(bodies::compare(&paired, changes));
        roots.push((new.id.clone(), named));
    }
    roots
}

/// Takes out of both lists what is the same under a new name at a new place: the method, the end of the path, the body and
/// the answer are as they were, and nothing else is like it. Where there are no types to go by, the names have to be similar.
fn moved<'s>(
    gone: &mut Vec<&'s Operation>,
    come: &mut Vec<&'s Operation>,
    sides: &Sides,
) -> Vec<(&'s Operation, &'s Operation)> {
    let mut like: BTreeMap<_, Vec<&Operation>> = BTreeMap::new();
    for new in come.iter() {
        like.entry((&new.http_method, end(new)))
            .or_default()
            .push(new);
    }
    let is_same = |old: &Operation, new: &Operation| {
        let similar = || pairing::are_similar(&old.method_name, &new.method_name);
        bodies::are_same(old, new, sides).unwrap_or_else(similar)
    };
    let mut found: Vec<(&str, &str)> = Vec::new();
    for old in gone.iter() {
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
    pairing::take(gone, come, |old, new| {
        let pair = (old.origin.as_str(), new.origin.as_str());
        found.contains(&pair) && is_only(&pair)
    })
}

/// The last word of a path and what follows it.
fn end(operation: &Operation) -> Vec<&str> {
    let (_, mut segments) = location(operation);
    let last = segments.iter().rposition(|segment| *segment != "{}");
    segments.split_off(last.unwrap_or_default())
}

/// Method and path; what the parts of a path are called tells no paths apart.
fn location(operation: &Operation) -> (&str, Vec<&str>) {
    (&operation.http_method, nameless(&operation.path))
}

fn identity(paired: &Paired<'_>, changes: &mut Changes) {
    let (old, new) = (paired.old, paired.new);
    let mut add = |what| changes.add(what, paired.place.clone(), paired.item());
    let kept = |names: &[Earlier], name: &str| names.iter().any(|one| one.method_name == name);
    if old.method_name != new.method_name {
        let (was, is) = (old.method_name.clone(), new.method_name.clone());
        add(match kept(&new.earlier, &was) {
            true => What::OperationRenamedKept {
                earlier: was,
                new: Some(is),
            },
            false => What::OperationRenamed { old: was, new: is },
        });
    }
    for Earlier { method_name, .. } in &new.earlier {
        if !kept(&old.earlier, method_name) && old.method_name != *method_name {
            add(What::OperationRenamedKept {
                earlier: method_name.clone(),
                new: None,
            });
        }
    }
    for Earlier { method_name, .. } in &old.earlier {
        if !kept(&new.earlier, method_name) && new.method_name != *method_name {
            add(What::OperationEarlierNameRemoved {
                earlier: method_name.clone(),
            });
        }
    }
    if location(old) != location(new) {
        add(What::OperationMoved {
            method: new.http_method.clone(),
            path: new.path.clone(),
        });
    }
    if old.module != new.module {
        add(What::OperationRegrouped {
            old: old.module.clone(),
            new: new.module.clone(),
        });
    }
    let is_kept = new.carried_over.is_some();
    if is_kept && old.carried_over.is_none() {
        add(What::OperationRemovedKept {
            successor: successor(new),
            notice: notice(old, paired.sides),
        });
    } else if is_kept && successor(old) != successor(new) {
        let of = ProseChange::Successor(successor(new));
        add(What::ProseChanged { of });
    }
    match (old.deprecated, new.deprecated) {
        (false, true) if is_kept => {}
        (false, true) => add(What::OperationDeprecated {}),
        (true, false) => add(What::OperationUndeprecated {}),
        _ => {}
    }
    if old.page != new.page {
        add(What::ProseChanged {
            of: ProseChange::Page,
        });
    }
    prose::compare(
        &old.prose,
        &new.prose,
        &paired.place,
        &paired.item(),
        changes,
    );
}

/// The dated versions: which one each call speaks, and which others there are.
fn spoken(paired: &Paired<'_>, changes: &mut Changes) {
    let mut add = |what| changes.add(what, paired.place.clone(), paired.item());
    let of = |operation: &Operation| {
        let sent = operation
            .body
            .as_ref()
            .and_then(|body| versions::version(&body.media_type));
        let received = versions::version(operation.accept());
        (received.map(str::to_owned), sent.map(str::to_owned))
    };
    let ((old_answer, old_body), (new_answer, new_body)) = (of(paired.old), of(paired.new));
    let changed = |old: &Option<String>, new: &Option<String>| {
        let pair = old.clone().zip(new.clone());
        pair.filter(|(old, new)| old != new)
    };
    let answer = changed(&old_answer, &new_answer);
    let body = changed(&old_body, &new_body);
    let told = match answer == body || new_body.is_none() {
        true => vec![(SpokenBy::Call, answer)],
        false => vec![(SpokenBy::Response, answer), (SpokenBy::Request, body)],
    };
    let told = told.into_iter().filter_map(|(of, told)| {
        let (old, new) = told?;
        Some(Spoken { of, old, new })
    });
    let spoken: Vec<Spoken> = told.collect();
    if !spoken.is_empty() {
        add(What::VersionChanged { spoken });
    }
    let known = |side: &Side, operation: &Operation| -> BTreeSet<String> {
        let versions = side.versions.get(&operation.origin).into_iter().flatten();
        versions.map(|(version, _)| version.clone()).collect()
    };
    let used = |answer: Option<String>, body: Option<String>| -> BTreeSet<String> {
        answer.into_iter().chain(body).collect()
    };
    let (old_used, new_used) = (used(old_answer, old_body), used(new_answer, new_body));
    let old = known(&paired.sides.old, paired.old);
    let new = known(&paired.sides.new, paired.new);
    for version in new
        .difference(&old)
        .filter(|version| !new_used.contains(*version))
    {
        add(What::VersionAdded {
            version: version.clone(),
        });
    }
    for version in old
        .difference(&new)
        .filter(|version| !old_used.contains(*version))
    {
        add(What::VersionWithdrawn {
            version: version.clone(),
        });
    }
}

/// The method that replaces an operation that is only kept.
fn successor(operation: &Operation) -> Option<String> {
    let successor = operation.carried_over.as_ref()?.successor.as_deref()?;
    Some(naming::snake(successor))
}

/// What was said of an operation before it went.
fn notice(old: &Operation, sides: &Sides) -> Notice {
    let date = sides.api_date.as_deref();
    let is_over = |end: &String| date.is_none_or(|date| versions::is_past(end, date));
    match &old.sunset {
        Some(end) if !is_over(end) => Notice::Early(end.clone()),
        None if !old.deprecated => Notice::None,
        _ => Notice::Deprecated,
    }
}

/// The end of the version in use.
fn sunset(paired: &Paired<'_>, changes: &mut Changes) {
    let (old, new) = (&paired.old.sunset, &paired.new.sunset);
    if old == new {
        return;
    }
    let date = paired.sides.api_date.as_deref();
    let is_past = |sunset: &str| date.is_some_and(|date| versions::is_past(sunset, date));
    // No document is older than its newest version, so an end within a year of that is within a year of today.
    let least = paired
        .sides
        .new
        .newest
        .as_deref()
        .and_then(versions::a_year_after);
    let short_of = |date: &str| least.clone().filter(|least| date < least.as_str());
    let what = match (old.clone(), new.clone()) {
        (_, Some(date)) if is_past(&date) => What::SunsetPassed { date },
        (Some(old), Some(new)) => What::SunsetChanged {
            short_of: short_of(&new),
            old,
            new,
        },
        (None, Some(date)) => What::SunsetAnnounced {
            short_of: short_of(&date),
            date,
        },
        (Some(_), None) => What::SunsetLifted {},
        (None, None) => return,
    };
    changes.add(what, paired.place.clone(), paired.item());
}

fn behaviour(paired: &Paired<'_>, changes: &mut Changes) {
    let (old, new) = (paired.old, paired.new);
    let item = paired.item();
    if old.roles != new.roles {
        let place = paired.member("x-rolesRequirements", |operation| {
            !operation.roles.is_empty()
        });
        let roles = new.roles.clone();
        let what = match old.roles.is_empty() || roles.is_empty() {
            true => What::RolesDocumented { roles },
            false => What::RolesChanged { roles },
        };
        changes.add(what, place, item.clone());
    }
    if let Some(what) = security::compare(old.security.as_deref(), new.security.as_deref()) {
        changes.add(what, paired.place.clone(), item.clone());
    }
    if old.idempotent != new.idempotent {
        let is_said =
            |operation: &Operation| operation.idempotent && operation.http_method != "GET";
        let place = paired.member("x-idempotent", is_said);
        let now = new.idempotent;
        changes.add(What::IdempotencyChanged { now }, place, item.clone());
    }
    waits(paired, changes);
    let pages = match (&old.paging, &new.paging) {
        (None, Some(_)) => What::PagesAdded {},
        (Some(_), None) => What::PagesRemoved {},
        (Some(old), Some(new)) if old.items != new.items => What::PagesChanged {
            old: old.items.clone(),
            new: new.items.clone(),
        },
        _ => return,
    };
    changes.add(pages, paired.place.clone(), item);
}

fn waits(paired: &Paired<'_>, changes: &mut Changes) {
    let (old, new) = (paired.old, paired.new);
    let place = paired.member("x-waits", |operation| !operation.waits.is_empty());
    let words = |wait: &Wait| (wait.summary.clone(), wait.kind.clone(), wait.reason.clone());
    let named = |waits: &[Wait], name: &str| waits.iter().any(|wait| wait.method_name == name);
    for wait in &old.waits {
        if !named(&new.waits, &wait.method_name) {
            let name = wait.method_name.clone();
            let (place, item) = (place.at(place.old.clone(), None), Item::whole(&name));
            changes.add(What::WaitRemoved { name }, place, item);
        }
    }
    for wait in &new.waits {
        let name = wait.method_name.clone();
        let item = Item::whole(&name);
        match old.waits.iter().find(|old| old.method_name == name) {
            None => changes.add(
                What::WaitAdded { name },
                place.at(None, place.new.clone()),
                item,
            ),
            Some(old) if old.endings != wait.endings => {
                changes.add(What::WaitChanged { name }, place.clone(), item);
            }
            Some(old) if words(old) != words(wait) => {
                let of = ProseChange::Wait(name);
                changes.add(What::ProseChanged { of }, place.clone(), item);
            }
            Some(_) => {}
        }
    }
}
