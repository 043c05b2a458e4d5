//! Bodies and statuses: what an operation takes beside its parameters, and what it gives.

use super::operations::Paired;
use super::rules::*;
use super::side::{Operation, Side};
use super::types::{Pair, Type};
use super::{Changes, Direction, Place, Sides, constraints};
use crate::document::object;
use crate::model::media_of;
use crate::versions;
use quote::quote;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Compares bodies and statuses; gives the types they name.
pub(super) fn compare(paired: &Paired<'_>, changes: &mut Changes) -> Vec<(Pair, Direction)> {
    let mut pairs = Vec::new();
    request(paired, changes, &mut pairs);
    answer(paired, changes, &mut pairs);
    statuses(paired, changes);
    pairs
}

fn request(paired: &Paired<'_>, changes: &mut Changes, pairs: &mut Vec<(Pair, Direction)>) {
    let mut place = paired.member("requestBody");
    place.direction = Some(Direction::Request);
    let (old, new) = (&paired.old.model, &paired.new.model);
    let mut add = |rule, reason: &str| changes.add(rule, place.clone(), paired.item(), reason);
    match (&old.content_type, &new.content_type) {
        (None, None) => return,
        (None, Some(_)) => {
            let place = place.at(None, place.new.clone());
            return changes.add(BODY_ADDED, place, paired.item(), "it takes a body");
        }
        (Some(_), None) => {
            let place = place.at(place.old.clone(), None);
            return changes.add(
                BODY_REMOVED,
                place,
                paired.item(),
                "it takes no body any more",
            );
        }
        (Some(old), Some(new)) if family(old) != family(new) => {
            add(
                MEDIA_TYPE_CHANGED,
                &format!("it takes `{new}`, and took `{old}`"),
            );
        }
        _ => {}
    }
    match (old.body_optional, new.body_optional) {
        (true, false) => add(BODY_REQUIRED, "its body has to be there now"),
        (false, true) => add(BODY_OPTIONAL, "its body may be left out now"),
        _ => {}
    }
    let (old, new) = (
        body(&paired.sides.old, paired.old),
        body(&paired.sides.new, paired.new),
    );
    if let Some((old, new)) = old.zip(new) {
        let item = paired.item();
        types(
            (&old, &new),
            BODY_TYPE_CHANGED,
            &place,
            item,
            paired.sides,
            changes,
            pairs,
        );
    }
}

fn answer(paired: &Paired<'_>, changes: &mut Changes, pairs: &mut Vec<(Pair, Direction)>) {
    let mut place = paired.member("responses");
    place.direction = Some(Direction::Answer);
    let (old, new) = (&paired.old.model, &paired.new.model);
    // What surrounds the type: nothing, bytes, `Option`.
    let form = |output: &Option<syn::Type>| match output {
        None => "nothing",
        Some(output) => match quote!(#output).to_string().as_str() {
            "Bytes" => "bytes",
            "Option < Bytes >" => "bytes, if there are any",
            optional if optional.starts_with("Option <") => "a value, if there is one",
            _ => "a value",
        },
    };
    let (old_form, new_form) = (form(&old.output), form(&new.output));
    if old_form != new_form {
        let reason = format!("it gives {new_form}, and gave {old_form}");
        changes.add(ANSWER_TYPE_CHANGED, place.clone(), paired.item(), reason);
    }
    if family(&old.accept) != family(&new.accept) && old_form == new_form {
        // What has no body has a media type all the same: the one that is asked for.
        let reason = format!(
            "it asks for `{}`, and asked for `{}`",
            new.accept, old.accept
        );
        changes.add(MEDIA_TYPE_CHANGED, place.clone(), paired.item(), reason);
    }
    let is_value = |form: &str| form.starts_with("a value");
    let (old, new) = (
        value(&paired.sides.old, paired.old),
        value(&paired.sides.new, paired.new),
    );
    if let (Some((old, new)), true, true) = (old.zip(new), is_value(old_form), is_value(new_form)) {
        let item = paired.item();
        types(
            (&old, &new),
            ANSWER_TYPE_CHANGED,
            &place,
            item,
            paired.sides,
            changes,
            pairs,
        );
    }
}

/// Whether two operations take and give the same types; `None` where neither takes or gives any.
pub(super) fn are_same(old: &Operation, new: &Operation, sides: &Sides) -> Option<bool> {
    let of = |side, operation| [body(side, operation), value(side, operation)];
    let (old, new) = (of(&sides.old, old), of(&sides.new, new));
    let same = |(old, new): (&Option<Value>, &Option<Value>)| match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => {
            let (old, new) = (Type::of(old, &sides.old), Type::of(new, &sides.new));
            Type::same(&old, &new, sides, &mut Vec::new())
        }
        _ => false,
    };
    let has_any = old.iter().chain(&new).any(Option::is_some);
    has_any.then(|| old.iter().zip(&new).all(same))
}

/// What an operation takes. A body without a schema takes any value, as one with an empty schema does.
fn body(side: &Side, operation: &Operation) -> Option<Value> {
    let body = side.object(operation).get("requestBody")?;
    Some(schema_of(body).unwrap_or_else(|| json!({})))
}

/// What the first success with a body gives.
fn value(side: &Side, operation: &Operation) -> Option<Value> {
    let responses = object(side.object(operation), "/responses").iter();
    let mut successes = responses.filter(|(status, _)| status.starts_with('2'));
    successes.find_map(|(_, response)| schema_of(response))
}

/// The schema of the media type that is used.
fn schema_of(body: &Value) -> Option<Value> {
    let (_, media) = media_of(body)?;
    media.get("schema").cloned()
}

fn types(
    (old, new): (&Value, &Value),
    rule: &Rule,
    place: &Place,
    item: &str,
    sides: &Sides,
    changes: &mut Changes,
    pairs: &mut Vec<(Pair, Direction)>,
) {
    let (old_type, new_type) = (Type::of(old, &sides.old), Type::of(new, &sides.new));
    let mut named = Vec::new();
    match Type::same(&old_type, &new_type, sides, &mut named) {
        true => constraints::compare(old, new, place, item, changes),
        false => {
            let (old, new) = (old_type.name(&sides.old), new_type.name(&sides.new));
            changes.add(rule, place.clone(), item, format!("`{old}` became `{new}`"));
        }
    }
    let direction = place.direction.unwrap_or(Direction::Both);
    pairs.extend(named.into_iter().map(|pair| (pair, direction)));
}

/// A media type without its version.
fn family(media_type: &str) -> String {
    match versions::version(media_type) {
        Some(version) => media_type.replacen(version, "…", 1),
        None => media_type.to_owned(),
    }
}

fn statuses(paired: &Paired<'_>, changes: &mut Changes) {
    let declared = |side: &Side, operation: &Operation, success: bool| -> BTreeSet<String> {
        let statuses = object(side.object(operation), "/responses").keys();
        let wanted = statuses.filter(|status| status.starts_with('2') == success);
        wanted.cloned().collect()
    };
    for (success, rule) in [
        (true, SUCCESS_STATUS_CHANGED),
        (false, ERROR_STATUS_CHANGED),
    ] {
        let old = declared(&paired.sides.old, paired.old, success);
        let new = declared(&paired.sides.new, paired.new, success);
        let named = |statuses: Vec<&String>, what: &str| match statuses.as_slice() {
            [] => None,
            statuses => {
                let quoted: Vec<_> = statuses
                    .iter()
                    .map(|status| format!("`{status}`"))
                    .collect();
                Some(format!("{what} {}", quoted.join(" ")))
            }
        };
        let more = named(new.difference(&old).collect(), "with");
        let less = named(old.difference(&new).collect(), "without");
        let told: Vec<String> = more.into_iter().chain(less).collect();
        if !told.is_empty() {
            let mut place = paired.member("responses");
            place.direction = Some(Direction::Answer);
            let what = if success {
                "its successes"
            } else {
                "its errors"
            };
            let reason = format!("{what} are documented {}", told.join(" and "));
            changes.add(rule, place, paired.item(), reason);
        }
    }
}
