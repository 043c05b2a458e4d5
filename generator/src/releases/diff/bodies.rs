//! Compares bodies and statuses.

use super::input::Inputs;
use super::paired::Paired;
use super::parts::{Form, Given, Headers, Statuses};
use super::sameness::{Pair, same};
use super::{Changes, Direction, What, constraints, formats};
use crate::api::{Operation, Output, TypeRef};
use std::collections::BTreeSet;

/// Compares bodies and statuses; returns the pairs of types they use.
pub(super) fn compare(paired: &Paired<'_>, changes: &mut Changes) -> Vec<(Pair, Direction)> {
    let mut pairs = Vec::new();
    request(paired, changes, &mut pairs);
    answer(paired, changes, &mut pairs);
    statuses(paired, changes);
    headers(paired, changes);
    formats(paired, changes);
    pairs
}

fn request(paired: &Paired<'_>, changes: &mut Changes, pairs: &mut Vec<(Pair, Direction)>) {
    let mut place = paired.member("requestBody", |operation| operation.body.is_some());
    place.direction = Some(Direction::Request);
    let item = paired.item();
    let (old, new) = match (&paired.old.body, &paired.new.body) {
        (None, None) => return,
        (None, Some(_)) => {
            let place = place.at(None, place.new.clone());
            return changes.add(What::BodyAdded {}, place, item);
        }
        (Some(_), None) => {
            let place = place.at(place.old.clone(), None);
            return changes.add(What::BodyRemoved {}, place, item);
        }
        (Some(old), Some(new)) => (old, new),
    };
    let mut add = |what| changes.add(what, place.clone(), item.clone());
    if formats::family(&old.media_type) != formats::family(&new.media_type) {
        add(What::MediaTypeChanged {
            old: old.media_type.clone(),
            new: new.media_type.clone(),
            sent: true,
        });
    }
    match (old.required, new.required) {
        (false, true) => add(What::BodyRequired {}),
        (true, false) => add(What::BodyOptional {}),
        _ => {}
    }
    let Some((old_value, new_value)) = old.value.as_ref().zip(new.value.as_ref()) else {
        return;
    };
    let mut named = Vec::new();
    match same(old_value, new_value, paired.inputs, &mut named) {
        true => constraints::compare(&old.constraints, &new.constraints, &place, &item, changes),
        false => {
            let (old, new) = (
                paired.inputs.old.rust(old_value),
                paired.inputs.new.rust(new_value),
            );
            changes.add(What::BodyTypeChanged { old, new }, place, item);
        }
    }
    pairs.extend(named.into_iter().map(|pair| (pair, Direction::Request)));
}

fn answer(paired: &Paired<'_>, changes: &mut Changes, pairs: &mut Vec<(Pair, Direction)>) {
    let mut place = paired.member("responses", |operation| !operation.responses.is_empty());
    place.direction = Some(Direction::Answer);
    let item = paired.item();
    let (old_form, new_form) = (form(&paired.old.output), form(&paired.new.output));
    if old_form != new_form {
        let given = Given::Form {
            old: old_form,
            new: new_form,
        };
        changes.add(
            What::AnswerTypeChanged { given },
            place.clone(),
            item.clone(),
        );
    }
    let (old, new) = (paired.old.accept(), paired.new.accept());
    if formats::family(old) != formats::family(new) && old_form == new_form {
        // An operation without a response body still has a media type, which it sends in `Accept`.
        let what = What::MediaTypeChanged {
            old: old.to_owned(),
            new: new.to_owned(),
            sent: false,
        };
        changes.add(what, place.clone(), item.clone());
    }
    let Some((old, new)) = value(paired.old).zip(value(paired.new)) else {
        return;
    };
    let mut named = Vec::new();
    match same(&old.value, &new.value, paired.inputs, &mut named) {
        true => constraints::compare(&old.constraints, &new.constraints, &place, &item, changes),
        false => {
            let given = Given::Type {
                old: paired.inputs.old.rust(&old.value),
                new: paired.inputs.new.rust(&new.value),
            };
            changes.add(What::AnswerTypeChanged { given }, place, item);
        }
    }
    pairs.extend(named.into_iter().map(|pair| (pair, Direction::Answer)));
}

/// Returns the form of an output, independent of its type.
fn form(output: &Option<Output>) -> Form {
    match output {
        None => Form::Nothing,
        Some(output) => match (&output.value, output.optional) {
            (TypeRef::Bytes, false) => Form::Bytes,
            (TypeRef::Bytes, true) => Form::OptionalBytes,
            (_, false) => Form::Value,
            (_, true) => Form::OptionalValue,
        },
    }
}

/// Returns the output of an operation unless it is bytes.
fn value(operation: &Operation) -> Option<&Output> {
    operation
        .output
        .as_ref()
        .filter(|output| output.value != TypeRef::Bytes)
}

/// Returns true if two operations have the same body and output types; `None` if neither has any.
pub(super) fn are_same(old: &Operation, new: &Operation, inputs: &Inputs) -> Option<bool> {
    let body =
        |operation: &'_ Operation| operation.body.as_ref().and_then(|body| body.value.clone());
    let output =
        |operation: &Operation| operation.output.as_ref().map(|output| output.value.clone());
    let pairs = [(body(old), body(new)), (output(old), output(new))];
    let same = |(old, new): &(Option<TypeRef>, Option<TypeRef>)| match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => same(old, new, inputs, &mut Vec::new()),
        _ => false,
    };
    let has_any = pairs
        .iter()
        .any(|(old, new)| old.is_some() || new.is_some());
    has_any.then(|| pairs.iter().all(same))
}

fn statuses(paired: &Paired<'_>, changes: &mut Changes) {
    for success in [true, false] {
        let old: BTreeSet<&str> = paired.old.statuses(success).collect();
        let new: BTreeSet<&str> = paired.new.statuses(success).collect();
        let but = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| -> Vec<String> {
            one.difference(other)
                .map(|status| (*status).to_owned())
                .collect()
        };
        let statuses = Statuses {
            added: but(&new, &old),
            removed: but(&old, &new),
        };
        if old == new {
            continue;
        }
        let mut place = paired.member("responses", |operation| !operation.responses.is_empty());
        place.direction = Some(Direction::Answer);
        let what = match success {
            true => What::SuccessStatusChanged { statuses },
            false => What::ErrorStatusChanged { statuses },
        };
        changes.add(what, place, paired.item());
    }
}

/// Compares the headers of responses that both operations have.
fn headers(paired: &Paired<'_>, changes: &mut Changes) {
    for old in &paired.old.responses {
        let mut new = paired.new.responses.iter();
        let Some(new) = new.find(|new| new.status == old.status) else {
            continue;
        };
        let but = |one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
            one.difference(other).cloned().collect()
        };
        let headers = Headers {
            status: new.status.clone(),
            added: but(&new.headers, &old.headers),
            removed: but(&old.headers, &new.headers),
        };
        if old.headers == new.headers {
            continue;
        }
        let mut place = paired.place.at(old.origin.clone(), new.origin.clone());
        place.direction = Some(Direction::Answer);
        changes.add(What::HeadersChanged { headers }, place, paired.item());
    }
}

/// Compares the media types that are not used. A change of the media type in use is reported with the body.
fn formats(paired: &Paired<'_>, changes: &mut Changes) {
    let (Some(old), Some(new)) = (
        paired.inputs.old.formats.get(&paired.old.origin),
        paired.inputs.new.formats.get(&paired.new.origin),
    ) else {
        return;
    };
    let sent = |operation: &Operation| operation.body.as_ref().map(|body| body.media_type.clone());
    let received = |operation: &Operation| Some(operation.accept().to_owned());
    let each = [
        (
            &old.sent,
            &new.sent,
            [sent(paired.old), sent(paired.new)],
            true,
        ),
        (
            &old.received,
            &new.received,
            [received(paired.old), received(paired.new)],
            false,
        ),
    ];
    for (old, new, used, sent) in each {
        let used = used.map(|used| used.as_deref().map(formats::family));
        let is_other = |name: &&String| !used.iter().flatten().any(|used| used == *name);
        let mut place = paired.place.clone();
        place.direction = Some(match sent {
            true => Direction::Request,
            false => Direction::Answer,
        });
        let mut add = |what| changes.add(what, place.clone(), paired.item());
        if old.is_empty() || new.is_empty() {
            continue;
        }
        for media_type in new.difference(old).filter(is_other).cloned() {
            add(What::MediaTypeOffered { media_type, sent });
        }
        for media_type in old.difference(new).filter(is_other).cloned() {
            add(What::MediaTypeWithdrawn { media_type, sent });
        }
    }
}
