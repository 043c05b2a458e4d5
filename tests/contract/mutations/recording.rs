//! Ways to tamper with a recording. Each says what it changed, or nothing where it finds no place.

use crate::{places, removed};
use atlas_backup_draw::Dice;
use contract::recording::{Recording, Unreadable};
use contract::route::Document;
use serde_json::{Value, json};
use std::collections::BTreeSet;

type Changed = (String, Result<Recording, Unreadable>);
pub(crate) type Kind = fn(&Recording, &Words, &mut Dice) -> Option<Changed>;

pub(crate) const KINDS: [Kind; 10] = [
    drop_a_required_field,
    change_a_type,
    rename_a_field,
    other_media_type,
    other_status,
    null,
    other_case,
    out_of_range,
    truncate,
    other_path,
];

/// Words that the documents have somewhere: where they are said, a change of them is one of meaning.
pub(crate) struct Words {
    required: BTreeSet<String>,
    enums: BTreeSet<String>,
}

impl Words {
    pub(crate) fn of(documents: &[Document]) -> Self {
        let mut words = Self {
            required: BTreeSet::new(),
            enums: BTreeSet::new(),
        };
        for document in documents {
            let mut found = Vec::new();
            places(&document.root, "", &mut found);
            for (pointer, value) in found {
                let into = match pointer.rsplit('/').next() {
                    Some("required") => &mut words.required,
                    Some("enum") => &mut words.enums,
                    _ => continue,
                };
                let texts = value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str);
                into.extend(texts.map(str::to_owned));
            }
        }
        words
    }
}

/// Changes one of the places of the body that `fits`.
fn in_body(
    read: &Recording,
    dice: &mut Dice,
    fits: impl Fn(&str, &Value) -> bool,
    change: impl Fn(&mut Value, &str) -> Option<()>,
) -> Option<Changed> {
    let mut body: Value = serde_json::from_slice(&read.body).ok()?;
    let mut found = Vec::new();
    places(&body, "", &mut found);
    found.retain(|(pointer, value)| fits(pointer.rsplit('/').next().unwrap_or_default(), value));
    if found.is_empty() {
        return None;
    }
    let pointer = found[dice.index(found.len())].0.clone();
    change(&mut body, &pointer)?;
    let mut changed = read.clone();
    changed.body = body.to_string().into_bytes();
    Some((pointer, Ok(changed)))
}

fn named(what: &str, changed: Option<Changed>) -> Option<Changed> {
    changed.map(|(pointer, read)| (format!("{what} {pointer}"), read))
}

fn drop_a_required_field(read: &Recording, words: &Words, dice: &mut Dice) -> Option<Changed> {
    let fits = |name: &str, _: &Value| words.required.contains(name);
    let change = |body: &mut Value, pointer: &str| removed(body, pointer).map(drop);
    named("without", in_body(read, dice, fits, change))
}

fn change_a_type(read: &Recording, _: &Words, dice: &mut Dice) -> Option<Changed> {
    let change = |body: &mut Value, pointer: &str| {
        let value = body.pointer_mut(pointer)?;
        *value = match value {
            Value::String(_) => json!(7),
            Value::Number(_) | Value::Bool(_) => json!("seven"),
            Value::Array(_) => json!({}),
            Value::Object(_) | Value::Null => json!([]),
        };
        Some(())
    };
    named("other type at", in_body(read, dice, |_, _| true, change))
}

fn rename_a_field(read: &Recording, _: &Words, dice: &mut Dice) -> Option<Changed> {
    let is_index = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let change = |body: &mut Value, pointer: &str| {
        let value = removed(body, pointer)?;
        let (parent, name) = pointer.rsplit_once('/')?;
        body.pointer_mut(parent)?
            .as_object_mut()?
            .insert(format!("{name}X"), value);
        Some(())
    };
    let fits = |name: &str, _: &Value| !is_index(name);
    named("renamed", in_body(read, dice, fits, change))
}

fn other_media_type(read: &Recording, _: &Words, dice: &mut Dice) -> Option<Changed> {
    read.media_type.as_ref()?;
    let name = dice.pick(&[
        "text/html",
        "application/vnd.atlas.2020-01-01+json",
        "application/xml",
    ]);
    let mut changed = read.clone();
    changed.media_type = Some(name.to_owned());
    Some((format!("as {name}"), Ok(changed)))
}

fn other_status(read: &Recording, _: &Words, dice: &mut Dice) -> Option<Changed> {
    let status = [202, 206, 302, 410, 418, 503][dice.index(6)];
    let mut changed = read.clone();
    changed.status = status;
    (!read.envelope).then(|| (format!("status {status}"), Ok(changed)))
}

fn null(read: &Recording, _: &Words, dice: &mut Dice) -> Option<Changed> {
    let change = |body: &mut Value, pointer: &str| {
        *body.pointer_mut(pointer)? = Value::Null;
        Some(())
    };
    named(
        "null at",
        in_body(read, dice, |_, value| !value.is_null(), change),
    )
}

fn other_case(read: &Recording, words: &Words, dice: &mut Dice) -> Option<Changed> {
    let fits = |_: &str, value: &Value| {
        value
            .as_str()
            .is_some_and(|text| words.enums.contains(text))
    };
    let change = |body: &mut Value, pointer: &str| {
        let value = body.pointer_mut(pointer)?;
        let swapped = value.as_str()?.chars().map(|letter| {
            if letter.is_ascii_lowercase() {
                letter.to_ascii_uppercase()
            } else {
                letter.to_ascii_lowercase()
            }
        });
        *value = Value::String(swapped.collect());
        Some(())
    };
    named("other case at", in_body(read, dice, fits, change))
}

fn out_of_range(read: &Recording, _: &Words, dice: &mut Dice) -> Option<Changed> {
    let change = |body: &mut Value, pointer: &str| {
        *body.pointer_mut(pointer)? = json!(9_223_372_036_854_775_808_u64);
        Some(())
    };
    let fits = |_: &str, value: &Value| value.is_number();
    named("2^63 at", in_body(read, dice, fits, change))
}

fn truncate(read: &Recording, _: &Words, dice: &mut Dice) -> Option<Changed> {
    let mut changed = read.clone();
    if read.body.is_empty() {
        return None;
    }
    let length = dice.index(read.body.len());
    changed.body.truncate(length);
    Some((format!("cut after {length} bytes"), Ok(changed)))
}

fn other_path(read: &Recording, _: &Words, dice: &mut Dice) -> Option<Changed> {
    let contract::recording::Target::Path(path) = &read.target else {
        return None;
    };
    let is_id = |segment: &&str| segment.len() == 24;
    let ids = path.split('/').filter(is_id).collect::<Vec<_>>();
    if ids.is_empty() || !(200..300).contains(&read.status) {
        return None;
    }
    let id = ids[dice.index(ids.len())];
    let mut changed = read.clone();
    changed.target = contract::recording::Target::Path(path.replace(id, &id.to_uppercase()));
    Some((format!("path with {}", id.to_uppercase()), Ok(changed)))
}
