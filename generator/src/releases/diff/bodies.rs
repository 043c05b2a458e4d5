//! Compares bodies and statuses.

use super::equivalence::{Pair, same};
use super::input::{Input, Inputs};
use super::operation_pair::OperationPair;
use super::parts::{Headers, OutputChange, OutputForm, Statuses};
use super::{ChangeKind, Changes, Direction, Item, constraints, formats};
use crate::api::{BodyFormat, Operation, Output, RequestBody, Shape, Style, TypeRef};
use std::collections::BTreeSet;

/// Compares bodies and statuses; returns the pairs of types they use.
pub(super) fn compare(pair: &OperationPair<'_>, changes: &mut Changes) -> Vec<(Pair, Direction)> {
    let mut pairs = Vec::new();
    request(pair, changes, &mut pairs);
    answer(pair, changes, &mut pairs);
    statuses(pair, changes);
    headers(pair, changes);
    formats(pair, changes);
    pairs
}

fn request(pair: &OperationPair<'_>, changes: &mut Changes, pairs: &mut Vec<(Pair, Direction)>) {
    let mut place = pair.member("requestBody", |operation| operation.body.is_some());
    place.direction = Some(Direction::Request);
    let item = pair.item();
    let (old, new) = match (&pair.old.body, &pair.new.body) {
        (None, None) => return,
        (None, Some(_)) => {
            let place = place.at(None, place.new.clone());
            return changes.add(ChangeKind::BodyAdded {}, place, item);
        }
        (Some(_), None) => {
            let place = place.at(place.old.clone(), None);
            return changes.add(ChangeKind::BodyRemoved {}, place, item);
        }
        (Some(old), Some(new)) => (old, new),
    };
    let mut add = |what| changes.add(what, place.clone(), item.clone());
    if formats::without_version(&old.media_type) != formats::without_version(&new.media_type) {
        add(ChangeKind::MediaTypeChanged {
            old: old.media_type.clone(),
            new: new.media_type.clone(),
            sent: true,
        });
    }
    match (old.required, new.required) {
        (false, true) => add(ChangeKind::BodyRequired {}),
        (true, false) => add(ChangeKind::BodyOptional {}),
        _ => {}
    }
    field_styles(pair, old, new, changes);
    let rust = |input: &Input, value: &Option<TypeRef>| match value {
        Some(value) => input.rust(value),
        // A body that is neither JSON nor a form.
        None => "RequestContent".to_owned(),
    };
    let (old_value, new_value) = match (&old.value, &new.value) {
        (Some(old), Some(new)) => (old, new),
        (None, None) => return,
        (old, new) => {
            let (old, new) = (rust(&pair.inputs.old, old), rust(&pair.inputs.new, new));
            return changes.add(ChangeKind::BodyTypeChanged { old, new }, place, item);
        }
    };
    let mut named = Vec::new();
    match same(old_value, new_value, pair.inputs, &mut named) {
        true => constraints::compare(&old.constraints, &new.constraints, &place, &item, changes),
        false => {
            let (old, new) = (
                pair.inputs.old.rust(old_value),
                pair.inputs.new.rust(new_value),
            );
            changes.add(ChangeKind::BodyTypeChanged { old, new }, place, item);
        }
    }
    pairs.extend(named.into_iter().map(|pair| (pair, Direction::Request)));
}

/// Compares the styles of the fields that two forms have.
fn field_styles(
    pair: &OperationPair<'_>,
    old: &RequestBody,
    new: &RequestBody,
    changes: &mut Changes,
) {
    let (BodyFormat::Form(old_styles), BodyFormat::Form(new_styles)) = (&old.format, &new.format)
    else {
        return;
    };
    let mut place = pair.member("requestBody", |operation| operation.body.is_some());
    place.direction = Some(Direction::Request);
    let usual = Style {
        name: "form".to_owned(),
        explode: true,
    };
    let new_fields = fields(&pair.inputs.new, new);
    for field in fields(&pair.inputs.old, old) {
        let style = |styles: &[(String, Style)]| {
            let known = styles.iter().find(|(of, _)| of == field);
            known.map_or_else(|| usual.clone(), |(_, style)| style.clone())
        };
        let Style { name, explode } = style(new_styles);
        if new_fields.contains(&field) && style(old_styles) != style(new_styles) {
            let what = ChangeKind::ParameterStyleChanged {
                style: name,
                explode,
            };
            let item = Item::member(&pair.new.method_name, field);
            changes.add(what, place.clone(), item);
        }
    }
}

/// Returns the names of the fields of a body, as they are sent.
fn fields<'i>(input: &'i Input, body: &RequestBody) -> Vec<&'i str> {
    let id = body.value.as_ref().and_then(TypeRef::named);
    match id.map(|id| &input.api.definition(id).shape) {
        Some(Shape::Record(record)) => {
            let fields = record.fields.iter();
            fields.map(|field| field.wire.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

fn answer(pair: &OperationPair<'_>, changes: &mut Changes, pairs: &mut Vec<(Pair, Direction)>) {
    let mut place = pair.member("responses", |operation| !operation.responses.is_empty());
    place.direction = Some(Direction::Response);
    let item = pair.item();
    let (old_form, new_form) = (form(&pair.old.output), form(&pair.new.output));
    if old_form != new_form {
        let given = OutputChange::OutputForm {
            old: old_form,
            new: new_form,
        };
        changes.add(
            ChangeKind::ResponseTypeChanged { given },
            place.clone(),
            item.clone(),
        );
    }
    let (old, new) = (pair.old.accept(), pair.new.accept());
    if formats::without_version(old) != formats::without_version(new) && old_form == new_form {
        // An operation without a response body still has a media type, which it sends in `Accept`.
        let what = ChangeKind::MediaTypeChanged {
            old: old.to_owned(),
            new: new.to_owned(),
            sent: false,
        };
        changes.add(what, place.clone(), item.clone());
    }
    let Some((old, new)) = value(pair.old).zip(value(pair.new)) else {
        return;
    };
    let mut named = Vec::new();
    match same(&old.value, &new.value, pair.inputs, &mut named) {
        true => constraints::compare(&old.constraints, &new.constraints, &place, &item, changes),
        false => {
            let given = OutputChange::Type {
                old: pair.inputs.old.rust(&old.value),
                new: pair.inputs.new.rust(&new.value),
            };
            changes.add(ChangeKind::ResponseTypeChanged { given }, place, item);
        }
    }
    pairs.extend(named.into_iter().map(|pair| (pair, Direction::Response)));
}

/// Returns the form of an output, independent of its type.
fn form(output: &Option<Output>) -> OutputForm {
    match output {
        None => OutputForm::Nothing,
        Some(output) => match (&output.value, output.optional) {
            (TypeRef::Bytes, false) => OutputForm::Bytes,
            (TypeRef::Bytes, true) => OutputForm::OptionalBytes,
            (_, false) => OutputForm::Value,
            (_, true) => OutputForm::OptionalValue,
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

fn statuses(pair: &OperationPair<'_>, changes: &mut Changes) {
    for success in [true, false] {
        let old: BTreeSet<&str> = pair.old.statuses(success).collect();
        let new: BTreeSet<&str> = pair.new.statuses(success).collect();
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
        let mut place = pair.member("responses", |operation| !operation.responses.is_empty());
        place.direction = Some(Direction::Response);
        let what = match success {
            true => ChangeKind::SuccessStatusChanged { statuses },
            false => ChangeKind::ErrorStatusChanged { statuses },
        };
        changes.add(what, place, pair.item());
    }
}

/// Compares the headers of responses that both operations have.
fn headers(pair: &OperationPair<'_>, changes: &mut Changes) {
    for old in &pair.old.responses {
        let mut new = pair.new.responses.iter();
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
        let mut place = pair.place.at(old.origin.clone(), new.origin.clone());
        place.direction = Some(Direction::Response);
        changes.add(ChangeKind::HeadersChanged { headers }, place, pair.item());
    }
}

/// Compares the media types that are not used. A change of the media type in use is reported with the body.
fn formats(pair: &OperationPair<'_>, changes: &mut Changes) {
    let (Some(old), Some(new)) = (
        pair.inputs.old.formats.get(&pair.old.origin),
        pair.inputs.new.formats.get(&pair.new.origin),
    ) else {
        return;
    };
    let sent = |operation: &Operation| operation.body.as_ref().map(|body| body.media_type.clone());
    let received = |operation: &Operation| Some(operation.accept().to_owned());
    let each = [
        (&old.sent, &new.sent, [sent(pair.old), sent(pair.new)], true),
        (
            &old.received,
            &new.received,
            [received(pair.old), received(pair.new)],
            false,
        ),
    ];
    for (old, new, used, sent) in each {
        let used = used.map(|used| used.as_deref().map(formats::without_version));
        let is_other = |name: &&String| !used.iter().flatten().any(|used| used == *name);
        let mut place = pair.place.clone();
        place.direction = Some(match sent {
            true => Direction::Request,
            false => Direction::Response,
        });
        let mut add = |what| changes.add(what, place.clone(), pair.item());
        if old.is_empty() || new.is_empty() {
            continue;
        }
        for media_type in new.difference(old).filter(is_other).cloned() {
            add(ChangeKind::MediaTypeOffered { media_type, sent });
        }
        for media_type in old.difference(new).filter(is_other).cloned() {
            add(ChangeKind::MediaTypeWithdrawn { media_type, sent });
        }
    }
}
