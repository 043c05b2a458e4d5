//! Operations: which are which, and what they say of themselves.

use super::rules::*;
use super::side::{Operation, Side, Sides};
use super::types::{Roots, prose};
use super::{Changes, Place, bodies, pairing, parameters};
use crate::document::{child, flag, nameless, string};
use crate::kept::{REMOVED, SUCCESSOR};
use crate::model::{Earlier, Wait, naming};
use crate::versions;
use std::collections::BTreeMap;

/// Two operations that are one, and where they are.
pub(super) struct Paired<'s> {
    pub(super) old: &'s Operation,
    pub(super) new: &'s Operation,
    pub(super) place: Place,
    pub(super) sides: &'s Sides,
}

impl Paired<'_> {
    /// The operation as Rust names it.
    pub(super) fn item(&self) -> &str {
        &self.new.model.method_name
    }

    /// The place of a member of the operation, as far as there is one.
    pub(super) fn member(&self, key: &str) -> Place {
        let of = |side: &Side, operation: &Operation| {
            let pointer = child(&operation.pointer, key);
            side.raw.pointer(&pointer).map(|_| pointer.clone())
        };
        let (old, new) = (of(&self.sides.old, self.old), of(&self.sides.new, self.new));
        match (&old, &new) {
            (None, None) => self.place.clone(),
            _ => self.place.at(old, new),
        }
    }
}

/// Compares all operations; what types they name is compared by whoever gets the answer.
pub(super) fn compare(sides: &Sides, changes: &mut Changes) -> Roots {
    let mut roots = Roots::new();
    let mut gone: Vec<&Operation> = sides.old.operations.iter().collect();
    let mut come: Vec<&Operation> = sides.new.operations.iter().collect();
    let mut pairs = pairing::take(&mut gone, &mut come, |old, new| {
        new.model.id == old.model.id
    });
    pairs.extend(pairing::take(&mut gone, &mut come, |old, new| {
        let mut earlier = new.model.earlier.iter();
        earlier.any(|earlier| earlier.id == old.model.id)
    }));
    pairs.extend(pairing::take(&mut gone, &mut come, |old, new| {
        location(new) == location(old)
    }));
    pairs.extend(moved(&mut gone, &mut come, sides));
    for old in gone {
        let mut place = Place::of(Some(old.pointer.clone()), None);
        place.operations.insert(old.model.id.clone());
        let reason = format!("`{}` is gone", old.model.id);
        let rule = match flag(sides.old.object(old), REMOVED) {
            true => OPERATION_KEPT_REMOVED,
            false => OPERATION_REMOVED,
        };
        changes.add(rule, place, &old.model.method_name, reason);
    }
    for new in come {
        let mut place = Place::of(None, Some(new.pointer.clone()));
        place.operations.insert(new.model.id.clone());
        let reason = format!("`{}` is new", new.model.id);
        changes.add(OPERATION_ADDED, place, &new.model.method_name, reason);
    }
    for (old, new) in pairs {
        let mut place = Place::of(Some(old.pointer.clone()), Some(new.pointer.clone()));
        place.operations.insert(new.model.id.clone());
        let paired = Paired {
            old,
            new,
            place,
            sides,
        };
        identity(&paired, changes);
        versions(&paired, changes);
        behaviour(&paired, changes);
        let mut named = parameters::compare(&paired, changes);
        named.extend(bodies::compare(&paired, changes));
        roots.push((new.model.id.clone(), named));
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
        let similar = || pairing::are_similar(&old.model.method_name, &new.model.method_name);
        bodies::are_same(old, new, sides).unwrap_or_else(similar)
    };
    let mut found: Vec<(&str, &str)> = Vec::new();
    for old in gone.iter() {
        let like = like.get(&(&old.http_method, end(old)));
        let same = like.into_iter().flatten().filter(|new| is_same(old, new));
        found.extend(same.map(|new| (old.pointer.as_str(), new.pointer.as_str())));
    }
    let is_only = |(old, new): &(&str, &str)| {
        let others = found
            .iter()
            .filter(|(one, other)| one == old || other == new);
        others.count() == 1
    };
    pairing::take(gone, come, |old, new| {
        let pair = (old.pointer.as_str(), new.pointer.as_str());
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
    (&operation.http_method, nameless(&operation.model.path))
}

fn identity(paired: &Paired<'_>, changes: &mut Changes) {
    let (old, new) = (&paired.old.model, &paired.new.model);
    let mut add =
        |rule, reason: String| changes.add(rule, paired.place.clone(), paired.item(), reason);
    let kept = |names: &[Earlier], name: &str| names.iter().any(|one| one.method_name == name);
    if old.method_name != new.method_name {
        let reason = format!("`{}` is called `{}`", old.method_name, new.method_name);
        match kept(&new.earlier, &old.method_name) {
            true => add(OPERATION_RENAMED_KEPT, reason),
            false => add(OPERATION_RENAMED, reason),
        }
    }
    for Earlier { method_name, .. } in &new.earlier {
        if !kept(&old.earlier, method_name) && old.method_name != *method_name {
            let reason = format!("it is called `{method_name}` too");
            add(OPERATION_RENAMED_KEPT, reason);
        }
    }
    for Earlier { method_name, .. } in &old.earlier {
        if !kept(&new.earlier, method_name) && new.method_name != *method_name {
            let reason = format!("it is not called `{method_name}` any more");
            add(OPERATION_EARLIER_NAME_REMOVED, reason);
        }
    }
    if location(paired.old) != location(paired.new) {
        add(
            OPERATION_MOVED,
            format!("it is `{} {}`", new.method, new.path),
        );
    }
    if old.module != new.module {
        let reason = format!("it is in `{}`, and was in `{}`", new.module, old.module);
        add(OPERATION_REGROUPED, reason);
    }
    let (old, new) = (
        paired.sides.old.object(paired.old),
        paired.sides.new.object(paired.new),
    );
    let successor = |operation| match string(operation, SUCCESSOR) {
        Some(successor) => format!("`{}` replaces it", naming::snake(successor)),
        None => "nothing replaces it".to_owned(),
    };
    let is_kept = flag(new, REMOVED);
    if is_kept && !flag(old, REMOVED) {
        let reason = format!(
            "it is gone, and its method is kept for now; {}",
            successor(new)
        );
        add(OPERATION_REMOVED_KEPT, reason);
    } else if is_kept && successor(old) != successor(new) {
        add(PROSE_CHANGED, successor(new));
    }
    match (flag(old, "deprecated"), flag(new, "deprecated")) {
        (false, true) if is_kept => {}
        (false, true) => add(OPERATION_DEPRECATED, "it is called deprecated".to_owned()),
        (true, false) => add(
            OPERATION_UNDEPRECATED,
            "it is not called deprecated any more".to_owned(),
        ),
        _ => {}
    }
    if string(old, "x-xgen-docs-url") != string(new, "x-xgen-docs-url") {
        let reason = "its page is another";
        changes.add(PROSE_CHANGED, paired.place.clone(), paired.item(), reason);
    }
    prose(old, new, &paired.place, paired.item(), changes);
}

fn versions(paired: &Paired<'_>, changes: &mut Changes) {
    let mut add =
        |rule, reason: String| changes.add(rule, paired.place.clone(), paired.item(), reason);
    let spoken = |operation: &Operation| {
        let model = &operation.model;
        let sent = model.content_type.as_deref().and_then(versions::version);
        (
            versions::version(&model.accept).map(str::to_owned),
            sent.map(str::to_owned),
        )
    };
    let ((old_answer, old_body), (new_answer, new_body)) = (spoken(paired.old), spoken(paired.new));
    let changed = |old: &Option<String>, new: &Option<String>| {
        let (old, new) = old
            .as_ref()
            .zip(new.as_ref())
            .filter(|(old, new)| old != new)?;
        Some(format!("speaks {new}, and spoke {old}"))
    };
    let answer = changed(&old_answer, &new_answer);
    let body = changed(&old_body, &new_body);
    let told = match answer == body || new_body.is_none() {
        true => vec![("it", answer)],
        false => vec![("its answer", answer), ("its body", body)],
    };
    let told = told
        .into_iter()
        .filter_map(|(what, told)| Some(format!("{what} {}", told?)));
    let told: Vec<String> = told.collect();
    if !told.is_empty() {
        add(VERSION_CHANGED, told.join("; "));
    }
    let used = |answer: Option<String>, body: Option<String>| -> Vec<String> {
        answer.into_iter().chain(body).collect()
    };
    let (old_used, new_used) = (used(old_answer, old_body), used(new_answer, new_body));
    for version in paired.new.versions.difference(&paired.old.versions) {
        if !new_used.contains(version) {
            add(
                VERSION_ADDED,
                format!("there is a version {version}, which is not used"),
            );
        }
    }
    for version in paired.old.versions.difference(&paired.new.versions) {
        if !old_used.contains(version) {
            add(
                VERSION_WITHDRAWN,
                format!("there is no version {version} any more; it was not used"),
            );
        }
    }
    let sunset =
        |side: &Side, operation| string(side.object(operation), "x-sunset").map(str::to_owned);
    let (old, new) = (
        sunset(&paired.sides.old, paired.old),
        sunset(&paired.sides.new, paired.new),
    );
    if old == new {
        return;
    }
    let date = paired.sides.api_date.as_deref();
    let is_past = |sunset: &str| date.is_some_and(|date| versions::is_past(sunset, date));
    match (old, new) {
        (_, Some(new)) if is_past(&new) => {
            add(SUNSET_PASSED, format!("its version ended on {new}"));
        }
        (Some(old), Some(new)) => add(
            SUNSET_CHANGED,
            format!("its version ends on {new}, not on {old}"),
        ),
        (None, Some(new)) => add(SUNSET_ANNOUNCED, format!("its version ends on {new}")),
        (Some(_), None) => add(SUNSET_LIFTED, "its version has no end any more".to_owned()),
        (None, None) => {}
    }
}

fn behaviour(paired: &Paired<'_>, changes: &mut Changes) {
    let (old, new) = (&paired.old.model, &paired.new.model);
    let item = paired.item();
    if old.roles != new.roles {
        let reason = match new.roles.as_slice() {
            [] => "it needs no role any more".to_owned(),
            roles => format!("it needs the role `{}`", roles.join("` or `")),
        };
        changes.add(
            ROLES_CHANGED,
            paired.member("x-rolesRequirements"),
            item,
            reason,
        );
    }
    if old.idempotent != new.idempotent {
        let reason = match new.idempotent {
            true => "it may be sent again when it is unknown whether it arrived",
            false => "it is not sent again once it may have arrived",
        };
        changes.add(
            IDEMPOTENCY_CHANGED,
            paired.member("x-idempotent"),
            item,
            reason,
        );
    }
    let waits = paired.member("x-waits");
    let named = |waits: &[Wait], name: &str| waits.iter().any(|wait| wait.method_name == name);
    for wait in &old.waits {
        if !named(&new.waits, &wait.method_name) {
            let place = waits.at(waits.old.clone(), None);
            changes.add(
                WAIT_REMOVED,
                place,
                &wait.method_name,
                format!("`{}` is gone", wait.method_name),
            );
        }
    }
    for wait in &new.waits {
        let name = &wait.method_name;
        match old.waits.iter().find(|old| old.method_name == *name) {
            None => {
                let place = waits.at(None, waits.new.clone());
                changes.add(WAIT_ADDED, place, name, format!("`{name}` is new"));
            }
            Some(old) if old.endings != wait.endings => {
                let reason = format!("`{name}` ends by other values");
                changes.add(WAIT_CHANGED, waits.clone(), name, reason);
            }
            Some(old) if old.summary != wait.summary => {
                let reason = format!("the summary of `{name}` is another");
                changes.add(PROSE_CHANGED, waits.clone(), name, reason);
            }
            Some(_) => {}
        }
    }
    let pages = paired.place.clone();
    match (&old.paging, &new.paging) {
        (None, Some(_)) => changes.add(PAGES_ADDED, pages, item, "it comes in pages"),
        (Some(_), None) => changes.add(
            PAGES_REMOVED,
            pages,
            item,
            "it does not come in pages any more",
        ),
        (Some(old), Some(new)) if old.items != new.items => {
            let reason = format!(
                "its items are in `{}`, and were in `{}`",
                new.items, old.items
            );
            changes.add(PAGES_CHANGED, pages, item, reason);
        }
        _ => {}
    }
}
